// Package pdfexporter is the back end of a made-up Forge app, as its vendor would write it: it turns a page into a PDF.
// It stores nothing of the page. Content lives in memory for as long as one request, and no file is written; what
// remains is a number a day, at Kept, which refuses the rest.
package pdfexporter

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"kept/client"
)

// What the app counts, and what for, in the words of its vendor's policy.
const statisticsCategory = "export-statistics"

var use = client.Use{Purpose: "statistics"}

const maxBody = 4 << 20

type app struct {
	kept     *client.Client
	now      func() time.Time
	counting sync.Mutex // between reading a number and writing it
}

// New is the app; now is its clock. Its route is that of the endpoint in its manifest; Forge calls it with an invocation
// token.
func New(kept *client.Client, now func() time.Time) http.Handler {
	a := &app{kept: kept, now: now}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /export", kept.Invoked(a.export))
	return mux
}

// export is the whole job. When it ends, or the process does, nothing of the page is left.
func (a *app) export(w http.ResponseWriter, r *http.Request, i *client.Installation) error {
	var p Page
	in := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if err := in.Decode(&p); err != nil {
		return client.Malformed("the page is not JSON, or too long")
	}
	if _, err := in.Token(); err != io.EOF {
		return client.Malformed("one page is exported at a time")
	}
	pdf, err := Render(p, a.now())
	if err != nil {
		return client.Malformed("the page can't be set as a PDF")
	}
	if err := a.count(r.Context(), i); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="export.pdf"`) // titles end up in other people's logs
	w.Header().Set("Cache-Control", "no-store")
	_, err = pdf.WriteTo(w)
	if err != nil {
		panic(http.ErrAbortHandler) // the reader is gone, or must not take half a page for a whole one
	}
	return nil
}

type statistics struct {
	ExportsPerDay map[string]int `json:"exports_per_day"` // of one day
}

// count adds one to today's number: an item of that day's name, overwritten. There is nobody in it.
func (a *app) count(ctx context.Context, i *client.Installation) error {
	today := a.now().UTC().Format(time.DateOnly)
	a.counting.Lock()
	defer a.counting.Unlock()
	var last statistics
	if _, err := i.Recall(ctx, statisticsCategory, use, &last); err != nil {
		return err
	}
	next := statistics{map[string]int{today: last.ExportsPerDay[today] + 1}}
	_, err := i.Put(ctx, client.Item{Category: statisticsCategory, Name: today, Value: next})
	return err
}
