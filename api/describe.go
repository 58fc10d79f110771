package api

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// refusals say what a status means wherever it is answered; docs/api.md says the same at length.
var refusals = map[int]string{
	http.StatusBadRequest:            "The request is wrong; asking again changes nothing.",
	http.StatusUnauthorized:          "The credential is missing, wrong, expired, revoked or used up.",
	http.StatusForbidden:             "The policy, the role or the installation's state forbids it; `promise` names the line.",
	http.StatusNotFound:              "There is no such thing for this caller.",
	http.StatusConflict:              "The state has moved, or the Idempotency-Key was used; look again.",
	http.StatusGone:                  "Its time has run out.",
	http.StatusRequestEntityTooLarge: "The body has 1 MiB or more.",
	http.StatusUnsupportedMediaType:  "The body is no JSON, or does not say that it is.",
	http.StatusInternalServerError:   "Something broke here; the server's log knows more under the header Kept-Request.",
}

// refused are the statuses that an operation may be refused with.
func (o operation) refused() []int {
	list := []int{http.StatusRequestEntityTooLarge, http.StatusInternalServerError} // whoever sends too much, whatever it is
	changes := o.method != http.MethodGet
	if o.by != anyone || changes {
		list = append(list, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden)
	}
	if o.by != anyone || strings.HasPrefix(o.path, "/v1/ledger") { // which is empty at first
		list = append(list, http.StatusNotFound)
	}
	if changes {
		list = append(list, http.StatusConflict, http.StatusUnsupportedMediaType)
	}
	if o.by == ofInstalled || o.by == ofStaff {
		list = append(list, http.StatusGone)
	}
	slices.Sort(list)
	return list
}

// complete tells what the types of the operations can't, when all are known.
func complete(doc *huma.OpenAPI) {
	used := map[string]bool{}
	for path, item := range doc.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete} {
			if o == nil {
				continue
			}
			tag := tagOf(path)
			o.Tags, used[tag] = []string{tag}, true
			more := operationWords[o.OperationID]
			o.Description = more.says
			for _, p := range o.Parameters {
				if p.Description == "" {
					p.Description = propertyWords[p.Name]
				}
				if p.Schema != nil && p.Schema.Description == "" {
					p.Schema.Description = p.Description
				}
			}
			if o.RequestBody != nil && more.example != nil {
				o.RequestBody.Content["application/json"].Example = more.example
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		doc.Tags = append(doc.Tags, &huma.Tag{Name: name, Description: tagWords[name]})
	}
	for _, s := range doc.Components.Schemas.Map() {
		describe(s)
	}
}

// describe gives every property the words that its name has all through the API, unless its type has some of its own.
func describe(s *huma.Schema) {
	for name, p := range s.Properties {
		if p.Description == "" && p.Ref == "" {
			p.Description = propertyWords[name]
		}
		describe(p)
	}
	if s.Items != nil {
		describe(s.Items)
	}
}

// tagOf is what an operation is about: the first word of its path that says it.
func tagOf(path string) string {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, "/"), "v1/"), "/")
	return parts[0]
}

// problems are the refusals of an operation as OpenAPI describes them.
func (f *face) problems(o operation) map[string]*huma.Response {
	schema := f.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	out := map[string]*huma.Response{}
	for _, status := range o.refused() {
		out[strconv.Itoa(status)] = &huma.Response{Description: refusals[status],
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
	}
	return out
}
