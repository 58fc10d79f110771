package installation

import (
	"kept"
	"kept/kernel"
)

// Confidence is how far a sign can be relied on.
type Confidence string

const (
	Proven   Confidence = "proven"   // signed by Atlassian or by the host's own key
	Claimed  Confidence = "claimed"  // said by somebody who should know: a person, the Marketplace
	Inferred Confidence = "inferred" // concluded here, from silence or from another sign
)

// confidences are those of signs that are not signed, by who or what they came from.
var confidences = map[string]Confidence{"person": Claimed, marketplace: Claimed, "reinstalled": Inferred, string(Silence): Inferred, string(Imported): Inferred}

func confidenceIn(by string) Confidence {
	if c, ok := confidences[by]; ok {
		return c
	}
	return Proven
}

// heard records a sign of where an installation stands, with how far it can be relied on.
func (in *Installations) heard(tx *kernel.Tx, i Installation, kind kept.FactKind, words map[string]string) {
	if words == nil {
		words = map[string]string{}
	}
	words["confidence"] = string(confidenceIn(words["by"]))
	tx.Record(kept.Fact{Kind: kind, Scope: i.Scope(), Words: words})
}
