package console

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"kept"
	"kept/board"
	"kept/calendar"
	"kept/deadline"
	"kept/policy"
)

// owed is a deadline as people read it.
type owed struct {
	Judged   board.Judged
	Deadline deadline.Deadline
	Known    bool // its promise stands in the version of now, and so on the board
}

// deadlinesOf gives each deadline its promise, by the version in force at its beginning.
func deadlinesOf(p *policy.Policy, list []deadline.Deadline) (out []owed) {
	for _, d := range list {
		j, _ := board.Foresee(p.At(d.From), nil).Of(d.Promise)
		_, known := p.Promise(d.Promise)
		out = append(out, owed{j, d, known})
	}
	return out
}

// until says when a time is over: at once, by the clock, or with a day.
func (t *tongue) until(from kept.Time, e calendar.End) string {
	switch {
	case e.At == from:
		return t.of("at once")
	case e.Day == "":
		return t.minute(e.At)
	}
	return t.say("the end of %s, local time", t.date(e.Day))
}

// reasons are what there is to say about an end, each a sentence.
func (t *tongue) reasons(d deadline.Deadline, e calendar.End) (out []string) {
	if d.Law != "" {
		out = append(out, t.say("the promise names no time; %s gives one month", d.Law))
	}
	for _, rest := range e.Moved {
		day := t.date(rest.Day)
		switch rest.Because {
		case calendar.Saturday:
			out = append(out, t.say("%s is a Saturday", day))
		case calendar.Sunday:
			out = append(out, t.say("%s is a Sunday", day))
		case calendar.Holiday:
			out = append(out, t.say("%s is a public holiday: %s", day, t.of(rest.Holiday)))
		case calendar.Short:
			out = append(out, t.say("%s is the only working day by then, and there must be two", day))
		}
	}
	if d.Sooner != nil {
		out = append(out, t.say("some of it is owed sooner: %s", strings.Join(d.Sooner, ", ")))
	}
	return out
}

// Deadlines says in plain English until when answers are owed.
func Deadlines(w io.Writer, p *policy.Policy, list []deadline.Deadline) error {
	t := english
	var b strings.Builder
	for _, d := range deadlinesOf(p, list) {
		fmt.Fprintf(&b, "%s\n  %s, asked or known at %s\n", t.phrase(d.Judged), d.Deadline.Promise, t.minute(d.Deadline.From))
		line := func(what string, e calendar.End) {
			fmt.Fprintf(&b, "  %s: %s", what, t.until(d.Deadline.From, e))
			if e.Day != "" {
				fmt.Fprintf(&b, " in %s (%s)", e.Zone, t.minute(e.At))
			}
			b.WriteByte('\n')
			for _, reason := range t.reasons(d.Deadline, e) {
				fmt.Fprintf(&b, "    %s\n", reason)
			}
		}
		line("due", d.Deadline.Due)
		if d.Deadline.Extended != nil {
			line("at the latest, for whoever was told in time", *d.Deadline.Extended)
		}
		if d.Deadline.Due.Day != "" && d.Deadline.Calendar == "" {
			b.WriteString("  no calendar is known of the vendor's country: no day moves, and the day ends where it ends first on earth\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type deadlinesBody struct {
	Country string // whose calendar counts; empty where none is known
	Asked   kept.Time
	Wrong   bool // what was asked is no instant
	List    []owed
}

// Field is the instant as the form's field writes it.
func (b deadlinesBody) Field() string { return b.Asked.Std().Format("2006-01-02T15:04") }

// deadlines answers for an instant in UTC, else for now.
func (c *console) deadlines(w http.ResponseWriter, r *http.Request, _ visitor) error {
	body := deadlinesBody{Country: calendar.Of(c.Server.Policy.Vendor.Country).Country, Asked: c.Server.Kernel.Now()}
	status := http.StatusOK
	if from := r.FormValue("from"); from != "" {
		at, err := kept.ParseTime(strings.TrimSuffix(from, "Z") + "Z") // a browser's field names no zone
		if day, dayErr := kept.ParseTime(from); dayErr == nil {
			at, err = day, nil
		}
		if err != nil {
			body.Wrong, status = true, http.StatusBadRequest
		} else {
			body.Asked = at
		}
	}
	list, err := deadline.All(c.Server.Announced(), "", body.Asked)
	if err != nil {
		return err
	}
	body.List = deadlinesOf(c.Server.Announced(), list)
	return c.show(w, r, status, "deadlines", frame{Title: tongueOf(r).say("Deadlines"), Section: "deadlines", Body: body})
}
