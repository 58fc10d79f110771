package journal

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
	"kept/scrub"
)

// Fields are what a line says, each any JSON.
type Fields map[string]json.RawMessage

// Writing is what an app asks to write down.
type Writing struct {
	Category string // which log
	Record   string // what is written down, a word that a promise names
	Severity string // one of policy.Severities; may be empty
	Actor    string // who did it: a role, or the Atlassian account id of a person; empty for the app by itself
	Account  string // Atlassian account id of the person it is about; may be empty
	Fields   Fields
}

const (
	maxLine  = 16 << 10 // bytes of JSON in the fields of a line
	maxLines = 256      // of one call, and so of one transaction: nobody waits long behind it
)

var recordShape = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

// Log writes lines, 1 to 256, all of them or none, and returns their ids in order. Errors: of a single line its own; of more,
// with Lines, the kind and the promise of the first that is refused. Denied, under the promise that keeps it out.
func (j *Journal) Log(ctx context.Context, actor kept.Actor, lines ...Writing) (ids []kept.ID, err error) {
	if len(lines) < 1 || len(lines) > maxLines {
		return nil, kept.Errorf(kept.Invalid, "a call writes 1 to %d lines", maxLines).WithHint("cut more of them into several calls")
	}
	if _, err := each(lines, Writing.check); err != nil {
		return nil, err
	}
	scope := kept.Scope{Installation: actor.Installation}
	questions := make([]gate.Question, len(lines))
	for i, w := range lines {
		questions[i] = j.question(actor, scope, w)
	}
	var refused int
	err = j.k.Do(ctx, actor, func(tx *kernel.Tx) (err error) {
		if _, err := retention.StandingOf(&tx.View, scope, tx.ForShare()); err != nil {
			return err
		}
		if refused, err = each(questions, j.asking(&tx.View)); err != nil {
			return err
		}
		ids, err = j.writeDown(tx, scope, actor.App, lines, questions)
		return err
	})
	if gate.Refused(err) {
		category := lines[refused].Category
		if _, declared := j.policy.Category(category); !declared {
			category = "undeclared"
		}
		err = gate.Note(ctx, j.k, actor, kept.Fact{Kind: kept.FactLineRefused, Scope: scope, Category: category}, err)
	}
	return ids, err
}

// clear is the record as it stands beside the sealed line: a word of the policy, never one of the app's own.
func (j *Journal) clear(app string, w Writing) string {
	if rules, _ := j.policy.Rules(app, w.Category); rules.Log.Records == nil {
		return ""
	}
	return w.Record
}

func (w Writing) check() error {
	plain, err := json.Marshal(w.Fields)
	switch {
	case err != nil:
		return kept.Errorf(kept.Invalid, "the fields are not JSON").WithHint("each field is any JSON")
	case len(plain) > maxLine:
		return kept.Errorf(kept.Invalid, "the fields have more than %d bytes", maxLine).WithHint("a line of a log is short")
	case w.Severity != "" && !slices.Contains(policy.Severities, w.Severity):
		return kept.Errorf(kept.Invalid, "the severity is none").WithHint("one of %s", strings.Join(policy.Severities, ", "))
	case len(w.Record) > 64 || !recordShape.MatchString(w.Record):
		return kept.Errorf(kept.Invalid, "the record is not a word").WithHint("say what is written down in a word of the policy: a-z 0-9 . _ -")
	}
	for _, person := range w.people() {
		if err := kept.ParseAccount(person); err != nil {
			return err
		}
	}
	return nil
}

// people are the accounts that a line names.
func (w Writing) people() (all []string) {
	if w.Account != "" {
		all = append(all, w.Account)
	}
	if w.Actor != "" && !kept.IsRole(w.Actor) && w.Actor != w.Account {
		all = append(all, w.Actor)
	}
	return all
}

// allowed vetoes a line with another content than promised, and who may not review it. It is the engine of log.
func (j *Journal) allowed(_ *kernel.View, q gate.Question) error {
	switch {
	case q.Verb == gate.Review && q.Category == j.class:
		if q.Actor.Role == kept.AppRuntime {
			return kept.Errorf(kept.Denied, "the log of reads is for the customer's admin").WithHint("name the category of a log of the app's own")
		}
		return nil
	case q.Verb != gate.Log && q.Verb != gate.Review:
		return nil
	}
	rules, declared := j.policy.Rules(q.App, q.Category)
	switch {
	case !declared:
		return kept.Errorf(kept.Denied, "the policy declares no such category").WithHint("it would have to stand under categories, with a promise `control: log` for it")
	case len(rules.Log.Promises) == 0:
		return kept.Errorf(kept.Denied, "no promise keeps a log in %s", q.Category).WithHint("it would take a promise or decision `control: log, category: %s`", q.Category)
	case q.Verb == gate.Review:
		return nil
	case q.Category == j.class:
		return kept.Errorf(kept.Denied, "the server itself writes %s", q.Category).WithHint("a log of the app's own is another category").Under(rules.Log.Promises[0].ID)
	case q.Severity == "" && rules.BySeverity != nil:
		return kept.Errorf(kept.Denied, "how long a line of %s is kept depends on its severity, and none is said", q.Category).Under(rules.BySeverity.ID).
			WithHint("say `severity`: %s", strings.Join(policy.Severities, ", "))
	case !slices.ContainsFunc(rules.Of(q.Severity).Retain, func(l policy.Limit) bool { return l.From == "entry" }):
		return kept.Errorf(kept.Denied, "nobody would erase a line of %s", q.Category).Under(rules.Log.Promises[0].ID).
			WithHint("it would take a promise or decision `control: retain, category: %s, from: entry`", q.Category)
	}
	return mayWrite(rules, q)
}

// mayWrite decides from the rules of a category alone.
func mayWrite(r policy.Rules, q gate.Question) error {
	log := r.Log
	denied := func(word, message string, args ...any) error {
		by := log.Promises[0]
		if pr := log.Forbids(word); pr != nil {
			by = pr
		}
		return kept.Errorf(kept.Denied, message, args...).WithHint("leave it out; the promises of this log name what may be written").Under(by.ID)
	}
	if log.Records != nil && !slices.Contains(log.Records, q.Record) {
		return denied("", "no promise writes this down in %s", r.Category.Name)
	}
	if q.About && slices.Contains(log.Never, policy.PersonalData) {
		return denied(policy.PersonalData, "the policy promises to write nothing about a person in %s", r.Category.Name)
	}
	for _, name := range q.Fields {
		field, _ := r.Category.Field(name)
		field.Name = name
		if word, barred := log.Barred(field); barred {
			return denied(word, "the policy promises never to write a field of this name in %s", r.Category.Name)
		}
		if !slices.Contains(log.Fields, name) {
			return denied("", "a field is not among those the policy allows in %s", r.Category.Name)
		}
		for _, kind := range q.Names[name] {
			if kind != scrub.IP && slices.Contains(log.Never, policy.PersonalData) {
				return denied(policy.PersonalData, "the policy promises to write nothing about a person in %s, and a text looks like %s", r.Category.Name, kind)
			}
		}
	}
	return nil
}
