package api

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept"
	"kept/connect"
	"kept/forge"
	"kept/installation"
)

// scheme is how a caller proves who it is; all but the first and the last are bearer secrets.
type scheme string

const (
	anyone       scheme = ""
	appKey       scheme = "appKey"
	ofInstalled  scheme = "installation"
	instanceKey  scheme = "instanceKey"
	ofStaff      scheme = "staff"
	forgeToken   scheme = "forgeToken"
	connectToken scheme = "connectToken"
	peerSecret   scheme = "peer"
)

// operation is one thing the API can do, and for whom.
type operation struct {
	id, method, path, says string
	by                     scheme
	roles                  []kept.Role // of the schemes installation and staff
	answer                 int         // status when done, if not huma's own
	secret                 bool        // the answer shows a secret, so it is never kept for a repetition
	first                  bool        // allowed before the first password was changed
}

// call is who calls, as proved.
type call struct {
	actor  kept.Actor
	secret string // as shown
	app    string // of an app key or a token of Atlassian's
	token  *forge.Token
	called *connect.Token
	signal installation.Signal
}

type callKey struct{}

// body is an answer that is nothing but its body.
type body[T any] struct{ Body T }

func answerOf[T any](t T) *body[T] { return &body[T]{t} }

// empty is nothing, asked or answered.
type empty struct{}

// add registers an operation. huma checks what was sent against the type I, and fn hears only from callers who may.
func add[I, O any](f *face, o operation, fn func(context.Context, *call, *I) (*O, error)) {
	huma.Register(f.api, f.describe(o), func(ctx context.Context, in *I) (*O, error) {
		c, _ := ctx.Value(callKey{}).(*call)
		out, err := fn(ctx, c, in)
		if err != nil {
			return nil, f.problem(ctx, err)
		}
		return out, nil
	})
}

func (f *face) describe(o operation) huma.Operation {
	out := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.says, DefaultStatus: o.answer,
		Security:    []map[string][]string{},
		Responses:   f.problems(o),
		Extensions:  map[string]any{"x-kept-roles": rolesOf(o)},
		Middlewares: huma.Middlewares{f.admit(o)},
	}
	if o.by != anyone {
		out.Security = append(out.Security, map[string][]string{string(o.by): {}})
	}
	if o.repeatable() {
		out.Parameters = []*huma.Param{{
			Name: "Idempotency-Key", In: "header", Description: "1 to 128 visible ASCII characters: asking again with it does nothing twice, for a day",
			Schema: &huma.Schema{Type: huma.TypeString},
		}}
	}
	return out
}

// rolesOf is who may call, in the words of controls.md where there is one.
func rolesOf(o operation) []string {
	switch o.by {
	case anyone:
		return []string{"anyone"}
	case appKey:
		return []string{"app"}
	case instanceKey:
		return []string{"instance"}
	case forgeToken, connectToken:
		return []string{"atlassian"}
	case peerSecret:
		return []string{"peer"}
	}
	words := []string{}
	for _, r := range o.roles {
		words = append(words, string(r))
	}
	return words
}

// admit lets proven callers through, each with its call in the context, and repetitions only once.
func (f *face) admit(o operation) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		c, err := f.who(r, o)
		if err != nil {
			f.problem(r.Context(), err).write(w)
			return
		}
		visitOf(r.Context()).role = c.actor.Role
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		do := func(w http.ResponseWriter, r *http.Request) { next(humago.NewContext(hc.Operation(), r, w)) }
		if key := r.Header.Get("Idempotency-Key"); key != "" && o.repeatable() {
			f.once(o, c, key, w, r, do)
		} else {
			do(w, r)
		}
	}
}

// config is what the OpenAPI document says before the first operation.
func config(vendor string) huma.Config {
	bearer := func(says string) *huma.SecurityScheme {
		return &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: says}
	}
	c := huma.DefaultConfig("Kept", "1")
	c.Info.Description = "The data-protection back end of " + vendor + "."
	c.Info.License = &huma.License{Name: "Apache License 2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "where this document was served"}}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil                                      // no page of ours calls somebody else's CDN
	c.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat} // the suffix +json too
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		string(appKey):       bearer("the key of an app; it never leaves the vendor"),
		string(ofInstalled):  bearer("the credential of one installation, for an hour"),
		string(instanceKey):  bearer("the key of an app on a customer's own host; it never leaves the host"),
		string(ofStaff):      bearer("the session of one of the vendor's people"),
		string(forgeToken):   bearer("a Forge invocation token, as Atlassian sends it"),
		string(peerSecret):   bearer("the secret that the servers of one vendor share"),
		string(connectToken): {Type: "apiKey", In: "header", Name: "Authorization", Description: "the word JWT and a Connect token signed by Atlassian"},
	}
	return c
}

// schemaName tells types of one name apart by their package: coverage and the journal both have lines.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if of := path.Base(t.PkgPath()); t.Name() != "" && strings.HasPrefix(t.PkgPath(), "kept/") && of != "api" {
		name = strings.ToUpper(of[:1]) + of[1:] + name
	}
	return name
}
