package kept_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept"
)

func instant(t *testing.T, s string) kept.Time {
	t.Helper()
	at, err := kept.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPeriodsAsTextsStateThem(t *testing.T) {
	for _, c := range []struct{ in, out, words string }{
		{"PT0S", "PT0S", "at once"},
		{"P0D", "PT0S", "at once"},
		{"P1D", "P1D", "1 day"},
		{"P90D", "P90D", "90 days"},
		{"P2W", "P14D", "14 days"},
		{"P1M", "P1M", "1 month"},
		{"P1Y", "P12M", "12 months"},
		{"P1Y6M", "P18M", "18 months"},
		{"PT24H", "PT24H", "24 hours"},
		{"PT36H", "PT36H", "36 hours"},
		{"PT72H", "PT72H", "72 hours"},
		{"PT5M", "PT5M", "5 minutes"},
		{"PT90M", "PT1H30M", "1 hour 30 minutes"},
		{"P1M2DT3H4M5S", "P1M2DT3H4M5S", "1 month 2 days 3 hours 4 minutes 5 seconds"},
	} {
		p, err := kept.ParsePeriod(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if p.String() != c.out || p.Words() != c.words {
			t.Errorf("%s is %s (%s), want %s (%s)", c.in, p, p.Words(), c.out, c.words)
		}
	}
}

func TestWhatIsNoPeriod(t *testing.T) {
	for _, s := range []string{
		"", "P", "PT", "P1DT", "90D", "P-1D", "-P1D", "P1.5D", "P1H", "PT1D", "p1d", "P1D ", " P1D", "P1D\n", "P1W1M", "90 days", "P٣D",
		"P99999Y", "P9999999D",
		"P9999W99999D", // more nanoseconds than fit
	} {
		if p, err := kept.ParsePeriod(s); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%q is %v, %v, want Invalid", s, p, err)
		}
	}
}

func TestPeriodsFromAnInstant(t *testing.T) {
	for _, c := range []struct{ from, period, to string }{
		{"2026-01-31", "P1M", "2026-02-28"},
		{"2028-01-31", "P1M", "2028-02-29"},
		{"2026-01-31", "P2M", "2026-03-31"},
		{"2026-03-31T23:59:59.999999Z", "P1M", "2026-04-30T23:59:59.999999Z"},
		{"2026-10-31", "P4M", "2027-02-28"},
		{"2028-02-29", "P1Y", "2029-02-28"},
		{"2028-02-29", "P4Y", "2032-02-29"},
		{"2026-12-15T10:30:00Z", "P1M", "2027-01-15T10:30:00Z"},
		{"2026-01-31", "P1M1D", "2026-03-01"},
		{"2026-03-28T12:00:00Z", "PT72H", "2026-03-31T12:00:00Z"},
		{"2026-03-01", "P90D", "2026-05-30"},
		{"2026-03-01", "PT0S", "2026-03-01"},
	} {
		p, err := kept.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.From(instant(t, c.from)); got != instant(t, c.to) {
			t.Errorf("%s after %s is %s, want %s", c.period, c.from, got, c.to)
		}
	}
}

var (
	anyPeriod = rapid.Custom(func(t *rapid.T) kept.Period {
		return kept.Period{
			Months: rapid.IntRange(0, 12*100).Draw(t, "months"),
			Days:   rapid.IntRange(0, 100*365).Draw(t, "days"),
			Exact:  time.Duration(rapid.Int64Range(0, 1000*3600).Draw(t, "seconds")) * time.Second,
		}
	})
	anyTime = rapid.Custom(func(t *rapid.T) kept.Time { // years 1970 to 2500
		return kept.Time(rapid.Int64Range(1, 530*365*24*3600*1_000_000).Draw(t, "µs"))
	})
)

func TestAPeriodReadsWhatItWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPeriod.Draw(t, "period")
		if back, err := kept.ParsePeriod(p.String()); err != nil || back != p {
			t.Fatalf("%+v was written %s and read %+v, %v", p, p, back, err)
		}
	})
}

func TestMonthsClampToTheEndOfTheMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, months := anyTime.Draw(t, "from"), rapid.IntRange(0, 600).Draw(t, "months")
		a, b := from.Std(), kept.Period{Months: months}.From(from).Std()
		if got := (b.Year()-a.Year())*12 + int(b.Month()-a.Month()); got != months {
			t.Fatalf("%v to %v are %d months, want %d", a, b, got, months)
		}
		tomorrow := b.AddDate(0, 0, 1)
		if b.Day() != a.Day() && (b.Day() > a.Day() || tomorrow.Month() == b.Month()) {
			t.Fatalf("%v became %v, which is neither the same day nor the last", a, b)
		}
		if a.Sub(a.Truncate(24*time.Hour)) != b.Sub(b.Truncate(24*time.Hour)) {
			t.Fatalf("%v became %v: the time of day moved", a, b)
		}
	})
}

func TestNoInstantIsSoonerThanTheShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, from := anyPeriod.Draw(t, "period"), anyTime.Draw(t, "from")
		if got := p.From(from).Sub(from); got < p.Shortest() {
			t.Fatalf("%s after %s is %s, shorter than %s", p, from, got, p.Shortest())
		}
	})
}

func TestTimesAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"2026-03-01", "2026-03-01T00:00:00Z"},
		{"2026-03-01T10:00Z", "2026-03-01T10:00:00Z"},
		{"2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"},
		{"2026-03-01T10:00:00.120000Z", "2026-03-01T10:00:00.12Z"},
		{"2026-03-01T10:00:00.123456789Z", "2026-03-01T10:00:00.123456Z"},
	} {
		if got := instant(t, c.in).String(); got != c.out {
			t.Errorf("%s is %s, want %s", c.in, got, c.out)
		}
	}
	for _, s := range []string{"", "-", "tomorrow", "2026-02-30", "2026-03-01 10:00", "2026-03-01T10:00:00", "01.03.2026"} {
		if at, err := kept.ParseTime(s); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%q is %v, %v, want Invalid", s, at, err)
		}
	}
}

func TestATimeSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.OneOf(anyTime, rapid.Just(kept.Time(0))).Draw(t, "at")
		b, err := json.Marshal(at)
		if err != nil {
			t.Fatal(err)
		}
		back := kept.Time(-1)
		if err := json.Unmarshal(b, &back); err != nil || back != at {
			t.Fatalf("%d was written %s and read %d, %v", at, b, back, err)
		}
	})
	if b, err := json.Marshal(kept.Time(0)); err != nil || string(b) != `""` {
		t.Errorf("an unset time is written %s, %v", b, err)
	}
}

func TestDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := anyTime.Draw(t, "at")
		start, next := kept.StartOfDay(at.Day()), kept.StartOfDay(at.Day()+1)
		if at < start || at >= next || next.Sub(start) != 24*time.Hour {
			t.Fatalf("%s is not in its day %s to %s", at, start, next)
		}
		if h, m, s := start.Std().Clock(); h+m+s != 0 {
			t.Fatalf("the day of %s starts at %s", at, start)
		}
	})
}

func TestIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")
		id := kept.NewID("itm", bytes.NewReader(random))
		if back, err := kept.ParseID("itm", string(id)); err != nil || back != id {
			t.Fatalf("%s is read %s, %v", id, back, err)
		}
	})
	a, b := kept.NewID("itm", strings.NewReader(strings.Repeat("a", 16))), kept.NewID("itm", strings.NewReader(strings.Repeat("a", 15)+"b"))
	if a == b {
		t.Error("the last random byte does not count")
	}
	good := string(a)
	for _, s := range []string{"", "itm_", good[:29], good + "a", strings.ToUpper(good), " " + good, good + "\n", "fct" + good[3:], "itm_" + strings.Repeat("1", 26)} {
		if id, err := kept.ParseID("itm", s); kept.KindOf(err) != kept.Invalid {
			t.Errorf("%q is the id %q, %v", s, id, err)
		} else if s != "" && strings.Contains(err.Error(), strings.TrimSpace(s)) && s != "itm_" {
			t.Errorf("the error repeats what was sent: %v", err)
		}
	}
}

func TestAServerWithoutRandomnessStops(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an id was made of 15 random bytes")
		}
	}()
	kept.NewID("itm", bytes.NewReader(make([]byte, 15)))
}

func TestScopes(t *testing.T) {
	id := kept.NewID("ins", bytes.NewReader(make([]byte, 16)))
	for _, s := range []kept.Scope{kept.VendorScope, {Installation: id}} {
		if kept.ScopeOf(s.String()) != s {
			t.Errorf("%s is read as %s", s, kept.ScopeOf(s.String()))
		}
	}
}

func TestErrorsKeepKindAndCause(t *testing.T) {
	err := fmt.Errorf("storing: %w", kept.Errorf(kept.Held, "a hold: %w", io.EOF).WithHint("ask %s", "legal").Under("retain-1"))
	var e *kept.Error
	if !errors.As(err, &e) || e.Hint != "ask legal" || e.Promise != "retain-1" || !errors.Is(err, io.EOF) {
		t.Errorf("%#v lost something", err)
	}
	for _, c := range []struct {
		err  error
		want kept.Kind
	}{{err, kept.Held}, {io.EOF, kept.Internal}, {nil, ""}} {
		if got := kept.KindOf(c.err); got != c.want {
			t.Errorf("%v is %q, want %q", c.err, got, c.want)
		}
	}
}

func TestAnActorIsItsRoleInText(t *testing.T) {
	a := kept.Actor{Role: kept.CustomerAdmin, App: "marker-app", Installation: "marker-id", Staff: "marker-staff"}
	if s := fmt.Sprintf("%v %s %v", a, a, a.LogValue()); strings.Contains(s, "marker") || !strings.Contains(s, "customer-admin") {
		t.Errorf("written as %q", s)
	}
}

// A kind without an answer to "what does a restore do with it?" must not exist.
func TestEveryFactKindIsDeclared(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "fact.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != "FactKind" {
			return true
		}
		found++
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if _, declared := kept.FactKinds[kept.FactKind(value)]; err != nil || !declared {
			t.Errorf("%s is not in FactKinds (%v)", spec.Names[0].Name, err)
		}
		return true
	})
	if found != len(kept.FactKinds) {
		t.Errorf("fact.go has %d kinds, FactKinds %d: two are the same word", found, len(kept.FactKinds))
	}
}
