package simulate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"kept"
	"kept/atlassian/fake"
	"kept/judge"
	"kept/policy"
	"kept/stage"
)

// planted is how everything begins that must never be found in a file: what is stored and its names, credentials of
// installations, keys of apps, sessions, and tokens of Atlassian's.
var planted = []string{"kept-marker-", "kept_ins_", "kept_app_", "kept_ses_", "kept_dcx_", "kept_enr_", "eyJhbGciOi", "fake-system-"}

// life is a simulation while it runs.
type life struct {
	*stage.Apart
	o         Options
	judge     *judge.Judge
	log       *buffer
	eye       *sql.DB   // with which the judge looks at the store; nil while nobody looks
	mine      string    // name of the server's connections; empty without PostgreSQL
	next      kept.Time // when something is due, as the server says; 0 for never
	troubled  bool      // the server cannot be blamed for being late
	full      bool      // the disk is
	doom      int64     // the draw of randomness at which a tick dies; 0 for none
	customers []*customer
	heard     kept.Time       // when the Marketplace was asked last
	asked     int             // how often it was
	bad       kept.Time       // when its bad hours end; 0 for none
	found     []judge.Finding // of what was heard
	markers   int
	closed    [people]int // accounts, by who they were
	lined     uint32      // whom the last line names
	chores    int
	builds    int
	changed   kept.Time // when the policy was, last; 0 for never
	picture   Picture
	peer      *life  // of the server of another region, to which customers move; nil where nobody does
	home      *life  // of the one from which they came; nil but for the other one
	beyond    string // what Atlassian calls the region to which customers move from here
	fate      int64  // at which draw or answer it dies of what this one asks of it; 0 for not
	done      map[string]int
	controls  map[string]int // what the judge does not see
}

// customer is one site with one app.
type customer struct {
	app         policy.App
	door        judge.Door
	site        *fake.Site
	admin       string
	there, past *fake.Installation // through Forge, or a shadow of what is there otherwise
	tenant      *fake.Tenant       // of Connect; nil elsewhere
	wrapped     *fake.Installation // to which it is about to move
	told        string             // the shared secret, or the host's key, that the server knows
	server      string             // id of the host
	id          kept.ID            // what the server last called it
	credentials map[kept.Role]credential
	items       []item  // the newest last, gone or not
	parting     kept.ID // one of which something will be said
	holds       []heldBy
	at          *life     // where it is, after it moved; nil before
	moves       int       // how often it was to
	came        kept.Time // when it arrived where it is; 0 where it always was, or is to go back
	way         string    // how far its move is
}

type credential struct {
	Secret       string    `json:"credential"`
	Installation kept.ID   `json:"installation"`
	Expires      kept.Time `json:"expires"`
}

type item struct {
	id       kept.ID
	category string
}

// remembered is how many items a customer remembers: enough to meet some that are gone.
const remembered = 10

// way is an app with a door through which its customers come.
type way struct {
	app  policy.App
	door judge.Door
}

// waysIn are the ways that a policy has for its apps. Who comes through Connect moves to Forge some day, where the app is there.
func waysIn(p *policy.Policy) (out []way) {
	for _, a := range p.Apps {
		if a.Forge != "" {
			out = append(out, way{a, judge.Forge})
		}
		if a.Connect != "" {
			out = append(out, way{a, judge.Connect})
		}
		if slices.Contains(a.Hosting, kept.DataCenter) {
			out = append(out, way{a, judge.Host})
		}
	}
	return out
}

// enrol makes the customers, spread over the apps that Atlassian could install, and hires the vendor's people.
func (l *life) enrol(ctx context.Context) error {
	ways := waysIn(l.o.Policy)
	for n := range l.o.Installations {
		way := ways[n%len(ways)]
		c := &customer{app: way.app, door: way.door, server: fmt.Sprintf("BKEP-TSIM-%04d-0001", n), site: l.Fake.NewSite(fmt.Sprintf("customer-%d", n)), admin: l.Fake.NewAccount()}
		l.Fake.SetAdmin(c.site, c.admin, true)
		l.customers = append(l.customers, c)
		if _, err := l.AppKey(ctx, c.app.ID); err != nil {
			return err
		}
	}
	for _, role := range []kept.Role{kept.Officer, kept.Support} {
		if _, err := l.As(ctx, role); err != nil {
			return err
		}
	}
	if l.peer != nil {
		return l.peer.joins(ctx, l.customers)
	}
	return nil
}

// errSkipped is how a step ends that makes no sense where it comes.
var errSkipped = errors.New("skipped")

// take lets a step happen and tells the judge.
func (l *life) take(ctx context.Context, s Step) ([]judge.Finding, error) {
	c := l.customers[s.Customer]
	if c.at != nil && c.at != l && !ofServer[s.Act] {
		if err := l.together(ctx); err != nil {
			return nil, err
		}
		found, err := c.at.take(ctx, s)
		if err == nil && !c.at.troubled {
			c.at.next, err = c.at.Next()
		}
		return found, err
	}
	act, known := acts[s.Act]
	if !known {
		return nil, kept.Errorf(kept.Internal, "nobody knows how to %s", s.Act)
	}
	if s.Doom != 0 {
		if err := l.doomed(s.Doom); err != nil {
			return nil, err
		}
	}
	found, err := act(l, ctx, c, s)
	if err == nil && len(found) == 0 {
		found, err = l.tellReports(ctx)
	}
	var problem *stage.Problem
	switch {
	case errors.Is(err, errSkipped):
		err = nil
	case errors.Is(err, stage.ErrDead): // of something that the judge need not know
		err = l.revive(ctx)
	case l.troubled && errors.As(err, &problem) && problem.Status >= http.StatusInternalServerError:
		err = nil
	}
	if err == nil && s.Doom != 0 {
		err = l.Doom(0) // it may have outlived it
	}
	return found, err
}

// told tells the judge what was done and what came of it.
func (l *life) told(ctx context.Context, s Step, e judge.Event, err error) ([]judge.Finding, error) {
	var problem *stage.Problem
	e.At = l.Clock.Now()
	if e.Issued == 0 {
		e.Issued = issued(e.At)
	}
	broke := errors.As(err, &problem) && (problem.Status >= http.StatusInternalServerError || problem.Kind == "")
	switch {
	case errors.Is(err, stage.ErrDead):
		if err := l.revive(ctx); err != nil {
			return nil, err
		}
		return l.cut(ctx, s, e, "killed")
	case broke && l.troubled:
		return l.cut(ctx, s, e, "broke")
	case broke:
		e.Refused = kept.Internal
	case problem != nil:
		e.Refused = problem.Kind
	case err != nil:
		return nil, err
	}
	answer := string(e.Refused)
	if answer == "" {
		answer = "done"
	}
	l.done[s.Act+" "+answer]++
	if e.Kind == judge.Installed && e.Refused == "" && e.Installation == "" {
		w, err := l.world()
		if err != nil {
			return nil, err
		}
		return l.judge.Unnamed(ctx, w, e)
	}
	return l.judge.Told(e), nil
}

// cut is an act of which nobody knows whether it happened.
func (l *life) cut(ctx context.Context, s Step, e judge.Event, answer string) ([]judge.Finding, error) {
	l.done[s.Act+" "+answer]++
	w, err := l.world()
	if err != nil {
		return nil, err
	}
	return l.judge.Cut(ctx, w, e)
}

// today counts days from the beginning.
func (l *life) today() int { return int(l.Clock.Now().Sub(first) / day) }

// signal is an event that speaks of where it comes from.
func (c *customer) signal(kind judge.Kind, of *fake.Installation) judge.Event {
	if c.door != judge.Forge {
		return c.knock(kind)
	}
	e := judge.Event{Kind: kind, App: c.app.ID, Environment: of.Environment, Site: of.Site.CloudID, Remote: of.ID}
	if of.License != nil {
		e.PaidUntil, e.Licence = of.License.End, judge.LicenceActive
		if !of.License.Active {
			e.Licence = judge.LicenceEnded
		}
	}
	return e
}

// deliver sends what Atlassian tells, and tells the judge.
func (l *life) deliver(ctx context.Context, s Step, c *customer, kind judge.Kind, of *fake.Installation) ([]judge.Finding, error) {
	if c.door != judge.Forge {
		return l.atDoor(ctx, s, c, kind)
	}
	d := map[judge.Kind]func() *fake.Delivery{
		judge.Installed: func() *fake.Delivery { return l.Fake.Installed(of, c.admin, "/forge/"+c.app.ID+"/installed") },
		judge.Upgraded:  func() *fake.Delivery { return l.Fake.Upgraded(of, c.admin, "/forge/"+c.app.ID+"/upgraded") },
		judge.Uninstall: func() *fake.Delivery { return l.Fake.PreUninstall(of, "gone", "/forge/"+c.app.ID+"/pre-uninstall") },
	}[kind]()
	var answer struct {
		Installation kept.ID `json:"installation"`
	}
	err := l.Deliver(ctx, d, &answer)
	e := c.signal(kind, of)
	e.Installation = answer.Installation
	if answer.Installation != "" {
		c.became(answer.Installation)
	}
	return l.told(ctx, s, e, err)
}

// became notes what the server calls a customer; another installation has other credentials and items.
func (c *customer) became(id kept.ID) {
	if id != c.id {
		c.way = ""
		c.id, c.credentials, c.items, c.parting = id, map[kept.Role]credential{}, nil, ""
	}
}

// trade hands an invocation token in for a credential.
func (l *life) trade(ctx context.Context, s Step, c *customer, of *fake.Installation, role kept.Role) ([]judge.Finding, error) {
	if c.door == judge.Host {
		return l.show(ctx, s, c, role)
	}
	key, err := l.AppKey(ctx, c.app.ID)
	if err != nil {
		return nil, err
	}
	body := map[string]string{"role": string(role)}
	if c.door == judge.Connect {
		c.connectToken(l, s, body)
	} else if role == kept.CustomerAdmin {
		body["invocation_token"], body["oauth_token"] = l.Fake.Token(of, fake.Page(of, c.admin)), l.Fake.OAuth(c.admin)
	} else {
		body["invocation_token"] = l.Fake.Token(of)
	}
	var got credential
	err = l.Call(ctx, http.MethodPost, "/v1/credentials", key, body, &got)
	return l.issued(ctx, s, c, c.signal(judge.Token, of), role, got, err)
}

// issued is what came of asking for a credential.
func (l *life) issued(ctx context.Context, s Step, c *customer, e judge.Event, role kept.Role, got credential, err error) ([]judge.Finding, error) {
	e.Installation, e.Role = got.Installation, role
	if err == nil {
		c.became(got.Installation)
		c.credentials[role] = got
	}
	s.Act = "token"
	return l.told(ctx, s, e, err)
}

// as is a customer's bearer in a role. One that has left goes on with the credential it has, while that is valid.
func (l *life) as(ctx context.Context, s Step, c *customer, role kept.Role) (bearer string, found []judge.Finding, err error) {
	if have := c.credentials[role]; have.Expires > l.Clock.Now() {
		return have.Secret, nil, nil
	}
	if c.there == nil {
		return "", nil, errSkipped
	}
	if found, err = l.trade(ctx, s, c, c.there, role); err != nil || len(found) > 0 {
		return "", found, err
	}
	have := c.credentials[role]
	if have.Expires <= l.Clock.Now() {
		return "", nil, errSkipped // refused, and the judge knows
	}
	return have.Secret, nil, nil
}
