package fake

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept"
)

// Licences is the Marketplace's report of licences: GET /marketplace/rest/3/reporting/developer-space/<id>/licenses
const Licences Endpoint = "licences"

// The account that may read the reports.
const (
	Developer    = "fake-developer"
	PartnerEmail = "partner@vendor.example"
	PartnerToken = "fake-partner-token"
)

const (
	reportsPrefix = "/marketplace/rest/3/reporting/developer-space/"
	reportsSuffix = "/licenses"
	atPage        = 50
)

// Moods of the report alone.
const (
	Busy     Mood = 100 + iota // status 429, with Retry-After
	Shifting                   // a row moves to the end after each page
)

// hostings are as somebody asks for them, and as rows say them.
var hostings = map[string]string{"cloud": "Cloud", "datacenter": "Data Center"}

// LicenceOf is the id of a licence, the same one for the same words.
func LicenceOf(words string) string {
	h := sha256.Sum256([]byte(words))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// BusyFor is for how long a busy Marketplace wants to be left alone.
const BusyFor = 40 * time.Minute

// Contract is a row of the report (atlassian: marketplace reporting). A day is its start in UTC.
type Contract struct {
	Entitlement string
	App         string // addonKey
	Site        *Site  // nil for one of a host's
	Status      string // active, inactive or cancelled
	Ends        kept.Time
	Updated     kept.Time

	Technical, Billing Contact
}

// Contact is whom a row names; the zero value is somebody.
type Contact struct{ Name, Email, Phone, Address, Company string }

// Forgotten is what a row says where Atlassian has forgotten somebody.
var Forgotten = Contact{Name: "RTBF"}

func (c Contact) object(cloud string) object {
	switch c {
	case Contact{}:
		return object{"name": "Ann Contact", "email": "ann@" + cmp.Or(cloud, "host") + ".example"}
	case Forgotten:
		return object{"name": c.Name}
	}
	return object{"name": c.Name, "email": c.Email, "phone": c.Phone, "address1": c.Address}
}

// Contract makes or changes a row, which has changed today.
func (a *Atlassian) Contract(c Contract) {
	if c.Updated == 0 {
		c.Updated = kept.StartOfDay(a.clock.Now().Day())
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.contracts = slices.DeleteFunc(a.contracts, func(o Contract) bool { return o.Entitlement == c.Entitlement })
	a.contracts = append(a.contracts, c)
}

// Contracts are all rows about apps of the vendor's.
func (a *Atlassian) Contracts() []Contract {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.contracts)
}

// row is what the report says, with whom to contact, who may be forgotten by now.
func (c Contract) row(hosting, cloud, boundary string) object {
	row := object{"appEntitlementId": c.Entitlement, "appEntitlementNumber": "E-000-000-000-000", "addonKey": c.App, "addonName": "An app", "hosting": hosting,
		"lastUpdated": c.Updated.Std().Format(time.DateOnly), "licenseType": "COMMERCIAL", "maintenanceStartDate": "2025-01-01", "status": c.Status, "tier": "10 Users",
		"contactDetails": object{"company": cmp.Or(c.Technical.Company, "A company"), "country": "DE", "technicalContact": c.Technical.object(cloud), "billingContact": c.Billing.object(cloud)}, "inGracePeriod": false,
		"cloudComplianceBoundaries": []string{boundary}}
	if c.Ends != 0 {
		row["maintenanceEndDate"] = c.Ends.Std().Format(time.DateOnly)
	}
	if cloud != "" {
		row["cloudId"], row["cloudSiteHostname"] = cloud, cloud+".atlassian.net"
	}
	return row
}

// licences answers as the Marketplace does: rows of the vendor's apps among others, in no order that anybody promises.
func (a *Atlassian) licences(w http.ResponseWriter, r *http.Request, developer string, mood Mood) {
	email, token, ok := r.BasicAuth()
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	offset, wrong := strconv.Atoi(cmp.Or(q.Get("offset"), "0"))
	switch {
	case !ok || email != PartnerEmail || token != PartnerToken || developer != Developer:
		http.Error(w, "{}", http.StatusUnauthorized)
		return
	case err != nil || wrong != nil || limit < 1 || limit > atPage || hostings[q.Get("hosting")] == "":
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	var rows []object
	add := func(row object) {
		text := q.Get("text")
		if row["hosting"] != hostings[q.Get("hosting")] || text != "" && text != row["cloudId"] && text != row["appEntitlementId"] {
			return
		}
		if row["lastUpdated"].(string) >= q.Get("lastUpdated") {
			rows = append(rows, row)
		}
	}
	today := Contract{App: "com.other.vendor", Status: "inactive", Updated: kept.StartOfDay(a.clock.Now().Day())}
	for _, foreign := range []string{"foreign-1", "foreign-2"} {
		today.Entitlement = foreign
		add(today.row("Cloud", foreign, "isolated_cloud"))
	}
	a.mu.Lock()
	for i := len(a.contracts) - 1; i >= 0; i-- {
		if site := a.contracts[i].Site; site != nil {
			add(a.contracts[i].row("Cloud", site.CloudID, "commercial"))
		} else {
			add(a.contracts[i].row("Data Center", "", "commercial"))
		}
	}
	if mood == Shifting && len(a.contracts) > 1 {
		a.contracts = append(a.contracts[1:], a.contracts[0])
	}
	a.mu.Unlock()
	page := rows[min(offset, len(rows)):min(offset+limit, len(rows))]
	answer(w, object{"_links": object{}, "licenses": append([]object{}, page...)})
}

// reportsOf is the developer space of a request for a report.
func reportsOf(path string) (developer string, ok bool) {
	rest, ok := strings.CutPrefix(path, reportsPrefix)
	developer, found := strings.CutSuffix(rest, reportsSuffix)
	return developer, ok && found
}
