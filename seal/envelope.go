package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"slices"

	"kept"
)

const (
	version    = 1
	maxKeys    = 8
	saltSize   = 32
	commitSize = 32
	sealedOver = 12 + 16 // nonce and tag
	itemInfo   = "kept/item/1"
)

// AD is what an envelope is bound to beside its keys: it opens at this place and version only.
type AD struct {
	Scope    string // kept.Scope.String
	Category string
	Item     kept.ID
	Version  uint64
}

// Seal seals plaintext under an item key derived from all of keys: one class or day key and up to seven unit keys, in
// any order. Without any one of them the envelope stays shut. Errors: Internal, for keys that do not make a set.
func Seal(keys []Key, ad AD, plaintext []byte) ([]byte, error) {
	var salt [saltSize]byte
	rand.Read(salt[:])
	keys, refs, err := ordered(keys)
	if err != nil {
		return nil, err
	}
	item, commitment := derive(keys, refs, salt[:])
	aead, err := gcm(item)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, 2+len(refs)+saltSize+commitSize+sealedOver+len(plaintext))
	out = append(out, version, byte(len(keys)))
	out = append(append(append(out, refs...), salt[:]...), commitment...)
	return aead.Seal(out, nil, plaintext, associated(refs, salt[:], commitment, ad)), nil
}

// Open opens an envelope. keys are those that Refs names, in its order. Errors: Internal, when the envelope has another
// shape, was sealed under other keys, for another place, or was changed; which of these is not told apart further.
func Open(keys []Key, ad AD, envelope []byte) ([]byte, error) {
	refs, rest, err := split(envelope)
	if err != nil {
		return nil, err
	}
	var named []byte
	for _, k := range keys {
		if err := k.check(Class, Day, Unit); err != nil {
			return nil, err
		}
		if named, err = k.ref.append(named); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(named, refs) {
		return nil, kept.Errorf(kept.Internal, "an envelope needs other keys than those given")
	}
	salt, commitment, sealed := rest[:saltSize], rest[saltSize:saltSize+commitSize], rest[saltSize+commitSize:]
	item, want := derive(keys, refs, salt)
	if subtle.ConstantTimeCompare(want, commitment) != 1 {
		return nil, shut()
	}
	aead, err := gcm(item)
	if err != nil {
		return nil, err
	}
	plaintext, err := aead.Open(nil, nil, sealed, associated(refs, salt, commitment, ad))
	if err != nil {
		return nil, shut()
	}
	return plaintext, nil
}

func shut() error {
	return kept.Errorf(kept.Internal, "an envelope does not open: other keys, another place, or changed bytes")
}

// Refs names the keys an envelope was sealed under, in the order Open wants them.
// Errors: Internal, when the bytes are not an envelope.
func Refs(envelope []byte) ([]Ref, error) {
	refs, _, err := split(envelope)
	if err != nil {
		return nil, err
	}
	var out []Ref
	for r := range slices.Chunk(refs, refSize) {
		out = append(out, Ref{Kind(r[0]), idOf(Kind(r[0]), r[1:17]), binary.BigEndian.Uint32(r[17:])})
	}
	return out, nil
}

// split checks the shape and returns the references and what follows them: salt, commitment, sealed bytes.
func split(envelope []byte) (refs, rest []byte, err error) {
	malformed := kept.Errorf(kept.Internal, "these bytes are not an envelope of version %d", version)
	if len(envelope) < 2 || envelope[0] != version {
		return nil, nil, malformed
	}
	n := int(envelope[1])
	if n < 1 || n > maxKeys || len(envelope) < 2+n*refSize+saltSize+commitSize+sealedOver {
		return nil, nil, malformed
	}
	refs, rest = envelope[2:2+n*refSize], envelope[2+n*refSize:]
	if !inOrder(refs) {
		return nil, nil, malformed
	}
	return refs, rest, nil
}

// inOrder tells whether references are one class or day key, then unit keys with strictly ascending ids.
func inOrder(refs []byte) bool {
	if k := Kind(refs[0]); k != Class && k != Day {
		return false
	}
	for i := refSize; i < len(refs); i += refSize {
		if Kind(refs[i]) != Unit {
			return false
		}
		if i > refSize && bytes.Compare(refs[i-refSize+1:i-4], refs[i+1:i+17]) >= 0 {
			return false
		}
	}
	return true
}

// ordered brings keys into the order of the format. The order of ids as text is another one: base32 puts digits last.
func ordered(keys []Key) ([]Key, []byte, error) {
	if len(keys) < 1 || len(keys) > maxKeys {
		return nil, nil, kept.Errorf(kept.Internal, "an item is sealed under 1 to %d keys", maxKeys)
	}
	type pair struct {
		key Key
		ref []byte
	}
	pairs := make([]pair, len(keys))
	for i, k := range keys {
		if err := k.check(Class, Day, Unit); err != nil {
			return nil, nil, err
		}
		ref, err := k.ref.append(nil)
		if err != nil {
			return nil, nil, err
		}
		pairs[i] = pair{k, ref}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return bytes.Compare(a.ref, b.ref) }) // the kind is the first byte
	sorted, refs := make([]Key, len(keys)), make([]byte, 0, len(keys)*refSize)
	for i, p := range pairs {
		sorted[i], refs = p.key, append(refs, p.ref...)
	}
	if !inOrder(refs) {
		return nil, nil, kept.Errorf(kept.Internal, "an item is sealed under one class or day key and unit keys that differ")
	}
	return sorted, refs, nil
}

func derive(keys []Key, refs, salt []byte) (item, commitment []byte) {
	ikm := make([]byte, 0, maxKeys*Size)
	for _, k := range keys {
		ikm = append(ikm, k.bytes()...)
	}
	okm, err := hkdf.Key(hash, ikm, salt, itemInfo+string(refs), 64)
	if err != nil {
		panic("seal: HKDF refuses 64 bytes: " + err.Error()) // only lengths can fail, and ours are constants
	}
	return okm[:32], okm[32:]
}

func associated(refs, salt, commitment []byte, ad AD) []byte {
	b := make([]byte, 0, len(itemInfo)+len(refs)+len(salt)+len(commitment)+20+len(ad.Scope)+len(ad.Category)+len(ad.Item))
	b = append(append(append(append(b, itemInfo...), refs...), salt...), commitment...)
	b = lp(lp(lp(b, ad.Scope), ad.Category), string(ad.Item))
	return binary.BigEndian.AppendUint64(b, ad.Version)
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "AES refuses a key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
