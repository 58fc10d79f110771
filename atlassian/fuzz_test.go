package atlassian

import (
	"encoding/json"
	"testing"
)

// FuzzLicences reads whatever a page of the report may hold.
func FuzzLicences(f *testing.F) {
	f.Add([]byte(`[{"appEntitlementId":"e","cloudId":"c","addonKey":"k","hosting":"Cloud","status":"active","lastUpdated":"2026-01-31"}]`))
	f.Add([]byte(`[{"appEntitlementId":"e","cloudId":"c","hosting":"cloud","status":"cancelled","lastUpdated":"2026-02-30","maintenanceEndDate":"0000-00-00"}]`))
	f.Fuzz(func(t *testing.T, page []byte) {
		var rows []licenceRow
		if json.Unmarshal(page, &rows) != nil {
			return
		}
		list, unread := licencesIn(rows, Cloud)
		if len(list)+unread > len(rows) {
			t.Errorf("%d rows, %d licences, %d unread", len(rows), len(list), unread)
		}
		for _, l := range list {
			if l.Entitlement == "" || l.Cloud == "" || l.Updated == 0 || l.Status != "active" && l.Status != "inactive" && l.Status != "cancelled" {
				t.Errorf("%+v", l)
			}
		}
	})
}
