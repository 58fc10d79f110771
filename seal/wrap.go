package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"encoding/binary"

	"kept"
)

const wrapInfo = "kept/wrap/1"

// Wrap seals child's bytes under parent: a unit key under a cohort key; a class, ratchet, cohort or index key under an
// epoch key. The result opens for this child, parent and scope only. Errors: Internal, when the two do not go together.
func Wrap(parent, child Key, scope string) ([]byte, error) {
	if err := child.check(Class, Ratchet, Unit, Cohort, Index); err != nil {
		return nil, err
	}
	ad, err := wrapAD(parent, child.ref, scope)
	if err != nil {
		return nil, err
	}
	aead, err := gcm(parent.bytes())
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte{version}, nil, child.bytes(), ad), nil
}

// Unwrap opens what Wrap made, for the child that ref names.
// Errors: Internal, when the bytes belong to another child, parent or scope, or were changed.
func Unwrap(parent Key, ref Ref, scope string, wrapped []byte) (Key, error) {
	ad, err := wrapAD(parent, ref, scope)
	if err != nil {
		return Key{}, err
	}
	if len(wrapped) != 1+sealedOver+Size || wrapped[0] != version {
		return Key{}, kept.Errorf(kept.Internal, "these bytes are not a wrapped key of version %d", version)
	}
	aead, err := gcm(parent.bytes())
	if err != nil {
		return Key{}, err
	}
	b, err := aead.Open(nil, nil, wrapped[1:], ad)
	if err != nil {
		return Key{}, kept.Errorf(kept.Internal, "a wrapped key does not open: another parent, another place, or changed bytes")
	}
	return KeyOf(ref, b)
}

func wrapAD(parent Key, child Ref, scope string) ([]byte, error) {
	under := Epoch
	if child.Kind == Unit {
		under = Cohort
	}
	if err := parent.check(under); err != nil {
		return nil, err
	}
	if child.Kind == Epoch {
		return nil, kept.Errorf(kept.Internal, "an epoch key is never wrapped")
	}
	b, err := child.append([]byte(wrapInfo))
	if err != nil {
		return nil, err
	}
	id, err := parent.ref.raw()
	if err != nil {
		return nil, err
	}
	b = binary.BigEndian.AppendUint32(append(b, id[:]...), parent.ref.Generation)
	return lp(b, scope), nil
}

// maxSteps bounds how far a chain moves at once: a century of days, a few hundredths of a second.
const maxSteps = 36525

// DayKey is the key of a day. chain is a ratchet key whose generation is the day it stands at; it never yields the key
// of an earlier day. Errors: Late for a day before the chain's, Invalid for one more than a century after it.
func DayKey(chain Key, day uint32) (Key, error) {
	at, err := Advance(chain, day)
	if err != nil {
		return Key{}, err
	}
	return expand(at, "kept/day/1", day)
}

// Advance is the chain moved on to a later day, or the same one. What it came from must then be destroyed: only that
// makes the days between unreadable. Errors: as DayKey.
func Advance(chain Key, to uint32) (Key, error) {
	if err := chain.check(Ratchet); err != nil {
		return Key{}, err
	}
	from := chain.ref.Generation
	if to < from {
		return Key{}, kept.Errorf(kept.Late, "the key of that day is gone")
	}
	if to-from > maxSteps {
		return Key{}, kept.Errorf(kept.Invalid, "that day is more than a century ahead").WithHint("check the clock")
	}
	for day := from; day < to; day++ {
		var err error
		if chain, err = expand(chain, "kept/next/1", day+1); err != nil {
			return Key{}, err
		}
	}
	return chain, nil
}

func expand(chain Key, info string, day uint32) (Key, error) {
	b, err := hkdf.Expand(hash, chain.bytes(), info, Size)
	if err != nil {
		return Key{}, kept.Errorf(kept.Internal, "HKDF refuses: %w", err)
	}
	return Key{Ref{Day, chain.ref.ID, day}, newSecret([Size]byte(b))}, nil
}

// BlindIndex is the blind index of a value: equal for equal values under one index key, and nothing without the key.
// what is account, name, login or host. Errors: Internal, for a key that is no index key.
func BlindIndex(key Key, what, value string) ([32]byte, error) {
	if err := key.check(Index); err != nil {
		return [32]byte{}, err
	}
	mac := hmac.New(hash, key.bytes())
	mac.Write(append(lp([]byte("kept/index/1"), what), value...))
	return [32]byte(mac.Sum(nil)), nil
}
