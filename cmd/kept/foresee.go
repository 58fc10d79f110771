package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"kept"
	"kept/db"
	"kept/journal"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
)

type foreseeCmd struct {
	Policy   string `arg:"" type:"path" help:"The policy's folder: the one that is served, or one that would be."`
	Data     string `type:"path" default:"kept-data" env:"KEPT_DATA" help:"Folder of the embedded database; a server may have it open."`
	Database string `env:"KEPT_DATABASE" help:"postgres://… instead of the embedded database."`
	Days     int    `default:"90" help:"How far to look."`
	Format   string `enum:"text,json" default:"text" help:"text or json."`
}

// foresight is what a policy would do to what is stored.
type foresight struct {
	At      kept.Time `json:"at"`
	Policy  string    `json:"policy"` // since when this version holds; empty where it says nothing
	Days    []endDay  `json:"days"`
	Earlier []sooner  `json:"earlier"` // what it ends earlier than is foreseen now
	Tonight int64     `json:"tonight"` // rows that go within a day because of that
	Token   string    `json:"token,omitempty"`

	Sweep retention.Sweep `json:"sweep"` // what has to be deleted within a day
}

// endDay is what ends on a day of one category.
type endDay struct {
	Day           kept.Time `json:"day"`
	App           string    `json:"app"`
	Category      string    `json:"category"`
	Rows          int64     `json:"rows"`
	Installations int64     `json:"installations"`
}

// sooner is what a policy brings forward of one category.
type sooner struct {
	App           string    `json:"app"`
	Category      string    `json:"category"`
	Installations int64     `json:"installations"`
	First         kept.Time `json:"first"`        // when the first of it ends now
	Was           kept.Time `json:"was,omitzero"` // when that would have ended; 0: never
	Rows          int64     `json:"rows"`         // within a day
	scopes        map[kept.Scope]bool
}

// Run compares effects with the dates that the server has set. It changes nothing.
func (c foreseeCmd) Run(e *env) error {
	p, err := policy.Load(c.Policy)
	if err != nil {
		return err
	}
	read, err := db.Look(c.Data, c.Database)
	if err != nil {
		return err
	}
	defer read.Close()
	clock := systemClock{}
	p = p.At(clock.Now())
	r := retention.Outlook(p)
	journal.Bound(r)
	out := foresight{Days: []endDay{}, Earlier: []sooner{}}
	if p.Effective != 0 {
		out.Policy = p.Version()
	}
	err = kernel.Look(e.ctx, read, clock, func(v *kernel.View) error {
		out.At = v.Now()
		list, err := r.Foresee(v)
		if err != nil {
			return err
		}
		out.Days = daysOf(list, v.Now().Add(time.Duration(c.Days)*24*time.Hour))
		if out.Sweep, err = r.Sweeping(v); err != nil {
			return err
		}
		forwards, err := r.Forwards(v)
		if len(forwards) > 0 {
			out.Token = retention.Token(p.Digest, forwards)
			out.Earlier = soonerOf(forwards)
		}
		for _, f := range forwards {
			out.Tonight += f.Rows
		}
		return err
	})
	if err != nil {
		return cannot{kept.Errorf(kept.Internal, "the stored data: %w", err).WithHint("name the data of a server that ran this version of kept: --data or --database")}
	}
	if c.Format == "json" {
		err = printJSON(e.out, out)
	} else {
		out.print(e.out, c.Days)
	}
	if err == nil && out.Token != "" {
		return errFindings
	}
	return err
}

func daysOf(list []retention.Foreseen, until kept.Time) []endDay {
	type at struct {
		day           kept.Time
		app, category string
	}
	sum, scopes := map[at]*endDay{}, map[at]map[kept.Scope]bool{}
	for _, f := range list {
		if f.Day > until {
			continue
		}
		k := at{f.Day, f.App, f.Category}
		if sum[k] == nil {
			sum[k], scopes[k] = &endDay{Day: f.Day, App: f.App, Category: f.Category}, map[kept.Scope]bool{}
		}
		sum[k].Rows += f.Rows
		scopes[k][f.Scope] = true
		sum[k].Installations = int64(len(scopes[k]))
	}
	out := []endDay{}
	for _, d := range sum {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b endDay) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.App, b.App), cmp.Compare(a.Category, b.Category))
	})
	return out
}

func soonerOf(forwards []retention.Forward) []sooner {
	sum := map[[2]string]*sooner{}
	for _, f := range forwards {
		k := [2]string{f.App, f.Category}
		s := sum[k]
		if s == nil {
			s = &sooner{App: f.App, Category: f.Category, First: f.Is, Was: f.Was, scopes: map[kept.Scope]bool{}}
			sum[k] = s
		}
		if f.Is < s.First {
			s.First, s.Was = f.Is, f.Was
		}
		s.Rows += f.Rows
		s.scopes[f.Scope] = true
		s.Installations = int64(len(s.scopes))
	}
	out := []sooner{}
	for _, s := range sum {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b sooner) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(a.Category, b.Category))
	})
	return out
}

func (f foresight) print(w io.Writer, days int) {
	if len(f.Days) == 0 {
		fmt.Fprintf(w, "No clock ends anything that is stored within %d days.\n", days)
	} else {
		fmt.Fprintf(w, "What ends within %d days, as far as clocks run now:\n", days)
	}
	for _, d := range f.Days {
		fmt.Fprintf(w, "  %s  %8d  %s of %s, %d installation(s)\n", d.Day.Std().Format(time.DateOnly), d.Rows, d.Category, d.App, d.Installations)
	}
	f.printSweep(w)
	if f.Token == "" {
		return
	}
	fmt.Fprintln(w, "\nThis policy ends earlier than is foreseen now:")
	for _, s := range f.Earlier {
		was := "never"
		if s.Was != 0 {
			was = s.Was.String()
		}
		fmt.Fprintf(w, "  %s of %s, %d installation(s): the first at %s, not %s\n", s.Category, s.App, s.Installations, s.First, was)
	}
	fmt.Fprintf(w, "It would erase %d rows within a day.\n", f.Tonight)
	fmt.Fprintf(w, "A server that starts with it closes them at once, and waits a day before it destroys them. To say that this is meant:\n  kept serve --dry-run %s\n", f.Token)
}

// printSweep warns of what cannot be deleted in time, and says by which speed that was worked out.
func (f foresight) printSweep(w io.Writer) {
	s := f.Sweep
	speed := fmt.Sprintf("the speed of the last sweeps (%.0f rows a second, measured at %s)", s.Speed, s.Measured)
	if s.Measured == 0 {
		speed = fmt.Sprintf("an assumed speed (%.0f rows a second: no sweep was measured here yet)", s.Speed)
	}
	switch {
	case s.Late:
		fmt.Fprintf(w, "\nToo much ends at once: %d rows are due by %s. At %s this takes until %s, later than the limit allows.\n", s.Rows, s.By, speed, s.Until)
	case s.Rows > 0:
		fmt.Fprintf(w, "\nWhat ends within a day can be deleted in time, at %s.\n", speed)
	}
}
