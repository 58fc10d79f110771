package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"kept"
)

// The vectors were computed by another implementation of docs/formats.md §4 (Python, package cryptography).
const (
	scope    = "ins_mbqwey3emvtgo2djnjvwy3lon4"
	factText = `{"at":1700000000000000,"category":"service-credentials","counts":{"items":2},` +
		`"hashes":{"root":"abababababababababababababababababababababababababababababababab"},"kind":"item.stored","ordinal":1,` +
		`"refs":{"item":"itm_ibaueq2eivdeoscjjjfuytkoj4"},"role":"app-runtime","scope":"ins_mbqwey3emvtgo2djnjvwy3lon4","v":1,` +
		`"words":{"region":"eu-central-1"}}`
	leafHex  = "6225c466f5ffce62b51dd7ea43615c704d845512695177049ec953223443cbb6"
	rootHex  = "031ce5864f99aa94b2f7d20d211c958e85221f50769885232a1d2dffbc1b8ef9"
	logKey   = "kept/larkspur+720c1aad+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
	signedCP = "kept/larkspur\n1\nAxzlhk+ZqpSy99INIRyVjoUiH1B2mIUjKh0t/7wbjvk=\nat 2023-11-14T22:13:20Z\n\n" +
		"— kept/larkspur cgwarcOHzKY+YyIKz8t+WkHdmWM9pMvyKZkcrFUS8umX+KshxlJ5tOoXr0weG3AIFZINdlYCi3SAa1Wn07kNYoXbZAY=\n"
)

var blind = [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

func seed() []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func hash32(s string) (out [32]byte) {
	b, err := hex.DecodeString(s)
	if err != nil || copy(out[:], b) != 32 {
		panic(s)
	}
	return out
}

func aFact() kept.Fact {
	return kept.Fact{
		Kind: kept.FactStored, Scope: kept.Scope{Installation: scope}, Ordinal: 1, At: 1700000000000000, Role: kept.AppRuntime,
		Category: "service-credentials", Counts: map[string]int64{"items": 2}, Words: map[string]string{"region": "eu-central-1"},
		Refs:   map[string]kept.ID{"item": "itm_ibaueq2eivdeoscjjjfuytkoj4"},
		Hashes: map[string][32]byte{"root": [32]byte(bytes.Repeat([]byte{0xab}, 32))},
	}
}

func TestYesterdaysFactsAndLeaves(t *testing.T) {
	b, err := Encode(aFact())
	if err != nil || string(b) != factText {
		t.Fatalf("%s %v", b, err)
	}
	f, err := Decode([]byte(factText))
	if err != nil || f.Kind != kept.FactStored || f.Scope.String() != scope || f.At != 1700000000000000 || f.Role != kept.AppRuntime ||
		!maps.Equal(f.Hashes, aFact().Hashes) || !maps.Equal(f.Refs, aFact().Refs) || !maps.Equal(f.Words, aFact().Words) {
		t.Errorf("%+v %v", f, err)
	}
	if got := Leaf(blind, b); got != hash32(leafHex) {
		t.Errorf("leaf %x", got)
	}
	if got := EntryHash(blind, []byte{1, 2}); got != hash32("93af02da9ddaa4e7f9e5250c237975320446d90c909e4a58b3c77b58e93de355") {
		t.Errorf("entry %x", got)
	}
	smallest, err := Encode(kept.Fact{Kind: kept.FactAlarm, Ordinal: 7, At: 1, Role: kept.ClockRole})
	if err != nil || string(smallest) != `{"at":1,"kind":"alarm.raised","ordinal":7,"role":"clock","scope":"vendor","v":1}` {
		t.Errorf("%s %v", smallest, err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, change := range map[string]func(*kept.Fact){
		"an unknown kind":        func(f *kept.Fact) { f.Kind = "item.sold" },
		"no kind":                func(f *kept.Fact) { f.Kind = "" },
		"no instant":             func(f *kept.Fact) { f.At = 0 },
		"an instant too late":    func(f *kept.Fact) { f.At = 1 << 53 },
		"no ordinal":             func(f *kept.Fact) { f.Ordinal = 0 },
		"an ordinal too high":    func(f *kept.Fact) { f.Ordinal = 1 << 53 },
		"no role":                func(f *kept.Fact) { f.Role = "" },
		"a role with a blank":    func(f *kept.Fact) { f.Role = "Anna Smith" },
		"a scope that is a name": func(f *kept.Fact) { f.Scope.Installation = "acme" },
		"a short scope":          func(f *kept.Fact) { f.Scope.Installation = "in" },
		"a category in capitals": func(f *kept.Fact) { f.Category = "Logs" },
		"a count too high":       func(f *kept.Fact) { f.Counts["items"] = 1 << 53 },
		"a count too low":        func(f *kept.Fact) { f.Counts["items"] = -1 << 53 },
		"a count's name":         func(f *kept.Fact) { f.Counts["a@b.c"] = 1 },
		"an e-mail as word":      func(f *kept.Fact) { f.Words["who"] = "anna@example.com" },
		"an umlaut":              func(f *kept.Fact) { f.Words["who"] = "müller" },
		"a word in capitals":     func(f *kept.Fact) { f.Words["who"] = "Anna" },
		"a sentence":             func(f *kept.Fact) { f.Words["why"] = "because of it" },
		"an empty word":          func(f *kept.Fact) { f.Words["why"] = "" },
		"a word of two lines":    func(f *kept.Fact) { f.Words["why"] = "a\n" },
		"a word too long":        func(f *kept.Fact) { f.Words["why"] = strings.Repeat("a", 81) },
		"a word's name":          func(f *kept.Fact) { f.Words["A"] = "a" },
		"a ref that is a name":   func(f *kept.Fact) { f.Refs["who"] = "5b10ac8d82e05b22cc7d4ef5" },
		"a ref's name":           func(f *kept.Fact) { f.Refs[""] = "itm_ibaueq2eivdeoscjjjfuytkoj4" },
		"a hash's name":          func(f *kept.Fact) { f.Hashes[`"`] = [32]byte{} },
		"too many words": func(f *kept.Fact) {
			for i := range 1000 {
				f.Words["w"+hex.EncodeToString([]byte{byte(i >> 8), byte(i)})] = strings.Repeat("a", 40)
			}
		},
	} {
		f := aFact()
		change(&f)
		b, err := Encode(f)
		if kept.KindOf(err) != kept.Invalid || b != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "nna") || strings.Contains(err.Error(), "ller")) {
			t.Errorf("%s: the error shows the value: %v", name, err)
		}
	}
}

func TestDecodeRefusesOtherSpellings(t *testing.T) {
	for name, c := range map[string][2]string{
		"a blank":            {`"v":1`, `"v": 1`},
		"a float":            {`"ordinal":1`, `"ordinal":1.0`},
		"an exponent":        {`"ordinal":1`, `"ordinal":1e0`},
		"another version":    {`"v":1`, `"v":2`},
		"an unknown member":  {`"v":1`, `"v":1,"w":1`},
		"a doubled member":   {`"v":1`, `"v":1,"v":1`},
		"another case":       {`"role"`, `"Role"`},
		"an escape":          {`item.stored`, `item\u002estored`},
		"capitals in a hash": {`abab`, `ABAB`},
		"a short hash":       {`abab`, `ab`},
		"another order":      {`"kind":"item.stored","ordinal":1`, `"ordinal":1,"kind":"item.stored"`},
		"an empty member":    {`"counts":{"items":2}`, `"counts":{}`},
		"two facts":          {`"}}`, `"}}{}`},
	} {
		bad := strings.Replace(factText, c[0], c[1], 1)
		if bad == factText {
			t.Fatalf("%s: the case changes nothing", name)
		}
		if _, err := Decode([]byte(bad)); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Decode(bytes.Repeat([]byte(" "), MaxFact+1)); err == nil {
		t.Error("reads any size")
	}
}

// naive is RFC 6962 2.1 as it is written there.
func naive(leaves [][32]byte) [32]byte {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0][:]...))
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := naive(leaves[:k]), naive(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

func TestThreeWaysToARoot(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 70).Draw(rt, "leaves")
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			var out []tlog.Hash
			for _, i := range indexes {
				out = append(out, stored[i])
			}
			return out, nil
		})
		var leaves [][32]byte
		var tree Tree
		for i := range n {
			leaf := sha256.Sum256([]byte{byte(i), rapid.Byte().Draw(rt, "leaf")})
			if int64(len(stored)) != StoredCount(int64(i)) {
				rt.Fatalf("%d hashes stored before record %d", len(stored), i)
			}
			more, err := StoredHashes(int64(i), leaf, reader)
			if err != nil {
				rt.Fatal(err)
			}
			stored = append(stored, more...)
			leaves = append(leaves, leaf)
			tree.Add(leaf)
		}
		root, err := Root(int64(n), reader)
		if err != nil {
			rt.Fatal(err)
		}
		want := naive(leaves)
		if tree.Size() != int64(n) || root != want || tree.Root() != want {
			rt.Fatalf("%d leaves: stored %x, passing %x, naive %x", n, root, tree.Root(), want)
		}
		batch, err := BatchRoot(leaves)
		if (err == nil) != (n > 0) || err == nil && batch != want {
			rt.Fatalf("batch %x, %v", batch, err)
		}
	})
	var one Tree
	one.Add(hash32(leafHex))
	if one.Root() != hash32(rootHex) {
		t.Errorf("root of one %x", one.Root())
	}
}

func TestYesterdaysCheckpoint(t *testing.T) {
	cp := Checkpoint{"kept/larkspur", 1, hash32(rootHex), 1700000000000000}
	key, err := VerifierKey("kept/larkspur", seed())
	if err != nil || key != logKey {
		t.Fatal(key, err)
	}
	b, err := Sign(seed(), cp)
	if err != nil || string(b) != signedCP {
		t.Fatalf("%s %v", b, err)
	}
	got, err := Open(logKey, []byte(signedCP))
	if err != nil || got != cp {
		t.Errorf("%+v %v", got, err)
	}
	for i := range len(signedCP) * 8 {
		bad := []byte(signedCP)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := Open(logKey, bad); err == nil {
			t.Errorf("bit %d of byte %d (%q) does not count", i%8, i/8, signedCP[i/8])
		}
	}
	other, err := VerifierKey("kept/larkspur", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, []byte(signedCP)); kept.KindOf(err) != kept.Invalid {
		t.Errorf("opens with another key: %v", err)
	}
	witness, err := Sign(make([]byte, 32), cp)
	if err != nil {
		t.Fatal(err)
	}
	cosigned := signedCP + string(witness[bytes.LastIndex(witness, []byte("\n\n"))+2:])
	if got, err := Open(logKey, []byte(cosigned)); err != nil || got != cp {
		t.Errorf("a witness's signature is in the way: %v", err)
	}
}

// What the log's own key signed is still no checkpoint when it is written another way.
func TestOpenRefusesOtherSpellings(t *testing.T) {
	if _, err := Open(logKey, []byte(strings.Replace(signedCP, "ZAY=\n", "ZAZ=\n", 1))); kept.KindOf(err) != kept.Invalid {
		t.Errorf("a signature with spare bits: %v", err)
	}
	v, err := verifier(logKey)
	if err != nil {
		t.Fatal(err)
	}
	text := signedCP[:strings.Index(signedCP, "\n\n")+1]
	for name, c := range map[string][2]string{
		"another origin":  {"kept/larkspur", "kept/other"},
		"a signed size":   {"\n1\n", "\n+1\n"},
		"a padded size":   {"\n1\n", "\n01\n"},
		"a negative size": {"\n1\n", "\n-1\n"},
		"no size":         {"\n1\n", "\n\n"},
		"a short root":    {"Axzlhk+Z", ""},
		"spare root bits": {"bjvk=", "bjvl="},
		"another zone":    {"22:13:20Z", "23:13:20+01:00"},
		"a date":          {"2023-11-14T22:13:20Z", "2023-11-14"},
		"no instant":      {"2023-11-14T22:13:20Z", "-"},
		"no extension":    {"at 2023-11-14T22:13:20Z\n", ""},
		"one more line":   {"20Z\n", "20Z\nmore\n"},
	} {
		other := strings.Replace(text, c[0], c[1], 1)
		if other == text {
			t.Fatalf("%s: the case changes nothing", name)
		}
		signed, err := note.Sign(&note.Note{Text: other}, signer{v, ed25519.NewKeyFromSeed(seed())})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(logKey, signed); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, key := range []string{"", "x", strings.ToUpper(logKey), strings.Replace(logKey, "+720c1aad+", "+720C1AAD+", 1), logKey + "\n"} {
		if _, err := Open(key, []byte(signedCP)); kept.KindOf(err) != kept.Invalid {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	good := Checkpoint{"kept/larkspur", 1, [32]byte{}, 1}
	for name, c := range map[string]struct {
		seed []byte
		cp   Checkpoint
	}{
		"a short seed":        {seed()[:31], good},
		"no seed":             {nil, good},
		"a name with a blank": {seed(), Checkpoint{"kept larkspur", 1, [32]byte{}, 1}},
		"a name with a plus":  {seed(), Checkpoint{"kept+larkspur", 1, [32]byte{}, 1}},
		"no name":             {seed(), Checkpoint{"", 1, [32]byte{}, 1}},
		"a negative size":     {seed(), Checkpoint{"kept/larkspur", -1, [32]byte{}, 1}},
		"no instant":          {seed(), Checkpoint{"kept/larkspur", 1, [32]byte{}, 0}},
	} {
		if b, err := Sign(c.seed, c.cp); err == nil {
			t.Errorf("%s: signed %q", name, b)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(factText))
	f.Fuzz(func(t *testing.T, b []byte) {
		fact, err := Decode(b)
		if err != nil {
			return
		}
		if again, err := Encode(fact); err != nil || !bytes.Equal(again, b) {
			t.Errorf("a fact does not come back as it was: %v", err)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte(signedCP))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := Open(logKey, b); err == nil && c.text() != signedCP[:strings.Index(signedCP, "\n\n")+1] {
			t.Errorf("a forged checkpoint opens: %+v", c)
		}
	})
}
