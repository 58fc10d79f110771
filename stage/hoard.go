package stage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"kept"
	"kept/db"
	"kept/kernel"
	"kept/seal"
)

// Hoard is the adversary of every promise to delete: it has copied every row of keys and sealed values that there ever
// was, as snapshots, dumps and dead pages would have kept them. It also remembers every key file, to look for their
// bytes where they must not be.
type Hoard struct {
	keys   map[keyCopy]bool
	copies map[Copy]bool
	sealed map[string]bool // what is stored now
	epochs map[[seal.Size]byte]kept.ID
}

// keyCopy is one row of a wrapped key as it once was.
type keyCopy struct {
	ref     seal.Ref
	parent  string // epoch, or cohort of a unit
	scope   string
	wrapped string
}

// Copy is one sealed value as it once was.
type Copy struct {
	Scope    string
	Category string
	Item     kept.ID // item or entry
	Version  int64
	envelope string
}

// NewHoard is empty.
func NewHoard() *Hoard {
	return &Hoard{keys: map[keyCopy]bool{}, copies: map[Copy]bool{}, epochs: map[[seal.Size]byte]kept.ID{}}
}

// rows are what the hoard copies from.
type rows interface {
	Each(fn func(scan func(...any) error) error, query string, args ...any) error
}

// Copy adds every row there is now, and the key file.
func (h *Hoard) Copy(ctx context.Context, s *Stage) error {
	return s.Server.Kernel.View(ctx, func(v *kernel.View) error { return h.from(v, s.KeyFile()) })
}

// Look does as Copy with what lies below a folder, whoever has it open.
func (h *Hoard) Look(ctx context.Context, o Options) (err error) {
	eye, err := db.Look(o.Data(), o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eye.Close()) }()
	return h.from(onlooker{ctx, eye}, o.KeyFile())
}

func (h *Hoard) from(v rows, keyFile string) error {
	if err := h.remember(keyFile); err != nil {
		return err
	}
	h.sealed = map[string]bool{}
	for _, from := range []func(rows) error{h.classes, h.cohorts, h.units, h.items, h.entries, h.secrets, h.held} {
		if err := from(v); err != nil {
			return err
		}
	}
	return nil
}

// onlooker reads a database beside its server.
type onlooker struct {
	ctx context.Context
	db  *sql.DB
}

// Each calls fn for every row of a query, as a view of the kernel does.
func (o onlooker) Each(fn func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := o.db.QueryContext(o.ctx, query, args...)
	if err != nil {
		return kept.Errorf(kept.Internal, "the store cannot be read: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (h *Hoard) classes(v rows) error {
	kinds := map[string]seal.Kind{"class": seal.Class, "ratchet": seal.Ratchet, "index": seal.Index}
	return v.Each(func(scan func(...any) error) error {
		var k keyCopy
		var kind string
		if err := scan(&k.ref.ID, &kind, &k.ref.Generation, &k.parent, &k.scope, &k.wrapped); err != nil {
			return err
		}
		k.ref.Kind = kinds[kind]
		h.keys[k] = true
		return nil
	}, `SELECT id, kind, generation, epoch, scope, wrapped FROM class_key`)
}

func (h *Hoard) cohorts(v rows) error {
	return v.Each(func(scan func(...any) error) error {
		k := keyCopy{ref: seal.Ref{Kind: seal.Cohort}}
		if err := scan(&k.ref.ID, &k.ref.Generation, &k.parent, &k.scope, &k.wrapped); err != nil {
			return err
		}
		h.keys[k] = true
		return nil
	}, `SELECT id, generation, epoch, scope, wrapped FROM cohort_key`)
}

func (h *Hoard) units(v rows) error {
	return v.Each(func(scan func(...any) error) error {
		k := keyCopy{ref: seal.Ref{Kind: seal.Unit}}
		if err := scan(&k.ref.ID, &k.ref.Generation, &k.parent, &k.scope, &k.wrapped); err != nil {
			return err
		}
		h.keys[k] = true
		return nil
	}, `SELECT u.id, u.generation, u.cohort, c.scope, u.wrapped FROM unit_key u JOIN cohort_key c ON c.id = u.cohort`)
}

func (h *Hoard) items(v rows) error {
	return h.envelopes(v, `SELECT scope, category, id, version, envelope FROM item`)
}

func (h *Hoard) entries(v rows) error {
	return h.envelopes(v, `SELECT scope, class, id, 1, envelope FROM entry`)
}

func (h *Hoard) secrets(v rows) error {
	return h.envelopes(v, `SELECT scope, 'connect-secret', id, 1, envelope FROM connect_secret`)
}

func (h *Hoard) held(v rows) error {
	return h.envelopes(v, `SELECT scope, category, original, version, envelope FROM held`)
}

func (h *Hoard) envelopes(v rows, query string) error {
	return v.Each(func(scan func(...any) error) error {
		var c Copy
		if err := scan(&c.Scope, &c.Category, &c.Item, &c.Version, &c.envelope); err != nil {
			return err
		}
		h.copies[c], h.sealed[c.envelope] = true, true
		return nil
	}, query)
}

// Stored tells whether a copy's row is still in the database, as of the last Copy.
func (h *Hoard) Stored(c Copy) bool { return h.sealed[c.envelope] }

// Size is how many sealed values were ever seen.
func (h *Hoard) Size() int { return len(h.copies) }

// keyFile is what the hoard must know of the ring's format (docs/formats.md 3); seal hands out no bytes.
type keyFile struct {
	Epochs []struct {
		ID  kept.ID `json:"id"`
		Key []byte  `json:"key"`
	} `json:"epochs"`
}

func readKeyFile(name string) (f keyFile, err error) {
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err != nil {
		return f, kept.Errorf(kept.Internal, "key file: %w", err)
	}
	return f, nil
}

func (h *Hoard) remember(name string) error {
	f, err := readKeyFile(name)
	for _, e := range f.Epochs {
		h.epochs[[seal.Size]byte(e.Key)] = e.ID
	}
	return err
}

// Traces looks through every file below the stage's folder for an epoch key that the key file holds no more, raw or in
// base64, and counts what it finds.
func (h *Hoard) Traces(s *Stage) (n int, err error) {
	f, err := readKeyFile(s.KeyFile())
	if err != nil {
		return 0, err
	}
	dead := map[[seal.Size]byte]bool{}
	for key := range h.epochs {
		dead[key] = true
	}
	for _, e := range f.Epochs {
		delete(dead, [seal.Size]byte(e.Key))
	}
	err = filepath.WalkDir(s.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // SQLite takes its log away when it likes
		}
		for key := range dead {
			n += bytes.Count(b, key[:]) + bytes.Count(b, []byte(base64.StdEncoding.EncodeToString(key[:])))
		}
		return err
	})
	if err != nil {
		return 0, kept.Errorf(kept.Internal, "the files of the stage: %w", err)
	}
	return n, nil
}
