package story

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"kept"
	"kept/atlassian/fake"
	"kept/kernel"
	"kept/stage"
)

// tenant is one app on one site, through all its installations of either kind.
type tenant struct {
	name, app   string
	environment string // in small letters
	site        *fake.Site
	siteName    string
	fake        *fake.Installation // the newest of Forge; nil before
	connect     *fake.Tenant       // of Connect; nil where it never was
	through     bool               // the token shown last was of Connect, so the next one is
	server, key string             // of an instance: its host's id, and what it enrolled with; empty elsewhere
	admin       string             // account
	credentials map[kept.Role]credential
	items       map[string]kept.ID // by category and name
}

type credential struct {
	Secret  string    `json:"credential"`
	Expires kept.Time `json:"expires"`
}

// named is the installation that a statement speaks of; a story with a single one need not say which.
func (p *play) named(a args) (*tenant, error) {
	if !has(a, "NAME") {
		if len(p.tenants) == 1 {
			return p.tenants[0], nil
		}
		return nil, kept.Errorf(kept.Invalid, "the story has %d installations, so it must say which is meant", len(p.tenants))
	}
	for _, t := range p.tenants {
		if t.name == word(a, "NAME") {
			return t, nil
		}
	}
	return nil, kept.Errorf(kept.Invalid, "nothing was installed under that name").WithHint("first: install APP on SITE as NAME")
}

func (p *play) placed(a args) (*tenant, error) {
	for _, t := range p.tenants {
		if t.app == word(a, "APP") && t.siteName == word(a, "SITE") && t.environment == environment(a) {
			return t, nil
		}
	}
	return nil, kept.Errorf(kept.Invalid, "this app was never installed on that site")
}

// environment is the one that a statement means: of production unless it says so.
func environment(a args) string { return cmp.Or(word(a, "ENVIRONMENT"), "production") }

func (p *play) install(ctx context.Context, a args) error {
	if _, err := p.placed(a); err == nil {
		return kept.Errorf(kept.Invalid, "this app was installed there before").WithHint("then it is: reinstall APP on SITE")
	}
	app, ok := p.stage.Policy.App(word(a, "APP"))
	switch {
	case has(a, "through") && (!ok || app.Connect == ""):
		return kept.Errorf(kept.Invalid, "the policy has no Connect app of that name")
	case !has(a, "through") && (!ok || app.Forge == ""):
		return kept.Errorf(kept.Invalid, "the policy has no Forge app of that name").WithHint("an app of Connect is installed `through connect`")
	}
	t, err := p.newTenant(a, word(a, "SITE"))
	if err != nil {
		return err
	}
	for _, other := range p.tenants {
		if other.siteName == t.siteName {
			t.site = other.site
		}
	}
	if t.site == nil {
		t.site = p.stage.Fake.NewSite(t.siteName)
	}
	t.admin = p.stage.Fake.NewAccount()
	p.stage.Fake.SetAdmin(t.site, t.admin, true)
	p.tenants = append(p.tenants, t)
	return p.arrive(ctx, t, a)
}

// newTenant has a name of its own, which is the site's unless the story gives another.
func (p *play) newTenant(a args, site string) (*tenant, error) {
	t := &tenant{name: word(a, "NAME"), app: word(a, "APP"), environment: environment(a), siteName: site, credentials: map[kept.Role]credential{}, items: map[string]kept.ID{}}
	if t.name == "" {
		t.name = t.siteName
	}
	if slices.ContainsFunc(p.tenants, func(other *tenant) bool { return other.name == t.name }) {
		return nil, kept.Errorf(kept.Invalid, "%s is another installation", t.name).WithHint("give this one a name with: as NAME")
	}
	return t, nil
}

func (p *play) reinstall(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	return p.arrive(ctx, t, a)
}

// arrive makes another installation id, as Atlassian does for every installation.
func (p *play) arrive(ctx context.Context, t *tenant, a args) error {
	if has(a, "through") {
		return p.arriveThroughConnect(ctx, t, a)
	}
	app, _ := p.stage.Policy.App(t.app)
	t.fake, t.credentials = p.stage.Fake.Install(app.Forge, strings.ToUpper(t.environment), t.site), map[kept.Role]credential{}
	switch word(a, "PRODUCT") {
	case "confluence":
		t.fake.Products = []string{"jira", "confluence"}
	case "jira":
		t.fake.Products = []string{"confluence", "jira"}
	}
	t.paid(a)
	return p.deliver(ctx, a, p.stage.Fake.Installed(t.fake, t.admin, "/forge/"+t.app+"/installed"))
}

func (t *tenant) paid(a args) {
	if until, ok := a["TIME"].(kept.Time); ok && t.fake != nil && t.fake.License != nil {
		t.fake.License.End = until
	}
}

func (p *play) upgrade(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	if has(a, "through") {
		return p.callback(ctx, t, a, p.stage.Fake.ConnectInstalled)
	}
	if t.fake == nil {
		return notOfForge()
	}
	t.paid(a)
	t.fake.Version = "2.0.0"
	return p.deliver(ctx, a, p.stage.Fake.Upgraded(t.fake, t.admin, "/forge/"+t.app+"/upgraded"))
}

func (p *play) uninstall(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	if has(a, "through") {
		return p.callback(ctx, t, a, p.stage.Fake.ConnectUninstalled)
	}
	if t.fake == nil {
		return notOfForge()
	}
	t.paid(a)
	return p.deliver(ctx, a, p.stage.Fake.PreUninstall(t.fake, "kept", "/forge/"+t.app+"/pre-uninstall"))
}

// times is how often a call of Atlassian's arrives.
func times(a args) int {
	switch {
	case has(a, "lost"):
		return 0
	case has(a, "twice"):
		return 2
	}
	return 1
}

// deliver sends a signal as often as the story says. Every delivery has a token of its own.
func (p *play) deliver(ctx context.Context, a args, d *fake.Delivery) error {
	for range times(a) {
		status, err := d.Send(ctx, p.stage.HTTP, p.stage.URL)
		if err != nil {
			return err
		}
		if status >= 300 {
			return &stage.Problem{Status: status, Kind: refusals[status], Title: "the signal was refused"}
		}
	}
	return nil
}

// refusals are the kinds behind statuses, for answers that Atlassian does not read.
var refusals = map[int]kept.Kind{http.StatusBadRequest: kept.Invalid, http.StatusUnauthorized: kept.Denied, http.StatusForbidden: kept.Denied,
	http.StatusNotFound: kept.NotFound, http.StatusConflict: kept.Conflict, http.StatusGone: kept.Late}

func (p *play) effect(ctx context.Context, a args) error {
	t, err := p.placed(a)
	if err != nil {
		return err
	}
	id, err := p.installation(ctx, t)
	if err != nil {
		return err
	}
	return p.staff(ctx, kept.Operator, "/v1/installations/"+string(id)+"/effect", nil, nil)
}

// installation is the server's id of a tenant's newest installation.
func (p *play) installation(ctx context.Context, t *tenant) (id kept.ID, err error) {
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		where, value := `site = $2`, ""
		switch {
		case t.server != "":
			value = t.server
		case t.fake != nil:
			where, value = `remote_id = $2`, t.fake.ID
		default:
			value = "jira." + t.connect.ClientKey
		}
		found, err := v.Row(`SELECT id FROM installation WHERE app = $1 AND `+where+` ORDER BY state = 'erased', installed DESC, id LIMIT 1`, t.app, value).Scan(&id)
		if err == nil && !found {
			err = kept.Errorf(kept.Invalid, "the server does not know this installation yet")
		}
		return err
	})
	return id, err
}

// scopes are all installations of a tenant that the server knows, the newest last; of every tenant when t is nil.
func (p *play) scopes(ctx context.Context, t *tenant) (ids []string, err error) {
	err = p.stage.Server.Kernel.View(ctx, func(v *kernel.View) error {
		return v.Each(func(scan func(...any) error) error {
			var id, app, site string
			err := scan(&id, &app, &site)
			if t == nil || app == t.app && t.stands(site) {
				ids = append(ids, id)
			}
			return err
		}, `SELECT id, app, site FROM installation ORDER BY installed, id`)
	})
	return ids, err
}

// stands tells whether an installation on a site of the server's is one of the tenant's.
func (t *tenant) stands(site string) bool {
	if t.server != "" {
		return site == t.server
	}
	return site == "jira."+t.site.CloudID || t.connect != nil && site == "jira."+t.connect.ClientKey
}

// within are the scopes that an expectation is about: of the named installation, else all.
func (p *play) within(ctx context.Context, a args) (func(scope string) bool, error) {
	if !has(a, "NAME") {
		return func(string) bool { return true }, nil
	}
	t, err := p.named(a)
	if err != nil {
		return nil, err
	}
	ids, err := p.scopes(ctx, t)
	return func(scope string) bool { return slices.Contains(ids, scope) }, err
}
