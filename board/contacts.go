package board

import (
	"time"

	"kept/kernel"
	"kept/policy"
)

// askedDaily is after how long nobody can say any more whether Atlassian has forgotten somebody: the Marketplace is asked each day.
const askedDaily = 48 * time.Hour

func (s *state) readMarket(v *kernel.View) error {
	_, err := v.Row(`SELECT asked FROM marketplace`).Scan(&s.market)
	return err
}

// forgets adds, of a promise by which the Marketplace tells of contacts, whether those that Atlassian has forgotten go. It is at
// risk while some are stored and the Marketplace is not asked.
func (b *Board) forgets(s *state, pr *policy.Promise, j *Judged, covers func(app, category string) bool) (risk Saying) {
	if !pr.Params["via"].Has(policy.Marketplace) {
		return risk
	}
	gone := sum(s.receipts, covers, "contact-forgotten")
	j.saw(Evidence{Says: Say("erased because Atlassian has forgotten somebody"), Count: gone.n, Last: gone.last, Link: installations})
	silence := s.now.Sub(max(s.market, j.Exercised))
	if sum(s.items, covers, "").n > 0 && silence > askedDaily {
		risk = Say("the Marketplace was not asked for %s, so nobody learns whom Atlassian has forgotten", Length(silence))
	}
	return risk
}
