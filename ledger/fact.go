// Package ledger computes and verifies what docs/formats.md §4 describes: fact bytes, leaves, the tree, checkpoints and
// bundles. The server and an offline auditor run this same code. It stores nothing, reads no clock, and refuses any byte
// that differs from the one way each thing can be written.
package ledger

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"regexp"

	"kept"
)

// MaxFact is the largest fact in bytes.
const MaxFact = 16 << 10

const (
	factVersion = 1
	intLimit    = 1 << 53 // RFC 8785 3.2.2.3: beyond it numbers are not exact everywhere
)

var wordShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._:/+-]{0,79}$`)

// factJSON has its members in the order of RFC 8785, which for ASCII is that of the bytes; maps are sorted by the
// standard library, and no word has a character that JSON escapes.
type factJSON struct {
	At       int64              `json:"at"`
	Category string             `json:"category,omitempty"`
	Counts   map[string]int64   `json:"counts,omitempty"`
	Hashes   map[string]string  `json:"hashes,omitempty"`
	Kind     kept.FactKind      `json:"kind"`
	Ordinal  int64              `json:"ordinal"`
	Refs     map[string]kept.ID `json:"refs,omitempty"`
	Role     kept.Role          `json:"role"`
	Scope    string             `json:"scope"`
	Version  int                `json:"v"`
	Words    map[string]string  `json:"words,omitempty"`
}

// Encode writes a fact's bytes (spec: RFC 8785). They are made once and stored: what is hashed is never made again.
// Errors: Invalid, for a kind, word, id or number that a fact must not hold; they name the member, not its value.
func Encode(f kept.Fact) ([]byte, error) {
	out := factJSON{
		At: int64(f.At), Category: f.Category, Counts: f.Counts, Kind: f.Kind, Ordinal: f.Ordinal,
		Refs: f.Refs, Role: f.Role, Scope: f.Scope.String(), Version: factVersion, Words: f.Words,
	}
	if len(f.Hashes) > 0 {
		out.Hashes = make(map[string]string, len(f.Hashes))
		for name, h := range f.Hashes {
			out.Hashes[name] = hex.EncodeToString(h[:])
		}
	}
	if err := out.check(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "a fact can't be written")
	}
	if len(b) > MaxFact {
		return nil, kept.Errorf(kept.Invalid, "a fact has more than %d bytes", MaxFact)
	}
	return b, nil
}

// Decode reads what Encode wrote, and nothing that Encode would have written otherwise. Errors: Invalid.
func Decode(b []byte) (kept.Fact, error) {
	malformed := kept.Errorf(kept.Invalid, "these bytes are not a fact of version %d", factVersion)
	if len(b) > MaxFact {
		return kept.Fact{}, malformed
	}
	var in factJSON
	if json.Unmarshal(b, &in) != nil || in.Version != factVersion {
		return kept.Fact{}, malformed
	}
	if err := in.check(); err != nil {
		return kept.Fact{}, err
	}
	f := kept.Fact{
		Kind: in.Kind, Scope: kept.ScopeOf(in.Scope), Ordinal: in.Ordinal, At: kept.Time(in.At), Role: in.Role,
		Category: in.Category, Counts: in.Counts, Words: in.Words, Refs: in.Refs,
	}
	for name, s := range in.Hashes {
		h, err := hex.DecodeString(s)
		if err != nil || len(h) != 32 {
			return kept.Fact{}, malformed
		}
		if f.Hashes == nil {
			f.Hashes = make(map[string][32]byte, len(in.Hashes))
		}
		f.Hashes[name] = [32]byte(h)
	}
	if again, err := Encode(f); err != nil || !bytes.Equal(again, b) {
		return kept.Fact{}, malformed
	}
	return f, nil
}

func (f factJSON) check() error {
	bad := func(member string) *kept.Error {
		return kept.Errorf(kept.Invalid, "a fact must not hold this %s", member)
	}
	if _, known := kept.FactKinds[f.Kind]; !known {
		return bad("kind").WithHint("kinds are declared in kept.FactKinds")
	}
	switch {
	case f.At <= 0 || f.At >= intLimit:
		return bad("instant")
	case f.Ordinal <= 0 || f.Ordinal >= intLimit:
		return bad("ordinal")
	case !wordShape.MatchString(string(f.Role)):
		return bad("role")
	case f.Scope != "vendor" && !isID(kept.ID(f.Scope)):
		return bad("scope")
	case f.Category != "" && !wordShape.MatchString(f.Category):
		return bad("category")
	}
	for name, n := range f.Counts {
		if !wordShape.MatchString(name) || n <= -intLimit || n >= intLimit {
			return bad("count")
		}
	}
	for name, w := range f.Words {
		if !wordShape.MatchString(name) || !wordShape.MatchString(w) {
			return bad("word").WithHint("words are enumerated: lower-case ASCII, at most 80 characters")
		}
	}
	for name, id := range f.Refs {
		if !wordShape.MatchString(name) || !isID(id) {
			return bad("reference")
		}
	}
	for name := range f.Hashes {
		if !wordShape.MatchString(name) {
			return bad("hash")
		}
	}
	return nil
}

func isID(id kept.ID) bool {
	if len(id) < 3 {
		return false
	}
	_, err := kept.ParseID(string(id[:3]), string(id))
	return err == nil
}
