package policy

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"kept"
)

// Retroactive is a promise whose wider terms hold also for what was collected under an earlier version, and why that is
// lawful. law: GDPR 5(1)(b), 6(4), 13(3)
type Retroactive struct {
	Promise string
	Because string
	At      Position
}

const effectiveHint = "a day as 2026-03-01; the version holds from its beginning in UTC"

func (r *reader) effective(n *yaml.Node) {
	s, ok := r.scalar(n, "`effective`")
	day, err := time.Parse(time.DateOnly, s)
	switch {
	case ok && err != nil:
		r.bad(r.at(n), effectiveHint, "`effective` cannot be `%s`", clip(s))
	case ok:
		r.policy.Effective = kept.TimeOf(day)
	}
}

func (r *reader) earlier(n *yaml.Node) {
	r.list(n, "`earlier`", func(n *yaml.Node) {
		var folder string
		if r.shaped("a folder of `earlier`", &folder, fileShape, folderHint)(n); folder == "" {
			return
		}
		if path.Clean(folder) != folder || folder == ".." || folder[0] == '.' {
			r.bad(r.at(n), folderHint, "`earlier` cannot be `%s`", clip(folder))
			return
		}
		r.once("earlier "+folder, r.at(n), "", "the folder `"+folder+"` is named twice")
		r.folders = append(r.folders, folder)
		r.folderAt = append(r.folderAt, r.at(n))
	})
}

const folderHint = "a folder inside the policy's own, with slashes: 2024-05-01"

func (r *reader) retroactive(n *yaml.Node) {
	a := Retroactive{At: r.at(n)}
	r.mapping(n, "an entry of `retroactive`",
		key{"promise", true, func(n *yaml.Node) {
			r.shaped("a promise", &a.Promise, promiseShape, "name the promise by its id")(n)
			at := r.at(n)
			r.later = append(r.later, func() {
				if _, known := r.policy.Promise(a.Promise); a.Promise != "" && !known {
					r.bad(at, "name one of this version by its id", "no promise has the id `%s`", clip(a.Promise))
				}
			})
		}},
		key{"because", true, r.text("`because`", &a.Because)},
	)
	r.policy.Retroactive = append(r.policy.Retroactive, a)
}

// history reads the folders of the versions before. What an earlier version says of versions before itself is not read:
// the newest one names them all.
func (r *reader) history(dir string) {
	var all []*Policy
	for n, folder := range r.folders {
		if older := r.readOlder(n, filepath.Join(dir, filepath.FromSlash(folder))); older != nil {
			all = append(all, older)
		}
	}
	slices.SortStableFunc(all, func(a, b *Policy) int { return cmp.Compare(a.Effective, b.Effective) })
	for n, older := range all {
		if n > 0 && older.Effective == all[n-1].Effective {
			r.bad(r.folderAt[0], effectiveHint, "two earlier versions hold from the same day")
		}
		older.Earlier = all[:n:n]
	}
	r.policy.Earlier = all
	r.policy.Digest = digest(r.files)
}

// readOlder reads one earlier version. Its positions and problems begin with its folder.
func (r *reader) readOlder(n int, dir string) *Policy {
	folder := r.folders[n]
	files, err := folderFiles(dir)
	if err != nil {
		r.bad(r.folderAt[n], folderHint, "there is no folder `%s`", folder)
		return nil
	}
	old := newReader(files)
	older := old.read()
	old.look(dir)
	for _, p := range old.problems {
		p.File = path.Join(folder, p.File)
		r.problems = append(r.problems, p)
	}
	for _, pr := range older.Promises {
		pr.At.File = path.Join(folder, pr.At.File)
	}
	for name, bytes := range files {
		r.files[path.Join(folder, name)], r.lines[path.Join(folder, name)] = bytes, old.lines[name]
	}
	older.Dir = dir
	r.follows(n, older)
	return older
}

// follows checks that a version before is one of the same vendor, and is older.
func (r *reader) follows(n int, older *Policy) {
	at := r.folderAt[n]
	switch {
	case r.policy.Effective == 0:
		r.bad(at, "say `effective:` beside `earlier`", "nothing says since when this version holds")
	case older.Effective >= r.policy.Effective:
		r.bad(at, effectiveHint, "the version in `%s` does not hold before this one", r.folders[n])
	}
	if older.Vendor.ID != r.policy.Vendor.ID {
		r.bad(at, "a vendor keeps its id", "the version in `%s` is another vendor's", r.folders[n])
	}
}

// At is the version in force at an instant: this one, or one of Earlier; the oldest before any was.
func (p *Policy) At(t kept.Time) *Policy {
	if t >= p.Effective {
		return p
	}
	for n := len(p.Earlier) - 1; n >= 0; n-- {
		if t >= p.Earlier[n].Effective || n == 0 {
			return p.Earlier[n]
		}
	}
	return p
}

// Next is when the version after the one in force at an instant begins; 0 where there is none.
func (p *Policy) Next(t kept.Time) (next kept.Time) {
	now := p.At(t)
	for _, v := range append(slices.Clone(p.Earlier), p) {
		if v.Effective > now.Effective && (next == 0 || v.Effective < next) {
			next = v.Effective
		}
	}
	return next
}

// Since are the versions that have held since an instant, the newest first: this one, and those before that it replaced
// later than that. 0 is now.
func (p *Policy) Since(collected kept.Time) []*Policy {
	out, until := []*Policy{p}, p.Effective
	for n := len(p.Earlier) - 1; n >= 0 && collected != 0 && collected < until; n-- {
		out, until = append(out, p.Earlier[n]), p.Earlier[n].Effective
	}
	return out
}

// Reaches tells whether a promise holds also for what was collected under earlier versions.
func (p *Policy) Reaches(id string) bool {
	return slices.ContainsFunc(p.Retroactive, func(a Retroactive) bool { return a.Promise == id })
}

// Version names a version for people: the day since which it holds.
func (p *Policy) Version() string {
	if p.Effective == 0 {
		return "the first version"
	}
	return fmt.Sprintf("the version of %s", p.Effective.Std().Format(time.DateOnly))
}

// Past is what an earlier version says of a category, and until when it was the one in force: what was collected before
// goes on under it.
type Past struct {
	Until kept.Time
	Rules
}

// Since are the rules under which something stands that was collected at an instant: those of now, and those of every
// version that has held since. Whoever asks must satisfy each of them. 0 is what is collected now.
func (r Rules) Since(collected kept.Time) []Rules {
	out := []Rules{r}
	for _, past := range r.Before {
		if collected != 0 && collected < past.Until {
			out = append(out, past.Rules)
		}
	}
	return out
}

// Limit is the longest time after an event for what was collected at an instant, by all versions that count. What a customer
// chose counts where a version leaves it a choice; nil for nothing.
func (r Rules) Limit(from string, collected kept.Time, chosen *kept.Period) (limit Limit, ok bool) {
	for _, rules := range r.Since(collected) {
		if l, limited := rules.limit(from, chosen); limited {
			switch {
			case !ok:
				limit, ok = l, true
			default:
				limit.All = append(slices.Clone(limit.All), l.All...)
				if l.Max.Shortest() < limit.Max.Shortest() {
					limit.Max, limit.Promise = l.Max, l.Promise
				}
			}
		}
	}
	return limit, ok
}

// Ages tells whether anything of a category has, or may have, a limit from its entry: by any version.
func (r Rules) Ages() bool { return r.Counts("entry") }

// before adds what the earlier versions say, the newest one first. A retroactive promise of a later version loosens what
// it is about.
func (p *Policy) before(r *Rules, app, category string) {
	until := p.Effective
	loosened := p.loosening(*r)
	for n := len(p.Earlier) - 1; n >= 0; n-- {
		v := p.Earlier[n]
		if past, declared := v.resolve(app, category); declared {
			for _, loosen := range loosened {
				loosen(&past)
			}
			r.Before = append(r.Before, Past{Until: until, Rules: past})
			loosened = append(loosened, v.loosening(past)...)
		}
		until = v.Effective
	}
}

// loosening is what the retroactive promises of a version change in the rules of one before it.
func (p *Policy) loosening(r Rules) (out []func(*Rules)) {
	has := func(prs []*Promise, id string) *Promise {
		pr, _ := find(prs, func(pr *Promise) bool { return pr.ID == id })
		return pr
	}
	for _, a := range p.Retroactive {
		for severity, graded := range r.Graded() {
			for _, l := range graded.Retain {
				if has(l.All, a.Promise) != nil {
					out = append(out, func(old *Rules) {
						of := old.Of(severity)
						old.set(severity, grade{slices.DeleteFunc(slices.Clone(of.Retain), func(o Limit) bool { return o.From == l.From }), of.Adjust})
					})
				}
			}
		}
		for _, allowed := range r.Purposes {
			if allowed.Promise.ID == a.Promise {
				out = append(out, func(old *Rules) { old.Purposes = append(slices.Clone(old.Purposes), allowed) })
			}
		}
		if pr := has(r.Access.Promises, a.Promise); pr != nil {
			out = append(out, func(old *Rules) { old.Access = r.Access })
		}
		if has(r.Places, a.Promise) != nil {
			out = append(out, func(old *Rules) { old.Places = nil })
		}
		if has(r.Token, a.Promise) != nil {
			out = append(out, func(old *Rules) { old.Token = nil })
		}
	}
	return out
}
