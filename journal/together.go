package journal

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/policy"
	"kept/retention"
	"kept/scrub"
	"kept/subject"
)

// each asks of every line whether it may be, and says together what is refused, and which is the first.
func each[T any](lines []T, ask func(T) error) (first int, err error) {
	refused := map[int]*kept.Error{}
	for i := len(lines) - 1; i >= 0; i-- {
		err := ask(lines[i])
		if err == nil {
			continue
		}
		e, ok := errors.AsType[*kept.Error](err)
		if !ok || e.Kind == kept.Internal || len(lines) == 1 {
			return i, err
		}
		first, refused[i] = i, e
	}
	if len(refused) == 0 {
		return 0, nil
	}
	all := kept.Errorf(refused[first].Kind, "%d of %d lines are refused, and none was written", len(refused), len(lines)).
		WithHint("`lines` says which, and why; leave them out and send the others").Under(refused[first].Promise)
	all.Lines = refused
	return first, all
}

func (j *Journal) question(actor kept.Actor, scope kept.Scope, w Writing) gate.Question {
	names := gate.Names{}
	// To look for persons takes longer than all the rest, so it is done where a promise asks.
	if rules, _ := j.policy.Rules(actor.App, w.Category); len(rules.Anonymise) > 0 || slices.Contains(rules.Log.Never, policy.PersonalData) {
		for field, value := range w.Fields {
			names[field] = scrub.Find(value)
		}
	}
	return gate.Question{Actor: actor, Verb: gate.Log, Scope: scope, App: actor.App, Category: w.Category, Record: w.Record, Severity: w.Severity,
		Fields: slices.Sorted(maps.Keys(w.Fields)), About: len(w.people()) > 0, Names: names}
}

// asking asks the gate, of lines that are alike but once.
func (j *Journal) asking(v *kernel.View) func(gate.Question) error {
	asked := map[string]error{}
	return func(q gate.Question) error {
		alike := fmt.Sprintf("%q %q %q %q %t %q", q.Category, q.Record, q.Severity, q.Fields, q.About, q.Names)
		if _, known := asked[alike]; !known {
			asked[alike] = j.gate.Ask(v, q)
		}
		return asked[alike]
	}
}

// people are those whom lines name.
func (j *Journal) people(tx *kernel.Tx, scope kept.Scope, app string, lines []Writing) (map[string]subject.Known, error) {
	var accounts []string
	for _, w := range lines {
		accounts = append(accounts, w.people()...)
	}
	if len(accounts) == 0 {
		return nil, nil
	}
	index, err := j.keys.Index(tx, scope)
	if err != nil {
		return nil, err
	}
	return j.subjects.Of(tx, scope, index, app, accounts...)
}

// writeDown writes lines, log by log, and of each log severity by severity.
func (j *Journal) writeDown(tx *kernel.Tx, scope kept.Scope, app string, lines []Writing, questions []gate.Question) ([]kept.ID, error) {
	logs, places := map[string][]row{}, map[string][]int{}
	for i, w := range lines {
		line := Line{Kind: "log", App: app, Category: w.Category, Record: w.Record, Severity: w.Severity, Actor: w.Actor, Account: w.Account, Fields: w.Fields}
		class := retention.Class(w.Category, w.Severity)
		logs[class] = append(logs[class], row{line: line, people: w.people(), purpose: j.clear(app, w), fields: questions[i].Fields})
		places[class] = append(places[class], i)
	}
	people, err := j.people(tx, scope, app, lines)
	if err != nil {
		return nil, err
	}
	ids := make([]kept.ID, len(lines))
	for _, class := range slices.Sorted(maps.Keys(logs)) { // in order: two nodes must not wait for each other
		rows := logs[class]
		if err := j.write(tx, scope, rows[0].line.Category, rows, people); err != nil {
			return nil, err
		}
		for n, i := range places[class] {
			ids[i] = rows[n].id
		}
	}
	return ids, nil
}
