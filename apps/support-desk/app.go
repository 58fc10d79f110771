// Package supportdesk is a made-up Data Center app, as its vendor would write it: it runs on the customer's own host and
// says nothing to anybody until a person sends a support bundle. It looks for no updates, counts nothing and reports no
// errors. What was sent can be looked at and withdrawn from there; the key for that lies on this host alone.
package supportdesk

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"kept/client"
)

// bundleCategory is what the app sends, in the words of its vendor's policy.
const bundleCategory = "support-bundle"

const maxBody = 64 << 10

// Options are what the host tells the app.
type Options struct {
	Vendor  string                                                 // address of the vendor's Kept server
	Server  string                                                 // the host's server id, as its licence names it
	Licence string                                                 // the number of the app's licence, E-XXX-XXX-XXX-XXX; may be empty
	KeyFile string                                                 // where the key lies once there is one, in a folder of the app's own
	HTTP    *http.Client                                           // give it a timeout
	Console func() string                                          // the last lines of the host's log, for a person to read before they go
	Who     func(*http.Request) (account string, administers bool) // the host's own session
}

// App is the app on one host.
type App struct {
	Options
	enrolling sync.Mutex
}

// New is the app; nothing has been said to anybody.
func New(o Options) *App { return &App{Options: o} }

// Handler are the app's pages, for administrators of the host. No other site makes their browsers press a button.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /support", a.administered(a.form))
	mux.HandleFunc("POST /support/send", a.administered(a.send))
	mux.HandleFunc("GET /support/sent", a.administered(a.sent))
	mux.HandleFunc("POST /support/withdraw", a.administered(a.withdraw))
	return http.NewCrossOriginProtection().Handler(mux)
}

// Uninstalled is what the host calls when the app is removed. Who never sent anything has nothing to tell; the key goes
// in any case.
func (a *App) Uninstalled(ctx context.Context) error {
	key, err := readKey(a.KeyFile)
	if err != nil || key == "" {
		return err
	}
	return errors.Join(client.NewInstance(a.Vendor, key, a.HTTP).Uninstalled(ctx), dropKey(a.KeyFile))
}

type handler func(w http.ResponseWriter, r *http.Request, account string) error

func (a *App) administered(do handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		account, administers := a.Who(r)
		if !administers {
			http.Error(w, "administrators of this host alone speak with the vendor", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := do(w, r, account); err != nil {
			client.Refuse(w, err)
		}
	}
}

// form shows what would be sent, word for word, to be changed or left.
func (a *App) form(w http.ResponseWriter, _ *http.Request, _ string) error {
	key, err := readKey(a.KeyFile)
	if err != nil {
		return err
	}
	return show(w, formPage, map[string]any{"Enrolled": key != "", "Console": a.Console()})
}

type bundle struct {
	Problem string `json:"problem_description"`
	Console string `json:"console_log,omitempty"`
}

// send is the button. The first one takes a code of the vendor's support, and makes the host known there.
func (a *App) send(w http.ResponseWriter, r *http.Request, account string) error {
	value := bundle{r.PostFormValue("problem_description"), r.PostFormValue("console_log")}
	if value.Problem == "" {
		return client.Malformed("nothing is sent without a word about the problem")
	}
	i, err := a.enrolled(r.Context(), r.PostFormValue("code"))
	if err != nil {
		return err
	}
	stored, err := i.Put(r.Context(), client.Item{Category: bundleCategory, Subject: account, Value: value})
	if err != nil {
		return err
	}
	return show(w, receiptPage, map[string]any{"Did": "Your bundle was sent", "Item": stored.Item, "Fact": stored.Fact})
}

// enrolled is the app's own role at the vendor's. Errors: 400 without a key and a code.
func (a *App) enrolled(ctx context.Context, code string) (*client.Installation, error) {
	a.enrolling.Lock()
	defer a.enrolling.Unlock()
	key, err := readKey(a.KeyFile)
	if err != nil {
		return nil, err
	}
	if key != "" {
		return client.NewInstance(a.Vendor, key, a.HTTP).Runtime(ctx)
	}
	if code == "" {
		return nil, client.Malformed("the first bundle needs a code from the vendor's support")
	}
	if err := keyFits(a.KeyFile); err != nil { // before the code is used up
		return nil, err
	}
	instance, key, err := client.Enrol(ctx, a.Vendor, code, a.Server, a.Licence, a.HTTP)
	if err != nil {
		return nil, err
	}
	if err := writeKey(a.KeyFile, key); err != nil {
		return nil, err
	}
	return instance.Runtime(ctx)
}

// sent shows what the vendor has, until when, and what went.
func (a *App) sent(w http.ResponseWriter, r *http.Request, _ string) error {
	key, err := readKey(a.KeyFile)
	if err != nil || key == "" {
		return errors.Join(err, show(w, sentPage, sending{})) // nobody needs to be asked
	}
	i, err := client.NewInstance(a.Vendor, key, a.HTTP).Runtime(r.Context())
	if err != nil {
		return err
	}
	var s sending
	if s.Bundles, err = i.List(r.Context(), bundleCategory); err != nil {
		return err
	}
	status, err := i.Status(r.Context())
	if err != nil {
		return err
	}
	s.Receipts = status.Receipts
	for _, stay := range status.Categories {
		if stay.Category == bundleCategory {
			s.Due = stay.Due
		}
	}
	return show(w, sentPage, s)
}

type sending struct {
	Bundles  []client.Meta
	Due      time.Time // when the first of them goes by itself
	Receipts []client.Receipt
}

// withdraw erases a bundle at the vendor's, at once.
func (a *App) withdraw(w http.ResponseWriter, r *http.Request, _ string) error {
	item := r.PostFormValue("item")
	if item == "" {
		return client.Malformed("which bundle is to be withdrawn?")
	}
	i, err := a.enrolled(r.Context(), "")
	if err != nil {
		return err
	}
	gone, err := i.Delete(r.Context(), item)
	if err != nil {
		return err
	}
	return show(w, receiptPage, map[string]any{"Did": "Your bundle was withdrawn", "Item": gone.Item, "Fact": gone.Fact, "Receipt": gone.Receipt})
}
