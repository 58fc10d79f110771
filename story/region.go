package story

import (
	"context"
	"net/http"
	"strings"

	"kept"
	"kept/stage"
)

// besides puts another server on stage. Whoever is not told otherwise goes on speaking of the first one.
func (p *play) besides(ctx context.Context, a args) error {
	switch {
	case len(p.servers) > 1:
		return kept.Errorf(kept.Invalid, "a story has two servers at most")
	case p.stage.Database != "" && p.another == "":
		return kept.Errorf(kept.Invalid, "a second server needs a schema of its own").WithHint("rehearse it on the embedded database, or name one with --another")
	}
	other, err := p.stage.Beside(ctx, word(a, "REGION"), p.another, strings.ToUpper(word(a, "HOME")), strings.ToUpper(word(a, "REALM")))
	if other != nil {
		other.Hoard = stage.NewHoard()
		p.servers = append(p.servers, other)
	}
	return err
}

// goesOver speaks of the other server from now on. An app has a credential of its own at each.
func (p *play) goesOver(context.Context, args) error {
	if len(p.servers) < 2 {
		return kept.Errorf(kept.Invalid, "there is no other server").WithHint("first: another server stands in REGION for REALM and this one for HOME")
	}
	if p.stage == p.servers[0] {
		p.stage = p.servers[1]
	} else {
		p.stage = p.servers[0]
	}
	for _, t := range p.tenants {
		t.credentials = map[kept.Role]credential{}
	}
	return nil
}

// losing lets calls get lost: before they are heard, or when they are answered.
type losing struct {
	http.RoundTripper
	left       int
	afterwards bool
}

// RoundTrip makes a call, unless it is one that gets lost.
func (l *losing) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.left == 0 {
		return l.RoundTripper.RoundTrip(r)
	}
	l.left--
	if l.afterwards {
		if response, err := l.RoundTripper.RoundTrip(r); err == nil {
			response.Body.Close()
		}
	}
	return nil, http.ErrHandlerTimeout
}

// loses lets the next calls get lost that the server makes at the other one.
func (p *play) loses(ctx context.Context, a args) error {
	p.stage.Peers.HTTP = &http.Client{Transport: &losing{p.stage.HTTP.Transport, a["N"].(int), has(a, "afterwards")}}
	return p.stage.Restart(ctx)
}

func (p *play) schedules(ctx context.Context, a args) error {
	return p.hook(ctx, a, "schedule", map[string]any{"location": strings.ToUpper(word(a, "REALM"))})
}

func (p *play) startsMove(ctx context.Context, a args) error { return p.hook(ctx, a, "start", nil) }

func (p *play) commits(ctx context.Context, a args) error { return p.hook(ctx, a, "commit", nil) }

func (p *play) rollsBack(ctx context.Context, a args) error { return p.hook(ctx, a, "rollback", nil) }

// theMove is the number of the only migration that a story's installation has at a time.
const theMove = "1"

// hook is one of Atlassian's calls about a move, as often as the story says.
func (p *play) hook(ctx context.Context, a args, step string, more map[string]any) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if t.fake == nil {
		return notOfForge()
	}
	body := map[string]any{"migrationId": 1}
	for name, value := range more {
		body[name] = value
	}
	for range times(a) {
		if err := p.stage.Call(ctx, http.MethodPost, "/forge/"+t.app+"/migration/"+step, p.stage.Fake.Token(t.fake), body, nil); err != nil {
			return err
		}
	}
	return nil
}

// progress is what Atlassian is told when it asks how far a move is.
func (p *play) progress(ctx context.Context, a args) error {
	t, err := p.named(a)
	if err != nil {
		return err
	}
	if t.fake == nil {
		return notOfForge()
	}
	var answer struct{ Status string }
	err = p.stage.Call(ctx, http.MethodGet, "/forge/"+t.app+"/migration/status?migrationId="+theMove, p.stage.Fake.Token(t.fake), nil, &answer)
	if err == nil && answer.Status != word(a, "PROGRESS") {
		err = unlike(word(a, "PROGRESS"), answer.Status)
	}
	return err
}
