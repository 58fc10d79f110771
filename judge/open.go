package judge

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"os"
	"strings"

	"kept"
)

// This file opens what docs/formats.md 3 describes, written from that text alone.

// Kinds of keys in a reference. A class and a ratchet share the place of 1 and 2 in envelopes and in wrapped keys.
const (
	classKey   = 1
	ratchetKey = 2
	unitKey    = 3
	cohortKey  = 4
	indexKey   = 5
)

// ref is a key reference: kind, id, generation; the 21 bytes of an envelope.
type ref struct {
	kind       byte
	id         [16]byte
	generation uint32
}

func (r ref) bytes() []byte {
	return binary.BigEndian.AppendUint32(append([]byte{r.kind}, r.id[:]...), r.generation)
}

// rawID is the 16 bytes behind the text of an id; zero for what is no id, and then nothing opens.
func rawID(id string) (raw [16]byte) {
	_, digits, _ := strings.Cut(id, "_")
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(digits))
	if err == nil {
		copy(raw[:], b)
	}
	return raw
}

func lp(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

func gcm(key, nonce, sealed, associated []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, false
	}
	plain, err := aead.Open(nil, nonce, sealed, associated)
	return plain, err == nil
}

// unwrap opens a wrapped key under its parent.
func unwrap(parent []byte, parentID [16]byte, parentGeneration uint32, child ref, scope, wrapped string) (key []byte, ok bool) {
	if len(wrapped) != 1+12+32+16 || wrapped[0] != 1 {
		return nil, false
	}
	associated := append([]byte("kept/wrap/1"), child.bytes()...)
	associated = binary.BigEndian.AppendUint32(append(associated, parentID[:]...), parentGeneration)
	return gcm(parent, []byte(wrapped[1:13]), []byte(wrapped[13:]), lp(associated, scope))
}

// dayKey goes along a ratchet from the day its chain stands at.
func dayKey(chain []byte, at, day uint32) []byte {
	for ; at < day; at++ {
		chain, _ = hkdf.Expand(sha256.New, chain, "kept/next/1", 32) // 32 bytes are never too many
	}
	key, _ := hkdf.Expand(sha256.New, chain, "kept/day/1", 32)
	return key
}

// envelope is a sealed value taken apart.
type envelope struct {
	refs                    []ref
	head                    []byte // the references as they stand
	salt, commitment, nonce []byte
	sealed                  []byte
}

func parseEnvelope(b []byte) (e envelope, ok bool) {
	if len(b) < 2 || b[0] != 1 || b[1] < 1 || b[1] > 8 || len(b) < 2+21*int(b[1])+32+32+12+16 {
		return e, false
	}
	e.head = b[2 : 2+21*int(b[1])]
	for h := e.head; len(h) > 0; h = h[21:] {
		e.refs = append(e.refs, ref{h[0], [16]byte(h[1:17]), binary.BigEndian.Uint32(h[17:21])})
	}
	rest := b[2+len(e.head):]
	e.salt, e.commitment, e.nonce, e.sealed = rest[:32], rest[32:64], rest[64:76], rest[76:]
	return e, true
}

// open opens an envelope with its keys in order.
func (e envelope) open(keys [][]byte, scope, category, item string, version int64) ([]byte, bool) {
	var ikm []byte
	for _, k := range keys {
		ikm = append(ikm, k...)
	}
	okm, err := hkdf.Key(sha256.New, ikm, e.salt, "kept/item/1"+string(e.head), 64)
	if err != nil || string(okm[32:]) != string(e.commitment) {
		return nil, false
	}
	associated := append([]byte("kept/item/1"), e.head...)
	associated = append(append(associated, e.salt...), e.commitment...)
	associated = lp(lp(lp(associated, scope), category), item)
	return gcm(okm[:32], e.nonce, e.sealed, binary.BigEndian.AppendUint64(associated, uint64(version)))
}

// ring is the key file.
type ring struct {
	Generation int64 `json:"generation"`
	Log        struct {
		Name string `json:"name"`
		Key  []byte `json:"key"`
	} `json:"log"`
	Epochs []epoch `json:"epochs"`
}

type epoch struct {
	ID         string `json:"id"`
	Generation uint32 `json:"generation"`
	Key        []byte `json:"key"`
}

func readRing(name string) (r ring, err error) {
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		return r, kept.Errorf(kept.Internal, "the key file cannot be read: %w", err)
	}
	return r, nil
}
