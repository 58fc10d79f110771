package seal

// Cipher is what a sealed value is sealed with, in the words of a policy.
const Cipher = "AES-256-GCM"

// HeadSize is how many bytes of an envelope Shaped looks at.
const HeadSize = 3

// Shaped tells from its first bytes and its length whether a value is an envelope, sealed with Cipher. Only Open proves
// what is inside.
func Shaped(head []byte, size int) bool {
	return len(head) == HeadSize && head[0] == version && head[1] >= 1 && head[1] <= maxKeys &&
		(Kind(head[2]) == Class || Kind(head[2]) == Day) && size >= 2+int(head[1])*refSize+saltSize+commitSize+sealedOver
}
