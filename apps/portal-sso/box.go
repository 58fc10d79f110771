package portalsso

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// box seals what the app gives into other hands to get it back: nobody reads it, changes it, or brings it late.
type box struct {
	aead   cipher.AEAD
	random io.Reader
	now    func() time.Time
}

// content is what is sealed.
type content struct {
	Until time.Time       `json:"until"`
	Value json.RawMessage `json:"value"`
}

var errRandom = errors.New("the machine has no randomness")

func newBox(random io.Reader, now func() time.Time) (*box, error) {
	var key [32]byte
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return nil, errRandom
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &box{aead, random, now}, err
}

// shut seals a value for a while. Only who asks for the same kind opens it.
func (b *box) shut(kind string, value any, life time.Duration) (string, error) {
	v, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(content{b.now().Add(life), v})
	if err != nil {
		return "", err
	}
	nonce := make([]byte, b.aead.NonceSize())
	if _, err := io.ReadFull(b.random, nonce); err != nil {
		return "", errRandom
	}
	return base64.RawURLEncoding.EncodeToString(b.aead.Seal(nonce, nonce, plain, []byte(kind))), nil
}

// open tells whether sealed is of this kind, whole and in time; then value is what was sealed.
func (b *box) open(kind, sealed string, value any) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(raw) < b.aead.NonceSize() {
		return false
	}
	plain, err := b.aead.Open(nil, raw[:b.aead.NonceSize()], raw[b.aead.NonceSize():], []byte(kind))
	var c content
	return err == nil && json.Unmarshal(plain, &c) == nil && b.now().Before(c.Until) && json.Unmarshal(c.Value, value) == nil
}

// word is 256 random bits, for a state, a nonce, a verifier.
func (b *box) word() (string, error) {
	var raw [32]byte
	if _, err := io.ReadFull(b.random, raw[:]); err != nil {
		return "", errRandom
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}
