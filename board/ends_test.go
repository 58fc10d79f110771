package board

import (
	"fmt"
	"testing"
	"time"

	"kept"
	"kept/policy"
	"kept/retention"
)

// Each row says what is due next, and what the oldest is, of one promise.
func TestNextDueAndOldest(t *testing.T) {
	p, err := policy.Read(map[string][]byte{"policy.yaml": []byte(promises)})
	if err != nil {
		t.Fatal(err)
	}
	scope := func(n int) kept.Scope { return kept.Scope{Installation: kept.ID(fmt.Sprint("ins_", n))} }
	note := func(n, days int) left {
		return left{app: "app", category: "note", class: "note", scope: scope(n), oldest: ago(days), full: true}
	}
	gone := func(n, days int) left {
		return left{app: "app", category: "note", class: "note", scope: scope(n), full: true,
			standing: retention.Standing{State: kept.Uninstalled, Uninstalled: ago(days), Effective: ago(days)}}
	}
	empty := gone(9, 80)
	empty.full = false
	for _, c := range []struct {
		promise, says string
		classes, rows []left
		next, oldest  kept.Time
		soon, stands  int64
	}{
		{promise: "age", says: "nothing"},
		{promise: "age", says: "three, of which two end together", rows: []left{note(1, 3), note(2, 20), note(3, 20)}, next: ago(-10), soon: 2, oldest: ago(20), stands: 3},
		{promise: "age", says: "one overdue", rows: []left{note(1, 3), note(2, 31)}, next: ago(1), soon: 1, oldest: ago(31), stands: 2},
		{promise: "after", says: "still installed", rows: []left{note(1, 3)}, classes: []left{note(1, 0)}},
		{promise: "after", says: "two have left, and a key under which nothing lies", classes: []left{gone(1, 10), gone(2, 40), empty}, next: ago(-50), soon: 1, oldest: ago(40), stands: 2},
	} {
		s := &state{now: now, classes: c.classes, rows: c.rows}
		pr, _ := p.Promise(c.promise)
		b := &Board{Policy: p}
		from := pr.Events()[0]
		e := b.ahead(s, b.governs(pr, from), from)
		if e.next != c.next || e.soon != c.soon || e.oldest != c.oldest || e.stands != c.stands {
			t.Errorf("%s, %s: next %s (%d), oldest %s (%d)", c.promise, c.says, e.next, e.soon, e.oldest, e.stands)
		}
	}
}

// What is said of items counts item by item, and an item of which nothing was said has no clock.
func TestNextDueOfWhatIsSaid(t *testing.T) {
	p, err := policy.Load("../examples/stories/godwit")
	if err != nil {
		t.Fatal(err)
	}
	record := func(days int, said map[string]retention.Anchor) left {
		return left{app: "desk", category: "records", class: "records", oldest: ago(days), anchors: said}
	}
	s := &state{now: now, single: []left{record(90, nil), record(80, map[string]retention.Anchor{"need-ended": {At: ago(20), Told: ago(15)}}),
		record(70, map[string]retention.Anchor{"need-ended": {At: ago(50), Told: ago(1)}})}}
	pr, _ := p.Promise("records-60-days")
	b := &Board{Policy: p}
	e := b.ahead(s, b.governs(pr, "need-ended"), "need-ended")
	if want := ago(-10); e.next != want || e.soon != 1 || e.oldest != ago(50) || e.stands != 1 {
		t.Errorf("next %s (%d), oldest %s (%d)", e.next.Sub(now)/(24*time.Hour), e.soon, e.oldest, e.stands)
	}
}
