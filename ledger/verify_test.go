package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"kept"
)

// scene is a log of five facts of two scopes, its checkpoint, and who sees what.
type scene struct {
	facts  [][]byte
	closed map[int]bool
}

func newScene(t testing.TB) scene {
	var s scene
	for _, f := range []struct {
		scope   kept.Scope
		ordinal int64
		kind    kept.FactKind
	}{
		{kept.VendorScope, 1, kept.FactPolicyLoaded},
		{kept.Scope{Installation: scope}, 2, kept.FactStored}, // order of integration is evidence of nothing
		{kept.Scope{Installation: scope}, 1, kept.FactInstalled},
		{kept.VendorScope, 2, kept.FactEpochOpened},
		{kept.Scope{Installation: scope}, 3, kept.FactStored},
	} {
		b, err := Encode(kept.Fact{Kind: f.kind, Scope: f.scope, Ordinal: f.ordinal, At: 1700000000000000, Role: kept.ClockRole})
		if err != nil {
			t.Fatal(err)
		}
		s.facts = append(s.facts, b)
	}
	return s
}

func (s scene) blind(i int) [16]byte { return [16]byte{byte(i)} }

func (s scene) checkpoint(t testing.TB, size int) []byte {
	t.Helper()
	var tree Tree
	for i := range size {
		tree.Add(Leaf(s.blind(i), s.facts[i]))
	}
	cp, err := Sign(seed(), Checkpoint{"kept/larkspur", tree.Size(), tree.Root(), 1700000000000000})
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

func (s scene) bundle(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	b, err := NewBundle(&out, s.checkpoint(t, len(s.facts)), logKey)
	if err != nil {
		t.Fatal(err)
	}
	for i, fact := range s.facts {
		if s.closed[i] {
			err = b.Closed(Leaf(s.blind(i), fact))
		} else {
			err = b.Opened(s.blind(i), fact)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestVerifyReports(t *testing.T) {
	s := newScene(t)
	r, err := Verify(iotest.OneByteReader(bytes.NewReader(s.bundle(t))), logKey+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint.Size != 5 || r.Key != logKey || !r.KeyKnown || r.Opened != 5 || r.Closed != 0 || r.Unexplained != 0 ||
		r.Kinds[kept.FactStored] != 2 || r.Kinds[kept.FactInstalled] != 1 || len(r.Kinds) != 4 {
		t.Errorf("%+v", r)
	}
	want := []Ordinals{{Scope: kept.Scope{Installation: scope}, Facts: 3, Last: 3}, {Scope: kept.VendorScope, Facts: 2, Last: 2}}
	if len(r.Scopes) != 2 || !sameOrdinals(r.Scopes[0], want[0]) || !sameOrdinals(r.Scopes[1], want[1]) {
		t.Errorf("%+v", r.Scopes)
	}
	if r, err := Verify(bytes.NewReader(s.bundle(t)), ""); err != nil || r.KeyKnown {
		t.Errorf("without a known key: %+v, %v", r, err)
	}
}

func sameOrdinals(a, b Ordinals) bool {
	return a.Scope == b.Scope && a.Facts == b.Facts && a.Last == b.Last && a.Missing == b.Missing && len(a.Gaps) == len(b.Gaps)
}

func TestVerifyReportsGaps(t *testing.T) {
	s := newScene(t)
	s.closed = map[int]bool{1: true, 3: true}
	r, err := Verify(bytes.NewReader(s.bundle(t)), logKey)
	if err != nil || r.Opened != 3 || r.Closed != 2 || r.Unexplained != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	if o := r.Scopes[0]; o.Missing != 1 || len(o.Gaps) != 1 || o.Gaps[0] != (Gap{2, 2}) || o.Last != 3 {
		t.Errorf("%+v", o)
	}

	s = newScene(t)
	s.facts = append(s.facts[:1:1], s.facts[2:]...) // the log itself lacks the scope's second fact
	r, err = Verify(bytes.NewReader(s.bundle(t)), logKey)
	if err != nil || r.Unexplained != 1 || r.Scopes[0].Gaps[0] != (Gap{2, 2}) {
		t.Errorf("a missing fact: %+v %v", r, err)
	}

	for _, high := range []int64{1 << 52, 1<<53 - 1} {
		s = newScene(t)
		for i := range 6 { // ordinals of hostile height, two apart so that runs do not join
			b, err := Encode(kept.Fact{Kind: kept.FactAlarm, Ordinal: high - int64(2*i), At: 1, Role: kept.ClockRole})
			if err != nil {
				t.Fatal(err)
			}
			s.facts = append(s.facts, b)
		}
		if r, err = Verify(bytes.NewReader(s.bundle(t)), logKey); err != nil || r.Unexplained <= 0 || len(r.Scopes[1].Gaps) != 6 {
			t.Errorf("high ordinals: %+v %v", r, err)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	s := newScene(t)
	good := string(s.bundle(t))
	lines := strings.SplitAfter(good, "\n")
	otherKey, err := VerifierKey("kept/larkspur", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	twice := newScene(t)
	twice.facts = append(twice.facts, twice.facts[4])
	strange := newScene(t)
	strange.facts[2] = []byte(`{"at":1,"kind":"item.sold","ordinal":1,"role":"clock","scope":"vendor","v":1}`)
	leaf4 := Leaf(s.blind(4), s.facts[4])
	otherLeaf := strings.Replace(good, hex.EncodeToString(leaf4[:]), strings.Repeat("00", 32), 1)
	closed := newScene(t)
	closed.closed = map[int]bool{4: true}
	closedWrong := strings.Replace(string(closed.bundle(t)), hex.EncodeToString(leaf4[:]), strings.Repeat("00", 32), 1)

	for name, c := range map[string]struct{ bundle, key, says string }{
		"nothing":              {"", logKey, "line 1"},
		"another known key":    {good, otherKey, "another key"},
		"no key at all":        {good, "x", "another key"},
		"a cut last line":      {good[:len(good)-1], logKey, "line 6, index 4"},
		"a missing last leaf":  {strings.Join(lines[:5], ""), logKey, "4 leaves"},
		"a missing first leaf": {lines[0] + strings.Join(lines[2:], ""), logKey, "line 2, index 0"},
		"one leaf too many":    {good + `{"i":5,"leaf":"` + strings.Repeat("00", 32) + "\"}\n", logKey, "more leaves"},
		"swapped leaves":       {lines[0] + lines[2] + lines[1] + strings.Join(lines[3:], ""), logKey, "line 2, index 0"},
		"an empty line":        {lines[0] + "\n" + strings.Join(lines[1:], ""), logKey, "line 2, index 0"},
		"a blank":              {strings.Replace(good, `{"i":2,`, `{"i": 2,`, 1), logKey, "line 4, index 2"},
		"an endless line":      {lines[0] + strings.Repeat("a", maxLine+1), logKey, "line 2, index 0"},
		"an endless head":      {strings.Repeat("a", maxLine+1), logKey, "line 1"},
		"another leaf":         {otherLeaf, logKey, "line 6, index 4"},
		"another closed leaf":  {closedWrong, logKey, "root"},
		"an ordinal twice":     {string(twice.bundle(t)), logKey, "index 5: ordinal 3"},
		"an unknown fact":      {string(strange.bundle(t)), logKey, "line 4, index 2"},
	} {
		_, err := Verify(strings.NewReader(c.bundle), c.key)
		if kept.KindOf(err) != kept.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Verify(iotest.TimeoutReader(strings.NewReader(good+good)), logKey); err == nil {
		t.Error("a reader that fails is a bundle that ends")
	}
	if _, err := NewBundle(failing{}, nil, logKey); err == nil {
		t.Error("a writer that fails goes unnoticed")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestEveryBitOfABundleCounts(t *testing.T) {
	s := newScene(t)
	s.closed = map[int]bool{3: true}
	good := s.bundle(t)
	head := bytes.IndexByte(good, '\n') + 1 // only the first line is read differently without a known key
	for key, size := range map[string]int{logKey: len(good), "": head} {
		for i := range size * 8 {
			bad := bytes.Clone(good)
			bad[i/8] ^= 1 << (i % 8)
			if _, err := Verify(bytes.NewReader(bad), key); err == nil {
				t.Fatalf("key %q: bit %d of byte %d (%q) does not count", key, i%8, i/8, good[i/8])
			}
		}
	}
}

func FuzzVerify(f *testing.F) {
	s := newScene(f)
	s.closed = map[int]bool{3: true}
	f.Add(s.bundle(f))
	all := newScene(f)
	f.Add(all.bundle(f))
	signed := s.checkpoint(f, len(s.facts))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Verify(bytes.NewReader(b), logKey)
		if err != nil {
			return
		}
		if want, _ := Open(logKey, signed); r.Checkpoint != want || r.Opened+r.Closed != want.Size {
			t.Errorf("a forged bundle verifies: %+v", r)
		}
	})
}
