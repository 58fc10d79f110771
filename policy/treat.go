package policy

import (
	"slices"
	"strings"

	"kept"
)

// Log is what may stand in an entry of a category.
type Log struct {
	Promises []*Promise // none where no promise keeps a log in it, or another one stores nothing of it
	Records  []string   // what is written down; nil for whatever the app calls it
	Fields   []string
	Never    []string // fields, or words for what a field holds
}

// Access is who of the vendor's people may open items of a category.
type Access struct{ Promises []*Promise }

// log unites the lists. As in storage, who names the category is heard before who says everything.
func (r *Rules) log(log, nothing said) {
	if wholly(nothing.named) || len(log.named) == 0 && wholly(nothing.umbrella) {
		return
	}
	r.Log.Promises = log.winners()
	for _, pr := range r.Log.Promises {
		r.Log.Records = union(r.Log.Records, pr.Params["records"].Words())
		r.Log.Fields = union(r.Log.Fields, pr.Params["fields"].Words())
		r.Log.Never = union(r.Log.Never, pr.Params["never"].Words())
	}
	if r.Log.Fields == nil {
		r.Log.Fields = ids(r.Category.Fields, func(f Field) string { return f.Name })
	}
	for _, f := range r.Never { // what is never stored is not logged either
		if _, declared := r.Category.Field(f); declared {
			r.Log.Never = union(r.Log.Never, []string{f})
		}
	}
}

func union(a, b []string) []string {
	for _, w := range b {
		if !slices.Contains(a, w) {
			a = append(a, w)
		}
	}
	return a
}

// Forbids is the promise that keeps a word out of a log; nil where none does.
func (l Log) Forbids(word string) *Promise {
	for _, pr := range l.Promises {
		if pr.Params["never"].Has(word) {
			return pr
		}
	}
	return nil
}

// Barred is the word of Never that keeps a field out: its name, the last part of its Fides key, or personal-data.
func (l Log) Barred(f Field) (word string, barred bool) {
	for _, w := range l.Never {
		if name := strings.ReplaceAll(w, "-", "_"); name == f.Name || strings.HasSuffix(f.Fides, "."+name) ||
			w == PersonalData && strings.HasPrefix(f.Fides, "user.") {
			return w, true
		}
	}
	return "", false
}

// Least is the promise by which a secret opens for one host alone; nil where none says so.
func (r Rules) Least() *Promise {
	for _, pr := range r.Token {
		if pr.Params["scope"].Has("least") {
			return pr
		}
	}
	return nil
}

// Admits tells whether the vendor's people in a role may open items, and by which promise it is decided; nil where none
// speaks of the category.
func (a Access) Admits(role kept.Role) (admitted bool, by *Promise) {
	for _, pr := range a.Promises {
		who := pr.Params["who"]
		switch {
		case who.Has("nobody"):
			return false, pr
		case admitted:
		case who.Has(string(role)), who.Has("anyone"), role.IsStaff() && who.Has("vendor-staff"):
			admitted, by = true, pr
		case by == nil:
			by = pr
		}
	}
	return admitted, by
}

// Watched tells whether an anonymise looks at a field: it names the field, or none, and does not leave it in clear.
func Watched(pr *Promise, field string) bool {
	fields, named := pr.Params["fields"]
	clear := slices.ContainsFunc(pr.Params["excludes"].Words(), func(w string) bool { return strings.ReplaceAll(w, "-", "_") == field })
	return !clear && (!named || fields.Has(field))
}
