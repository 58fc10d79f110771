package atlassian_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian"
)

// said is what a server that says this to a report is taken to have said.
func said(t testing.TB, status int, header http.Header, body string, asked ...string) (atlassian.Answer, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	var accounts []atlassian.Account
	for _, id := range asked {
		accounts = append(accounts, atlassian.Account{ID: id, Retrieved: 1_767_225_600_123_456})
	}
	c := &atlassian.Client{HTTP: server.Client(), API: server.URL}
	return c.Report(t.Context(), "token", accounts)
}

func TestWhatAtlassianSaysToAReport(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		status          int
		header          string
		body            string
		closed, updated []string
		cycle, wait     time.Duration
		fails           bool
	}{
		{status: 204},
		{status: 204, header: "Cycle-Period: P3D", cycle: 3 * day},
		{status: 204, header: "Cycle-Period: PT1H"},
		{status: 204, header: "Cycle-Period: P9999Y"},
		{status: 204, header: "Cycle-Period: soon"},
		{status: 200, body: `{"accounts":[]}`},
		{status: 200, body: `{"accounts":[{"accountId":"a","status":"closed"},{"accountId":"b","status":"updated"}]}`, closed: []string{"a"}, updated: []string{"b"}},
		{status: 200, header: "Content-Type: text/html", body: `{"accounts":[{"accountId":"a","status":"closed"}]}`, closed: []string{"a"}},
		{status: 200, body: `{"accounts":[{"accountId":"a","status":"updated"},{"accountId":"a","status":"closed"},{"accountId":"a","status":"updated"}]}`, closed: []string{"a"}},
		{status: 200, body: `{"accounts":[{"accountId":"stranger","status":"closed"},{"accountId":"a","status":"merged"},{"accountId":"A","status":"closed"}]}`},
		{status: 200, body: `{"accounts":null}`, fails: true},
		{status: 200, body: `{}`, fails: true},
		{status: 200, body: `<html>`, fails: true},
		{status: 200, body: `{"accounts":[` + strings.Repeat(" ", 1<<20) + `]}`, fails: true},
		{status: 429, header: "Retry-After: 120", wait: 2 * time.Minute},
		{status: 429, header: "Retry-After: 99999999999", wait: day},
		{status: 429, header: "Retry-After: -1", wait: time.Minute},
		{status: 429, wait: time.Minute},
		{status: 302, header: "Location: /elsewhere"},
		{status: 500, body: `{"accounts":[{"accountId":"a","status":"closed"}]}`},
	} {
		header := http.Header{}
		if name, value, found := strings.Cut(c.header, ": "); found {
			header.Set(name, value)
		}
		a, err := said(t, c.status, header, c.body, "a", "b")
		if (err != nil) != c.fails || err == nil && (a.Status != c.status || !slices.Equal(a.Closed, c.closed) || !slices.Equal(a.Updated, c.updated) || a.Cycle != c.cycle || a.Wait != c.wait) {
			t.Errorf("%d %s %.80s: %+v, %v", c.status, c.header, c.body, a, err)
		}
	}
}

func TestReportsTravelToNobodyElse(t *testing.T) {
	c := &atlassian.Client{HTTP: &http.Client{}}
	for base, good := range map[string]bool{
		"https://acme.atlassian.net": true, "https://acme.atlassian.net/wiki": true, "https://acme.jira.com": true,
		"http://acme.atlassian.net": false, "https://acme.atlassian.net.evil.example": false, "https://evil.example/acme.atlassian.net": false,
		"https://acme.atlassian.net:8443": false, "https://a@acme.atlassian.net": false, "https://acme.atlassian.net/wiki/..": false, "": false,
		"https://evil.example#.atlassian.net": false, "https://atlassian.net": false, "https://acme.atlassian.net\n": false,
	} {
		if c.IsSite(base) != good {
			t.Errorf("%q is a site: %t", base, !good)
		}
	}
	if _, err := c.ReportTo(t.Context(), "https://evil.example", "token", nil); kept.KindOf(err) != kept.Internal {
		t.Error(err)
	}
}

// Whatever comes back, no account is acted on that was not asked about, and none twice.
func FuzzAnswer(f *testing.F) {
	f.Add(`{"accounts":[{"accountId":"a","status":"closed"},{"accountId":"b","status":"updated"}]}`)
	f.Add(`{"accounts":[{"accountId":"a","status":"updated"},{"accountId":"a","status":"closed"}]}`)
	f.Add(`{"accounts":[null]}`)
	f.Fuzz(func(t *testing.T, body string) {
		a, err := said(t, 200, nil, body, "a", "b")
		if err != nil {
			return
		}
		all := append(slices.Clone(a.Closed), a.Updated...)
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != len(all) || slices.ContainsFunc(all, func(id string) bool { return id != "a" && id != "b" }) {
			t.Errorf("%q is taken for %v", body, a)
		}
	})
}
