package atlassian_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept"
	"kept/atlassian"
	"kept/atlassian/fake"
)

var partner = atlassian.Partner{Developer: fake.Developer, Email: fake.PartnerEmail, Token: fake.PartnerToken}

func TestLicences(t *testing.T) {
	a, client, clock := world(t)
	site := a.NewSite("acme")
	today := kept.StartOfDay(clock.Now().Day())
	for n := range 120 {
		a.Contract(fake.Contract{Entitlement: fmt.Sprint(n), App: "com.example.app", Site: site, Status: "active", Ends: today})
	}
	a.Contract(fake.Contract{Entitlement: "old", App: "com.example.app", Site: site, Status: "cancelled", Updated: today - 10*86_400_000_000})

	list, unread, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, "")
	seen := map[string]int{}
	for _, l := range list {
		seen[l.Entitlement]++
	}
	if err != nil || unread != 0 || len(list) != 123 || len(seen) != 123 || seen["old"] != 1 { // two are another vendor's
		t.Fatalf("%d licences, %d different, %d unread: %v", len(list), len(seen), unread, err)
	}
	if list, _, err := client.Licences(t.Context(), partner, atlassian.Cloud, today, ""); err != nil || len(list) != 122 {
		t.Errorf("since today: %d licences, %v", len(list), err)
	}
	if list, _, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, a.NewSite("elsewhere").CloudID); err != nil || len(list) != 0 {
		t.Errorf("of another site: %d licences, %v", len(list), err)
	}
	if a.Asked(fake.Licences) > 7 {
		t.Errorf("%d pages were asked for", a.Asked(fake.Licences))
	}

	var status *atlassian.Status
	a.Be(fake.Licences, fake.Busy)
	if _, _, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, ""); !errors.As(err, &status) || status.After != fake.BusyFor {
		t.Errorf("busy: %v", err)
	}
	a.Be(fake.Licences, fake.Shifting)
	if _, _, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, ""); kept.KindOf(err) != kept.Internal || !strings.Contains(err.Error(), "moves") {
		t.Errorf("a list that moves: %v", err)
	}
	for _, mood := range []fake.Mood{fake.Failing, fake.Absent, fake.Garbled, fake.Endless, fake.Redirecting} {
		a.Be(fake.Licences, mood)
		if _, _, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, ""); kept.KindOf(err) != kept.Internal || strings.Contains(fmt.Sprint(err), fake.PartnerToken) {
			t.Errorf("mood %d: %v", mood, err)
		}
	}
	a.Be(fake.Licences, fake.Well)
	wrong := partner
	wrong.Token = "guessed"
	if _, _, err := client.Licences(t.Context(), wrong, atlassian.Cloud, 0, ""); kept.KindOf(err) != kept.Internal {
		t.Errorf("a wrong token: %v", err)
	}
}

func TestLicencesThatCannotBeRead(t *testing.T) {
	_, client, _ := world(t)
	good := `{"appEntitlementId":"e","cloudId":"c","addonKey":"k","hosting":"Cloud","status":"active","lastUpdated":"2026-01-31"}`
	for _, c := range []struct {
		body         string
		read, unread int
		fails        bool
	}{
		{`{"licenses":[` + good + `]}`, 1, 0, false},
		{`{"licenses":[]}`, 0, 0, false},
		{`{"licenses":[` + strings.Replace(good, "Cloud", "Data Center", 1) + `]}`, 0, 0, false},
		{`{"licenses":[` + strings.Replace(good, "active", "paused", 1) + `,` + good + `]}`, 1, 1, false},
		{`{"licenses":[` + strings.Replace(good, "2026-01-31", "31/01/2026", 1) + `]}`, 0, 1, false},
		{`{"licenses":[` + strings.Replace(good, `"c"`, `""`, 1) + `]}`, 0, 1, false},
		{`{"licenses":null}`, 0, 0, true},
		{`{}`, 0, 0, true},
		{`{"licenses":[` + strings.Repeat(good+",", 50) + good + `]}`, 0, 0, true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, c.body) }))
		client.API = server.URL
		list, unread, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, "")
		server.Close()
		if len(list) != c.read || unread != c.unread || (err != nil) != c.fails {
			t.Errorf("%s: %d read, %d unread, %v", c.body, len(list), unread, err)
		}
	}
}

func TestContacts(t *testing.T) {
	for details, want := range map[string]string{
		`{"company":"Acme","country":"DE","technicalContact":{"name":"Ann","email":"a@x","phone":"1","address1":"Street 1","postcode":"10115","city":"Berlin"}}`: "[{technical Ann a@x 1 Street 1, 10115, Berlin Acme DE false}]",
		`{"technicalContact":{"name":"Ann","address":{"city":"Bonn"}},"billingContact":{"name":"RTBF","email":"old@x"}}`:                                         "[{technical Ann   Bonn   false} {billing       true}]",
		`{"technicalContact":{"email":"RTBF"}}`:                                                       "[{technical       true}]",
		`{"technicalContact":{"name":7,"email":["a@x"],"phone":"` + strings.Repeat("1", 2000) + `"}}`: "[{technical       false}]",
		`{"technicalContact":null,"billingContact":"Ann"}`:                                            "[]",
		`null`: "[]", `"RTBF"`: "[]", `7`: "[]",
	} {
		row := `{"appEntitlementId":"e","cloudId":"c","addonKey":"k","hosting":"Cloud","status":"active","lastUpdated":"2026-01-31","contactDetails":` + details + `}`
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"licenses":[%s]}`, row) }))
		_, client, _ := world(t)
		client.API = server.URL
		list, unread, err := client.Licences(t.Context(), partner, atlassian.Cloud, 0, "")
		server.Close()
		if err != nil || unread != 0 || len(list) != 1 {
			t.Fatalf("%s: %d read, %d unread, %v", details, len(list), unread, err)
		}
		if got := fmt.Sprint(list[0].Contacts()); got != want {
			t.Errorf("%s: %s, not %s", details, got, want)
		}
	}
}
