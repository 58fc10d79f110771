package marketplace_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/atlassian/fake"
	"kept/kernel"
	"kept/policy"
	"kept/stage"
)

const marker = "xq7contact"

// What no promise lets be taken in of a contact is nowhere afterwards; what one does is sealed.
func TestNothingElseIsStoredOfContacts(t *testing.T) {
	p, err := policy.Load("../examples/stories/curlew")
	if err != nil {
		t.Fatal(err)
	}
	start, err := kept.ParseTime("2026-01-01T08:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s, err := stage.Open(t.Context(), stage.Options{Policy: p, Start: start, Dir: t.TempDir(), Marketplace: true,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	who := fake.Contact{Name: marker + "-name", Email: marker + "@acme.example", Phone: marker + "-phone", Address: marker + "-street", Company: marker + "-company"}
	for _, app := range p.Apps[:2] {
		site := s.Fake.NewSite(app.ID)
		if err := s.Deliver(t.Context(), s.Fake.Installed(s.Fake.Install(app.Forge, "PRODUCTION", site), s.Fake.NewAccount(), "/forge/"+app.ID+"/installed"), nil); err != nil {
			t.Fatal(err)
		}
		s.Fake.Contract(fake.Contract{Entitlement: app.ID, App: stage.AddonKey(app), Site: site, Status: "active", Technical: who, Billing: who})
	}
	s.Fake.Contract(fake.Contract{Entitlement: "nobody", App: stage.AddonKey(p.Apps[0]), Site: s.Fake.NewSite("nobody"), Status: "active", Technical: who, Billing: who})
	if err := s.MoveTo(t.Context(), start.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	var fields []string
	err = s.Server.Kernel.View(t.Context(), func(v *kernel.View) (err error) {
		fields, err = kernel.Query(v, func(scan func(...any) error) (s string, err error) { return s, scan(&s) }, `SELECT i.app || ': ' || t.fields FROM item t JOIN installation i ON i.id = t.scope`)
		return err
	})
	if err != nil || strings.Join(fields, ", ") != "notes: email name, notes: email name" {
		t.Errorf("stored: %v, %v", fields, err)
	}
	s.Close()
	if strings.Contains(log.String(), marker) {
		t.Error("a contact stands in the log")
	}
	err = filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(marker)) {
			t.Errorf("a contact stands in %s", filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
