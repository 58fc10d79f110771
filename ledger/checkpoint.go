package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"kept"
)

// MaxCheckpoint is the largest signed checkpoint in bytes that Open reads; witnesses may add signatures.
const MaxCheckpoint = 16 << 10

// Checkpoint says that a log had this root at this size (spec: C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string // kept/<vendor id>, and the name of the key that signs
	Size   int64
	Root   [32]byte
	At     kept.Time
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nat %s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]), c.At)
}

// signer signs notes with a key made from a seed. The one of package note is made from its own text form only.
type signer struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// VerifierKey is the public key of a log in the text form of signed notes: name+hash+base64.
// seed is 32 bytes (spec: RFC 8032). Errors: Internal, for a seed of another length or a name with a blank or a plus.
func VerifierKey(name string, seed []byte) (string, error) {
	if len(seed) != ed25519.SeedSize {
		return "", kept.Errorf(kept.Internal, "a log key has %d bytes", ed25519.SeedSize)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	key, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return "", kept.Errorf(kept.Internal, "the log key can't be written")
	}
	if _, err := verifier(key); err != nil {
		return "", kept.Errorf(kept.Internal, "the name of a log key has no blank and no plus")
	}
	return key, nil
}

// Sign writes a checkpoint as a signed note. Errors: as VerifierKey, and Internal for a checkpoint without an instant
// or with a negative size.
func Sign(seed []byte, c Checkpoint) ([]byte, error) {
	if c.Size < 0 || c.At <= 0 {
		return nil, kept.Errorf(kept.Internal, "a checkpoint has a size and an instant")
	}
	key, err := VerifierKey(c.Origin, seed)
	if err != nil {
		return nil, err
	}
	v, err := verifier(key)
	if err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, signer{v, ed25519.NewKeyFromSeed(seed)})
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the checkpoint can't be signed: %w", err)
	}
	return signed, nil
}

// Open checks the signature of verifierKey on a checkpoint and reads it; signatures of others are not looked at.
// Errors: Invalid, when it is not signed by that key or not written as Sign writes.
func Open(verifierKey string, signed []byte) (Checkpoint, error) {
	v, err := verifier(verifierKey)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(signed) > MaxCheckpoint {
		return Checkpoint{}, kept.Errorf(kept.Invalid, "a checkpoint has more than %d bytes", MaxCheckpoint)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, kept.Errorf(kept.Invalid, "the checkpoint is not signed by the key %s", v.Name())
	}
	for _, sig := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return Checkpoint{}, kept.Errorf(kept.Invalid, "the checkpoint's signature is not written canonically")
		}
	}
	c, ok := parse(n.Text)
	if !ok || c.text() != n.Text || c.Origin != v.Name() {
		return Checkpoint{}, kept.Errorf(kept.Invalid, "the signed text is not a checkpoint of %s", v.Name())
	}
	return c, nil
}

func parse(text string) (c Checkpoint, ok bool) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[3], "at ") {
		return c, false
	}
	size, err1 := strconv.ParseInt(lines[1], 10, 64)
	root, err2 := base64.StdEncoding.DecodeString(lines[2])
	at, err3 := kept.ParseTime(lines[3][3:])
	if err1 != nil || err2 != nil || err3 != nil || size < 0 || len(root) != 32 || at <= 0 {
		return c, false
	}
	return Checkpoint{lines[0], size, [32]byte(root), at}, true
}

func verifier(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(key)
	// The library reads more spellings of one key: capitals, and line ends within the base64.
	if err != nil || strings.ContainsAny(key, "\r\n") || !strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash())) {
		return nil, kept.Errorf(kept.Invalid, "not a verifier key").WithHint("the server shows it at /v1/ledger/key: name+hash+base64")
	}
	return v, nil
}
