package policy

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"kept"
)

func (r *reader) vendor(n *yaml.Node) {
	v := &r.policy.Vendor
	r.mapping(n, "`vendor`",
		key{"id", true, r.shaped("`id`", &v.ID, nameShape, nameHint)},
		key{"name", true, r.text("`name`", &v.Name)},
		key{"country", false, r.shaped("`country`", &v.Country, countryShape, countryHint)},
	)
}

func (r *reader) document(n *yaml.Node) {
	var d Document
	r.mapping(n, "a document",
		key{"id", true, r.declared("document", &d.ID)},
		key{"language", true, r.oneOf("language", &d.Language, "en", "de")},
		key{"version", true, func(n *yaml.Node) {
			if s, ok := r.scalar(n, "`version`"); ok {
				if d.Version = s; !isDate(s) {
					r.bad(r.at(n), dateHint, "`version` cannot be `%s`", clip(s))
				}
			}
		}},
		key{"file", false, func(n *yaml.Node) {
			r.shaped("`file`", &d.File, fileShape, fileHint)(n)
			switch {
			case d.File == "":
			case slices.Contains(strings.Split(d.File, "/"), ".."):
				r.bad(r.at(n), fileHint, "`file` leaves the policy's folder")
			default:
				r.texts[r.at(n)] = d.File
			}
		}},
	)
	r.policy.Documents = append(r.policy.Documents, d)
}

const fileHint = "a path inside the policy's folder, with slashes"

func (r *reader) app(n *yaml.Node) {
	var a App
	ofConnect := 0
	shaped := func(what string, dst *string, shape *regexp.Regexp, hint string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			ofConnect++
			r.shaped(what, dst, shape, hint)(n)
		}
	}
	r.mapping(n, "an app",
		key{"id", true, r.declared("app", &a.ID)},
		key{"name", false, r.text("`name`", &a.Name)},
		key{"forge", false, r.shaped("`forge`", &a.Forge, forgeShape, "the app's id as Forge gives it: ari:cloud:ecosystem::app/<uuid>")},
		key{"connect", false, shaped("`connect`", &a.Connect, connectShape, "the `key` of the app's Connect descriptor")},
		key{"base", false, shaped("`base`", &a.Base, baseShape, "the `baseUrl` of the app's Connect descriptor, exactly as it stands there, with https")},
		key{"hosting", true, func(n *yaml.Node) { a.Hosting = hosting(r.value(word("hosting", hostings...), n, nil)) }},
	)
	if ofConnect == 1 {
		r.bad(r.at(n), "both stand in its descriptor: `key` and `baseUrl`", "an app of Connect needs `connect` and `base`")
	}
	r.policy.Apps = append(r.policy.Apps, a)
}

func hosting(v Value) (list []kept.Hosting) {
	for _, w := range v.words {
		list = append(list, kept.Hosting(w))
	}
	return list
}

func (r *reader) category(k, v *yaml.Node) {
	var c Category
	r.declared("category", &c.Name)(k)
	if slices.Contains(reserved, c.Name) {
		r.bad(r.at(k), "give the category another name", "`%s` means something else in a promise", c.Name)
	}
	r.mapping(v, "a category",
		key{"scope", true, r.oneOf("scope", &c.Scope, "installation", "vendor")},
		key{"subject", false, func(n *yaml.Node) {
			r.shaped("`subject`", &c.Subject, nameShape, nameHint)(n)
			if c.Subject == "none" || c.Subject == "nobody" || c.Subject == "anyone" {
				r.bad(r.at(n), "where the data is about nobody, leave the key out", "`subject` names the people the data is about")
			}
		}},
		key{"source", false, r.oneOf("source", &c.Source, sources...)},
		key{"journal", false, func(n *yaml.Node) {
			if r.oneOf("journal", &c.Journal, "reads")(n); c.Journal != "" {
				r.once("journal", r.at(n), "", "`journal: reads` has one category")
			}
		}},
		key{"fields", false, func(n *yaml.Node) {
			r.pairs(n, "`fields`", func(k, v *yaml.Node) { c.Fields = append(c.Fields, r.field(k, v)) })
		}},
	)
	for _, f := range c.Fields {
		r.declaring[f.Name] = append(r.declaring[f.Name], c)
	}
	r.policy.Categories = append(r.policy.Categories, c)
}

func (r *reader) field(k, v *yaml.Node) (f Field) {
	r.shaped("a field", &f.Name, fieldShape, "lower-case letters, digits and underscores, beginning with a letter")(k)
	if v.Kind == yaml.ScalarNode && v.Tag == "!!null" {
		return f // nothing to say about it
	}
	r.mapping(v, "a field",
		key{"fides", false, r.shaped("`fides`", &f.Fides, fidesShape, "a key of the Fides taxonomy: user.contact.email")},
		key{"secret", false, func(n *yaml.Node) { f.Secret = r.value(typed("secret", Bool), n, nil).Bool() }},
	)
	return f
}

func (r *reader) recipient(k, v *yaml.Node) {
	var c Recipient
	r.declared("recipient", &c.ID)(k)
	r.mapping(v, "a recipient",
		key{"name", true, r.text("`name`", &c.Name)},
		key{"kind", false, r.oneOf("kind", &c.Kind, parties...)},
		key{"seat", false, r.shaped("`seat`", &c.Seat, regionShape, regionHint)},
	)
	r.policy.Recipients = append(r.policy.Recipients, c)
}

// declared reads the name of something that is declared once in the whole folder.
func (r *reader) declared(what string, dst *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if r.shaped("the id of this "+what, dst, nameShape, nameHint)(n); *dst != "" {
			r.once(what+" "+*dst, r.at(n), "", "the "+what+" `"+*dst+"` is declared twice")
		}
	}
}

// once takes note of an id, or says where it stood before.
func (r *reader) once(id string, at Position, hint, message string) {
	if before, ok := r.first[id]; ok {
		r.bad(at, hint, "%s; first in %s", message, before)
		return
	}
	r.first[id] = at
}
