package coverage

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"kept/document"
	"kept/policy"
)

// proposal is what a sentence looks like, and why.
type proposal struct {
	control    string
	params     []param
	confidence int // of a hundred
}

type param struct{ name, value string }

var email = regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)*\.\p{L}{2,}`)

// pattern is a regular expression, compiled when it is looked for first: there are a hundred, and most commands need none.
type pattern func() *regexp.Regexp

// signal matches the beginning of a word, in either language and case.
func signal(words string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(^|[^\p{L}])(` + words + `)`) })
}

// What a cue weighs: in the sentence itself, in the lead-in of its list, in the heading above it.
const (
	strongWeight  = 6
	weakWeight    = 3
	leadInWeight  = 4
	headingWeight = 2
	sure          = 95 // nothing is surer
	most          = 3  // proposals for one sentence
)

// setting is where a sentence stands: what leads its list in, and the heading above it.
type setting struct{ leadIn, heading string }

// settingOf looks upwards from a unit. A lead-in ends with a colon, and leads until something that is no item.
func settingOf(t *document.Text, i int) (s setting) {
	u := t.Units[i]
	leads := u.Kind == document.Bullet || u.Kind == document.Label
	for _, above := range slices.Backward(t.Units[:i]) {
		switch {
		case above.Kind == document.Heading && above.ID == u.Under:
			s.heading = above.Text
			return s
		case above.Kind == document.Sentence && leads:
			if strings.HasSuffix(strings.TrimRight(above.Text, " *_"), ":") {
				s.leadIn = above.Text
			}
			leads = false
		}
	}
	return s
}

// guess weighs the words of a sentence and of where it stands; the best proposal comes first, and there is always one. It
// looks at words alone, so most of what it finds needs a person.
func guess(text string, in setting, categories []policy.Category) (out []proposal) {
	for _, c := range cues {
		if w := weigh(c, text, in); w >= weakWeight {
			out = append(out, proposal{c.control, values(c.control, text, categories), min(sure, 5+8*w)})
		}
	}
	if email.MatchString(text) {
		out = append(out, proposal{"contact", values("contact", text, categories), 60})
	}
	slices.SortStableFunc(out, func(a, b proposal) int { return b.confidence - a.confidence })
	if len(out) == 0 {
		out = []proposal{{"information", values("information", text, categories), 5}}
	}
	return out[:min(len(out), most)]
}

func weigh(c cue, text string, in setting) (w int) {
	switch {
	case c.strong().MatchString(text):
		w = strongWeight
	case c.weak != nil && c.weak().MatchString(text):
		w = weakWeight
	}
	if !c.listed {
		return w
	}
	if in.leadIn != "" && c.strong().MatchString(in.leadIn) {
		w += leadInWeight
	}
	if c.strong().MatchString(in.heading) {
		w += headingWeight
	}
	return min(w, strongWeight) // what is narrower wins, not what is said twice
}
