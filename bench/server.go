package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"kept"
	"kept/installation"
	"kept/journal"
	"kept/kernel"
	"kept/policy"
	"kept/seal"
	"kept/stage"
	"kept/vault"
)

// parts is over how many categories the many rows are spread: some are erased by the server, some by the engine alone.
const parts = 5

// atOnce is how many rows are filled in with one transaction.
const atOnce = 256

const head = `kept: 1
vendor: {id: crane, name: Crane Apps, country: DE}
documents:
  - {id: web, language: en, version: 2026-01-01}
apps:
  - {id: app, hosting: forge-remote, forge: "ari:cloud:ecosystem::app/6f1f7c80-3a1c-4c55-9d2c-0a4a3f1f9a11"}
categories:
`

// people is the category of what is about somebody, so that accounts are reported.
const people = "people"

// terms is a policy with items that end with the uninstall, and logs that end a day apart.
func terms() string {
	var categories, decisions strings.Builder
	decide := func(format string, args ...any) {
		fmt.Fprintf(&decisions, "  - {"+format+", because: it is measured}\n", args...)
	}
	for n := range parts {
		fmt.Fprintf(&categories, "  data-%d: {scope: installation, source: user, fields: {note: {}}}\n", n)
		fmt.Fprintf(&categories, "  log-%d: {scope: installation, source: automatic, fields: {note: {}}}\n", n)
		decide("id: collect-%d, control: collect, category: data-%d", n, n)
		decide("id: gone-%d, control: retain, category: data-%d, from: uninstalled, max: P90D", n, n)
		decide("id: log-%d, control: log, category: log-%d", n, n)
		decide("id: ages-%d, control: retain, category: log-%d, from: entry, max: P%dD", n, n, 10+n)
	}
	categories.WriteString("  " + people + ": {scope: installation, subject: customer-user, source: user, fields: {note: {}}}\n")
	decide("id: collect-people, control: collect, category: %s", people)
	decide("id: people-gone, control: retain, category: %s, from: uninstalled, max: P90D", people)
	decide("id: asked, control: purge, by: customer-admin, scope: installation")
	return head + categories.String() + "decisions:\n" + decisions.String()
}

// server is one on stage, with one installation.
type server struct {
	*stage.Stage
	r     *run
	scope kept.Scope
	note  string
}

func (r *run) server() (s *server, err error) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(terms())})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kept-bench-")
	if err != nil {
		return nil, err
	}
	at, _ := kept.ParseTime("2026-01-01T00:00:00Z") // it is one
	st, err := stage.Open(r.ctx, stage.Options{Policy: p, Start: at, Dir: dir, Database: r.database})
	if err != nil {
		return nil, err
	}
	s = &server{Stage: st, r: r, note: `"` + strings.Repeat("kept ", 60) + `"`}
	s.scope, err = s.arrive("one")
	return s, err
}

// close ends the server and leaves nothing.
func (s *server) close() error {
	if err := s.Close(); err != nil {
		return err
	}
	return os.RemoveAll(s.Dir)
}

func (s *server) do(fn func(*kernel.Tx) error) error {
	return s.Server.Kernel.Do(s.r.ctx, kept.TheClock, fn)
}

func (s *server) signal(name string) installation.Signal {
	return installation.Signal{App: "app", Environment: "PRODUCTION", Site: "site-" + name, Remote: "remote-" + name}
}

func (s *server) arrive(name string) (scope kept.Scope, err error) {
	err = s.do(func(tx *kernel.Tx) error {
		i, err := s.Server.Installations.Installed(tx, s.signal(name))
		scope = kept.Scope{Installation: i.ID}
		return err
	})
	return scope, err
}

func (s *server) app(scope kept.Scope) kept.Actor {
	return kept.Actor{Role: kept.AppRuntime, App: "app", Installation: scope.Installation}
}

func data(part int) string { return fmt.Sprintf("data-%d", part) }
func log(part int) string  { return fmt.Sprintf("log-%d", part) }

func (s *server) put(scope kept.Scope, category string) error { return s.putAbout(scope, category, "") }

func (s *server) putAbout(scope kept.Scope, category, account string) error {
	_, err := s.Server.Vault.Put(s.r.ctx, s.app(scope), vault.Put{Category: category, Subject: account, Value: vault.Value{"note": []byte(s.note)}})
	return err
}

// fill stores n items of a category by the engine's bulk path: keys and envelopes are real, only the facts are left out.
func (s *server) fill(scope kept.Scope, category string, n int) error {
	if err := s.put(scope, category); err != nil {
		return err
	}
	for left := n - 1; left > 0; left -= atOnce {
		err := s.do(func(tx *kernel.Tx) error {
			tx.Derived()
			some := min(left, atOnce)
			class, err := s.Server.Ring.Class(tx, scope, category, false)
			if err != nil {
				return err
			}
			units, err := s.Server.Ring.NewUnits(tx, scope, strings.Fields(strings.Repeat("item ", some))...)
			if err != nil {
				return err
			}
			for some := range slices.Chunk(units, tx.Few()/4) {
				var values []string
				var args []any
				for _, unit := range some {
					id := tx.NewID("itm")
					ad := seal.AD{Scope: scope.String(), Category: category, Item: id, Version: 1}
					envelope, err := seal.Seal([]seal.Key{class, unit}, ad, []byte(`{"note":`+s.note+`}`))
					if err != nil {
						return err
					}
					values = append(values, kernel.List[any](&args, string(id), scope.String(), "app", category, "", 1, "note", int64(tx.Now()),
						string(class.Ref().ID), string(unit.Ref().ID), envelope))
				}
				tx.Exec(`INSERT INTO item (id, scope, app, category, subject, version, fields, stored, class, unit, envelope) VALUES `+strings.Join(values, ", "), args...)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// write logs n lines as an app does in bulk, a millisecond apart from call to call.
func (s *server) write(scope kept.Scope, category string, n int) error {
	for left := n; left > 0; left -= atOnce {
		lines := make([]journal.Writing, min(left, atOnce))
		for i := range lines {
			lines[i] = journal.Writing{Category: category, Record: "start", Fields: journal.Fields{"note": []byte(s.note)}}
		}
		if _, err := s.Server.Journal.Log(s.r.ctx, s.app(scope), lines...); err != nil {
			return err
		}
		if err := s.Clock.Set(s.Clock.Now() + 1000); err != nil {
			return err
		}
	}
	return nil
}

// tidy lets PostgreSQL do at once what it does by itself each minute.
func (s *server) tidy() error {
	if s.r.database == "" {
		return nil
	}
	_, err := s.Server.Kernel.DB().Write.ExecContext(s.r.ctx, "VACUUM ANALYZE")
	return err
}
