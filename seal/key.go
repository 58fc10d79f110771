// Package seal turns values into sealed bytes and back, byte for byte as docs/formats.md §3 says: the envelope, wrapped
// keys, the ratchet of day keys, the blind index and the ring. It does no I/O but drawing random bytes, decides nothing
// about who may open what, and refuses every deviation from the format. Nothing it returns shows a key: not an error,
// not a log line, not a debugger's print of a struct that holds one.
package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"kept"
)

// Kind says what a key is for. Its number is part of the formats.
type Kind byte

const (
	Class   Kind = 1 // one scope and retention class
	Ratchet Kind = 2 // the chain that day keys come from; its generation is the day it stands at
	Day     Kind = 2 // in an envelope, the same number and the ratchet's id: generation is the day itself
	Unit    Kind = 3 // one thing that may end by itself
	Cohort  Kind = 4 // wraps the unit keys of up to 256 units of one scope
	Index   Kind = 5 // the blind index of one scope
	Epoch   Kind = 6 // wraps class, ratchet, cohort and index keys; never wrapped itself, its number is in no format
)

// Size is the length of every key in bytes.
const Size = 32

// Prefix is the prefix of the ids of keys of this kind, "" for an unknown kind. A binary reference leaves it out.
func (k Kind) Prefix() string {
	switch k {
	case Class:
		return "cls"
	case Ratchet:
		return "rat"
	case Unit:
		return "unt"
	case Cohort:
		return "coh"
	case Index:
		return "idx"
	case Epoch:
		return "epc"
	}
	return ""
}

// Ref names a key. A day key has the id of its ratchet and its day (kept.Time.Day) as generation.
type Ref struct {
	Kind       Kind
	ID         kept.ID
	Generation uint32
}

const refSize = 1 + 16 + 4

var base = base32.StdEncoding.WithPadding(base32.NoPadding)

// raw is the 16 bytes of the id. An id has 130 bits of text for 128 of meaning; the two spare ones must be zero.
func (r Ref) raw() ([16]byte, error) {
	var out [16]byte
	if _, err := kept.ParseID(r.Kind.Prefix(), string(r.ID)); err != nil || r.Kind.Prefix() == "" {
		return out, kept.Errorf(kept.Internal, "not the id of a key of its kind")
	}
	b, err := base.DecodeString(strings.ToUpper(string(r.ID[4:])))
	if err != nil || len(b) != len(out) || idOf(r.Kind, b) != r.ID {
		return out, kept.Errorf(kept.Internal, "not the id of a key of its kind")
	}
	copy(out[:], b)
	return out, nil
}

func (r Ref) append(b []byte) ([]byte, error) {
	id, err := r.raw()
	if err != nil {
		return nil, err
	}
	b = append(append(b, byte(r.Kind)), id[:]...)
	return binary.BigEndian.AppendUint32(b, r.Generation), nil
}

func idOf(kind Kind, raw []byte) kept.ID {
	return kept.ID(kind.Prefix() + "_" + strings.ToLower(base.EncodeToString(raw)))
}

// String names the key as id and generation: cls_….3.
func (r Ref) String() string { return fmt.Sprintf("%s.%d", r.ID, r.Generation) }

// Key is 32 secret bytes and their name. The zero Key is no key: every verb refuses it.
type Key struct {
	ref    Ref
	secret secret
}

// secret holds 32 bytes behind two pointers: fmt prints the unexported fields of a foreign struct without asking their
// methods, and through one pointer too when the verb does not fit; of a pointer to a pointer it prints the address.
type secret **[Size]byte

func newSecret(b [Size]byte) secret {
	p := &b
	return &p
}

// NewKey draws a fresh key.
func NewKey(ref Ref) Key {
	var b [Size]byte
	rand.Read(b[:]) // never fails: the runtime stops the program first
	return Key{ref, newSecret(b)}
}

// KeyOf is the key with these bytes, which are copied. Errors: Internal, when there are not 32 or all of them are zero.
func KeyOf(ref Ref, bytes []byte) (Key, error) {
	if len(bytes) != Size || subtle.ConstantTimeCompare(bytes, make([]byte, Size)) == 1 {
		return Key{}, kept.Errorf(kept.Internal, "not the bytes of a key")
	}
	return Key{ref, newSecret([Size]byte(bytes))}, nil
}

// Ref names the key.
func (k Key) Ref() Ref { return k.ref }

// Equal tells in constant time whether two keys have the same name and bytes; the zero Key equals nothing.
func (k Key) Equal(other Key) bool {
	return k.secret != nil && other.secret != nil && k.ref == other.ref &&
		subtle.ConstantTimeCompare(k.bytes(), other.bytes()) == 1
}

// bytes are the key's own, not a copy; k must not be the zero Key.
func (k Key) bytes() []byte { return (*k.secret)[:] }

func (k Key) check(kinds ...Kind) error {
	if k.secret == nil {
		return kept.Errorf(kept.Internal, "there is no key")
	}
	for _, kind := range kinds {
		if k.ref.Kind == kind {
			return nil
		}
	}
	return kept.Errorf(kept.Internal, "a key of kind %d does not belong here", k.ref.Kind)
}

// String names the key and hides its bytes.
func (k Key) String() string { return "key " + k.ref.String() }

// GoString is String.
func (k Key) GoString() string { return k.String() }

// Format writes String under every verb.
func (k Key) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }

// LogValue is String.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText is String, so that JSON shows no bytes either.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// lp appends a length and x.
func lp(b []byte, x string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(x))), x...)
}

var hash = sha256.New
