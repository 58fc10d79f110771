package seal_test

import (
	"testing"

	"kept/seal"
)

func TestWhatHasTheShapeOfAnEnvelope(t *testing.T) {
	class := seal.NewKey(seal.Ref{Kind: seal.Class, ID: "cls_aaaaaaaaaaaaaaaaaaaaaaaaaa"})
	envelope, err := seal.Seal([]seal.Key{class}, seal.AD{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for says, c := range map[string]struct {
		bytes []byte
		want  bool
	}{
		"an envelope": {envelope, true}, "one byte less": {envelope[:len(envelope)-1], false}, "clear text": {append([]byte(`{"`), envelope...), false},
		"another version": {append([]byte{2}, envelope[1:]...), false}, "no key": {append([]byte{1, 0}, envelope[2:]...), false},
		"more keys than bytes": {append([]byte{1, 8}, envelope[2:]...), false}, "a unit first": {append([]byte{1, 1, byte(seal.Unit)}, envelope[3:]...), false},
	} {
		if seal.Shaped(c.bytes[:seal.HeadSize], len(c.bytes)) != c.want {
			t.Errorf("%s: %t", says, !c.want)
		}
	}
	if seal.Shaped(nil, 0) {
		t.Error("nothing is an envelope")
	}
}
