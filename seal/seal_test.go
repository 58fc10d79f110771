package seal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept"
)

// The vectors were computed by another implementation of docs/formats.md §3 (Python, package cryptography).
const (
	classID  = "cls_aaaqeayeaudaocajbifqydiob4" // bytes 00 01 … 0f
	unit1    = "unt_eaqseizeeutcokbjfivsyljof4" // 20 …
	unit2    = "unt_4dq6fy7e4xtop2hj5lv6z3po54" // e0 …; as text it sorts before unit1
	itemID   = "itm_ibaueq2eivdeoscjjjfuytkoj4"
	scope    = "ins_mbqwey3emvtgo2djnjvwy3lon4"
	envelope = "010301000102030405060708090a0b0c0d0e0f0000000703202122232425262728292a2b2c2d2e2f0000000103e0e1e2e3e4e5e6e7e8e9eaebecedeeef00000002" +
		"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f" +
		"9278933bf9e451b08a1d03a6b7e5c47dcf24b9f84f054e1cba84aa8977181119" +
		"a0a1a2a3a4a5a6a7a8a9aaab056d8522b5ebc72330068e776a508b083a758fe21fdb0a"
	dayEnvelope = "010102000102030405060708090a0b0c0d0e0f00004e20" +
		"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f" +
		"b797e9a1f18871bb19551505cc39ce31f382a47c021b7d039785daf5bf5febe9" +
		"a0a1a2a3a4a5a6a7a8a9aaabafacae0095613315fafe71f97ff9addf"
	wrapped = "01a0a1a2a3a4a5a6a7a8a9aaab7d3220c5f0672d0b5a8bbd226395b669250b65478d3f06b3f196d959854661ac0772286e16b51d2a928626e9e7acdd9a"
)

func key(t testing.TB, kind Kind, id kept.ID, generation uint32, fill byte) Key {
	t.Helper()
	k, err := KeyOf(Ref{kind, id, generation}, bytes.Repeat([]byte{fill}, Size))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func threeKeys(t testing.TB) []Key {
	return []Key{key(t, Class, classID, 7, 0x11), key(t, Unit, unit1, 1, 0x22), key(t, Unit, unit2, 2, 0x33)}
}

var place = AD{Scope: scope, Category: "service-credentials", Item: itemID, Version: 5}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestYesterdaysEnvelopesOpen(t *testing.T) {
	got, err := Open(threeKeys(t), place, unhex(envelope))
	if err != nil || string(got) != "a value" {
		t.Errorf("class and units: %q, %v", got, err)
	}
	day := key(t, Day, "rat_aaaqeayeaudaocajbifqydiob4", 20000, 0x44)
	got, err = Open([]Key{day}, AD{"vendor", "operational-log", itemID, 0}, unhex(dayEnvelope))
	if err != nil || len(got) != 0 {
		t.Errorf("day: %q, %v", got, err)
	}
	refs, err := Refs(unhex(envelope))
	want := []Ref{{Class, classID, 7}, {Unit, unit1, 1}, {Unit, unit2, 2}}
	if err != nil || !slices.Equal(refs, want) {
		t.Errorf("refs %v, %v", refs, err)
	}
}

func TestDeriveKnownAnswer(t *testing.T) {
	keys, refs, err := ordered(threeKeys(t))
	if err != nil {
		t.Fatal(err)
	}
	salt := make([]byte, saltSize)
	for i := range salt {
		salt[i] = byte(0x80 + i)
	}
	item, commitment := derive(keys, refs, salt)
	const want = "118f00fb9a8b3fff0fcf84a7b2fe2bcaab1510b370aa31c1bf2bb4cbd46d557b9278933bf9e451b08a1d03a6b7e5c47dcf24b9f84f054e1cba84aa8977181119"
	if got := hex.EncodeToString(append(item, commitment...)); got != want {
		t.Errorf("okm %s, want %s", got, want)
	}
}

func TestEveryBitOfAnEnvelopeCounts(t *testing.T) {
	good := unhex(envelope)
	for i := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := Open(threeKeys(t), place, bad); err == nil {
			t.Fatalf("bit %d of byte %d does not count", i%8, i/8)
		}
	}
	for n := range good {
		if _, err := Open(threeKeys(t), place, good[:n]); err == nil {
			t.Fatalf("opens when cut to %d bytes", n)
		}
	}
	if _, err := Open(threeKeys(t), place, append(bytes.Clone(good), 0)); err == nil {
		t.Error("opens with a byte behind it")
	}
}

func TestOpenRefuses(t *testing.T) {
	k := threeKeys(t)
	otherBytes := key(t, Unit, unit1, 1, 0x23)
	otherGeneration := key(t, Unit, unit1, 2, 0x22)
	for name, c := range map[string]struct {
		keys []Key
		ad   AD
	}{
		"no keys":            {nil, place},
		"a missing unit":     {[]Key{k[0], k[1]}, place},
		"a missing class":    {[]Key{k[1], k[2]}, place},
		"swapped units":      {[]Key{k[0], k[2], k[1]}, place},
		"one key too many":   {append(slices.Clone(k), key(t, Unit, kept.NewID("unt", bytes.NewReader(bytes.Repeat([]byte{0xff}, 16))), 1, 9)), place},
		"other bytes":        {[]Key{k[0], otherBytes, k[2]}, place},
		"another generation": {[]Key{k[0], otherGeneration, k[2]}, place},
		"a zero key":         {[]Key{k[0], {}, k[2]}, place},
		"another scope":      {k, AD{"vendor", place.Category, itemID, 5}},
		"another category":   {k, AD{scope, "audit-log", itemID, 5}},
		"another item":       {k, AD{scope, place.Category, "itm_aaaqeayeaudaocajbifqydiob4", 5}},
		"an older version":   {k, AD{scope, place.Category, itemID, 4}},
		"shifted boundaries": {k, AD{scope + "s", place.Category[1:], itemID, 5}},
	} {
		got, err := Open(c.keys, c.ad, unhex(envelope))
		if err == nil || got != nil || kept.KindOf(err) != kept.Internal {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestSwappedReferencesDoNotOpen(t *testing.T) {
	b := unhex(envelope)
	first, second := bytes.Clone(b[23:44]), bytes.Clone(b[44:65])
	copy(b[23:], second)
	copy(b[44:], first)
	if _, err := Refs(b); err == nil {
		t.Error("units out of order have a shape")
	}
	k := threeKeys(t)
	if _, err := Open([]Key{k[0], k[2], k[1]}, place, b); err == nil {
		t.Error("units out of order open")
	}
}

// One who holds the keys can seal under a false commitment; who opens must not be led to a second reading of the bytes.
func TestAFalseCommitmentDoesNotOpen(t *testing.T) {
	keys, refs, err := ordered(threeKeys(t))
	if err != nil {
		t.Fatal(err)
	}
	salt := make([]byte, saltSize)
	item, commitment := derive(keys, refs, salt)
	aead, err := gcm(item)
	if err != nil {
		t.Fatal(err)
	}
	for _, flip := range []byte{0, 1} {
		commitment[0] ^= flip
		b := slices.Concat([]byte{version, 3}, refs, salt, commitment)
		b = aead.Seal(b, nil, []byte("x"), associated(refs, salt, commitment, place))
		if _, err := Open(keys, place, b); (err == nil) != (flip == 0) {
			t.Errorf("flipped by %d: %v", flip, err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	k := threeKeys(t)
	index := key(t, Index, "idx_aaaqeayeaudaocajbifqydiob4", 1, 1)
	strange := key(t, Class, "cls_aaaqeayeaudaocajbifqydiob5", 1, 1) // two spare bits set: a second text for the same bytes
	wrongPrefix := key(t, Class, unit1, 1, 1)
	many := []Key{k[0]}
	for i := range maxKeys {
		many = append(many, key(t, Unit, kept.NewID("unt", bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 16))), 1, 1))
	}
	for name, keys := range map[string][]Key{
		"no keys":         nil,
		"units only":      {k[1], k[2]},
		"two classes":     {k[0], key(t, Class, "cls_eaqseizeeutcokbjfivsyljof4", 1, 1)},
		"class and day":   {k[0], key(t, Day, "rat_aaaqeayeaudaocajbifqydiob4", 1, 1)},
		"a unit twice":    {k[0], k[1], k[1]},
		"two generations": {k[0], k[1], key(t, Unit, unit1, 2, 1)},
		"an index key":    {k[0], index},
		"nine keys":       many,
		"a zero key":      {{}},
		"a second text":   {strange},
		"a wrong prefix":  {wrongPrefix},
	} {
		if _, err := Seal(keys, place, []byte("x")); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
}

func TestSealOpens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.SliceOfN(rapid.Byte(), 16, 16), 0, maxKeys-1, func(b []byte) string { return string(b) }).Draw(rt, "units")
		keys := []Key{NewKey(Ref{Class, classID, rapid.Uint32().Draw(rt, "generation")})}
		for _, raw := range ids {
			keys = append(keys, NewKey(Ref{Unit, idOf(Unit, raw), 1}))
		}
		given := slices.Clone(rapid.Permutation(keys).Draw(rt, "order"))
		before := slices.Clone(given)
		ad := AD{rapid.String().Draw(rt, "scope"), rapid.String().Draw(rt, "category"), itemID, rapid.Uint64().Draw(rt, "version")}
		plain := rapid.SliceOf(rapid.Byte()).Draw(rt, "plain")
		env, err := Seal(given, ad, plain)
		if err != nil {
			rt.Fatal(err)
		}
		if !slices.Equal(given, before) {
			rt.Fatal("Seal reorders the caller's keys")
		}
		again, _ := Seal(given, ad, plain)
		if bytes.Equal(env, again) {
			rt.Fatal("two envelopes of one value are equal")
		}
		refs, err := Refs(env)
		if err != nil || len(refs) != len(keys) {
			rt.Fatal(refs, err)
		}
		var loaded []Key
		for _, r := range refs {
			loaded = append(loaded, keys[slices.IndexFunc(keys, func(k Key) bool { return k.Ref() == r })])
		}
		if got, err := Open(loaded, ad, env); err != nil || !bytes.Equal(got, plain) {
			rt.Fatal(got, err)
		}
		lost := rapid.IntRange(0, len(loaded)-1).Draw(rt, "lost")
		other := slices.Clone(loaded)
		other[lost] = NewKey(other[lost].Ref())
		if _, err := Open(other, ad, env); err == nil {
			rt.Fatal("opens without one of its keys")
		}
	})
}

func TestKeysShowNoBytes(t *testing.T) {
	k := key(t, Class, classID, 7, 0x5a)
	r := Ring{1, NewLogKey("kept/larkspur", [32]byte(bytes.Repeat([]byte{0x5a}, 32))), []Key{key(t, Epoch, "epc_aaaqeayeaudaocajbifqydiob4", 1, 0x5a)}}
	nested := struct {
		key  Key
		keys []Key
		m    map[string]Key
		ring Ring
	}{k, []Key{k}, map[string]Key{"k": k}, r}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%p"} {
		for _, x := range []any{k, &k, r, &r, r.Log, &r.Log, nested, &nested} {
			fmt.Fprintf(&out, verb+"\n", x)
		}
	}
	text := slog.New(slog.NewTextHandler(&out, nil))
	text.Info("x", "key", k, "ring", r, "log", r.Log, "p", &k, "nested", nested)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "key", k, "ring", r, "log", r.Log, "p", &k)
	for _, x := range []any{k, &k, r, r.Log, map[string]any{"k": k}} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	shown := strings.ToLower(out.String())
	for _, secret := range []string{"5a5a", "zzzz", "wlpa", "90 90", "90, 90", "132 132", "1011010 1011010", "0x5a"} {
		if strings.Contains(shown, secret) {
			i := strings.Index(shown, secret)
			t.Errorf("shows bytes of a key as %q: …%s", secret, shown[max(0, i-80):i+40])
		}
	}
	if !strings.Contains(shown, classID) {
		t.Error("does not name the key")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(unhex(envelope))
	f.Add(unhex(dayEnvelope))
	keys := threeKeys(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := Open(keys, place, b); err == nil && hex.EncodeToString(b) != envelope {
			t.Errorf("a forged envelope opens to %d bytes", len(got))
		}
	})
}

func FuzzRefs(f *testing.F) {
	f.Add(unhex(envelope))
	f.Add(unhex(dayEnvelope))
	f.Fuzz(func(t *testing.T, b []byte) {
		refs, err := Refs(b)
		if err != nil {
			return
		}
		var again []byte
		for _, r := range refs {
			if again, err = r.append(again); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, b[2:2+len(again)]) {
			t.Error("references do not give their bytes again")
		}
	})
}
