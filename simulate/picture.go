package simulate

import (
	"fmt"
	"strings"

	"kept"
	"kept/judge"
)

// Picture is what became of every installation, day by day, and on which days something went wrong with the server.
type Picture struct {
	Rows   []*Row // in order of arrival
	Faults map[int]string
	Days   int
}

// Row is one installation.
type Row struct {
	Name string
	days map[int]judge.Standing
}

// sketch adds a day.
func (p *Picture) sketch(day int, standing []judge.Standing) {
	p.Days = max(p.Days, day+1)
	for n, s := range standing {
		if n == len(p.Rows) {
			p.Rows = append(p.Rows, &Row{Name: fmt.Sprintf("%s %d", s.App, n+1), days: map[int]judge.Standing{}})
		}
		p.Rows[n].days[day] = s
	}
}

func (p *Picture) fault(day int, what string) {
	if p.Faults == nil {
		p.Faults = map[int]string{}
	}
	p.Faults[day] = what
}

// columns is how wide the picture is on a terminal.
const columns = 73

// volume draws how much is stored: nothing, a little, more.
var volume = []rune("·▁▂▃▄▅▆▇█")

// most is the largest number of values that any installation ever held.
func (p *Picture) most() int {
	most := 1
	for _, r := range p.Rows {
		for _, s := range r.days {
			most = max(most, s.Stored)
		}
	}
	return most
}

// String draws it with one line for each installation.
func (p *Picture) String() string {
	var b strings.Builder
	per := max(1, (p.Days+columns-1)/columns)
	line := func(name string, at func(day int) rune) {
		fmt.Fprintf(&b, "%-22.22s ", name)
		for d := 0; d < p.Days; d += per {
			b.WriteRune(at(d))
		}
		b.WriteByte('\n')
	}
	most := p.most()
	for _, r := range p.Rows {
		line(r.Name, func(day int) rune {
			s, there := r.days[day]
			switch {
			case !there:
				return ' '
			case s.State == kept.Erased:
				return 'x'
			case s.State == kept.Uninstalled && s.Stored == 0:
				return '-'
			case s.State == kept.Uninstalled:
				return '='
			}
			return volume[s.Stored*(len(volume)-1)/most]
		})
	}
	line("faults", func(from int) rune {
		for d := from; d < from+per; d++ {
			if what, any := p.Faults[d]; any {
				return []rune(strings.ToUpper(what))[0]
			}
		}
		return ' '
	})
	fmt.Fprintf(&b, "%-22s · to █ installed, by what is stored   = uninstalled, something waits   - uninstalled, empty   x erased\n", "")
	fmt.Fprintf(&b, "%-22s K killed   R restarted   D disk full or database restarted; one column is %d days\n", "", per)
	return b.String()
}

// SVG draws it as a file that any browser shows.
func (p *Picture) SVG() string {
	const left, high, gap, wide = 170, 16, 6, 2
	var b strings.Builder
	width, height := left+p.Days*wide+10, (len(p.Rows)+1)*(high+gap)+30
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11" role="img"><title>Installations and what they stored, day by day</title><rect width="100%%" height="100%%" fill="#fff"/>`, width, height, width, height)
	fill := map[kept.State]string{kept.Installed: "#2f6f9f", kept.Uninstalled: "#c58a1a", kept.Erased: "#d9d9d9"}
	most := p.most()
	for n, r := range p.Rows {
		base := 10 + (n+1)*(high+gap) - gap
		fmt.Fprintf(&b, `<text x="4" y="%d">%s</text>`, base-3, r.Name)
		for d := range p.Days {
			if s, there := r.days[d]; there {
				tall := 2 + (high-2)*s.Stored/most
				fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, left+d*wide, base-tall, wide, tall, fill[s.State])
			}
		}
	}
	base := 10 + (len(p.Rows)+1)*(high+gap) - gap
	fmt.Fprintf(&b, `<text x="4" y="%d">faults of the server</text>`, base-3)
	for d := range p.Days {
		if what, any := p.Faults[d]; any {
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#a02020"><title>%s, day %d</title></rect>`, left+d*wide, base-high, wide, high, what, d+1)
		}
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d">blue installed, amber uninstalled, grey erased; the height is what is stored</text></svg>`, left, height-6)
	return b.String()
}
