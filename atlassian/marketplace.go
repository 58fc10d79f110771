package atlassian

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept"
)

// atPage is the most that the Marketplace gives at once (atlassian: marketplace reporting), how often a list that
// moves while it is read is begun, and how long one is read at most.
const (
	atPage      = 50
	again       = 3
	maxLicences = 200_000
)

// Partner is the account with which a vendor reads its own reports.
type Partner struct {
	Developer string // id of the developer space
	Email     string
	Token     string // of the Atlassian API; it is sent to no other host
}

// Licence is what the Marketplace says of one licence on a site. Whom to contact there is read only where somebody asks for its Contacts.
type Licence struct {
	Entitlement string
	Number      string    // by which people call it
	Cloud       string    // cloudId; empty for one of a host's
	App         string    // addonKey
	Status      string    // active, inactive or cancelled
	Ends        kept.Time // the day on which what is paid for ends; 0 if none is named
	Updated     kept.Time // the day of its last change

	details raw // whom to contact
}

// licenceRow is a row of the report, as far as it is read.
type licenceRow struct {
	Entitlement string `json:"appEntitlementId"`
	Number      string `json:"appEntitlementNumber"`
	Cloud       string `json:"cloudId"`
	App         string `json:"addonKey"`
	Hosting     string `json:"hosting"`
	Status      string `json:"status"`
	Ends        string `json:"maintenanceEndDate"`
	Updated     string `json:"lastUpdated"`
	Details     raw    `json:"contactDetails"`
}

// The hostings of licences.
const (
	Cloud      = "cloud"
	DataCenter = "datacenter"
)

// Licences are all licences of a hosting that changed on a day or later, or those of one site or licence where its cloudId, id or
// number is given, and how many rows could not be read. The list has no order that can be relied on and may move while it is read, so each page
// begins with the last row of the one before; where it does not, something moved, and it is read anew. Errors: Internal, with a *Status where Atlassian answered.
func (c *Client) Licences(ctx context.Context, p Partner, hosting string, since kept.Time, of string) (list []Licence, unread int, err error) {
	for range again {
		rows, still, err := c.licenceRows(ctx, p, hosting, since, of)
		if err != nil {
			return nil, 0, err
		}
		if still {
			list, unread = licencesIn(rows, hosting)
			return list, unread, nil
		}
	}
	return nil, 0, kept.Errorf(kept.Internal, "the Marketplace's list moves while it is read")
}

func (c *Client) licenceRows(ctx context.Context, p Partner, hosting string, since kept.Time, of string) (rows []licenceRow, still bool, err error) {
	for {
		query := url.Values{"hosting": {hosting}, "limit": {strconv.Itoa(atPage)}, "offset": {strconv.Itoa(max(len(rows)-1, 0))}}
		if since > 0 {
			query.Set("lastUpdated", since.Std().Format(time.DateOnly))
		}
		if of != "" {
			query.Set("text", of)
		}
		address := strings.TrimSuffix(c.API, "/") + "/marketplace/rest/3/reporting/developer-space/" + url.PathEscape(p.Developer) + "/licenses?" + query.Encode()
		b, err := read(ctx, c.HTTP, address, "application/json", "Basic "+base64.StdEncoding.EncodeToString([]byte(p.Email+":"+p.Token)))
		if err != nil {
			return nil, false, err
		}
		var page struct {
			Licences []licenceRow `json:"licenses"`
		}
		if json.Unmarshal(b, &page) != nil || page.Licences == nil || len(page.Licences) > atPage {
			return nil, false, kept.Errorf(kept.Internal, "Atlassian's answer is malformed")
		}
		whole := len(page.Licences) == atPage
		if n := len(rows); n > 0 {
			if len(page.Licences) == 0 || page.Licences[0] != rows[n-1] {
				return nil, false, nil
			}
			page.Licences = page.Licences[1:]
		}
		if rows = append(rows, page.Licences...); !whole {
			return rows, true, nil
		}
		if len(rows) > maxLicences {
			return nil, false, kept.Errorf(kept.Internal, "the Marketplace's list has no end")
		}
	}
}

// licencesIn leaves out what is of another hosting, and counts what cannot be read.
func licencesIn(rows []licenceRow, hosting string) (list []Licence, unread int) {
	for _, r := range rows {
		if !strings.EqualFold(strings.ReplaceAll(r.Hosting, " ", ""), hosting) { // it asks for datacenter and is told of Data Center
			continue
		}
		l := Licence{Entitlement: r.Entitlement, Number: r.Number, Cloud: r.Cloud, App: r.App, Status: r.Status, details: r.Details}
		updated, err := kept.ParseTime(r.Updated)
		ends, wrong := kept.ParseTime(r.Ends)
		if r.Ends == "" {
			ends, wrong = 0, nil
		}
		if err != nil || wrong != nil || r.Entitlement == "" || r.Cloud == "" && hosting == Cloud || !slices.Contains([]string{"active", "inactive", "cancelled"}, r.Status) {
			unread++
			continue
		}
		l.Ends, l.Updated = ends, updated
		list = append(list, l)
	}
	return list, unread
}
