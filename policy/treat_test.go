package policy

import (
	"testing"

	"kept"
)

const treated = `
apps: [{id: one, hosting: forge}]
categories:
  a: {scope: installation, subject: user, fields: {email: {fides: user.contact.email}, note: {}}}
  b: {scope: installation, fields: {note: {}, site: {}}}
  c: {scope: installation, fields: {note: {}}}
decisions:
  - {id: all, control: access, to: "*", who: vendor-staff, because: x}
  - {id: some, control: access, to: a, who: [support, developer], because: x}
  - {id: shut, control: access, to: b, who: nobody, because: x}
  - {id: open, control: access, to: b, who: support, because: x}
  - {id: nda, control: access, to: c, who: nobody, condition: nda, because: x}
  - {id: log, control: log, category: a, never: personal-data, because: x}
  - {id: more, control: log, category: a, records: seen, fields: note, because: x}
  - {id: word, control: log, category: c, because: x}
  - {id: none, control: store-nothing, category: c, because: x}
  - {id: clear, control: anonymise, category: b, excludes: site, because: x}
`

func TestWhoMayOpenAndWhatMayBeLogged(t *testing.T) {
	p, err := readText("kept: 1\nvendor: {id: v, name: V}\ndocuments: []\n" + treated)
	if err != nil {
		t.Fatal(err)
	}
	rules := func(category string) Rules { r, _ := p.Rules("one", category); return r }
	for _, c := range []struct {
		category string
		role     kept.Role
		admitted bool
		by       string
	}{
		{"a", kept.Support, true, "some"}, {"a", kept.Auditor, false, "some"}, // a named category beats *
		{"b", kept.Support, false, "shut"}, {"c", kept.Auditor, true, "all"}, // nda has no engine, and takes no part
		{"c", kept.AppRuntime, false, "all"},
	} {
		if admitted, by := rules(c.category).Access.Admits(c.role); admitted != c.admitted || by == nil || by.ID != c.by {
			t.Errorf("%s of %s: %t by %v", c.role, c.category, admitted, by)
		}
	}
	a := rules("a")
	if f, _ := a.Category.Field("note"); len(a.Log.Records) != 1 || len(a.Log.Fields) != 1 {
		t.Errorf("lists do not unite: %v %v", a.Log.Records, a.Log.Fields)
	} else if _, barred := a.Log.Barred(f); barred {
		t.Error("a field about nobody is barred")
	}
	if f, _ := a.Category.Field("email"); a.Log.Forbids(PersonalData).ID != "log" {
		t.Error("personal-data is forbidden by nobody")
	} else if word, barred := a.Log.Barred(f); !barred || word != PersonalData {
		t.Error("an address is not barred")
	}
	if rules("c").Log.Promises != nil {
		t.Error("a log in what stores nothing")
	}
	if pr := rules("b").Anonymise[0]; !Watched(pr, "note") || Watched(pr, "site") {
		t.Error("what is left in clear is watched, or the other way round")
	}
}
