package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"kept"
	"kept/board"
	"kept/gate"
	"kept/kernel"
	"kept/retention"
)

const (
	weeksAhead = 26       // in the picture
	cell       = 15       // pixels of a day, with the gap
	pageOfDays = 60       // lines of the table
	monthWide  = 4 * cell // what the name of a month takes
)

// calendarBody is what will end when.
type calendarBody struct {
	Width, Height int
	Days          []dayCell
	Months        []tick
	List          []endLine
	More          int // lines that do not stand in the table
	Total         int64
	Brakes        []brakeLine
	MayRelease    bool
	Sweep         retention.Sweep
	Ahead         board.Length // by which the clock is doubted
}

// dayCell is a day of the picture; Level is 0 for nothing to 4 for the most.
type dayCell struct {
	X, Y, Level int
	Day         kept.Time
	Rows        int64
}

// endLine is what ends on a day of one category.
type endLine struct {
	Day           kept.Time
	App, Category string
	Reason        string
	Promise       string
	Rows          int64
	Installations int64
}

// brakeLine is what waits for one reason: categories at installations, and closed accounts.
type brakeLine struct {
	Reason                    string
	Categories, Installations int
	Accounts                  int // installations at which closed accounts wait
	Since, Until              kept.Time
}

func (c *console) forecast(w http.ResponseWriter, r *http.Request, who visitor) error {
	var list []retention.Foreseen
	var brakes []retention.Brake
	var sweep retention.Sweep
	err := c.Server.Kernel.View(r.Context(), func(v *kernel.View) (err error) {
		if list, err = c.Server.Retention.Foresee(v); err != nil {
			return err
		}
		if sweep, err = c.Server.Retention.Sweeping(v); err != nil {
			return err
		}
		brakes, err = retention.Brakes(v)
		return err
	})
	if err != nil {
		return err
	}
	body := calendarOf(tongueOf(r), list, c.Server.Kernel.Now())
	body.Brakes, body.Sweep = brakesOf(brakes), sweep
	body.Ahead = board.Length(c.Server.Kernel.Ahead())
	body.MayRelease = !c.ReadOnly && slices.Contains([]kept.Role{kept.Officer, kept.Operator}, who.actor.Role)
	return c.show(w, r, http.StatusOK, "forecast", frame{Title: tongueOf(r).say("Forecast"), Section: "forecast", Body: body})
}

// release lets what waits be destroyed. The page has said what that is.
func (c *console) release(w http.ResponseWriter, r *http.Request, who visitor) error {
	ask := func(v *kernel.View) error {
		return c.Server.Gate.Ask(v, gate.Question{Actor: who.actor, Verb: gate.Release, Scope: kept.VendorScope})
	}
	var err error
	if reason := r.PostFormValue("reason"); reason == "clock" {
		if err = c.Server.Kernel.View(r.Context(), ask); err == nil {
			err = c.Server.Kernel.Believe(r.Context(), who.actor, "person")
		}
	} else {
		err = c.Server.Kernel.Do(r.Context(), who.actor, func(tx *kernel.Tx) error {
			if err := ask(&tx.View); err != nil {
				return err
			}
			_, err := c.Server.Retention.Release(tx, reason)
			return err
		})
	}
	if err != nil && kept.KindOf(err) != kept.NotFound { // somebody else was first
		return err
	}
	http.Redirect(w, r, "/forecast", http.StatusSeeOther)
	return nil
}

func brakesOf(brakes []retention.Brake) (out []brakeLine) {
	for _, reason := range []string{retention.BroughtForward, retention.Unforeseen} {
		line, scopes := brakeLine{Reason: reason}, map[kept.Scope]bool{}
		for _, b := range brakes {
			if b.Reason != reason {
				continue
			}
			if b.Class == retention.ClosedAccounts {
				line.Accounts++
			} else {
				line.Categories++
				scopes[b.Scope] = true
			}
			if line.Since == 0 || b.Since < line.Since {
				line.Since = b.Since
			}
			line.Until = max(line.Until, b.Until)
		}
		if line.Installations = len(scopes); line.Categories+line.Accounts > 0 {
			out = append(out, line)
		}
	}
	return out
}

// calendarOf draws what ends: weeks run to the right, from Monday down to Sunday.
func calendarOf(in *tongue, list []retention.Foreseen, now kept.Time) calendarBody {
	today := now.Std().UTC().Truncate(24 * time.Hour)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	b := calendarBody{Width: weeksAhead*cell + 1, Height: 7*cell + 20}
	rows := map[kept.Time]int64{}
	var most int64
	for _, f := range list {
		rows[f.Day] += f.Rows
		b.Total += f.Rows
		if f.Day < kept.TimeOf(monday.AddDate(0, 0, 7*weeksAhead)) {
			most = max(most, rows[f.Day])
		}
	}
	for n := range 7 * weeksAhead {
		day := monday.AddDate(0, 0, n)
		x := n / 7 * cell
		if day.Day() == 1 && x+monthWide <= b.Width {
			b.Months = append(b.Months, tick{strconv.Itoa(x), in.axis(day, in.monthYear)})
		}
		if at := kept.TimeOf(day); !day.Before(today) {
			b.Days = append(b.Days, dayCell{x, n%7*cell + 18, level(rows[at], most), at, rows[at]})
		}
	}
	b.List = linesOf(list)
	if len(b.List) > pageOfDays {
		b.More, b.List = len(b.List)-pageOfDays, b.List[:pageOfDays]
	}
	return b
}

// level is how dark a day is: each step is ten times less than the one above it, so that a busy day hides no quiet one.
func level(rows, most int64) int {
	if rows == 0 {
		return 0
	}
	n := 4
	for rows*10 <= most && n > 1 {
		rows, n = rows*10, n-1
	}
	return n
}

func linesOf(list []retention.Foreseen) (out []endLine) {
	at := map[endLine]int{}
	for _, f := range list {
		k := endLine{Day: f.Day, App: f.App, Category: f.Category, Reason: f.Reason, Promise: f.Promise}
		n, known := at[k]
		if !known {
			n = len(out)
			at[k] = n
			out = append(out, k)
		}
		out[n].Rows += f.Rows
		out[n].Installations++
	}
	slices.SortStableFunc(out, func(a, b endLine) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.App, b.App), cmp.Compare(a.Category, b.Category))
	})
	return out
}
