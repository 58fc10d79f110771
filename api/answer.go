package api

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// answer remembers the status for the log.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// keeper holds an answer back.
type keeper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newKeeper() *keeper { return &keeper{header: http.Header{}} }

func (k *keeper) Header() http.Header { return k.header }

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// good tells whether something was done.
func (k *keeper) good() bool { return k.status >= 200 && k.status < 300 }

func (k *keeper) release(w http.ResponseWriter) {
	k.WriteHeader(http.StatusOK) // if nobody said otherwise
	for name, values := range k.header {
		w.Header()[name] = values
	}
	w.WriteHeader(k.status)
	w.Write(k.body.Bytes()) // the caller is gone when this fails
}

// requests counts by route pattern and class of status: no label ever holds an id.
func requests(r *prometheus.Registry) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kept_http_requests_total", Help: "Requests answered, by route pattern and class of status.",
	}, []string{"route", "status"})
	r.MustRegister(c)
	return c
}

func statusClass(status int) string { return strconv.Itoa(status/100) + "xx" }
