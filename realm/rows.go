package realm

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kept"
	"kept/kernel"
)

// table is what travels as it lies there. Of the columns s are texts, i numbers, b bytes.
type table struct {
	name, of string // the column that names the installation, or an item of it
	columns  string // name:kind
}

// tables are in an order in which they can be filled. What is not among them stays: receipts and facts prove what happened
// here; credentials, replies and keys of instances are got anew. Keys travel by themselves; nothing travels that a hold keeps.
var tables = []table{
	{"installation", "id", "id:s app:s environment:s site:s remote_id:s state:s installed:i paid_until:i uninstalled:i effective:i restricted:i erased:i unsubscribed:i told:i licensed:i seen:i questioned:i kind:s entitlement:s entitled:i"},
	{"context", "installation", "installation:s site:s"},
	{"question", "installation", "installation:s why:s asked:i settled:i"},
	{"licence", "installation", "entitlement:s installation:s status:s ends:i updated:i"},
	{"licence_contact", "installation", "entitlement:s kind:s category:s installation:s item:s told:i"},
	{"former_remote", "installation", "installation:s remote_id:s until:i"},
	{"connect_tenant", "installation", "id:s app:s client:s installation:s forge:s issued:i address:b"},
	{"connect_secret", "scope", "id:s tenant:s scope:s class:s unit:s until:i envelope:b base:b"},
	{"choice", "scope", "scope:s category:s anchor:s period:s since:i"},
	{"subject", "scope", "id:s scope:s blind:b unit:s account:b reported:i outdated:i refresh:i closing:i"},
	{"item", "scope", "id:s scope:s app:s category:s name:b subject:s version:i fields:s stored:i class:s unit:s host:b grouped:b envelope:b"},
	{"anchor", "item", "item:s event:s at:i back:i told:i"},
	{"entry", "scope", "id:s scope:s class:s at:i kind:s category:s purpose:s fields:s severity:s subject:s second:s salt:b envelope:b batch:s"},
	{"brake", "scope", "scope:s class:s due:s reason:s since:i until:i was:i"},
}

func tableOf(name string) (table, bool) {
	n := slices.IndexFunc(tables, func(t table) bool { return t.name == name })
	if n < 0 {
		return table{}, false
	}
	return tables[n], true
}

func (t table) names() (names []string) {
	for _, c := range strings.Fields(t.columns) {
		name, _, _ := strings.Cut(c, ":")
		names = append(names, name)
	}
	return names
}

// row is the cells of a row: texts, numbers, and bytes in base64, each as JSON.
type row []json.RawMessage

func (r row) bytes() []byte {
	b, _ := json.Marshal(r) // of what was marshalled before
	return b
}

// cells make room for one row.
func (t table) cells() []any {
	var out []any
	for _, c := range strings.Fields(t.columns) {
		switch c[len(c)-1] {
		case 's':
			out = append(out, new(string))
		case 'i':
			out = append(out, new(int64))
		default:
			out = append(out, new([]byte))
		}
	}
	return out
}

// where picks the rows of installation $1.
func (t table) where() string {
	if t.of == "item" {
		return ` WHERE item IN (SELECT id FROM item WHERE scope = $1)`
	}
	return ` WHERE ` + t.of + ` = $1`
}

// owns tells whether what a row names is the installation, or an item of it.
func (t table) owns(v *kernel.View, id kept.ID, named string) (bool, error) {
	if t.of != "item" {
		return named == string(id), nil
	}
	var one int64
	return v.Row(`SELECT 1 FROM item WHERE id = $1 AND scope = $2`, named, string(id)).Scan(&one)
}

// rows are those of an installation, in an order that every engine agrees on.
func (t table) rows(v *kernel.View, id kept.ID) ([]row, error) {
	return t.read(v, `SELECT `+strings.Join(t.names(), ", ")+` FROM `+t.name+t.where(), id)
}

func (t table) read(v *kernel.View, query string, id kept.ID) ([]row, error) {
	out, err := kernel.Query(v, func(scan func(...any) error) (r row, err error) {
		cells := t.cells()
		if err := scan(cells...); err != nil {
			return nil, err
		}
		for _, cell := range cells {
			b, err := json.Marshal(cell)
			if err != nil {
				return nil, err
			}
			r = append(r, b)
		}
		return r, nil
	}, query, string(id))
	slices.SortFunc(out, func(a, b row) int { return bytes.Compare(a.bytes(), b.bytes()) })
	return out, err
}

// insert stores a row that has arrived; one that names another installation is refused.
func (t table) insert(tx *kernel.Tx, id kept.ID, r row) error {
	cells, names := t.cells(), t.names()
	wrong := kept.Errorf(kept.Invalid, "a row does not fit").WithHint("both servers must be of the same release")
	if len(r) != len(cells) {
		return wrong
	}
	args, marks := make([]any, len(cells)), make([]string, len(cells))
	for i, cell := range cells {
		marks[i] = "$" + strconv.Itoa(i+1)
		if json.Unmarshal(r[i], cell) != nil {
			return wrong
		}
		switch cell := cell.(type) {
		case *string:
			args[i] = *cell
			if names[i] != t.of {
				continue
			}
			if owned, err := t.owns(&tx.View, id, *cell); err != nil {
				return err
			} else if !owned {
				return wrong
			}
		case *int64:
			args[i] = *cell
		case *[]byte:
			args[i] = *cell
		}
	}
	tx.Exec(`INSERT INTO `+t.name+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, args...)
	return nil
}

func (t table) drop(tx *kernel.Tx, id kept.ID) {
	tx.Exec(`DELETE FROM `+t.name+t.where(), string(id))
}

// keyring are the keys of an installation. One that was destroyed here would open rows over there that still wait to be reclaimed,
// so which there are, and at which day a ratchet stands, is a part of what is compared.
var keyring = table{name: "keys", columns: "id:s kind:s generation:i"}

const ofKeys = `SELECT id, kind, generation FROM class_key WHERE scope = $1 UNION ALL
	SELECT u.id, 'unit', 0 FROM unit_key u JOIN cohort_key c ON c.id = u.cohort WHERE c.scope = $1 ORDER BY 1`

// digest is the hash over all rows of an installation and over which keys it has, and their numbers.
func digest(all map[string][]row) (sum [32]byte, counts map[string]int64) {
	h := sha256.New()
	counts = map[string]int64{}
	count := func(name string) {
		counts[strings.ReplaceAll(name, "_", "-")] = int64(len(all[name]))
		for _, r := range all[name] {
			h.Write([]byte(name))
			h.Write(r.bytes())
		}
	}
	for _, t := range tables {
		count(t.name)
	}
	count(keyring.name)
	return [32]byte(h.Sum(nil)), counts
}

func everything(v *kernel.View, id kept.ID) (map[string][]row, error) {
	all := map[string][]row{}
	for _, t := range tables {
		rows, err := t.rows(v, id)
		if err != nil {
			return nil, err
		}
		all[t.name] = rows
	}
	keys, err := keyring.read(v, ofKeys, id)
	all[keyring.name] = keys
	return all, err
}

// migration is where a move stands.
type migration struct {
	id, installation kept.ID
	number           int64
	location, state  string
	digest           []byte
	closed           kept.Time // since then it closes the installation; 0 for not
	destroyed        kept.Time // since then something is destroyed here that may lie at the other server; 0 for nothing
	handover         kept.Time // until then the other server may be hearing that it lives there now; 0 for never
	asked            int64     // of an arrival and of a way back: Atlassian's number of the move; 0 for an unknown one
	former           []byte    // of a copy: the row in whose place it stands, of an installation that was here before
}

// ofAtlassian is the number that Atlassian knows the move by, or the one that is taken back by it; 0 for an unknown one.
func (m migration) ofAtlassian() int64 {
	if m.number > 0 {
		return m.number
	}
	return m.asked
}

const columns = `id, installation, number, location, state, digest, closed, destroyed, handover, asked, former`

func find(v *kernel.View, where string, args ...any) (m migration, found bool, err error) {
	found, err = v.Row(`SELECT `+columns+` FROM migration WHERE `+where, args...).Scan(&m.id, &m.installation, &m.number, &m.location, &m.state, &m.digest, &m.closed, &m.destroyed,
		&m.handover, &m.asked, &m.former)
	return m, found, err
}

// of is the migration with Atlassian's number, or with 0 the one by which an installation arrives.
func of(tx *kernel.Tx, installation kept.ID, number int64) (migration, bool, error) {
	return find(&tx.View, `installation = $1 AND number = $2`+tx.ForUpdate(), string(installation), number)
}

func (m migration) write(tx *kernel.Tx) {
	tx.Exec(`INSERT INTO migration (id, installation, number, location, state, at, digest, closed, destroyed, handover, asked, former)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET location = $4, state = $5, at = $6, digest = $7, closed = $8, destroyed = $9, handover = $10, asked = $11`,
		string(m.id), string(m.installation), m.number, m.location, m.state, int64(tx.Now()), m.digest, int64(m.closed), int64(m.destroyed),
		int64(m.handover), m.asked, m.former)
}
