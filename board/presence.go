package board

import (
	"kept"
	"kept/installation"
	"kept/kernel"
	"kept/ledger"
)

// Presence says what an installation is taken for, and why.
type Presence struct {
	Is         installation.Believed   `json:"is"`
	Says       Saying                  `json:"says"`
	Confidence installation.Confidence `json:"confidence"`
	Because    []Sign                  `json:"because"`
	Against    []Sign                  `json:"against,omitempty"`
	Settles    []Saying                `json:"settles,omitempty"` // what would settle it
}

// Sign is something that was heard of an installation.
type Sign struct {
	At         kept.Time               `json:"at"`
	Says       Saying                  `json:"says"`
	From       Saying                  `json:"from"`
	Confidence installation.Confidence `json:"confidence"`
	Fact       kept.ID                 `json:"fact"`
}

// beliefs and settles are what an installation is taken for, and what would settle it, in words.
var (
	beliefs = map[installation.Believed]string{
		installation.IsThere: "It is there.", installation.InDoubt: "Nobody knows whether it is there. It is treated as if it were; a person is asked.",
		installation.Leaves: "It is being uninstalled.", installation.IsGone: "It is gone.",
	}
	settles = map[installation.Settles]string{
		installation.ByToken: "a valid token, which proves that it is there", installation.ByPerson: "a person who knows",
		installation.ByTime: "time: the uninstall takes effect", installation.ByReinstall: "another installation on the same site, which proves that this one is over",
	}
)

// origins are who said something of an installation, or from what it was concluded.
var origins = map[string]string{
	"installed": "a signed call of Atlassian's", "token": "a signed token", "upgraded": "a signed call of Atlassian's", "signal": "a signed call of Atlassian's",
	"signature": "a signed call of Atlassian's", "key": "the key of the host", "host": "the key of the host", "enrolled": "the key of the host",
	"person": "a person", "licence": "the licence in a signed token", "reinstalled": "another installation on the same site", "silence": "silence",
	"site-import": "another tenant at the same address",
	"marketplace": "the Marketplace",
}

func presenceOf(v *kernel.View, i installation.Installation) (p Presence, err error) {
	var heard []installation.Heard
	err = v.Each(func(scan func(...any) error) error {
		var id kept.ID
		var body []byte
		if err := scan(&id, &body); err != nil {
			return err
		}
		f, err := ledger.Decode(body)
		if h, speaks := installation.HeardIn(id, f); speaks && err == nil {
			heard = append(heard, h)
		}
		return err
	}, `SELECT id, body FROM fact WHERE scope = $1 AND (kind LIKE 'installation.%' OR kind LIKE 'presence.%' OR kind = 'licence.told') AND body IS NOT NULL ORDER BY ordinal`, i.Scope().String())
	b := installation.Believe(i, heard, v.Now())
	p = Presence{Is: b.Is, Says: Say(beliefs[b.Is]), Confidence: b.Confidence, Because: signs(b.Because), Against: signs(b.Against)}
	for _, s := range b.Settles {
		p.Settles = append(p.Settles, Say(settles[s]))
	}
	return p, err
}

func signs(heard []installation.Heard) []Sign {
	out := []Sign{}
	for _, h := range heard {
		from, known := origins[h.By]
		if !known {
			from = origins["installed"]
		}
		out = append(out, Sign{h.At, happened(h.Kind, ""), Say(from), h.Confidence, h.Fact})
	}
	return out
}
