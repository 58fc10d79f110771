package console

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kept"
	"kept/board"
)

func number(t interface{ Fatalf(string, ...any) }, percentage string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSuffix(percentage, "%"), 64)
	if err != nil {
		t.Fatalf("%q: %v", percentage, err)
	}
	return f
}

func TestTimeline(t *testing.T) {
	h, now, closes := history(t)
	tl := timelineOf(english, h, now, closes)
	classes := func(l lane) (out []string) {
		for _, p := range l.Pieces {
			out = append(out, p.Class)
		}
		return out
	}
	for i, want := range []string{"stored closed due", "stored due", "stored due", "stored"} {
		if got := strings.Join(classes(tl.Lanes[i]), " "); got != want {
			t.Errorf("%s is %s, want %s", tl.Lanes[i].Category, got, want)
		}
	}
	if len(tl.Marks) != 6 || tl.Marks[1].Y == tl.Marks[2].Y || tl.Marks[5].Says.String() != "uninstall takes effect" {
		t.Errorf("marks %+v", tl.Marks)
	}
	now = now.Add(60 * 24 * time.Hour)
	if tl = timelineOf(english, h, now, closes); !tl.Lanes[1].Overdue || tl.Lanes[3].Overdue {
		t.Error("what should be gone is not overdue")
	}
}

func TestTimelinesStayInTheirFrame(t *testing.T) {
	at := instant(t, "2026-01-01")
	for name, h := range map[string]board.History{
		"just installed": {Installation: installed{}.Installation},
		"one instant":    {Events: []board.Event{{At: at, Kind: kept.FactInstalled}}, Categories: []board.Stay{{From: at, Items: 1, Due: at}}},
		"only gone":      {Categories: []board.Stay{{Gone: at}}},
		"emptied":        {Categories: []board.Stay{{From: at}}},
		"far":            {Categories: []board.Stay{{From: at, Items: 1, Due: instant(t, "2126-01-01")}}},
	} {
		h.Installation.Installed = at
		tl := timelineOf(english, h, at.Add(time.Hour), nil)
		if len(tl.Ticks) > 5 {
			t.Errorf("%s: %d ticks", name, len(tl.Ticks))
		}
		for _, l := range tl.Lanes {
			for _, p := range l.Pieces {
				if x, w := number(t, p.X), number(t, p.Width); x < 0 || w < 0 || x+w > 100.1 {
					t.Errorf("%s: %+v", name, p)
				}
			}
		}
	}
}

var (
	scheme   = regexp.MustCompile(`(?s):root \{(.*?)\n *\}`)
	variable = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6})\b`)
)

// TestColoursCanBeRead holds text against what lies behind it. spec: WCAG 2.2, 1.4.3
func TestColoursCanBeRead(t *testing.T) {
	sheet, err := static.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := scheme.FindAllStringSubmatch(string(sheet), -1)
	if len(schemes) != 2 {
		t.Fatalf("%d colour schemes, want light and dark", len(schemes))
	}
	for i, s := range schemes {
		colour := map[string]string{}
		for _, m := range variable.FindAllStringSubmatch(s[1], -1) {
			colour[m[1]] = m[2]
		}
		pairs := [][2]string{{"ink", "ground"}, {"ink", "card"}, {"quiet", "ground"}, {"quiet", "card"}, {"link", "ground"}, {"link", "card"},
			{"on-alarm", "alarm"}, {"on", "link"}, {"ink", "faint"}, {"ink", "fainter"}, {"information", "card"}, {"attested", "ground"}, {"ground", "ink"}}
		for _, v := range ranked {
			if v != kept.NoVerdict {
				pairs = append(pairs, [2]string{string(v), string(v) + "-soft"}, [2]string{string(v), "card"}, [2]string{"ink", string(v) + "-soft"})
			}
			if v != kept.NoVerdict && v != kept.NoEngine { // their bars have ink on them
				pairs = append(pairs, [2]string{"on", string(v)})
			}
		}
		for _, p := range pairs {
			if c := contrast(t, colour[p[0]], colour[p[1]]); c < 4.5 {
				t.Errorf("scheme %d: %s on %s has a contrast of %.2f", i, p[0], p[1], c)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("no colour: %q", hex)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(16) + .7152*part(8) + .0722*part(0)
}
