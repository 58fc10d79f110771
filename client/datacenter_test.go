package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept"
	"kept/client"
	"kept/policy"
	"kept/stage"
)

func TestAnAppOnAHost(t *testing.T) {
	const server = "BKPT-1234-5678-9ABC"
	ctx := t.Context()
	p, err := policy.Load("../examples/stories/siskin")
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.Open(ctx, stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	support, err := s.As(ctx, kept.Support)
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Code string }
	if err := s.Call(ctx, http.MethodPost, "/v1/apps/support-desk/enrolments", support, nil, &made); err != nil {
		t.Fatal(err)
	}
	first, key, err := client.Enrol(ctx, s.URL, made.Code, server, "", s.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	if printed := fmt.Sprintf("%v %+v %#v", first, first, first); strings.Contains(printed, "kept_") {
		t.Error(printed)
	}
	host := client.NewInstance(s.URL, key, s.HTTP)
	i, err := host.Runtime(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Put(ctx, client.Item{Category: "host-settings", Value: map[string]string{"channel": "email"}}); err != nil {
		t.Error(err)
	}
	admin, err := host.Admin(ctx)
	if err != nil || admin.Role != client.CustomerAdmin || admin.ID != i.ID {
		t.Fatalf("%v %v", admin, err)
	}
	if receipts, err := admin.Purge(ctx); err != nil || len(receipts) != 1 {
		t.Errorf("%v %v", receipts, err)
	}
	var refused *client.Error
	if _, _, err := client.Enrol(ctx, s.URL, made.Code, server, "", s.HTTP); !errors.As(err, &refused) || refused.Status != http.StatusForbidden || refused.Hint == "" {
		t.Errorf("a used code: %v", err)
	}
	if err := host.Uninstalled(ctx); err != nil {
		t.Error(err)
	}
	if _, err := host.Runtime(ctx); !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		t.Errorf("a credential after the uninstall: %v", err)
	}
}
