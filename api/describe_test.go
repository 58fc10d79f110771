package api_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is as much of one as this test reads.
type schema struct {
	Description string
	Ref         string `json:"$ref"`
	Properties  map[string]schema
	Items       *schema
}

// Whoever reads the document alone knows what each operation takes, answers and refuses with.
func TestTheDocumentSaysEverything(t *testing.T) {
	w := newWorld(t, "")
	var doc struct {
		Tags  []struct{ Name, Description string }
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Summary    string
			Tags       []string
			Responses  map[string]struct{ Description string }
			Parameters []struct{ Name, Description string }
			Body       struct {
				Content map[string]struct{ Example any }
			} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]schema }
	}
	w.must(json.Unmarshal(w.send(request{method: "GET", path: "/openapi.json"}).Body.Bytes(), &doc))
	for _, tag := range doc.Tags {
		if tag.Description == "" {
			t.Errorf("the tag %s is not described: give it words in words.go", tag.Name)
		}
	}
	for path, methods := range doc.Paths {
		for _, o := range methods {
			if o.Summary == "" || len(o.Tags) != 1 {
				t.Errorf("%s has no summary or not one tag", o.ID)
			}
			for status, r := range o.Responses {
				if r.Description == "" || status == "default" {
					t.Errorf("%s %s: %s is not described", o.ID, path, status)
				}
			}
			for _, p := range o.Parameters {
				if p.Description == "" {
					t.Errorf("%s: the parameter %s is not described: give it words in properties.go", o.ID, p.Name)
				}
			}
			for kind, content := range o.Body.Content {
				if content.Example == nil {
					t.Errorf("%s: the body in %s has no example: give it one in words.go", o.ID, kind)
				}
			}
		}
	}
	for name, s := range doc.Components.Schemas {
		undescribed(t, name, s)
	}
	if len(doc.Components.Schemas) < 40 {
		t.Errorf("%d schemas: where are the others?", len(doc.Components.Schemas))
	}
}

func undescribed(t *testing.T, at string, s schema) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		if p.Description == "" && p.Ref == "" {
			t.Errorf("%s.%s is not described: give it words in properties.go", at, name)
		}
		undescribed(t, at+"."+name, p)
	}
	if s.Items != nil {
		undescribed(t, at+"[]", *s.Items)
	}
}

var inPath = regexp.MustCompile(`\{\w+\}`)

// everyAnswerIsDeclared holds all that the server answered in a test against what the document says it may answer.
func (w *world) everyAnswerIsDeclared() {
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]any
		}
	}
	w.must(json.Unmarshal(w.send(request{method: "GET", path: "/openapi.json"}).Body.Bytes(), &doc))
	w.answers.Range(func(answer, _ any) bool {
		method, rest, _ := strings.Cut(answer.(string), " ")
		asked, status, _ := strings.Cut(rest, " ")
		for path, methods := range doc.Paths {
			o, known := methods[strings.ToLower(method)]
			if shape := "^" + inPath.ReplaceAllString(path, "[^/]+") + "$"; known && regexp.MustCompile(shape).MatchString(asked) && o.Responses[status] == nil {
				w.t.Errorf("%s %s answered %s, which the document does not say", method, path, status)
			}
		}
		return true
	})
}
