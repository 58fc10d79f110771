package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"kept"
	"kept/atlassian/fake"
	"kept/client"
)

// customer is one site and what its people do in the year.
type customer struct {
	*year
	name    string
	site    *fake.Site
	admin   string // account id
	there   *fake.Installation
	past    *fake.Installation
	paused  bool // processing is restricted, so nobody opens the page
	program map[int]func(context.Context, *customer) error
}

// cast is who lives through the year, and on which day what happens to them.
func (y *year) cast() {
	for _, c := range []struct {
		name    string
		program map[int]func(context.Context, *customer) error
	}{
		{"birch", day{2: install, 50: storeContent, 80: readForSupport, 170: purgeLookups}},
		{"cedar", day{5: install, 60: leave}},                                          // gone for good
		{"hazel", day{10: install, 90: leave, 140: comeBack}},                          // in time
		{"rowan", day{20: install, 100: leave, 230: comeBack}},                         // too late: an empty start
		{"elder", day{30: install, 200: purge, 260: leaveTwice, 261: takeEffect}},      // asks for everything to go
		{"alder", day{40: install, 120: restrict, 134: lift, 300: leave}},              // on the way out when the year ends
		{"willow", day{45: install, 180: leave, 182: stillThere}},                      // the uninstall was a false alarm
		{"aspen", day{70: install, 150: vanish, 190: comeBack, 355: storeContent}},     // the signal was lost
		{"juniper", day{110: install, 330: leave, 332: takeEffect, 345: checkJournal}}, // an expedited uninstall
		{"laurel", day{120: install, 140: breakDown, 180: offerAround, 215: checkJournal, 310: breakDown, 358: checkJournal}},
		{"maple", day{15: install, 100: stopPaying}}, // and keeps the app, which is never opened again
	} {
		site := y.Fake.NewSite(c.name)
		admin := y.Fake.NewAccount()
		y.Fake.SetAdmin(site, admin, true)
		y.guests = append(y.guests, &customer{year: y, name: c.name, site: site, admin: admin, program: c.program})
	}
}

// String is the name of the customer, who does not exist.
func (c *customer) String() string { return c.name }

type day = map[int]func(context.Context, *customer) error

// live is one day of a customer: what is on the program, and twice a week somebody opens the page.
func (c *customer) live(ctx context.Context, day int) error {
	if act := c.program[day]; act != nil {
		if err := act(ctx, c); err != nil {
			return err
		}
	}
	if c.there != nil && !c.paused && day%7 < 2 {
		return use(ctx, c)
	}
	return nil
}

func (c *customer) token() string {
	return c.Fake.Token(c.there, fake.Page(c.there, c.admin))
}

func install(ctx context.Context, c *customer) error {
	declared, _ := c.Options.Policy.App(App)
	c.there = c.Fake.Install(declared.Forge, "PRODUCTION", c.site)
	c.there.License.End = c.Clock.Now() // paid by the month; the next one is not paid yet
	if err := c.tell(ctx, c.Fake.Installed(c.there, c.admin, "/forge/"+App+"/installed")); err != nil {
		return err
	}
	return c.configure(ctx)
}

func (c *customer) configure(ctx context.Context) error {
	_, err := c.call(ctx, http.MethodPost, c.assets+"/settings", bearer(c.token()),
		fmt.Sprintf(`{"admin_email":"admin@%s.example","visibility":"jira-users","api_token":"demo-token-of-%s"}`, c.name, c.name))
	return err
}

func use(ctx context.Context, c *customer) error {
	_, err := c.call(ctx, http.MethodGet, c.assets+"/my-assets", bearer(c.token()), "")
	return err
}

func leave(ctx context.Context, c *customer) error {
	c.past, c.there = c.there, nil
	return c.tell(ctx, c.Fake.PreUninstall(c.past, "gone", "/forge/"+App+"/pre-uninstall"))
}

// leaveTwice is a signal that arrives twice.
func leaveTwice(ctx context.Context, c *customer) error {
	if err := leave(ctx, c); err != nil {
		return err
	}
	return c.tell(ctx, c.Fake.PreUninstall(c.past, "gone", "/forge/"+App+"/pre-uninstall"))
}

// vanish is an uninstall whose signal is lost.
func vanish(_ context.Context, c *customer) error {
	c.past, c.there = c.there, nil
	return nil
}

// stillThere is a token of an installation whose uninstall was signalled: the signal was wrong.
func stillThere(ctx context.Context, c *customer) error {
	c.there = c.past
	return use(ctx, c)
}

func comeBack(ctx context.Context, c *customer) error {
	return install(ctx, c)
}

// takeEffect is what an operator says who knows that the uninstall was expedited.
func takeEffect(ctx context.Context, c *customer) error {
	id, err := c.installation(ctx, "jira."+c.site.CloudID, kept.Uninstalled)
	if err != nil {
		return err
	}
	operator, err := c.As(ctx, kept.Operator)
	if err != nil {
		return err
	}
	return c.Call(ctx, http.MethodPost, "/v1/installations/"+id+"/effect", operator, nil, nil)
}

// asAdmin is the customer's administrator, whom the product confirms as one.
func (c *customer) asAdmin(ctx context.Context) (*client.Installation, error) {
	return c.client.Admin(ctx, c.token(), c.Fake.OAuth(c.admin))
}

func purge(ctx context.Context, c *customer) error {
	admin, err := c.asAdmin(ctx)
	if err != nil {
		return err
	}
	if _, err = admin.Purge(ctx); err != nil {
		return err
	}
	return c.configure(ctx)
}

func purgeLookups(ctx context.Context, c *customer) error {
	admin, err := c.asAdmin(ctx)
	if err != nil {
		return err
	}
	_, err = admin.Purge(ctx, "asset-lookup")
	return err
}

func restrict(ctx context.Context, c *customer) error { return c.restrict(ctx, true) }

func lift(ctx context.Context, c *customer) error { return c.restrict(ctx, false) }

func (c *customer) restrict(ctx context.Context, restricted bool) error {
	admin, err := c.asAdmin(ctx)
	if err == nil {
		err = admin.Restrict(ctx, restricted)
	}
	c.paused = restricted
	return err
}

// stopPaying is a licence that ended; the app learns of it when somebody opens the page once more.
func stopPaying(ctx context.Context, c *customer) error {
	c.there.License.Active, c.there.License.End = false, c.Clock.Now()
	c.paused = true
	return use(ctx, c)
}

// breakDown is a page that fails. Why is kept without a word about anybody, looked into, and handed to who tracks errors.
func breakDown(ctx context.Context, c *customer) error {
	i, id, err := c.report(ctx)
	if err != nil {
		return err
	}
	if _, err := i.Get(ctx, id, "troubleshooting", &struct{}{}); err != nil {
		return err
	}
	_, err = i.Disclose(ctx, id, client.Disclosure{Purpose: "troubleshooting", Recipient: "teasel-monitoring", For: "error-tracking"}, &struct{}{})
	return err
}

// offerAround is a careless release that hands the report to somebody whom the policy does not know.
func offerAround(ctx context.Context, c *customer) error {
	i, id, err := c.report(ctx)
	if err != nil {
		return err
	}
	_, err = i.Disclose(ctx, id, client.Disclosure{Purpose: "troubleshooting", Recipient: "a-data-broker", For: "error-tracking"}, &struct{}{})
	return wantRefusal(err)
}

func (c *customer) report(ctx context.Context) (i *client.Installation, id string, err error) {
	if i, err = c.client.Installation(ctx, c.token()); err != nil {
		return nil, "", err
	}
	stored, err := i.Put(ctx, client.Item{Category: "error-report", Value: map[string]string{"error_message": "the product answers 503", "app_version": "2.4.1"}})
	return i, stored.Item, err
}

func checkJournal(ctx context.Context, c *customer) error {
	if c.there == nil {
		return nil
	}
	admin, err := c.asAdmin(ctx)
	if err == nil {
		_, err = admin.Entries(ctx, "audit")
	}
	return err
}

// storeContent is a careless release of the app: it tries to keep what the policy promises never to store.
func storeContent(ctx context.Context, c *customer) error {
	i, err := c.client.Installation(ctx, c.token())
	if err != nil {
		return err
	}
	_, err = i.Put(ctx, client.Item{Category: "customer-content", Value: map[string]string{"issue": "an issue, word by word"}})
	return wantRefusal(err)
}

// readForSupport is a curious one: it reads for a purpose that nobody promised.
func readForSupport(ctx context.Context, c *customer) error {
	i, err := c.client.Installation(ctx, c.token())
	if err != nil {
		return err
	}
	items, err := i.List(ctx, "owner-settings")
	if err != nil {
		return err
	}
	for _, item := range items {
		_, err := i.Get(ctx, item.ID, "support", &struct{}{})
		if err := wantRefusal(err); err != nil {
			return err
		}
	}
	return nil
}

func wantRefusal(err error) error {
	var refused *client.Error
	if errors.As(err, &refused) && refused.Status == http.StatusForbidden {
		return nil
	}
	if err == nil {
		err = errors.New("it went through")
	}
	return kept.Errorf(kept.Internal, "what the policy forbids was not refused: %w", err)
}
