package simulate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/judge"
	"kept/policy"
	"kept/stage"
)

type act func(*life, context.Context, *customer, Step) ([]judge.Finding, error)

// acts are the steps there are. Those of an app are in use.go.
var acts map[string]act

func init() {
	acts = map[string]act{
		"arrive": arrive, "arrive-silently": arriveSilently, "installed-again": signal(judge.Installed), "upgrade": signal(judge.Upgraded),
		"leave": leave, "signal-left": signalLeft, "false-alarm": signal(judge.Uninstall), "ghost": ghost,
		"move": move, "effect": effect, "officer-purges": officerPurges, "staff": staff, "restart": restart,
		"kill": kill, "kill-tick": killTick, "fill": fill, "space": space, "database-restart": databaseRestart, "slip": slip,
		"restrict": restrict(true), "lift": restrict(false), "purge": purge(0), "purge-some": purge(1), "odd-purge": purge(2), "choose": choose, "odd-choose": choose, "unchoose": choose,
		"region-start": regionStart, "region-commit": regionEnd, "region-back": regionEnd, "region-late": regionEnd, "region-regret": regionRegret,
		"hasty": hasty, "sober": sober, "let-go": letGo, "say-over": sayOver, "unsay-over": sayOver, "put-parting": putParting, "let-forward": letGo, "come": come,
		"contract": contract, "late-contract": lateContract, "bad-hours": badHours,
		"deadlines": deadlines, "answer": answer,
		"hold": placeHold, "hold-item": placeHold, "odd-hold": placeHold, "renew": withHold(judge.Renew, http.MethodPut),
		"release": withHold(judge.Release, http.MethodDelete), "open-held": withHold(judge.Consult, http.MethodGet),
		"unsubscribe": unsubscribe, "resubscribe": resubscribe, "old-licence": oldLicence,
		"put": put, "odd-field": put, "odd-category": put, "empty": put, "overwrite": overwrite,
		"read": read, "odd-purpose": read, "foreign-read": read, "lost-item": read, "list": list,
		"delete": remove, "foreign-delete": remove, "review": review, "odd-review": review, "no-admin": trespass,
		"trigger": trigger, "close-account": closeAccount, "all-closed": callClosed, "none-closed": callClosed, "change-account": changeAccount,
		"say": say, "say-group": say, "say-back": say, "admin-delete": remove,
		"write": write, "write-crowd": write, "odd-line": write, "write-all": writeAll, "odd-lines": writeAll, "read-outside": readOutside, "staff-read": staffRead, "disclose": disclose, "put-about": put, "put-crowd": put,
	}
}

// settle is Atlassian's part of an installation.
func (l *life) settle(c *customer, s Step) {
	if c.there != nil {
		c.past = c.there
	}
	switch {
	case c.door == judge.Forge:
		c.there = l.Fake.Install(c.app.Forge, "PRODUCTION", c.site)
	case c.door == judge.Connect && c.tenant == nil:
		c.tenant = l.Fake.ConnectApp(c.app.Connect, c.app.Base, c.site)
		if s.N[1]%4 > 0 {
			c.tenant.Entitlement = c.licence(0)
		}
	case c.door == judge.Connect:
		l.rotate(c)
		c.tenant.Forge, c.wrapped = nil, nil
	}
	if c.door != judge.Forge {
		c.there = &fake.Installation{License: &fake.License{}} // only that it is there matters
	}
	l.pay(c, s)
	c.there.License.Active = !l.o.licences() || s.N[3]%6 > 0 // an installation that nobody pays for
}

// pay renews the licence: until today, or for up to three months.
func (l *life) pay(c *customer, s Step) {
	c.there.License.End = kept.StartOfDay(l.Clock.Now().Day()).Add(time.Duration(s.N[0]%4) * 30 * day)
}

func arrive(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	l.settle(c, s)
	return l.deliver(ctx, s, c, judge.Installed, c.there)
}

// arriveSilently is an installation whose signal is lost: the first token tells of it.
func arriveSilently(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	l.settle(c, s)
	return l.trade(ctx, s, c, c.there, kept.AppRuntime)
}

func signal(kind judge.Kind) act {
	return func(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
		if c.there == nil || kind == judge.Uninstall && c.door != judge.Forge { // where it is said by who has gone
			return nil, errSkipped
		}
		if c.door == judge.Connect && s.N[0]%2 == 0 {
			l.rotate(c)
		}
		return l.deliver(ctx, s, c, kind, c.there)
	}
}

// leave comes as often before the paid period is over as after it.
func leave(l *life, _ context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.there != nil {
		l.pay(c, s)
		c.past, c.there = c.there, nil
	}
	return nil, nil
}

func signalLeft(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.past == nil || c.door != judge.Forge && c.there != nil { // there it would speak of the life that goes on
		return nil, errSkipped
	}
	return l.deliver(ctx, s, c, judge.Uninstall, c.past)
}

// ghost is a token of an installation that has gone.
func ghost(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if c.past == nil {
		return nil, errSkipped
	}
	id, credentials, items := c.id, c.credentials, c.items
	found, err := l.trade(ctx, s, c, c.past, kept.AppRuntime)
	if c.there != nil && c.id != id { // a former installation's; the customer goes on as before
		c.id, c.credentials, c.items = id, credentials, items
	}
	return found, err
}

func effect(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	return l.bySomebody(ctx, c, s, kept.Operator, "/effect", judge.Effect)
}

func officerPurges(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	return l.bySomebody(ctx, c, s, kept.Officer, "/purge", judge.Purge)
}

func (l *life) bySomebody(ctx context.Context, c *customer, s Step, role kept.Role, path string, kind judge.Kind) ([]judge.Finding, error) {
	if c.id == "" {
		return nil, errSkipped
	}
	bearer, err := l.As(ctx, role)
	if err != nil {
		return nil, err
	}
	err = l.Call(ctx, http.MethodPost, "/v1/installations/"+string(c.id)+path, bearer, nil, nil)
	return l.told(ctx, s, judge.Event{Kind: kind, Installation: c.id}, err)
}

func restrict(restricted bool) act {
	return func(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
		bearer, found, err := l.as(ctx, s, c, kept.CustomerAdmin)
		if err != nil || len(found) > 0 {
			return found, err
		}
		err = l.Call(ctx, http.MethodPut, "/v1/installation/restriction", bearer, map[string]bool{"restricted": restricted}, nil)
		kind := judge.Lift
		if restricted {
			kind = judge.Restrict
		}
		return l.told(ctx, s, judge.Event{Kind: kind, Installation: c.id}, err)
	}
}

// purge asks for everything, for some categories, or for one that nobody declared.
func purge(what int) act {
	return func(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
		bearer, found, err := l.as(ctx, s, c, kept.CustomerAdmin)
		if err != nil || len(found) > 0 {
			return found, err
		}
		e := judge.Event{Kind: judge.Purge, Installation: c.id}
		switch what {
		case 1:
			for n, category := range l.o.Policy.Categories {
				if s.N[0]>>n&1 == 1 {
					e.Categories = append(e.Categories, category.Name)
				}
			}
		case 2:
			e.Categories = []string{oddCategory}
		}
		err = l.Call(ctx, http.MethodPost, "/v1/installation/purge", bearer, map[string][]string{"categories": e.Categories}, nil)
		return l.told(ctx, s, e, err)
	}
}

// choose is an admin who wants something kept longer or shorter: a length of time that the policy names, or a little more or
// less; or who leaves it to the policy again.
func choose(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.CustomerAdmin)
	if err != nil || len(found) > 0 {
		return found, err
	}
	e := judge.Event{Kind: judge.Choose, Installation: c.id, Category: oddCategory, From: []string{"entry", "entry", "uninstalled", "unsubscribed"}[s.N[1]%4]}
	if s.Act != "odd-choose" {
		e.Category = l.o.Policy.Categories[int(s.N[0])%len(l.o.Policy.Categories)].Name
	}
	if s.Act != "unchoose" {
		days := []int{1, 7, 13, 14, 15, 29, 30, 31, 59, 60, 61, 89, 90, 91, 180}
		e.Max = fmt.Sprintf("P%dD", days[int(s.N[2])%len(days)])
	}
	err = l.Call(ctx, http.MethodPut, "/v1/installation/retention", bearer, map[string]string{"category": e.Category, "from": e.From, "max": e.Max}, nil)
	return l.told(ctx, s, e, err)
}

// staff does what the vendor's people do: publish, attest, probe, and turn the epoch out of turn.
func staff(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	l.chores++
	for _, d := range l.o.Policy.Documents {
		if l.o.Texts[d.ID] != nil && l.chores == 1 {
			if err := l.officer(ctx, "/v1/publications", map[string]string{"document": d.ID}, nil); err != nil {
				return nil, err
			}
			l.controls["publish"]++
		}
	}
	for n, pr := range l.o.Policy.Promises {
		if ok, _ := pr.Engine(); !ok || (n+l.chores)%4 != 0 {
			continue
		}
		var err error
		switch pr.Control {
		case "attest":
			err = l.officer(ctx, "/v1/attestations", map[string]string{"promise": pr.ID}, nil)
		case "contact":
			err = l.probe(ctx, pr)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		l.controls[pr.Control]++
	}
	l.done[s.Act+" done"]++
	bearer, err := l.As(ctx, kept.Operator)
	if err != nil {
		return nil, err
	}
	var problem *stage.Problem
	if err = l.Call(ctx, http.MethodPost, "/v1/epochs", bearer, nil, nil); errors.As(err, &problem) && problem.Kind == kept.Conflict {
		err = nil // it turned less than an hour ago
	}
	return nil, err
}

func (l *life) officer(ctx context.Context, path string, body, answer any) error {
	bearer, err := l.As(ctx, kept.Officer)
	if err != nil {
		return err
	}
	return l.Call(ctx, http.MethodPost, path, bearer, body, answer)
}

func (l *life) probe(ctx context.Context, pr *policy.Promise) error {
	var sent struct {
		Probe struct {
			ID string `json:"id"`
		} `json:"probe"`
		Code string `json:"code"`
	}
	if err := l.officer(ctx, "/v1/probes", map[string]string{"promise": pr.ID}, &sent); err != nil {
		return err
	}
	return l.officer(ctx, "/v1/probes/"+sent.Probe.ID+"/confirmation", map[string]string{"code": sent.Code}, nil)
}

// purposes are those that the policy's promises name, for a category or at all.
func (l *life) purposes(category string) (out []string) {
	for _, pr := range l.o.Policy.Promises {
		if pr.Control == "purpose" && (category == "" || pr.Params["category"].Has(category) || pr.Params["category"].Has(policy.Every)) {
			out = append(out, pr.Params["purposes"].Words()...)
		}
	}
	slices.Sort(out)
	return append(slices.Compact(out), oddPurpose)
}

func query(name, value string) string { return "?" + name + "=" + url.QueryEscape(value) }
