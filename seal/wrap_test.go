package seal

import (
	"bytes"
	"encoding/hex"
	"testing"

	"kept"
)

func TestYesterdaysWrappedKeysOpen(t *testing.T) {
	epoch := key(t, Epoch, "epc_eaqseizeeutcokbjfivsyljof4", 9, 0x55)
	ref := Ref{Cohort, "coh_aaaqeayeaudaocajbifqydiob4", 7}
	got, err := Unwrap(epoch, ref, scope, unhex(wrapped))
	if err != nil || !got.Equal(key(t, Cohort, ref.ID, 7, 0x66)) {
		t.Fatal(got, err)
	}
	for i := range len(unhex(wrapped)) * 8 {
		bad := unhex(wrapped)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := Unwrap(epoch, ref, scope, bad); err == nil {
			t.Fatalf("bit %d does not count", i)
		}
	}
	for name, c := range map[string]struct {
		parent Key
		ref    Ref
		scope  string
	}{
		"another parent's bytes":      {key(t, Epoch, epoch.ref.ID, 9, 0x56), ref, scope},
		"another parent's id":         {key(t, Epoch, "epc_aaaqeayeaudaocajbifqydiob4", 9, 0x55), ref, scope},
		"another parent's generation": {key(t, Epoch, epoch.ref.ID, 8, 0x55), ref, scope},
		"another kind":                {epoch, Ref{Class, classID, 7}, scope},
		"another child":               {epoch, Ref{Cohort, "coh_eaqseizeeutcokbjfivsyljof4", 7}, scope},
		"another generation":          {epoch, Ref{Cohort, ref.ID, 8}, scope},
		"another scope":               {epoch, ref, "vendor"},
	} {
		if _, err := Unwrap(c.parent, c.ref, c.scope, unhex(wrapped)); err == nil {
			t.Errorf("%s: opens", name)
		}
	}
}

func TestWhoWrapsWhom(t *testing.T) {
	const tail = "_aaaqeayeaudaocajbifqydiob4"
	all := []Kind{Class, Ratchet, Unit, Cohort, Index, Epoch}
	for _, p := range all {
		for _, c := range all {
			parent := NewKey(Ref{p, kept.ID(p.Prefix() + tail), 1})
			child := NewKey(Ref{c, kept.ID(c.Prefix() + tail), 2})
			want := p == Epoch && (c == Class || c == Ratchet || c == Cohort || c == Index) || p == Cohort && c == Unit
			b, err := Wrap(parent, child, scope)
			if (err == nil) != want {
				t.Errorf("%s under %s: %v", c.Prefix(), p.Prefix(), err)
				continue
			}
			if !want {
				continue
			}
			if got, err := Unwrap(parent, child.Ref(), scope, b); err != nil || !got.Equal(child) {
				t.Errorf("%s under %s does not come back: %v", c.Prefix(), p.Prefix(), err)
			}
		}
	}
	if _, err := Wrap(Key{}, NewKey(Ref{Class, classID, 1}), scope); err == nil {
		t.Error("wraps under no key")
	}
	if _, err := Wrap(NewKey(Ref{Epoch, "epc" + tail, 1}), Key{}, scope); err == nil {
		t.Error("wraps no key")
	}
}

func TestRatchet(t *testing.T) {
	const id = "rat_aaaqeayeaudaocajbifqydiob4"
	chain := key(t, Ratchet, id, 100, 0x77)
	days := map[uint32]string{
		100: "960f61c9a8e0a4c2eef536168d754b85162c04f92899723aafeefe503444c820",
		101: "6f1ec406f14da847428144f9093f6840e9b3e6d3bf54aa5fa88274608cb54d11",
		102: "1922c94aae0092ce26bd4e339ed719035d53bf56432b92c7fd7381ff0b91f7d4",
	}
	for day, want := range days {
		k, err := DayKey(chain, day)
		if err != nil || hex.EncodeToString(k.bytes()) != want || k.Ref() != (Ref{Day, id, day}) {
			t.Errorf("day %d: %v, %v", day, k, err)
		}
	}
	moved, err := Advance(chain, 102)
	if err != nil || hex.EncodeToString(moved.bytes()) != "dbbc9f69359e707a9fe85179c59b23ace6c6ee42d65196fd1ca359e7dd4ae25b" {
		t.Fatal(moved, err)
	}
	if k, err := DayKey(moved, 102); err != nil || hex.EncodeToString(k.bytes()) != days[102] {
		t.Errorf("a moved chain gives another key: %v", err)
	}
	if same, err := Advance(moved, 102); err != nil || !same.Equal(moved) {
		t.Errorf("no step is a step: %v", err)
	}
	for name, err := range map[string]error{
		"a past day's key": second(DayKey(moved, 101)),
		"a step back":      second(Advance(moved, 101)),
	} {
		if kept.KindOf(err) != kept.Late {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := second(DayKey(chain, 100+maxSteps+1)); kept.KindOf(err) != kept.Invalid {
		t.Errorf("a century ahead: %v", err)
	}
	if err := second(DayKey(NewKey(Ref{Class, classID, 1}), 1)); err == nil {
		t.Error("a class key is a chain")
	}
}

func second(_ Key, err error) error { return err }

func TestBlindIndex(t *testing.T) {
	k := key(t, Index, "idx_aaaqeayeaudaocajbifqydiob4", 1, 0x88)
	got, err := BlindIndex(k, "account", "5b10:ac")
	const want = "48d7c43383af06f97b460b24d31adfdfd921b6d4c181ef26d0a6805b13522294"
	if err != nil || hex.EncodeToString(got[:]) != want {
		t.Errorf("%x, %v", got, err)
	}
	for name, parts := range map[string][2]string{
		"another what": {"login", "5b10:ac"}, "another value": {"account", "5b10:ad"}, "a shifted boundary": {"account5", "b10:ac"},
	} {
		if other, err := BlindIndex(k, parts[0], parts[1]); err != nil || other == got {
			t.Errorf("%s: the same index, %v", name, err)
		}
	}
	if _, err := BlindIndex(NewKey(Ref{Class, classID, 1}), "account", "x"); err == nil {
		t.Error("a class key makes an index")
	}
}

func TestRing(t *testing.T) {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i)
	}
	const text = `{"kept-ring":1,"generation":3,"log":{"name":"kept/larkspur","key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},` +
		`"epochs":[{"id":"epc_aaaqeayeaudaocajbifqydiob4","generation":8,"key":"VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU="},` +
		`{"id":"epc_eaqseizeeutcokbjfivsyljof4","generation":9,"key":"VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU="}]}` + "\n"
	ring := Ring{3, NewLogKey("kept/larkspur", seed), []Key{
		key(t, Epoch, "epc_aaaqeayeaudaocajbifqydiob4", 8, 0x55), key(t, Epoch, "epc_eaqseizeeutcokbjfivsyljof4", 9, 0x55)}}
	b, err := ring.Marshal()
	if err != nil || string(b) != text {
		t.Fatalf("%s %v", b, err)
	}
	got, err := ParseRing([]byte(text))
	if err != nil || got.Generation != 3 || got.Log.Name() != ring.Log.Name() || !bytes.Equal(got.Log.Seed(), seed[:]) ||
		len(got.Epochs) != 2 || !got.Epochs[0].Equal(ring.Epochs[0]) || !got.Epochs[1].Equal(ring.Epochs[1]) {
		t.Fatalf("%v %v", got, err)
	}

	for name, c := range map[string][2]string{
		"another version":      {`"kept-ring":1`, `"kept-ring":2`},
		"no generation":        {`"generation":3`, `"generation":0`},
		"an unknown member":    {`"generation":3`, `"generation":3,"x":1`},
		"a doubled member":     {`"generation":3`, `"generation":2,"generation":3`},
		"another case":         {`"log"`, `"LOG"`},
		"a short seed":         {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AAEC"},
		"a name with a blank":  {"kept/larkspur", "kept larkspur"},
		"a wrong id":           {"epc_aaaqeayeaudaocajbifqydiob4", "cls_aaaqeayeaudaocajbifqydiob4"},
		"an id twice":          {"epc_eaqseizeeutcokbjfivsyljof4", "epc_aaaqeayeaudaocajbifqydiob4"},
		"falling generations":  {`"generation":9`, `"generation":7`},
		"a short key":          {"VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU=", "VVVV"},
		"a key of zeros":       {"VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"something at the end": {"}]}\n", "}]}\n{}"},
		"a cut":                {"}]}\n", "}]"},
	} {
		bad := bytes.Replace([]byte(text), []byte(c[0]), []byte(c[1]), 1)
		if bytes.Equal(bad, []byte(text)) {
			t.Fatalf("%s: the case changes nothing", name)
		}
		if _, err := ParseRing(bad); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseRing(make([]byte, MaxRing+1)); err == nil {
		t.Error("reads any size")
	}
	if _, err := (Ring{Generation: 1, Log: ring.Log}).Marshal(); err == nil {
		t.Error("writes a ring without epochs")
	}
}

func FuzzRing(f *testing.F) {
	r := Ring{1, NewLogKey("kept/larkspur", [32]byte(bytes.Repeat([]byte{1}, 32))), []Key{NewKey(Ref{Epoch, "epc_aaaqeayeaudaocajbifqydiob4", 1})}}
	b, err := r.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRing(b)
		if err != nil {
			return
		}
		if again, err := r.Marshal(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("a ring does not come back as it was: %v", err)
		}
	})
}
