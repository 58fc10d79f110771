// Package place keeps data where the policy promises that it is: it refuses to store or open it anywhere else, and to hand
// it to a recipient that stands elsewhere. It believes what the operator says of server and database, and no caller.
package place

import (
	"context"
	"slices"
	"sync"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/region"
)

const (
	noticedEvery = 24 * time.Hour
	// RememberedFor is how long it counts that a server stood somewhere.
	RememberedFor = 30 * 24 * time.Hour
)

// Place stands in the way of what would leave a promised region. Safe for concurrent use.
type Place struct {
	k      *kernel.Kernel
	policy *policy.Policy
	here   Standing

	mu   sync.Mutex
	seen kept.Time // when it was last written down that a server stands here
}

// Standing is where servers stand or stood, by country or cloud region in lower case, and in which time they were seen.
type Standing struct {
	Region, Database string
	Since, Seen      kept.Time
}

// New takes the operator's word for the regions of the server and its database; none for the database means the server's.
// Errors: Invalid for a region nobody knows, and for none where the policy promises one.
func New(k *kernel.Kernel, p *policy.Policy, g *gate.Gate, server, database string) (*Place, error) {
	if database == "" {
		database = server
	}
	for _, r := range []string{server, database} {
		if _, known := region.Country(r); !known && r != "" {
			return nil, kept.Errorf(kept.Invalid, "%q is not a region", r).WithHint("a country (de) or a cloud region (eu-central-1)")
		}
	}
	if promised := p.Regions(); server == "" && promised != nil {
		return nil, kept.Errorf(kept.Invalid, "the policy promises where data is, and nobody said where this server stands").
			WithHint("say --region, and --database-region if the database stands elsewhere; promised: %s", list(promised))
	}
	pl := &Place{k: k, policy: p, here: Standing{Region: server, Database: database}}
	g.Register("place", pl.veto)
	return pl, nil
}

// Refused are the promises because of whose region this server neither stores nor opens something, in order of reading.
func (pl *Place) Refused() (prs []*policy.Promise) {
	for _, pr := range pl.policy.Promises {
		stops := slices.ContainsFunc(pl.policy.Apps, func(a policy.App) bool {
			return slices.ContainsFunc(pl.policy.Categories, func(c policy.Category) bool {
				rules, _ := pl.policy.Rules(a.ID, c.Name)
				return slices.Contains(rules.Places, pr) && len(rules.Fields) > 0
			})
		})
		if stops && !Elsewhere(pr) && !pl.here.Fits(pr) {
			prs = append(prs, pr)
		}
	}
	return prs
}

// Notice writes down, once a day, that a server stands here, and forgets where nobody was seen for long.
func (pl *Place) Notice(ctx context.Context) error {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	if now := pl.k.Now(); pl.here.Region == "" || pl.seen != 0 && now.Sub(pl.seen) < noticedEvery {
		return nil
	}
	err := pl.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		notice(tx, pl.here)
		return nil
	})
	if err == nil {
		pl.seen = pl.k.Now()
	}
	return err
}

// veto is the engine of place.
func (pl *Place) veto(_ *kernel.View, q gate.Question) error {
	if !slices.Contains([]gate.Verb{gate.Put, gate.Log, gate.Read, gate.Review, gate.Arrive}, q.Verb) {
		return nil
	}
	rules, declared := pl.policy.Rules(q.App, q.Category)
	if !declared {
		return nil // whoever stores or reads has refused it
	}
	regions := pl.policy.Whereabouts(rules, q.App, q.Recipient)
	_, known := pl.policy.Recipient(q.Recipient)
	for _, r := range rules.Since(q.Stored) { // what was promised of it when it was stored goes on
		if err := mayBe(r, pl.here); err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := mayReach(r, regions); err != nil {
			return err
		}
	}
	return nil
}

func list(regions []string) string {
	regions = slices.Clone(regions)
	slices.Sort(regions)
	return words(slices.Compact(regions))
}
