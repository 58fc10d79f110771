package demo

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	"kept"
	"kept/client"
	"kept/installation"
	"kept/policy"
	"kept/stage"
)

const (
	probeEvery = 150 // days; a confirmed address is believed for 180
	demanded   = 200 // the day on which an authority demands something
)

// chores are what the vendor's people do: publish, attest, probe the contacts.
func (y *year) chores(ctx context.Context, day int) error {
	if y.published != y.Server.Policy { // at the beginning, and whenever a version of the policy begins
		y.published = y.Server.Policy
		for _, d := range y.Server.Policy.Documents {
			if y.Server.Texts[d.ID] == nil {
				continue // its text is not at hand, so there is nothing to publish
			}
			if err := y.officer(ctx, "/v1/publications", map[string]string{"document": d.ID}, nil); err != nil {
				return err
			}
		}
	}
	for _, pr := range y.Server.Policy.Promises {
		var err error
		switch {
		case pr.Control == "attest" && day%attestEvery(pr) == 0:
			err = y.officer(ctx, "/v1/attestations", map[string]string{"promise": pr.ID}, nil)
		case pr.Control == "contact" && day%probeEvery == 0:
			err = y.probe(ctx, pr.ID)
		case pr.Control == "disclose" && day == demanded:
			err = y.disclose(ctx, pr)
		}
		if err != nil {
			return err
		}
	}
	if day%14 == 0 {
		return y.answers(ctx)
	}
	return nil
}

// answers is an operator who has written to each customer of whom nobody heard, and says that they are still there.
func (y *year) answers(ctx context.Context) error {
	bearer, err := y.As(ctx, kept.Operator)
	if err != nil {
		return err
	}
	var open struct {
		Questions []installation.Question `json:"questions"`
	}
	if err := y.Call(ctx, http.MethodGet, "/v1/questions", bearer, nil, &open); err != nil {
		return err
	}
	for _, q := range open.Questions {
		if err := y.Call(ctx, http.MethodPost, "/v1/installations/"+string(q.Installation)+"/presence", bearer, map[string]string{"answer": "there"}, nil); err != nil {
			return err
		}
	}
	return nil
}

// report lets the back end of each app of Forge's hand in the token of its daily trigger.
func (y *year) report(ctx context.Context) error {
	for _, app := range y.Server.Policy.Apps {
		if app.Forge == "" {
			continue
		}
		key, err := y.AppKey(ctx, app.ID)
		if err != nil {
			return err
		}
		if _, err := client.New(y.URL, key, y.HTTP).Report(ctx, y.Fake.System(app.ID)); err != nil {
			return err
		}
	}
	return nil
}

// disclose hands something of the vendor's own out in the first case that a promise names. Where it names none, or gives way
// to another one, that is refused, as it should be.
func (y *year) disclose(ctx context.Context, pr *policy.Promise) error {
	if !y.Server.Policy.Applies(pr, "") || len(y.Server.Policy.Categories) == 0 {
		return nil
	}
	occasion := append(pr.Params["only"].Words(), "curiosity")[0]
	err := y.officer(ctx, "/v1/disclosures", map[string]any{"case": occasion, "categories": []string{y.Server.Policy.Categories[0].Name}}, nil)
	var refused *stage.Problem
	if errors.As(err, &refused) && refused.Kind == kept.Denied {
		return nil
	}
	return err
}

// attestEvery is a little less than the interval the text promises, in days.
func attestEvery(pr *policy.Promise) int {
	every, ok := pr.Params["every"].Period()
	if !ok {
		return days
	}
	return max(1, int(every.Shortest().Hours()/24)*9/10)
}

func (y *year) officer(ctx context.Context, path string, body, answer any) error {
	bearer, err := y.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return y.Call(ctx, http.MethodPost, path, bearer, body, answer)
}

// probe sends a code to a contact's address; whoever reads there hands it back.
func (y *year) probe(ctx context.Context, promise string) error {
	var sent struct {
		Probe struct {
			ID string `json:"id"`
		} `json:"probe"`
		Code string `json:"code"`
	}
	if err := y.officer(ctx, "/v1/probes", map[string]string{"promise": promise}, &sent); err != nil {
		return err
	}
	bearer, err := y.As(ctx, kept.Support)
	if err != nil {
		return err
	}
	return y.Call(ctx, http.MethodPost, "/v1/probes/"+sent.Probe.ID+"/confirmation", bearer, map[string]string{"code": sent.Code}, nil)
}

// Breaks are the ways to tamper with the database from outside, as somebody on the machine could.
var Breaks = map[string]struct {
	day  int
	Says string // what was done, in words
	sql  string
}{
	"retention": {61, "the dates of what an uninstall erases are deleted from the database", `DELETE FROM due WHERE kind = 'retention.erase'`},
	"ledger": {200, "a recorded fact is rewritten in the database", `UPDATE fact SET body = CAST(REPLACE(CAST(body AS TEXT), '"late_us":0', '"late_us":7') AS BLOB)
		WHERE id = (SELECT id FROM fact WHERE kind = 'retention.erased' ORDER BY at LIMIT 1)`},
	"place": {355, "a server in us-east-1 takes part, over the same database", `INSERT INTO node (id, region, database_region, since, seen)
		SELECT 'nod_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'us-east-1', database_region, seen, seen FROM node LIMIT 1`},
	"purpose": {360, "somebody reads around the server, and a line of the log of reads gives the purpose away", `INSERT INTO entry (id, scope, class, at, kind, category, purpose, salt, envelope, batch)
		SELECT 'ent_aaaaaaaaaaaaaaaaaaaaaaaaaa', e.scope, e.class, e.at, 'read', e.category, 'advertising', e.salt, e.envelope, e.batch FROM entry e
		WHERE e.category = 'owner-settings' ORDER BY e.at DESC, e.id LIMIT 1`},
}

func (y *year) tamper(ctx context.Context, day int) error {
	b, asked := Breaks[y.Break]
	if !asked || b.day != day {
		return nil
	}
	d, err := sql.Open("sqlite", "file:"+y.database()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return kept.Errorf(kept.Internal, "tampering: %w", err)
	}
	defer d.Close()
	done, err := d.ExecContext(ctx, b.sql)
	if err != nil {
		return kept.Errorf(kept.Internal, "tampering: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return kept.Errorf(kept.Invalid, "under this policy there is nothing to tamper with in that way").WithHint("--break is made for the example, which is lived without --policy")
	}
	return nil
}
