package stage

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"kept"
	"kept/api"
	"kept/assembly"
	"kept/atlassian"
	"kept/policy"
	"kept/realm"
)

// order is what a process that runs a server alone is told, one line of JSON each; report is its answer to each. The
// time comes with every order, and passes only so.
type order struct {
	Do string    `json:"do"`
	At kept.Time `json:"at"`
	N  int64     `json:"n,omitempty"`

	// Of open, which comes first:
	Policy      string `json:"policy,omitempty"` // its folder
	Dir         string `json:"dir,omitempty"`
	Database    string `json:"database,omitempty"`
	Build       string `json:"build,omitempty"`
	Region      string `json:"region,omitempty"`      // as Options has it
	DryRun      string `json:"dry_run,omitempty"`     // as Options has it
	Marketplace bool   `json:"marketplace,omitempty"` // as Options has it
	Atlassian   string `json:"atlassian,omitempty"`   // where it is played

	Peers  map[string]string `json:"peers,omitempty"`  // the vendor's other servers, and
	Secret string            `json:"secret,omitempty"` // what they share
}

type report struct {
	URL      string    `json:"url,omitempty"`
	Login    string    `json:"login,omitempty"`
	Password string    `json:"password,omitempty"`
	Next     kept.Time `json:"next,omitempty"` // date at which there is something to do; 0 for none
	Kind     kept.Kind `json:"kind,omitempty"`
	Error    string    `json:"error,omitempty"`
}

// child is the server half of an Apart.
type child struct {
	server  *assembly.Server
	options Options
	asks    *atlassian.Client
	face    atomic.Pointer[http.Handler]
	clock   *Slipped
	url     string
	random  mortal
}

// Child runs a server of its own until in ends, and does what it is told there. log gets the server's log.
func Child(ctx context.Context, in io.Reader, out, log io.Writer) error {
	orders, reports := json.NewDecoder(in), json.NewEncoder(out)
	c := &child{}
	defer func() {
		if c.server != nil {
			c.server.Close() // in order: whoever wants to see it break kills the process
		}
	}()
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return kept.Errorf(kept.Invalid, "an order is no JSON")
		}
		var r report
		err := c.do(ctx, o, &r, log)
		if err != nil {
			r.Kind, r.Error = kept.KindOf(err), err.Error()
		}
		if err := reports.Encode(r); err != nil {
			return nil // nobody listens any more
		}
	}
}

func (c *child) do(ctx context.Context, o order, r *report, log io.Writer) (err error) {
	if o.Do == "open" {
		err = c.open(ctx, o, log)
		r.URL = c.url
	} else {
		err = c.clock.Set(o.At)
	}
	if err != nil {
		return err
	}
	switch o.Do {
	case "first":
		r.Login, r.Password, err = c.server.Access.First(ctx)
		return err
	case "slip":
		c.clock.Slip(time.Duration(o.N) * time.Microsecond)
	case "doom":
		c.random.left.Store(o.N)
	case "fill":
		return c.fill(ctx, o.N)
	case "tick":
		if err = c.server.Tick(ctx); err == nil && c.server.Superseded() {
			if err = errors.Join(c.server.Close(), c.begin(ctx)); err == nil {
				err = c.server.Tick(ctx) // the new version may have set what is due at once
			}
		}
	}
	at, any, asked := c.server.Kernel.NextDue(ctx)
	if any {
		r.Next = at
	}
	return errors.Join(err, asked)
}

func (c *child) open(ctx context.Context, o order, log io.Writer) error {
	p, err := policy.Load(o.Policy)
	if err != nil {
		return err
	}
	texts, err := assembly.Texts(p)
	if err != nil {
		return err
	}
	c.clock = &Slipped{Clock: NewClock(o.At)}
	c.random.left.Store(o.N)
	client := &http.Client{Timeout: timeout / 3, Transport: impatient{&http.Transport{}}} // it gives up before its own caller does
	c.options = Options{Policy: Cast(p), Texts: texts, Dir: o.Dir, Database: o.Database, Build: o.Build, Region: o.Region, DryRun: o.DryRun, Marketplace: o.Marketplace,
		Peers: realm.Peers{At: o.Peers, Secret: o.Secret, HTTP: client}, Log: slog.New(slog.NewTextHandler(log, nil))}
	c.asks = asks(o.Atlassian, client, c.clock.Clock)
	if err := c.begin(ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return kept.Errorf(kept.Internal, "no port on loopback: %w", err)
	}
	c.url = "http://" + listener.Addr().String()
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // as long as the process lives
		(*c.face.Load()).ServeHTTP(w, r)
		if c.random.left.Load() < 0 && c.random.left.Add(1) == 0 {
			die() // nothing was flushed yet
		}
	}))
	return nil
}

// impatient gives an answer up that will not come as soon as it is told so: nobody learns from the wait.
type impatient struct{ http.RoundTripper }

// RoundTrip asks, and fails where the one who is asked is only ever at it.
func (i impatient) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
		if code == http.StatusProcessing {
			return http.ErrHandlerTimeout
		}
		return nil
	}}
	return i.RoundTripper.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
}

// begin starts the server, at first and under each new version of the policy.
func (c *child) begin(ctx context.Context) (err error) {
	if c.server, err = c.options.begin(ctx, c.clock, &c.random, c.asks); err != nil {
		return err
	}
	_, board := watched(c.server, nil)
	face := api.New(api.Options{Server: c.server, Board: board})
	c.face.Store(&face)
	return nil
}

// unlimited is what a file may be long while there is space.
const unlimited = ^uint64(0)

// fill lets every file end after n bytes from now on, and the database after the pages that it has: the disk is full.
// Below zero there is space again.
func (c *child) fill(ctx context.Context, n int64) error {
	limit, pages := uint64(n), int64(1)
	if n < 0 {
		limit, pages = unlimited, 1<<31-2 // the most that SQLite knows
	}
	if c.server.Database == "" { // set to less than there is, it stays at what there is
		if _, err := c.server.Kernel.DB().Write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count(%d)", pages)); err != nil {
			return kept.Errorf(kept.Internal, "the limit of the database: %w", err)
		}
	}
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return kept.Errorf(kept.Internal, "the limit of files: %w", err)
	}
	l.Cur = min(limit, l.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return kept.Errorf(kept.Internal, "the limit of files: %w", err)
	}
	return nil
}

// mortal is randomness at whose nth draw the process kills itself: ids, salts and blinds are drawn all over an act, so a
// number names an instant in it, the same one every time. Below zero it counts answers, up: the instants at which an act is
// done and nobody heard of it yet.
type mortal struct{ left atomic.Int64 }

// Read draws.
func (m *mortal) Read(b []byte) (int, error) {
	if m.left.Load() > 0 && m.left.Add(-1) == 0 {
		die()
	}
	return rand.Read(b)
}

func die() {
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal needs a moment
}
