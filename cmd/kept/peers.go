package main

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"kept"
	"kept/realm"
)

// peers are the vendor's servers elsewhere, as the command line names them.
func (c serveCmd) peers() (realm.Peers, error) {
	p := realm.Peers{At: map[string]string{}, HTTP: &http.Client{Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if c.PeerKey != "" {
		b, err := os.ReadFile(c.PeerKey)
		if err != nil {
			return p, kept.Errorf(kept.Internal, "the secret of the vendor's servers: %w", err)
		}
		if p.Secret = strings.TrimSpace(string(b)); len(p.Secret) < 32 {
			return p, kept.Errorf(kept.Invalid, "the secret of the vendor's servers has fewer than 32 characters").WithHint("openssl rand -base64 32 > FILE")
		}
	}
	for location, base := range c.Peers {
		u, err := url.Parse(base)
		switch {
		case err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(net.JoinHostPort(u.Hostname(), "0"))):
			return p, kept.Errorf(kept.Invalid, "a peer has no address with https").WithHint("--peer EU=https://eu.kept.example")
		case p.Secret == "":
			return p, kept.Errorf(kept.Invalid, "a peer is named, and no secret that it shares").WithHint("--peer-secret FILE")
		}
		p.At[strings.ToUpper(location)] = strings.TrimSuffix(base, "/")
	}
	return p, nil
}
