package console

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kept"
	"kept/board"
	"kept/lint"
)

// tongue is a language of the console. Every word that a page shows of its own goes through it: the English text is the
// message, and any other language looks it up. What the vendor wrote stays as it is.
type tongue struct {
	Tag, Name string            // BCP 47; as its speakers call it
	words     map[string]string // from English; nil for English itself
	dayLayout string
	dayMonth  string // of an axis
	monthYear string
	thousands string
	months    []string // short, where they differ from the standard library's
}

var (
	english = &tongue{Tag: "en", Name: "English", dayLayout: time.DateOnly, dayMonth: "2 Jan", monthYear: "Jan 2006", thousands: ","}
	german  = &tongue{Tag: "de", Name: "Deutsch", words: germanWords(), dayLayout: "02.01.2006", dayMonth: "2. Jan", monthYear: "Jan 2006", thousands: ".",
		months: []string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."}}
	tongues = []*tongue{english, german}
)

// tongueName names both the parameter and the cookie that choose a language.
const tongueName = "lang"

// tongueOf is the language of a request: what was chosen, else the first that the browser asks for, else English.
func tongueOf(r *http.Request) *tongue {
	if t := spoken(r.URL.Query().Get(tongueName)); t != nil {
		return t
	}
	if c, err := r.Cookie("kept_" + tongueName); err == nil {
		if t := spoken(c.Value); t != nil {
			return t
		}
	}
	best, weight := english, 0.0
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") { // spec: RFC 9110, 12.5.4
		tag, q, weighted := strings.Cut(strings.TrimSpace(part), ";")
		w := 1.0
		if weighted {
			w, _ = strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64) // 0 for nonsense: not wanted
		}
		primary, _, _ := strings.Cut(tag, "-")
		if t := spoken(strings.ToLower(primary)); t != nil && w > weight {
			best, weight = t, w
		}
	}
	return best
}

func spoken(tag string) *tongue {
	for _, t := range tongues {
		if t.Tag == tag {
			return t
		}
	}
	return nil
}

// tongueOfText is the language in which a page speaks that is as public as the text on it.
func tongueOfText(tag string) *tongue {
	if t := spoken(tag); t != nil {
		return t
	}
	return english
}

// remember keeps a choice for the next pages. It says nothing about anybody, so it outlives the session.
func remember(w http.ResponseWriter, r *http.Request) {
	if t := spoken(r.URL.Query().Get(tongueName)); t != nil {
		http.SetCookie(w, &http.Cookie{Name: "kept_" + tongueName, Value: t.Tag, Path: "/", MaxAge: 365 * 24 * 60 * 60,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: !loopback(r.Host)})
	}
}

// way is a link to the same page in a language.
type way struct {
	*tongue
	Link    string
	Current bool
}

func ways(r *http.Request, in *tongue) (out []way) {
	for _, t := range tongues {
		q := r.URL.Query()
		q.Set(tongueName, t.Tag)
		out = append(out, way{t, (&url.URL{RawQuery: q.Encode()}).String(), t == in})
	}
	return out
}

// knows tells whether a message can be said in this language.
func (t *tongue) knows(message string) bool {
	_, ok := t.words[message]
	return ok || t.words == nil
}

func (t *tongue) of(message string) string {
	if said, ok := t.words[message]; ok {
		return said
	}
	return message
}

// say is a message with its blanks filled.
func (t *tongue) say(message string, fill ...any) string {
	if len(fill) == 0 {
		return t.of(message)
	}
	for i, v := range fill {
		fill[i] = t.word(v)
	}
	return fmt.Sprintf(t.of(message), fill...)
}

// rich is a message that holds markup of its own; what fills its blanks holds none.
func (t *tongue) rich(message string, fill ...any) template.HTML {
	for i, v := range fill {
		if html, is := v.(template.HTML); is {
			fill[i] = string(html)
		} else {
			fill[i] = template.HTMLEscapeString(t.word(v))
		}
	}
	return template.HTML(fmt.Sprintf(t.of(message), fill...))
}

// count is a message in the singular or in the plural.
func (t *tongue) count(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return t.say(many, t.number(int64(n)))
}

// saying is what the board says, in this language.
func (t *tongue) saying(s board.Saying) string {
	return t.say(s.Message, append([]any(nil), s.Of...)...)
}

// finding is what a rule about the structure of a policy says. Its blanks hold words of the format, and names.
func (t *tongue) finding(f lint.Finding) string {
	var of []any
	for _, v := range f.Of {
		if s, is := v.(string); is {
			v = board.Term(s)
		}
		of = append(of, v)
	}
	return t.say(f.Message, of...)
}

// word is what fills a blank.
func (t *tongue) word(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case kept.Time:
		return t.day(v)
	case board.Length:
		n, unit := v.Unit()
		return t.units(n, unit)
	case board.Term:
		name, says, _ := strings.Cut(string(v), "=")
		return strings.TrimSpace(t.human(name) + " " + t.human(says))
	case board.Anchor:
		return t.of(events[string(v)])
	case kept.Role:
		return t.human(string(v))
	default:
		return fmt.Sprint(v)
	}
}

func (t *tongue) units(n int64, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return t.number(n) + " " + t.of(unit)
}

func (t *tongue) day(at kept.Time) string { return at.Std().Format(t.dayLayout) }

func (t *tongue) minute(at kept.Time) string { return at.Std().Format(t.dayLayout+" 15:04") + " UTC" }

// axis is a date with a short name of its month.
func (t *tongue) axis(at time.Time, layout string) string {
	s := at.Format(layout)
	if t.months != nil {
		s = strings.Replace(s, at.Format("Jan"), t.months[at.Month()-1], 1)
	}
	return s
}

// number groups the digits of n, which is not negative.
func (t *tongue) number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + t.thousands + s[i:]
	}
	return s
}

// period is a length that a text states.
func (t *tongue) period(p kept.Period) string {
	var words []string
	for _, part := range p.Parts() {
		words = append(words, t.units(part.N, part.Unit))
	}
	if words == nil {
		return t.of("at once")
	}
	return strings.Join(words, " ")
}

// human turns a word of the policy into words: those of the format are known in every language, the vendor's own stay.
func (t *tongue) human(s string) string { return t.of(strings.ReplaceAll(s, "-", " ")) }

func (t *tongue) humans(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = t.human(w)
	}
	return t.and(out)
}

func (t *tongue) and(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " " + t.of("and") + " " + words[n-1]
	}
	return strings.Join(words, "")
}

func (t *tongue) or(words []string) string { return strings.Join(words, " "+t.of("or")+" ") }
