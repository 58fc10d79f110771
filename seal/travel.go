package seal

import (
	"crypto/hkdf"

	"kept"
)

// Travel derives the two keys under which the keys of a scope lie on their way to another server: one in the place of an
// epoch, one in that of a cohort. Both servers know the secret; the ids are drawn for one journey and tell journeys apart.
func Travel(secret string, epoch, cohort kept.ID) (Key, Key, error) {
	okm, err := hkdf.Key(hash, []byte(secret), []byte(epoch+cohort), "kept/travel/1", 2*Size)
	if err != nil {
		return Key{}, Key{}, kept.Errorf(kept.Internal, "HKDF refuses: %w", err)
	}
	first, err := KeyOf(Ref{Epoch, epoch, 1}, okm[:Size])
	if err != nil {
		return Key{}, Key{}, err
	}
	second, err := KeyOf(Ref{Cohort, cohort, 1}, okm[Size:])
	return first, second, err
}
