package client_test

import (
	"errors"
	"testing"

	"kept/client"
)

func TestLinesTogether(t *testing.T) {
	s, c, in := under(t, "../examples/stories/ibis", "sso")
	ctx := t.Context()
	i, err := c.Installation(ctx, s.Fake.Token(in))
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]client.Line, 600)
	for n := range lines {
		lines[n] = client.Line{Category: "login-log", Record: "login", Actor: "customer-user", Fields: map[string]any{"outcome": n}}
	}
	lines[300].Record, lines[511].Record = "logout", "mail"
	n, err := i.LogAll(ctx, lines)
	var refused *client.Error
	if n != 256 || !errors.As(err, &refused) || refused.Status != 403 || refused.Promise != "logins" || refused.Hint == "" ||
		len(refused.Lines) != 2 || refused.Lines[0].Line != 44 || refused.Lines[1].Line != 255 ||
		refused.Lines[0].Kind != "denied" || refused.Lines[0].Promise != "logins" || refused.Lines[0].Hint == "" {
		t.Fatalf("%d %+v", n, refused)
	}
	lines[300].Record, lines[511].Record = "login", "login"
	if more, err := i.LogAll(ctx, lines[n:]); more != 344 || err != nil {
		t.Fatalf("%d %v", more, err)
	}
	seen, err := i.EntriesOf(ctx, "login-log", "work")
	if err != nil || len(seen) != 600 {
		t.Fatalf("%d lines, %v", len(seen), err)
	}
	outcomes := map[string]bool{}
	for _, e := range seen {
		outcomes[string(e.Fields)] = true
		if e.Actor != "customer-user" || e.Role != "app-runtime" || e.Record != "login" {
			t.Fatalf("%+v", e)
		}
	}
	if len(outcomes) != 600 {
		t.Errorf("%d different lines of 600", len(outcomes))
	}
	lines[3].Record, lines[5].Category = "no word", ""
	if n, err := i.LogAll(ctx, lines[:10]); n != 0 || !errors.As(err, &refused) || refused.Status != 400 || len(refused.Lines) != 1 || refused.Lines[0].Line != 3 {
		t.Errorf("%d %+v", n, refused)
	}
	// Lines that are alike are asked of the gate but once; these only look alike when their words are run together.
	both := []client.Line{{Category: "login-log", Record: "login"}, {Category: "login-lo", Record: "glogin"}}
	if n, err := i.LogAll(ctx, both); n != 0 || !errors.As(err, &refused) || refused.Status != 403 || len(refused.Lines) != 1 || refused.Lines[0].Line != 1 {
		t.Errorf("%d %+v", n, refused)
	}
	if n, err := i.LogAll(ctx, nil); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}
