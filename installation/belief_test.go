package installation

import (
	"slices"
	"testing"

	"kept"
)

func TestBelieve(t *testing.T) {
	sign := func(kind kept.FactKind, by string) Heard {
		h, _ := HeardIn("", kept.Fact{Kind: kind, Words: map[string]string{"by": by}})
		return h
	}
	installed, token := sign(kept.FactInstalled, "installed"), sign(kept.FactSeen, "token")
	asked, signal := sign(kept.FactAsked, "silence"), sign(kept.FactUninstalled, "signal")
	left, effect := sign(kept.FactUninstalled, "reinstalled"), sign(kept.FactEffective, "person")
	gone := Heard{Kind: kept.FactAnswered, By: "person", Answer: Gone, Confidence: Claimed}
	there := Heard{Kind: kept.FactAnswered, By: "person", Answer: There, Confidence: Claimed}
	for name, c := range map[string]struct {
		i          Installation
		heard      []Heard
		is         Believed
		confidence Confidence
		because    []Heard
		against    []Heard
	}{
		"a token":              {Installation{State: kept.Installed}, []Heard{installed, token}, IsThere, Proven, []Heard{token}, nil},
		"a person":             {Installation{State: kept.Installed}, []Heard{installed, asked, there}, IsThere, Claimed, []Heard{there}, nil},
		"silence":              {Installation{State: kept.Installed, Questioned: 5}, []Heard{installed, token, asked}, InDoubt, Inferred, []Heard{token}, []Heard{asked}},
		"a signal":             {Installation{State: kept.Uninstalled, Effective: 20}, []Heard{installed, signal}, Leaves, Proven, []Heard{signal}, nil},
		"the effect by itself": {Installation{State: kept.Uninstalled, Effective: 10}, []Heard{installed, signal}, IsGone, Inferred, []Heard{signal}, nil},
		"a person's effect":    {Installation{State: kept.Uninstalled, Effective: 9}, []Heard{token, asked, gone, left, effect}, IsGone, Claimed, []Heard{asked, gone, left, effect}, nil},
		"pruned facts":         {Installation{State: kept.Installed}, nil, IsThere, Inferred, nil, nil},
	} {
		b := Believe(c.i, c.heard, 10)
		if b.Is != c.is || b.Confidence != c.confidence || !slices.Equal(b.Because, c.because) || !slices.Equal(b.Against, c.against) {
			t.Errorf("%s: %+v", name, b)
		}
		if (b.Settles == nil) != (b.Is == IsThere) {
			t.Errorf("%s: settled by %v", name, b.Settles)
		}
	}
}
