package client_test

import (
	"encoding/json"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"kept/client"
)

// verbs are what the client calls for each operation of an app, an installation or a host.
var verbs = map[string][]any{
	"issue-credential":    {(*client.Client).Installation, (*client.Client).Admin, (*client.Client).Connect, (*client.Client).Invoked},
	"report-accounts":     {(*client.Client).Report},
	"enrol":               {client.Enrol},
	"instance-credential": {(*client.Instance).Runtime, (*client.Instance).Admin},
	"leave":               {(*client.Instance).Uninstalled},
	"put-item":            {(*client.Installation).Put},
	"overwrite-item":      {(*client.Installation).Overwrite},
	"list-items":          {(*client.Installation).List, (*client.Installation).Outdated},
	"read-item":           {(*client.Installation).Get, (*client.Installation).GetFor, (*client.Installation).Disclose, (*client.Installation).Recall},
	"delete-item":         {(*client.Installation).Delete, (*client.Installation).Forget},
	"say-event":           {(*client.Installation).Say},
	"log-entry":           {(*client.Installation).Log},
	"log-entries":         {(*client.Installation).LogAll},
	"own-installation":    {(*client.Installation).Status},
	"own-receipt":         {(*client.Installation).Receipt},
	"own-ledger":          {(*client.Installation).Bundle},
	"own-purge":           {(*client.Installation).Purge},
	"own-retention":       {(*client.Installation).Keep},
	"own-restriction":     {(*client.Installation).Restrict},
	"own-entries":         {(*client.Installation).Entries, (*client.Installation).EntriesOf},
}

// The client has a verb for each operation, and no verb is for none.
func TestTheClientCoversTheAPI(t *testing.T) {
	s, _, _ := open(t)
	response, err := s.HTTP.Get(s.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var doc struct {
		Paths map[string]map[string]struct {
			ID       string `json:"operationId"`
			Security []map[string][]string
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, methods := range doc.Paths {
		for _, o := range methods {
			known[o.ID] = true
			for _, scheme := range o.Security {
				for name := range scheme {
					if slices.Contains([]string{"appKey", "installation", "instanceKey"}, name) && len(verbs[o.ID]) == 0 {
						t.Errorf("the client has no verb for %s", o.ID)
					}
				}
			}
		}
	}
	used := map[string]bool{}
	for id, list := range verbs {
		if !known[id] {
			t.Errorf("the API has no operation %s", id)
		}
		for _, verb := range list {
			used[runtime.FuncForPC(reflect.ValueOf(verb).Pointer()).Name()] = true
		}
	}
	for _, of := range []reflect.Type{reflect.TypeFor[*client.Client](), reflect.TypeFor[*client.Installation](), reflect.TypeFor[*client.Instance]()} {
		for i := range of.NumMethod() {
			name := "kept/client.(*" + of.Elem().Name() + ")." + of.Method(i).Name
			if of.Method(i).Name != "Format" && !used[name] {
				t.Errorf("%s is a verb for no operation", name)
			}
		}
	}
}
