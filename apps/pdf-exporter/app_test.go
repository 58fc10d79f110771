package pdfexporter_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	pdfexporter "kept/apps/pdf-exporter"
	"kept/atlassian/fake"
	"kept/client"
	"kept/policy"
	"kept/stage"
)

const id = "pdf-exporter"

// world is a whole Kept server with one installation of the app.
type world struct {
	t     *testing.T
	stage *stage.Stage
	in    *fake.Installation
	key   string
	app   http.Handler
}

func newWorld(t *testing.T) *world {
	t.Helper()
	p, err := policy.Load("../../examples/larkspur")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t}
	w.stage, err = stage.Open(t.Context(), stage.Options{Policy: p, Start: 1_772_500_000_000_000, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.stage.Close() })
	if w.key, err = w.stage.AppKey(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	declared, _ := p.App(id)
	w.in = w.stage.Fake.Install(declared.Forge, "PRODUCTION", w.stage.Fake.NewSite("acme"))
	w.app = pdfexporter.New(w.client(), func() time.Time { return w.stage.Clock.Now().Std() })
	return w
}

func (w *world) client() *client.Client { return client.New(w.stage.URL, w.key, w.stage.HTTP) }

// export is what Forge does.
func (w *world) export(token, page string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), "POST", "/export", strings.NewReader(page))
	r.Header.Set("Authorization", "Bearer "+token)
	out := httptest.NewRecorder()
	w.app.ServeHTTP(out, r)
	return out
}

func (w *world) installation() *client.Installation {
	w.t.Helper()
	i, err := w.client().Installation(w.t.Context(), w.stage.Fake.Token(w.in))
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// inflated is all that stands in the compressed streams of a PDF.
func inflated(pdf []byte) []byte {
	var out bytes.Buffer
	for _, part := range bytes.Split(pdf, []byte("stream\n"))[1:] {
		if z, err := zlib.NewReader(bytes.NewReader(part)); err == nil {
			io.Copy(&out, z) // what follows a stream is no error of ours
		}
	}
	return out.Bytes()
}

// wide is a text as a PDF holds it.
func wide(text string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.BigEndian.AppendUint16(b, unit)
	}
	return b
}

const page = `{"title": "Łódź plan", "lang": "pl", "blocks": [{"heading": "Nächste Woche"}, {"text": "Ωμέγα и так далее"}]}`

func TestAPageBecomesAPDF(t *testing.T) {
	w := newWorld(t)
	out := w.export(w.stage.Fake.Token(w.in), page)
	if out.Code != 200 || out.Header().Get("Content-Type") != "application/pdf" || out.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %.200s", out.Code, out.Header(), out.Body)
	}
	if !bytes.HasPrefix(out.Body.Bytes(), []byte("%PDF-")) || !bytes.Contains(out.Body.Bytes(), []byte("%%EOF")) {
		t.Errorf("%.20s", out.Body)
	}
	set := inflated(out.Body.Bytes())
	for _, text := range []string{"Łódź plan", "Nächste Woche", "Ωμέγα и так далее"} {
		if !bytes.Contains(set, wide(text)) {
			t.Errorf("%q is not in the PDF", text)
		}
	}
	if again := w.export(w.stage.Fake.Token(w.in), page); !bytes.Equal(again.Body.Bytes(), out.Body.Bytes()) {
		t.Error("the same page twice is not the same PDF twice")
	}
}

// What is left of many exports is a number a day.
func TestExportsAreCountedByDay(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.export(w.stage.Fake.Token(w.in), page)
	}
	if err := w.stage.MoveTo(t.Context(), w.stage.Clock.Now().Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.export(w.stage.Fake.Token(w.in), page)
	i := w.installation()
	items, err := i.List(t.Context(), "")
	if err != nil || len(items) != 2 {
		t.Fatalf("%+v %v", items, err)
	}
	counted := map[string]int{}
	for _, item := range items {
		var value struct {
			ExportsPerDay map[string]int `json:"exports_per_day"`
		}
		if _, err := i.Get(t.Context(), item.ID, "statistics", &value); err != nil || item.Category != "export-statistics" {
			t.Errorf("%+v %v", item, err)
		}
		maps.Copy(counted, value.ExportsPerDay)
	}
	if want := map[string]int{"2026-03-03": 3, "2026-03-04": 1}; !maps.Equal(counted, want) {
		t.Errorf("%v, want %v", counted, want)
	}
}

// A later version of the app that wanted to keep more would be stopped.
func TestAnythingElseIsRefused(t *testing.T) {
	w := newWorld(t)
	i := w.installation()
	for promise, item := range map[string]client.Item{
		"exporter-stores-nothing": {Category: "customer-content", Value: map[string]string{"issue": "Plan"}},
		"exports-counted":         {Category: "export-statistics", Value: map[string]string{"issue": "Plan"}},
		"exports-anonymous":       {Category: "export-statistics", Value: map[string]string{"exports_per_day": "ada@acme.example"}},
	} {
		var refused *client.Error
		if _, err := i.Put(t.Context(), item); !errors.As(err, &refused) || refused.Status != 403 || refused.Promise != promise {
			t.Errorf("%s: %v", promise, err)
		}
	}
	if items, err := i.List(t.Context(), ""); err != nil || len(items) != 0 {
		t.Errorf("%+v %v", items, err)
	}
}

func TestWhatIsNoExport(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		token, page string
		status      int
	}{
		"a forged token": {w.stage.Fake.Token(w.in, fake.Forged()), page, 401},
		"no token":       {"", page, 401},
		"no JSON":        {w.stage.Fake.Token(w.in), `{"title": "secret`, 400},
		"two pages":      {w.stage.Fake.Token(w.in), page + page, 400},
		"far too much":   {w.stage.Fake.Token(w.in), `{"title": "` + strings.Repeat("secret", 1<<20) + `"}`, 400},
	} {
		if out := w.export(c.token, c.page); out.Code != c.status || strings.Contains(out.Body.String(), "secret") {
			t.Errorf("%s: %d %.200s", name, out.Code, out.Body)
		}
	}
}

// What can't be counted is not exported, and who asked learns nothing of the page.
func TestAServerThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	token := w.stage.Fake.Token(w.in)
	w.stage.Close()
	if out := w.export(token, page); out.Code != 502 || strings.Contains(out.Body.String(), "plan") {
		t.Errorf("%d %s", out.Code, out.Body)
	}
}
