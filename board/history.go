package board

import (
	"context"
	"strings"

	"kept"
	"kept/installation"
	"kept/kernel"
	"kept/retention"
)

// History tells what happened to an installation, what is there and what will go when.
func (b *Board) History(ctx context.Context, id kept.ID) (h History, err error) {
	err = b.Kernel.View(ctx, func(v *kernel.View) (err error) {
		if h.Installation, err = installation.Get(v, id); err != nil {
			return err
		}
		if h.Receipts, err = retention.Receipts(v, h.Installation.Scope()); err != nil {
			return err
		}
		if h.Events, err = events(v, h.Installation.Scope()); err != nil {
			return err
		}
		if h.Presence, err = presenceOf(v, h.Installation); err != nil {
			return err
		}
		if h.Choices, err = retention.Choices(v, h.Installation.Scope()); err != nil {
			return err
		}
		h.Categories, err = b.stays(v, h)
		return err
	})
	return h, err
}

// perItem are the kinds of facts that come in numbers: a day's are one event.
var perItem = map[kept.FactKind]bool{kept.FactStored: true, kept.FactOverwritten: true, kept.FactDeleted: true,
	kept.FactPutRefused: true, kept.FactReadRefused: true, kept.FactLineRefused: true, kept.FactOpened: true, kept.FactDisclosed: true,
	kept.FactCredential: true, kept.FactJournalBatched: true, kept.FactHappened: true, kept.FactTakenBack: true, kept.FactDeleteRefused: true}

func events(v *kernel.View, scope kept.Scope) (out []Event, err error) {
	err = v.Each(func(scan func(...any) error) error {
		var e Event
		var category string
		if err := scan(&e.Fact, &e.At, &e.Kind, &category); err != nil {
			return err
		}
		e.Count, e.Says = 1, happened(e.Kind, category)
		if n := len(out) - 1; n >= 0 && perItem[e.Kind] && out[n].Kind == e.Kind && out[n].Says.String() == e.Says.String() && out[n].At.Day() == e.At.Day() {
			out[n].Count++
			out[n].Fact = e.Fact
			return nil
		}
		out = append(out, e)
		return nil
	}, `SELECT id, at, kind, category FROM fact WHERE scope = $1 ORDER BY ordinal`, scope.String())
	return out, err
}

// happened puts a fact of an installation in words.
func happened(kind kept.FactKind, category string) Saying {
	message, known := sayings[kind]
	if !known {
		return Say("%s", string(kind))
	}
	if !strings.Contains(message, "%s") {
		return Say(message)
	}
	return Say(message, category)
}

// sayings are the kinds of an installation's facts in words; the blank is the category.
var sayings = map[kept.FactKind]string{
	kept.FactInstalled: "installed", kept.FactUpgraded: "upgraded", kept.FactMoved: "moved from Connect to Forge", kept.FactUninstalled: "uninstall signalled",
	kept.FactHeld: "held for a reason: %s", kept.FactHoldRenewed: "hold renewed: %s", kept.FactHoldEnded: "hold ended: %s",
	kept.FactHoldRefused: "refused a hold", kept.FactHeldOpened: "opened by an officer, of what is held: %s",
	kept.FactEffective: "uninstall took effect", kept.FactChosen: "another limit chosen for %s", kept.FactRevived: "uninstall taken back: a valid token came",
	kept.FactEnrolled: "host enrolled", kept.FactRescued: "reinstalled in time", kept.FactUnsubscribed: "subscription ended",
	kept.FactSeen: "a sign of life", kept.FactAsked: "a person is asked whether it is still there", kept.FactAnswered: "that question is settled",
	kept.FactLicence:      "something new of the licence",
	kept.FactResubscribed: "subscribed again", kept.FactErasedAll: "nothing left", kept.FactRestricted: "processing restricted",
	kept.FactLifted: "restriction lifted", kept.FactStored: "stored %s", kept.FactOverwritten: "overwrote %s", kept.FactDeleted: "deleted %s",
	kept.FactPutRefused: "refused to store %s", kept.FactReadRefused: "refused to read %s", kept.FactLineRefused: "refused to log %s",
	kept.FactOpened: "opened by the vendor's people: %s", kept.FactPurgeAsked: "purge asked for",
	kept.FactErased: "erased %s", kept.FactReclaimed: "rows reclaimed of %s", kept.FactCredential: "credential issued",
	kept.FactJournalBatched: "entries proven of %s", kept.FactDisclosed: "handed to a recipient: %s", kept.FactDisclosure: "disclosed by people: %s",
	kept.FactDeleteRefused: "refused to delete %s", kept.FactHappened: "said of %s that its time began", kept.FactTakenBack: "taken back of %s that its time began",
	kept.FactDisclosureRefused: "refused to people to disclose %s",
	kept.FactMigrationAsked:    "a move to another region: a step asked for", kept.FactMigrationCopied: "copied to another region",
	kept.FactMigrationLeft: "moved to another region", kept.FactMigrationArrived: "arrived from another region", kept.FactMigrationUndone: "the copy of a move taken back destroyed",
}

func (b *Board) stays(v *kernel.View, h History) ([]Stay, error) {
	stays := map[string]*Stay{}
	var names []string
	of := func(class string) *Stay {
		if stays[class] == nil {
			stays[class] = &Stay{}
			stays[class].Category, stays[class].Severity, _ = strings.Cut(class, ".")
			names = append(names, class)
		}
		return stays[class]
	}
	scope := h.Installation.Scope().String()
	err := v.Each(func(scan func(...any) error) error {
		var category string
		var first kept.Time
		if err := scan(&category, &first); err != nil {
			return err
		}
		of(category).From = first
		return nil
	}, `SELECT category, MIN(at) FROM fact WHERE scope = $1 AND kind = $2 GROUP BY category ORDER BY MIN(at), category`, scope, string(kept.FactStored))
	if err != nil {
		return nil, err
	}
	err = v.Each(func(scan func(...any) error) error {
		var class string
		var n int64
		var oldest kept.Time
		if err := scan(&class, &n, &oldest); err != nil {
			return err
		}
		s := of(class)
		s.Items += n
		if s.From == 0 {
			s.From = oldest // entries leave no fact each; the oldest that is left tells
		}
		b.clocks(s, &h, oldest, v.Now())
		return nil
	}, `SELECT t.category, COUNT(*), MIN(t.stored) FROM item t JOIN class_key k ON k.id = t.class WHERE t.scope = $1 GROUP BY t.category
		UNION ALL SELECT `+ratchet+`, COUNT(*), MIN(e.at) FROM entry e JOIN class_key k ON k.scope = e.scope AND k.class = `+ratchet+` WHERE e.scope = $1 GROUP BY `+ratchet+`
		ORDER BY 1`, scope)
	if err != nil {
		return nil, err
	}
	items, err := retention.ItemsOf(v, h.Installation.Scope(), "")
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		b.parting(of(it.Category), &h, it)
	}
	for _, r := range h.Receipts {
		if r.Reason != "deleted" {
			s := of(retention.Class(r.Category, r.Severity))
			s.Gone = max(s.Gone, r.Unreachable)
		}
	}
	out := make([]Stay, len(names))
	for i, n := range names {
		out[i] = *stays[n]
	}
	return out, nil
}

// parting says when an item will go by what happened to it, where that is the next of its category.
func (b *Board) parting(s *Stay, h *History, it retention.Item) {
	for event := range it.Anchors {
		if _, at, ends := b.owed(left{app: it.App, category: it.Category, oldest: it.Stored, anchors: it.Anchors, choices: h.Choices}, event); ends && (s.Due == 0 || at < s.Due) {
			s.Due = at
		}
	}
}

// clocks says when the next of a category will go.
func (b *Board) clocks(s *Stay, h *History, oldest, now kept.Time) {
	i := h.Installation
	rules, _ := b.Policy.Rules(i.App, s.Category)
	rules = rules.Of(s.Severity)
	clocks := i.Standing().Clocks()
	soonest := func(at kept.Time) {
		if s.Due == 0 || at < s.Due {
			s.Due = at
		}
	}
	choice, wanted := retention.Of(h.Choices, s.Category, "entry")
	if l, ages := rules.Limit("entry", oldest, wanted); ages {
		soonest(max(l.End(oldest), choice.Since))
	}
	for _, c := range clocks {
		_, wanted := retention.Of(h.Choices, s.Category, c.From)
		if l, limited := rules.Limit(c.From, i.Installed, wanted); limited {
			s.Closed = s.Closed || l.End(c.Anchor) <= now
			soonest(c.Owed(l))
		}
	}
}
