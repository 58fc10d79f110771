package stage

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http/httputil"
	neturl "net/url"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"kept"
)

// Apart is a stage whose server runs in a process of its own, so that it can be killed. It is not safe for concurrent use.
type Apart struct {
	Options
	*Scene
	Writes io.Writer // gets the server's log

	begin  func() *exec.Cmd
	server *process // nil while there is none
	doomed bool
	behind atomic.Pointer[string] // where the process listens
}

// process is a running Child.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	reports *json.Decoder
	out     *os.File // reports come from it
	ended   chan struct{}
}

// ErrDead is what becomes of a call or an order when the server dies of it, as it was told to.
var ErrDead = errors.New("the server's process has died")

// OpenApart starts both servers; begin makes the command of a process that runs Child. The policy lies in a folder.
func OpenApart(ctx context.Context, o Options, log io.Writer, begin func() *exec.Cmd) (*Apart, error) {
	scene, err := newScene(&o)
	if err != nil {
		return nil, err
	}
	a := &Apart{Options: o, Scene: scene, Writes: log, begin: begin}
	a.Scene.lost = a.lost
	a.first = func(context.Context) (string, string, error) {
		r, err := a.ask(order{Do: "first"})
		return r.Login, r.Password, err
	}
	if err := a.Start(0); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Start begins a process over the same data. It dies at the draw of randomness of that number; 0 for never.
func (a *Apart) Start(doom int64) error {
	cmd := a.begin()
	in, err := cmd.StdinPipe()
	if err != nil {
		return kept.Errorf(kept.Internal, "no process for the server: %w", err)
	}
	out, report, err := os.Pipe() // cmd's own would be closed under the last report
	if err != nil {
		return kept.Errorf(kept.Internal, "no process for the server: %w", err)
	}
	cmd.Stdout, cmd.Stderr = report, a.Writes
	cmd.Env = append(cmd.Environ(), "GOMAXPROCS=1") // it has one caller: more threads would wait for each other
	err = cmd.Start()
	report.Close()
	if err != nil {
		out.Close()
		return kept.Errorf(kept.Internal, "no process for the server: %w", err)
	}
	p := &process{cmd: cmd, in: in, orders: json.NewEncoder(in), reports: json.NewDecoder(out), out: out, ended: make(chan struct{})}
	go func() {
		cmd.Wait() // how it ended is seen by who was speaking with it
		close(p.ended)
	}()
	a.server, a.doomed = p, doom != 0
	r, err := a.ask(order{Do: "open", N: doom, Policy: a.Policy.Dir, Dir: a.Dir, Database: a.Database, Build: a.Build, Region: a.Region, DryRun: a.DryRun, Marketplace: a.Marketplace,
		Atlassian: a.Fake.API, Peers: a.Peers.At, Secret: a.Peers.Secret})
	a.URL = r.URL
	a.behind.Store(&r.URL)
	return err
}

func (a *Apart) ask(o order) (r report, err error) {
	o.At = a.Clock.Now()
	if err = a.server.orders.Encode(o); err == nil {
		err = a.server.reports.Decode(&r)
	}
	if err != nil {
		return r, a.lost(err)
	}
	if r.Error != "" {
		return r, kept.Errorf(r.Kind, "%s", r.Error)
	}
	return r, nil
}

// lost tells a death that was ordered from one that was not.
func (a *Apart) lost(cause error) error {
	if !a.doomed {
		return kept.Errorf(kept.Internal, "the server does not answer: %w", cause)
	}
	a.bury()
	return ErrDead
}

// bury waits until nothing of the process is left.
func (a *Apart) bury() {
	<-a.server.ended
	a.server.in.Close()
	a.server.out.Close()
	a.HTTP.CloseIdleConnections()
	a.server, a.doomed = nil, false
}

// Doom lets the server die: at its nth draw of randomness from now on, at -n when its nth answer is ready; zero takes that
// back. Where it dies of what somebody else asked of it, Fell tells.
func (a *Apart) Doom(n int64) error {
	_, err := a.ask(order{Do: "doom", N: n})
	a.doomed = err == nil && n != 0
	return err
}

// Fell tells whether a server that was to die has, and buries it.
func (a *Apart) Fell() (bool, error) {
	_, err := a.Next()
	if errors.Is(err, ErrDead) {
		return true, nil
	}
	return false, err
}

// Door is an address at which whoever is not on the stage finds the server, whichever process it runs in: as before a real
// one, something stands there that goes on while the process does not.
func (a *Apart) Door() (url string, err error) {
	return a.serve(&httputil.ReverseProxy{ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), Rewrite: func(r *httputil.ProxyRequest) {
		if at, err := neturl.Parse(*a.behind.Load()); err == nil {
			r.SetURL(at)
		}
	}})
}

// Slip sets the server's clock ahead of the right time by d; 0 sets it right.
func (a *Apart) Slip(d time.Duration) error {
	_, err := a.ask(order{Do: "slip", N: d.Microseconds()})
	return err
}

// Kill ends the process with SIGKILL.
func (a *Apart) Kill() error {
	if err := a.server.cmd.Process.Kill(); err != nil {
		return kept.Errorf(kept.Internal, "the server cannot be killed: %w", err)
	}
	a.bury()
	return nil
}

// Stop lets the server end in order.
func (a *Apart) Stop() {
	a.server.in.Close()
	a.bury()
}

// Fill fills the disk: no file grows beyond so many bytes, and the database not at all. Below zero there is space again.
func (a *Apart) Fill(bytes int64) error {
	_, err := a.ask(order{Do: "fill", N: bytes})
	return err
}

// Tick lets the server do what is due at the instant that the clock shows. next is when there is something again, 0 for never.
func (a *Apart) Tick() (next kept.Time, err error) {
	r, err := a.ask(order{Do: "tick"})
	return r.Next, err
}

// Next is when there is something to do; 0 for never.
func (a *Apart) Next() (kept.Time, error) {
	r, err := a.ask(order{Do: "next"})
	return r.Next, err
}

// Close ends everything. The data stays.
func (a *Apart) Close() error {
	if a.server != nil {
		a.Stop()
	}
	return a.Scene.Close()
}
