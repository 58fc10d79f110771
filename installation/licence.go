package installation

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"kept"
	"kept/kernel"
)

const marketplace = "marketplace"

// Status is what the Marketplace says of a licence.
type Status string

const (
	Runs      Status = "active"
	Lapsed    Status = "inactive"
	Cancelled Status = "cancelled"
)

// Entitlement is what the Marketplace says of one licence of an app on a site. Days have no time zone there: one begins
// fourteen hours before it does in UTC, and ends twelve hours after.
type Entitlement struct {
	ID      string
	Number  string // by which people call it
	App     string // policy id
	Cloud   string // cloudId; empty for one of a host's
	Status  Status
	Ends    kept.Time // the last day that is paid for; 0 if none is named
	Updated kept.Time // the day of its last change

	installation kept.ID
}

func begins(day kept.Time) kept.Time { return day.Add(-14 * time.Hour) }
func ends(day kept.Time) kept.Time   { return day.Add((24 + 12) * time.Hour) }

// Entitled says what became of a list of licences.
type Entitled struct {
	News, Strangers, Several int64 // that say something new; of no installation; of more than one
}

// Entitle takes over what the Marketplace says of licences, all at once: half of a list could end what the other half says
// runs. A licence belongs to the one installation of its app that has not gone and is in production on its site, or names it;
// where there is none or more than one, nothing is concluded. That one runs counts when it is news: what was known before a token said the contrary
// is older. Those that have ended are looked at each time: their end may have come.
func (in *Installations) Entitle(tx *kernel.Tx, list []Entitlement) (out Entitled, err error) {
	tx.Derived() // that it was asked is the caller's fact
	known, err := entitlements(&tx.View)
	if err != nil {
		return out, err
	}
	there, err := Sites(&tx.View)
	if err != nil {
		return out, err
	}
	news, over := map[kept.ID]bool{}, map[kept.ID]bool{}
	for _, e := range list {
		at := there.Of(e)
		before, told := known[e.ID]
		switch {
		case len(at) == 0:
			out.Strangers++
			continue
		case len(at) > 1:
			out.Several++
			continue
		case told && before.Updated > e.Updated:
			continue // a list has no order
		}
		e.installation = at[0]
		if before.Status != e.Status || before.Ends != e.Ends || before.Updated != e.Updated || before.installation != e.installation {
			out.News++
			saveEntitlement(tx, e)
			in.heard(tx, Installation{ID: e.installation}, kept.FactLicence, map[string]string{"by": marketplace, "status": string(e.Status)})
			known[e.ID], news[e.installation] = e, true
		}
	}
	of := map[kept.ID][]Entitlement{}
	for _, e := range known {
		of[e.installation] = append(of[e.installation], e)
		over[e.installation] = over[e.installation] || e.Status != Runs
	}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if news[id] || over[id] {
			if err := in.entitled(tx, id, of[id], news[id]); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// entitled starts or stops the clocks of a subscription, as the table in ARCHITECTURE.md says.
func (in *Installations) entitled(tx *kernel.Tx, id kept.ID, list []Entitlement, news bool) error {
	i, err := in.lock(tx, id)
	if err != nil {
		return err
	}
	status, last, updated := together(list)
	switch {
	case status != Runs && i.hasEnded(last, updated, tx.Now()):
		in.endedAt(tx, &i, last, marketplace)
	case news && status == Runs && i.told != 0 && i.State == kept.Installed && ends(updated) > i.licensed:
		if err := in.resubscribed(tx, &i, marketplace); err != nil {
			return err
		}
	default:
		return nil
	}
	i.licensed = max(i.licensed, begins(updated))
	in.retention.Wind(tx, i.Scope(), i.Standing())
	update(tx, i)
	return nil
}

// together is what all licences of an installation say: one that runs is enough, and of those that have ended the last counts.
func together(list []Entitlement) (status Status, last, updated kept.Time) {
	status = Lapsed
	for _, e := range list {
		if e.Status == Runs && status != Runs {
			status, last, updated = Runs, 0, 0
		}
		if e.Status == Runs || status != Runs {
			end := e.Ends
			if end == 0 {
				end = e.Updated
			}
			last, updated = max(last, ends(end)), max(updated, e.Updated)
		}
	}
	return status, last, updated
}

// hasEnded tells whether a subscription is over because the Marketplace says so. A token is signed, so what it says later, or
// says of a later end, counts for more; and what had ended before the installation began says nothing of it. Of one that has gone no licence matters any more.
func (i Installation) hasEnded(last, updated, now kept.Time) bool {
	switch {
	case i.State == kept.Erased || i.State == kept.Uninstalled && i.Effective <= now || last > now || last <= i.Installed || i.told != 0 && last <= i.Unsubscribed:
		return false
	case i.licensed < begins(updated):
		return true
	default:
		return i.told == 0 && i.licensed < last && i.PaidUntil <= last
	}
}

// Where tells of licences whose they could be, by what the Marketplace and the installations both know.
type Where struct{ sites, named, hosts map[[2]string][]kept.ID } // by app and cloudId, or the id or number of a licence

// Of are the installations whose a licence could be; it belongs to one if that is the only one. An address proves nothing: it
// may be a stranger's by now. A host may say that it has any licence, so its word counts for one of a host's alone.
func (w Where) Of(e Entitlement) (list []kept.ID) {
	if e.Cloud == "" {
		list = slices.Concat(w.hosts[[2]string{e.App, e.ID}], w.hosts[[2]string{e.App, e.Number}])
		slices.Sort(list)
		return slices.Compact(list)
	}
	list = slices.Concat(w.sites[[2]string{e.App, e.Cloud}], w.named[[2]string{e.App, e.ID}], w.named[[2]string{e.App, e.Number}])
	slices.Sort(list)
	return slices.Compact(list)
}

// Sites are the installations that have not gone: in production where Forge tells, and those that name a licence.
func Sites(v *kernel.View) (Where, error) {
	w := Where{map[[2]string][]kept.ID{}, map[[2]string][]kept.ID{}, map[[2]string][]kept.ID{}}
	return w, v.Each(func(scan func(...any) error) error {
		var id kept.ID
		var app, site, kind, environment, licence string
		err := scan(&id, &app, &site, &kind, &environment, &licence)
		if _, cloud, _ := strings.Cut(site, "."); kind == production {
			w.sites[[2]string{app, cloud}] = append(w.sites[[2]string{app, cloud}], id)
		}
		switch {
		case licence == "":
		case environment == hostEnvironment:
			w.hosts[[2]string{app, licence}] = append(w.hosts[[2]string{app, licence}], id)
		default:
			w.named[[2]string{app, licence}] = append(w.named[[2]string{app, licence}], id)
		}
		return err
	}, `SELECT id, app, site, kind, environment, entitlement FROM installation WHERE state = 'installed' OR state = 'uninstalled' AND effective > $1`, int64(v.Now()))
}

const production = "PRODUCTION"

// entitles notes which licence a signed callback, or a host, names; what is no name of one is not written down.
func entitles(tx *kernel.Tx, id kept.ID, licence string) {
	if licence = NameOfLicence(licence); licence != "" {
		tx.Exec(`UPDATE installation SET entitlement = $1, entitled = $2 WHERE id = $3 AND entitlement <> $1`, licence, int64(tx.Now()), string(id))
	}
}

// NameOfLicence is the first of some texts that may be the id or the number of a licence; empty if none is. It stands in clear,
// and a host says it, so it has a shape that no name of a person has.
func NameOfLicence(texts ...string) string {
	for _, text := range texts {
		if entitlementShape.MatchString(text) {
			return text
		}
	}
	return ""
}

// entitlementShape is a UUID, or a number as E-123-456-789-012 or SEN-1234567. atlassian: marketplace reporting
var entitlementShape = regexp.MustCompile(`^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|E(-[0-9A-Z]{3}){4}|SEN-[0-9]{1,12})$`)

// Arrived are by what the Marketplace can be asked about licences of which it may have spoken in vain: cloudIds and names of
// licences, where since an instant an installation came, came back, or left another one as the only one, or names a licence anew.
func Arrived(v *kernel.View, since kept.Time) (of []string, err error) {
	return of, v.Each(func(scan func(...any) error) error {
		var site, kind, licence string
		err := scan(&site, &kind, &licence)
		if _, cloud, _ := strings.Cut(site, "."); kind == production && !slices.Contains(of, cloud) {
			of = append(of, cloud)
		}
		if licence != "" && !slices.Contains(of, licence) {
			of = append(of, licence)
		}
		return err
	}, `SELECT i.site, i.kind, i.entitlement FROM installation i WHERE (i.kind = 'PRODUCTION' OR i.entitlement <> '') AND (i.entitled >= $1
			OR i.effective >= $1 AND i.effective <= $2
			OR EXISTS (SELECT 1 FROM fact f WHERE f.scope = i.id AND f.kind IN ($3, $4, $5) AND f.at >= $1)) ORDER BY i.site, i.id`,
		int64(since), int64(v.Now()), string(kept.FactInstalled), string(kept.FactMoved), string(kept.FactRescued))
}

func entitlements(v *kernel.View) (map[string]Entitlement, error) {
	out := map[string]Entitlement{}
	return out, v.Each(func(scan func(...any) error) error {
		var e Entitlement
		err := scan(&e.ID, &e.installation, &e.Status, &e.Ends, &e.Updated)
		out[e.ID] = e
		return err
	}, `SELECT entitlement, installation, status, ends, updated FROM licence`)
}

func saveEntitlement(tx *kernel.Tx, e Entitlement) {
	tx.Exec(`INSERT INTO licence (entitlement, installation, status, ends, updated) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (entitlement) DO UPDATE SET installation = $2, status = $3, ends = $4, updated = $5`,
		e.ID, string(e.installation), string(e.Status), int64(e.Ends), int64(e.Updated))
}
