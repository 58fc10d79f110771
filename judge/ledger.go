package judge

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kept"
)

// ledger is the tree as this judge has recomputed it.
type ledger struct {
	looked  kept.Time
	leaves  int64
	tree    tree
	ordinal map[string]int64
}

func newLedger() *ledger { return &ledger{ordinal: map[string]int64{}} }

// tree is RFC 6962 2.1: the roots of its full subtrees, the largest first.
type tree struct {
	size  int64
	peaks [][32]byte
}

func node(a, b [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte{1}, a[:]...), b[:]...))
}

func (t *tree) add(leaf []byte) {
	h := sha256.Sum256(append([]byte{0}, leaf...))
	for n := t.size; n&1 == 1; n >>= 1 {
		h = node(t.peaks[len(t.peaks)-1], h)
		t.peaks = t.peaks[:len(t.peaks)-1]
	}
	t.peaks, t.size = append(t.peaks, h), t.size+1
}

func (t *tree) root() [32]byte {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = node(t.peaks[i], h)
	}
	return h
}

// told are the kinds of facts that have one event each.
var told = map[kept.FactKind]bool{kept.FactInstalled: true, kept.FactMoved: true, kept.FactUpgraded: true, kept.FactUninstalled: true, kept.FactEffective: true,
	kept.FactRevived: true, kept.FactRescued: true, kept.FactUnsubscribed: true, kept.FactResubscribed: true,
	kept.FactLicence: true, kept.FactSeen: true, kept.FactAsked: true, kept.FactAnswered: true,
	kept.FactRestricted: true, kept.FactLifted: true, kept.FactStored: true,
	kept.FactOverwritten: true, kept.FactDeleted: true, kept.FactPutRefused: true, kept.FactReadRefused: true,
	kept.FactLineRefused: true, kept.FactOpened: true, kept.FactDisclosed: true, kept.FactDisclosure: true, kept.FactDisclosureRefused: true,
	kept.FactPurgeAsked: true, kept.FactChosen: true, kept.FactChoiceRefused: true, kept.FactHeld: true, kept.FactHoldRenewed: true, kept.FactHoldEnded: true,
	kept.FactHoldRefused: true, kept.FactHeldOpened: true, kept.FactErased: true, kept.FactCredential: true,
	kept.FactHappened: true, kept.FactTakenBack: true, kept.FactDeleteRefused: true, kept.FactMigrationAsked: true, kept.FactMigrationLeft: true,
	kept.FactBraked: true, kept.FactBrakeReleased: true}

// withItem are those whose item the event names.
var withItem = map[kept.FactKind]bool{kept.FactHeldOpened: true, kept.FactOpened: true, kept.FactDisclosed: true, kept.FactStored: true, kept.FactOverwritten: true, kept.FactDeleted: true,
	kept.FactHappened: true, kept.FactTakenBack: true}

type factBody struct {
	At       int64             `json:"at"`
	Category string            `json:"category"`
	Counts   map[string]int64  `json:"counts"`
	Kind     kept.FactKind     `json:"kind"`
	Ordinal  int64             `json:"ordinal"`
	Refs     map[string]string `json:"refs"`
	Words    map[string]string `json:"words"`
	Hashes   map[string]string `json:"hashes"`
	Scope    string            `json:"scope"`
}

// facts reads what the ledger has grown by; all of it when the whole is asked for.
func (j *Judge) facts(ctx context.Context, w World, s *store) error {
	l := j.ledger
	var note string
	waiting := 0
	r := &reader{ctx: ctx, db: w.DB}
	if w.Whole { // the old ones first, without asking for their events again
		l = newLedger()
		j.leaves(r, l, s, 0, j.ledger.leaves, false)
	}
	j.leaves(r, l, s, l.leaves, 1<<62, true)
	r.each(func(scan func(...any) error) error { return scan(&waiting) }, `SELECT COUNT(*) FROM fact WHERE leaf_index IS NULL`)
	r.each(func(scan func(...any) error) error { return scan(&note) }, `SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1`)
	if r.err != nil {
		return r.err
	}
	if waiting > 0 {
		j.find("ledger-tree", "%d facts wait for their index after a tick", waiting)
	}
	j.signed(note, &l.tree)
	l.looked = w.At
	j.ledger = l
	for key, n := range j.owed {
		switch {
		case n > 0:
			j.find("ledger-facts", "%d events without a fact: %s of %s in %s at %s", n, key.kind, key.category, key.scope, key.at)
		case n == -1 && j.perhaps[key]:
		case n < 0:
			j.find("ledger-facts", "%d facts without an event: %s of %s in %s at %s", -n, key.kind, key.category, key.scope, key.at)
		}
		delete(j.owed, key)
	}
	return nil
}

func (j *Judge) leaves(r *reader, l *ledger, s *store, from, to int64, fresh bool) {
	r.each(func(scan func(...any) error) error {
		var id kept.ID
		var scope string
		var kind kept.FactKind
		var ordinal, index int64
		var blind, body, leaf string
		if err := scan(&id, &scope, &kind, &ordinal, &index, &blind, &body, &leaf); err != nil {
			return err
		}
		if index != l.leaves {
			j.find("ledger-tree", "the leaf after %d has the index %d", l.leaves-1, index)
		}
		l.leaves++
		l.tree.add([]byte(leaf))
		want := sha256.Sum256([]byte("kept/leaf/1" + blind + body))
		var f factBody
		if string(want[:]) != leaf || json.Unmarshal([]byte(body), &f) != nil {
			j.find("ledger-tree", "leaf %d is not the hash of its opening", index)
			return nil
		}
		if f.Scope != scope || f.Kind != kind || f.Ordinal != ordinal {
			j.find("ledger-tree", "the row of leaf %d says something else than its opening", index)
		}
		if f.Ordinal != l.ordinal[f.Scope]+1 {
			j.find("ledger-order", "fact %d of %s comes after %d", f.Ordinal, f.Scope, l.ordinal[f.Scope])
		}
		l.ordinal[f.Scope] = f.Ordinal
		if fresh {
			j.said(f, id, s)
		}
		return nil
	}, `SELECT id, scope, kind, ordinal, leaf_index, blind, body, leaf FROM fact WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`, from, to)
}

// said holds one fact against the events.
func (j *Judge) said(f factBody, id kept.ID, s *store) {
	at := kept.Time(f.At)
	if f.Kind == kept.FactMigrationAsked && f.Words["step"] == "return" { // the other server has asked
		j.sentBack(kept.ID(f.Scope), at)
		return
	}
	if told[f.Kind] {
		key := factKey{f.Scope, f.Kind, f.Category, "", at}
		if withItem[f.Kind] {
			key.item = kept.ID(f.Refs["item"])
		}
		j.owed[key]--
		if j.owed[key] == 0 {
			delete(j.owed, key)
		}
	}
	of := receiptKey{f.Scope, class{f.Category, f.Words["severity"]}, f.Words["reason"], at}
	owed, braked := j.late[of]
	since := at.Add(-time.Duration(f.Counts["late_us"]) * time.Microsecond)
	switch {
	case f.Words["reason"] == aged:
		if r, there := s.receipt(kept.ID(f.Refs["receipt"])); !there || f.Counts["rows"] != r.rows || kept.Time(f.Counts["late_us"]) != max(0, r.unreachable-r.owed) {
			j.find("ledger-facts", "a fact of what aged of %s in %s says something else than its receipt", f.Category, f.Scope)
		}
	case f.Kind == kept.FactAlarm && f.Words["due"] == "brake":
		j.alarmed = at
	case f.Counts["late_us"] > 0 && braked && (since == owed || j.sinces[of][since]):
	case f.Counts["late_us"] > 0 && !j.excused(since, at):
		j.find("receipt-right", "a fact of %s in %s says that it was late by %d µs", f.Category, f.Scope, f.Counts["late_us"])
	case f.Kind == kept.FactErasedAll && !j.byID[kept.ID(f.Scope)].erased:
		j.find("ledger-facts", "a fact says that %s is erased", f.Scope)
	case f.Kind == kept.FactJournalBatched:
		lines := s.batches[id]
		if int64(len(lines)) == f.Counts["entries"] && f.Hashes["root"] != batchRoot(lines) {
			j.find("ledger-tree", "the root of a batch of entries in %s is another one", f.Scope)
		}
	}
}

func batchRoot(lines []batched) string {
	slices.SortFunc(lines, func(a, b batched) int { return cmp.Compare(a.id, b.id) })
	var t tree
	for _, l := range lines {
		h := sha256.Sum256([]byte("kept/entry/1" + l.salt + l.envelope))
		t.add(h[:])
	}
	root := t.root()
	return hex.EncodeToString(root[:])
}

// signed holds the newest checkpoint against the tree (spec: C2SP tlog-checkpoint, signed-note).
func (j *Judge) signed(note string, t *tree) {
	log := j.hoard.ring.Log
	text, signature, ok := strings.Cut(note, "\n\n")
	text += "\n"
	encoded, named := strings.CutPrefix(strings.TrimSuffix(signature, "\n"), "— "+log.Name+" ")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || !named || err != nil || len(raw) != 4+ed25519.SignatureSize || len(log.Key) != ed25519.SeedSize {
		j.find("ledger-tree", "the newest checkpoint is not a note signed by %s", log.Name)
		return
	}
	public := ed25519.NewKeyFromSeed(log.Key).Public().(ed25519.PublicKey)
	id := sha256.Sum256(append([]byte(log.Name+"\n\x01"), public...))
	if string(raw[:4]) != string(id[:4]) || !ed25519.Verify(public, []byte(text), raw[4:]) {
		j.find("ledger-tree", "the signature of the newest checkpoint is not the log's")
	}
	root := t.root()
	if head := fmt.Sprintf("%s\n%d\n%s\nat ", log.Name, t.size, base64.StdEncoding.EncodeToString(root[:])); !strings.HasPrefix(text, head) {
		j.find("ledger-tree", "the newest checkpoint has another size or root than the %d leaves", t.size)
	}
}
