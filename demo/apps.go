package demo

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"kept"
	assetsowner "kept/apps/assets-owner"
	pdfexporter "kept/apps/pdf-exporter"
	portalsso "kept/apps/portal-sso"
	"kept/client"
)

const maxAnswer = 1 << 20

// backEnds are the apps of the example, each of them a stranger to the server but for its key.
type backEnds struct {
	servers []*http.Server
	assets  string // where each of them answers
	pdf     string
	portal  string
	login   *provider
	people  members
}

// open starts what runs at the vendor. Support Desk runs at its customers.
func (y *year) open(ctx context.Context) error {
	key, err := y.AppKey(ctx, App)
	if err != nil {
		return err
	}
	y.client = client.New(y.URL, key, y.HTTP)
	if y.assets, err = y.serve(assetsowner.New(y.client)); err != nil {
		return err
	}
	if key, err = y.AppKey(ctx, "pdf-exporter"); err != nil {
		return err
	}
	if y.pdf, err = y.serve(pdfexporter.New(client.New(y.URL, key, y.HTTP), y.now)); err != nil {
		return err
	}
	return y.openPortal(ctx)
}

func (y *year) openPortal(ctx context.Context) error {
	key, err := y.AppKey(ctx, "portal-sso")
	if err != nil {
		return err
	}
	y.people = members{}
	if y.login, err = newProvider(y.now, y.Server.Random); err != nil {
		return err
	}
	if y.login.issuer, err = y.serve(y.login); err != nil {
		return err
	}
	app, err := portalsso.New(client.New(y.URL, key, y.HTTP), y.people, portalsso.Options{
		Base: "https://sso.larkspur.example", HTTP: y.HTTP, Now: y.now, Random: y.Server.Random, Loopback: true})
	if err != nil {
		return kept.Errorf(kept.Internal, "portal-sso: %w", err)
	}
	y.portal, err = y.serve(app)
	return err
}

func (y *year) now() time.Time { return y.Clock.Now().Std() }

// serve gives where a back end answers until close.
func (y *year) serve(h http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", kept.Errorf(kept.Internal, "no port on loopback: %w", err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	y.servers = append(y.servers, server)
	go server.Serve(listener) // until close
	return "http://" + listener.Addr().String(), nil
}

func (b *backEnds) close() {
	for _, s := range b.servers {
		s.Close()
	}
}

// page is what a back end answers.
type page struct {
	text    string
	header  http.Header
	cookies []*http.Cookie
}

// call asks a back end as the product or a browser does; anything but a good answer is an error.
func (y *year) call(ctx context.Context, method, url string, header http.Header, body string) (*page, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "request: %w", err)
	}
	if header != nil {
		r.Header = header
	}
	browser := *y.HTTP
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := browser.Do(r)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the app does not answer: %w", err)
	}
	defer response.Body.Close()
	says, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the app breaks off: %w", err)
	}
	if response.StatusCode >= 400 {
		return nil, kept.Errorf(kept.Internal, "the app answers %s %s with %d: %s", method, r.URL.Path, response.StatusCode, says)
	}
	return &page{string(says), response.Header, response.Cookies()}, nil
}

// bearer is how Forge calls: with a fresh invocation token.
func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
