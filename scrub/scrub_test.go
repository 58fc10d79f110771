package scrub_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kept/scrub"
)

func TestWhatNamesSomebody(t *testing.T) {
	for text, want := range map[string]string{
		"ada@acme.example": "email",
		"mail: <Ada.Lovelace+x@sub.acme.example>, please": "email",
		"müller@exämple.example":                          "email",
		"to=ada%40acme.example&x=1":                       "email",
		"ada@acme":                                        "",
		"@acme.example":                                   "",
		"icon@2x.png":                                     "",
		"@scope/tool@9.2.1":                               "",
		"onClick@https://cdn.example/app.js:10:2":         "",
		"203.0.113.7":                                     "ip-address",
		"from 203.0.113.7:443 refused":                    "ip-address",
		"http://203.0.113.7/x":                            "ip-address",
		"(10.1.2.3)":                                      "ip-address",
		"2001:db8::7":                                     "ip-address",
		"[2001:db8:0:0:0:0:0:7]:443":                      "ip-address",
		"host fe80::1, port 80":                           "ip-address",
		"::ffff:203.0.113.7":                              "ip-address",
		"Chrome/99.0.4.51":                                "",
		"v1.2.3.4":                                        "",
		"version 1.2.3.4":                                 "",
		"1.2.3.4-beta":                                    "",
		"120.0.0.0":                                       "",
		"9.12.0":                                          "",
		"1.2.3.4.5":                                       "",
		"300.1.1.1":                                       "",
		"127.0.0.1 and ::1":                               "",
		"std::vector<int>, Fa::Be":                        "",
		"12:30:45":                                        "",
		"2026-03-01T10:00:00Z":                            "",
		"557058:f58131cb-b67d-43c7-b30d-6b58d40bd077":       "account-id",
		"user=712020:F58131CB-B67D-43C7-B30D-6B58D40BD077;": "account-id",
		"account 5b10ac8d82e05b22cc7d4ef5 left":             "account-id",
		"f58131cb-b67d-43c7-b30d-6b58d40bd077":              "",
		"5b10ac8d82e05b22cc7d4ef55b10ac8d82e05b22":          "",
		"line 123456:7":                                        "",
		"ada@acme.example from 203.0.113.7":                    "email ip-address",
		"https://acme.atlassian.example/browse/KEY-1?v=1.2.30": "",
	} {
		if got := strings.Join(scrub.Text(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFindLooksEverywhere(t *testing.T) {
	for value, want := range map[string]string{
		`"ada@acme.example"`:                           "email",
		`{"a": [1, {"b": "x ada\u0040acme.example"}]}`: "email",
		`{"ada@acme.example": true}`:                   "email",
		`{"a": ["203.0.113.7", "203.0.113.8"]}`:        "ip-address",
		`[null, true, 203.0113]`:                       "",
	} {
		if got := strings.Join(scrub.Find(json.RawMessage(value)), " "); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func TestIdentifying(t *testing.T) {
	for key, want := range map[string]bool{"user.name": true, "user.contact.email": true, "user.unique_id": true, "user.device.ip_address": true,
		"user.device": false, "user.names": false, "system.operations": false, "": false} {
		if scrub.Identifying(key) != want {
			t.Errorf("%s: %t", key, !want)
		}
	}
}

// What is found in a text is found wherever the text stands.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"ada@acme.example", "v1.2.3.4", "2001:db8::7", "::", "@@", "1.2.3.4."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		value, err := json.Marshal([]any{map[string]any{"k": s}})
		if err != nil {
			t.Skip()
		}
		var back []map[string]string
		if err := json.Unmarshal(value, &back); err != nil {
			t.Fatal(err)
		}
		want := scrub.Text(back[0]["k"])
		slices.Sort(want)
		if got := scrub.Find(value); !slices.Equal(got, slices.Compact(want)) {
			t.Errorf("%q: %q in JSON, %q alone", s, got, want)
		}
		if got := scrub.Text(s + " ada@acme.example"); !slices.Contains(got, scrub.Email) {
			t.Errorf("%q hides an address", s)
		}
	})
}
