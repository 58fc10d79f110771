// Package marketplace asks the Atlassian Marketplace each day which licences have changed, lets the installations know, and
// keeps their contacts where a promise says that the Marketplace tells them. It stores nobody else, and concludes nothing itself.
package marketplace

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"kept"
	"kept/atlassian"
	"kept/installation"
	"kept/kernel"
	"kept/policy"
)

const (
	duePoll   = "marketplace.poll"
	pollEvery = 24 * time.Hour
	// overlap is how far a poll reaches back behind the one before: a day has no time zone, and the report may be late.
	overlap = 3 * 24 * time.Hour
)

// Account is with what the Marketplace is asked.
type Account struct {
	atlassian.Partner
	Apps map[string]string // by addonKey: the app's id in the policy
}

// Marketplace asks. Safe for concurrent use.
type Marketplace struct {
	k             *kernel.Kernel
	policy        *policy.Policy
	shelf         Shelf
	installations *installation.Installations
	asks          *atlassian.Client
	account       *Account
}

// New wires the daily question to the kernel's dates. Without an account nobody is asked.
func New(k *kernel.Kernel, p *policy.Policy, in *installation.Installations, shelf Shelf, asks *atlassian.Client, account *Account) *Marketplace {
	m := &Marketplace{k: k, policy: p, installations: in, shelf: shelf, asks: asks, account: account}
	k.OnDestroying(duePoll, m.poll) // whether a licence has ended is asked of the clock too
	return m
}

// Begin sets the first date, or takes it away where there is no account any more.
func (m *Marketplace) Begin(ctx context.Context) error {
	return m.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		if m.account == nil {
			tx.Clear(duePoll, "daily")
		} else {
			tx.DueOnce(duePoll, "daily", tx.Now().Add(pollEvery))
		}
		return nil
	})
}

// poll asks for what has changed. Atlassian is left alone for as long as it wants; any other failure is tried again by the
// kernel, which tells somebody in the end.
func (m *Marketplace) poll(ctx context.Context, d kernel.Due) error {
	if m.account == nil {
		return m.again(ctx, d, pollEvery)
	}
	began := m.k.Now()
	var asked kept.Time
	var arrived []string
	err := m.k.View(ctx, func(v *kernel.View) (err error) {
		var collected []byte
		asked, collected, err = lastAsked(v)
		if !bytes.Equal(collected, m.collects()) { // what is wanted now was not read then
			asked = 0
		}
		if err == nil && asked != 0 {
			arrived, err = installation.Arrived(v, asked)
		}
		return err
	})
	if err != nil {
		return err
	}
	list, unread, err := m.list(ctx, asked, arrived)
	if busy := (*atlassian.Status)(nil); errors.As(err, &busy) && busy.After > 0 {
		return m.again(ctx, d, busy.After)
	}
	if err != nil {
		return err
	}
	ours := m.ours(list)
	err = m.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		out, err := m.installations.Entitle(tx, ours)
		if err != nil {
			return err
		}
		tx.Record(kept.Fact{Kind: kept.FactPolled, Counts: map[string]int64{"licences": int64(len(ours)), "foreign": int64(len(list) - len(ours)),
			"unread": int64(unread), "news": out.News, "strangers": out.Strangers, "several": out.Several}})
		return nil
	})
	if err != nil {
		return err
	}
	contacts, err := m.take(ctx, list)
	if err != nil {
		return err
	}
	return m.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		if contacts != (took{}) {
			tx.Record(kept.Fact{Kind: kept.FactContacts, Counts: map[string]int64{"taken": contacts.taken, "forgotten": contacts.forgotten, "refused": contacts.refused}})
		}
		updateAsked(tx, began, m.collects())
		tx.Again(d, tx.Now().Add(pollEvery))
		return nil
	})
}

// list is what has changed since the Marketplace was asked last, and all of the sites where an app has arrived, and
// of the licences that were named, since: what was said of them before was said of strangers.
func (m *Marketplace) list(ctx context.Context, asked kept.Time, arrived []string) (list []atlassian.Licence, unread int, err error) {
	since := kept.Time(0)
	if asked != 0 {
		since = kept.StartOfDay(asked.Add(-overlap).Day())
	}
	for _, hosting := range m.hostings() {
		all, missed, err := m.asks.Licences(ctx, m.account.Partner, hosting, since, "")
		if err != nil {
			return nil, 0, err
		}
		list, unread = append(list, all...), unread+missed
		for _, of := range arrived {
			more, missed, err := m.asks.Licences(ctx, m.account.Partner, hosting, 0, of)
			if err != nil {
				return nil, 0, err
			}
			list, unread = append(list, more...), unread+missed
		}
	}
	return list, unread, nil
}

// hostings are those of which the policy has apps; the cloud is asked about in any case.
func (m *Marketplace) hostings() []string {
	if slices.ContainsFunc(m.policy.Apps, func(a policy.App) bool { return slices.Contains(a.Hosting, kept.DataCenter) }) {
		return []string{atlassian.Cloud, atlassian.DataCenter}
	}
	return []string{atlassian.Cloud}
}

func (m *Marketplace) again(ctx context.Context, d kernel.Due, after time.Duration) error {
	return m.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		tx.Again(d, tx.Now().Add(after))
		return nil
	})
}

// ours are the licences of apps of the policy.
func (m *Marketplace) ours(list []atlassian.Licence) (out []installation.Entitlement) {
	for _, l := range list {
		if e, ours := m.entitlement(l); ours {
			out = append(out, e)
		}
	}
	return out
}

func (m *Marketplace) entitlement(l atlassian.Licence) (e installation.Entitlement, ours bool) {
	app, ours := m.account.Apps[l.App]
	return installation.Entitlement{ID: l.Entitlement, Number: l.Number, App: app, Cloud: l.Cloud, Status: installation.Status(l.Status), Ends: l.Ends, Updated: l.Updated}, ours
}
