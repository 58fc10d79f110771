// Package policy reads the folder of YAML in which a vendor binds the sentences of its published privacy policy to
// controls, and answers what those controls say together about an app and a category. It refuses whatever it does not
// know, names every problem by file, line and column, and enforces nothing.
package policy

import (
	"sync"

	"kept"
)

// Policy is a folder that was read without a problem.
type Policy struct {
	Dir            string // where Load read it; empty after Read
	Vendor         Vendor
	Documents      []Document
	Apps           []App
	Categories     []Category
	Recipients     []Recipient
	Promises       []*Promise // those of sentences first, then decisions, each in order of reading
	Contradictions []Contradiction
	Accepted       []Accepted
	Effective      kept.Time     // since when this version holds; 0 for ever
	Earlier        []*Policy     // the versions before this one, the oldest first
	Retroactive    []Retroactive // what holds for their data, too
	Digest         [32]byte      // docs/formats.md 2

	rules *sync.Map // what Rules worked out, by app and category; nil where nobody keeps it
}

// Vendor is the company that runs the server.
type Vendor struct {
	ID, Name string
	Country  string // ISO 3166-1 alpha-2
}

// Document is a published text in one language and version.
type Document struct {
	ID       string
	Language string // en or de
	Version  string // a date, 2026-03-01
	File     string // the text, relative to the policy's folder; may be empty
}

// App is a Marketplace app of the vendor.
type App struct {
	ID, Name string
	Forge    string // ari:cloud:ecosystem::app/<uuid>, the audience of its Forge tokens; may be empty
	Connect  string // the key in its Connect descriptor; may be empty
	Base     string // the descriptor's baseUrl, the audience of signed callbacks; empty if Connect is
	Hosting  []kept.Hosting
}

// Category is a kind of data.
type Category struct {
	Name    string
	Scope   string // installation or vendor
	Subject string // whom it is about; empty for data about nobody
	Source  string // where it comes from; may be empty
	Journal string // "reads" where entries of reads are kept in this category
	Fields  []Field
}

// Field is one declared field of a category.
type Field struct {
	Name   string
	Fides  string // key of the Fides taxonomy; may be empty
	Secret bool
}

// Field is the declared field of that name.
func (c Category) Field(name string) (Field, bool) {
	return find(c.Fields, func(f Field) bool { return f.Name == name })
}

// Recipient is a declared outside party (GDPR 4(9)).
type Recipient struct {
	ID, Name string
	Kind     string // as the kinds of the control recipient
	Seat     string // a region
}

// Contradiction records two or more sentences that cannot all be kept, and which one the system keeps.
type Contradiction struct {
	Sentences []Ref
	Keeps     Ref
	Because   string
	At        Position
}

// Accepted is a finding about the structure of the policy that the vendor knows, and leaves as it is for a reason.
type Accepted struct {
	Finding string // the rule, docs/lint.md
	Promise string // one of those that it is about; empty for one that is about none
	Because string
	At      Position
}

// Ref names a sentence by its identity; the other members tell twins of equal text apart (docs/formats.md 1).
type Ref struct{ ID, Under, After, Before, Section string }

// Promise is one or more sentences, or a decision of the vendor, bound to a control.
type Promise struct {
	ID        string // as written, else derived (docs/formats.md 2)
	Control   string // a kind of Kinds
	Params    map[string]Value
	Sentences []Ref
	Document  string // the document the sentences stand in; may be empty
	Decision  bool
	Because   string
	Proposed  bool // a machine wrote it and nobody has read it yet: it binds and enforces nothing
	Apps      []string
	Hosting   []kept.Hosting
	Surface   []string
	At        Position
}

// Category is the declared category of that name.
func (p *Policy) Category(name string) (Category, bool) {
	return find(p.Categories, func(c Category) bool { return c.Name == name })
}

// App is the declared app with that id.
func (p *Policy) App(id string) (App, bool) {
	return find(p.Apps, func(a App) bool { return a.ID == id })
}

// Document is the declared document with that id.
func (p *Policy) Document(id string) (Document, bool) {
	return find(p.Documents, func(d Document) bool { return d.ID == id })
}

// Recipient is the declared recipient with that id.
func (p *Policy) Recipient(id string) (Recipient, bool) {
	return find(p.Recipients, func(r Recipient) bool { return r.ID == id })
}

// Promise is the promise or decision with that id.
func (p *Policy) Promise(id string) (*Promise, bool) {
	return find(p.Promises, func(pr *Promise) bool { return pr.ID == id })
}

func find[T any](list []T, is func(T) bool) (found T, ok bool) {
	for _, v := range list {
		if is(v) {
			return v, true
		}
	}
	return found, false
}
