package pdfexporter_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pdfexporter "kept/apps/pdf-exporter"
	"kept/client"
)

// The app as a process of its own is this test's binary, told by these variables.
const (
	serverVariable   = "PDF_EXPORTER_KEPT"
	keyVariable      = "PDF_EXPORTER_KEY"
	carelessVariable = "PDF_EXPORTER_CARELESS"
)

func TestMain(m *testing.M) {
	if server := os.Getenv(serverVariable); server != "" {
		serve(server)
	}
	os.Exit(m.Run())
}

// serve is the process that is going to be killed. It says its address and never returns.
func serve(server string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	app := pdfexporter.New(client.New(server, os.Getenv(keyVariable), &http.Client{}), time.Now)
	if os.Getenv(carelessVariable) == "1" {
		app = careless(app)
	}
	fmt.Println("http://" + listener.Addr().String())
	panic(http.Serve(listener, app))
}

// careless is what the app must not be: it has a page on disk while it works at it, and the PDF too.
func careless(app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		pdf, err := pdfexporter.Render(pdfexporter.Page{Blocks: []pdfexporter.Block{{Text: planted}}}, time.Unix(0, 0))
		if err != nil {
			panic(err)
		}
		spooled, err := os.CreateTemp("", "page")
		if err == nil {
			_, err = spooled.Write(b)
		}
		if err = errors.Join(err, os.WriteFile("export.pdf", pdf.Bytes(), 0o600)); err != nil {
			panic(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(b))
		app.ServeHTTP(w, r)
	})
}

const planted = "Zwiebelkuchen-7f3a9c"

// traces are the files below the folders in which the planted text stands, plain or as a PDF holds it.
func traces(t *testing.T, folders ...string) (found []string) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil // SQLite takes its log away when it likes
			}
			if bytes.Contains(b, []byte(planted)) || bytes.Contains(b, wide(planted)) || bytes.Contains(inflated(b), wide(planted)) {
				found = append(found, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// killed lets the app be killed at the moment when it asks Kept for something, in the middle of an export. It returns
// where the app and the server may have left something.
func killed(t *testing.T, moment string, more ...string) (work, temp, data string) {
	t.Helper()
	w := newWorld(t)
	reached := make(chan struct{}, 1)
	to, err := url.Parse(w.stage.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	between := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Method+" "+r.URL.Path, moment) {
			io.Copy(io.Discard, r.Body) // so that the server sees the connection end
			reached <- struct{}{}
			<-r.Context().Done()
			return
		}
		proxy.ServeHTTP(out, r)
	}))
	t.Cleanup(between.Close)

	work, temp, data = t.TempDir(), t.TempDir(), w.stage.Dir
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	app := exec.CommandContext(t.Context(), self)
	app.Dir = work
	app.Env = append([]string{"TMPDIR=" + temp, "HOME=" + work, serverVariable + "=" + between.URL, keyVariable + "=" + w.key}, more...)
	said, err := app.StdoutPipe()
	if err == nil {
		err = app.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var address string
	if _, err := fmt.Fscanln(said, &address); err != nil {
		t.Fatal(err)
	}
	job, err := http.NewRequestWithContext(t.Context(), "POST", address+"/export",
		strings.NewReader(`{"title": "Plan", "blocks": [{"text": "`+planted+`"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	job.Header.Set("Authorization", "Bearer "+w.stage.Fake.Token(w.in))
	ended := make(chan error, 1)
	go func() {
		answer, err := w.stage.HTTP.Do(job)
		if err == nil {
			answer.Body.Close()
			err = fmt.Errorf("the app answered %d", answer.StatusCode)
		}
		ended <- err
	}()
	select {
	case <-reached:
	case err := <-ended:
		t.Fatal("the export came to an end before: ", err)
	}
	if err := app.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	if err := app.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the app was not killed: %v", err)
	}
	if err := <-ended; err == nil || strings.Contains(err.Error(), "the app answered") {
		t.Errorf("a killed export: %v", err)
	}
	return work, temp, data
}

// The moments of a job: the page is under way; the PDF is made and the last number is asked for; the next one is told.
func TestACrashInMidJobLeavesNothing(t *testing.T) {
	for _, moment := range []string{"POST /v1/credentials", "GET /v1/items", "POST /v1/items"} {
		t.Run(strings.ReplaceAll(moment, "/", " "), func(t *testing.T) {
			if found := traces(t, folders(killed(t, moment))...); found != nil {
				t.Errorf("the page is in %q", found)
			}
		})
	}
}

// The search would find what a careless app leaves, in each of the places.
func TestASearchThatWouldFindIt(t *testing.T) {
	work, temp, data := killed(t, "POST /v1/items", carelessVariable+"=1")
	if err := os.WriteFile(filepath.Join(data, "data", "dump"), []byte("…"+planted+"…"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{work, temp, data} {
		if found := traces(t, folder); len(found) != 1 {
			t.Errorf("found %q in %s", found, folder)
		}
	}
}

func folders(work, temp, data string) []string { return []string{work, temp, data} }
