package stage

import (
	"context"
	"crypto/rand"
	"net/http"

	"kept"
)

// person is one of the vendor's people: an account and the session that goes with it.
type person struct {
	login, password, bearer string
	expires                 kept.Time
}

type session struct {
	Secret  string    `json:"session"`
	Expires kept.Time `json:"expires"`
}

// As is the bearer of a session in a staff role. Accounts are made when first needed, the way people make them: the
// first operator from the password that the server shows once, all others by that operator.
func (s *Scene) As(ctx context.Context, role kept.Role) (bearer string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.as(ctx, role)
}

func (s *Scene) as(ctx context.Context, role kept.Role) (bearer string, err error) {
	p, known := s.people[role]
	switch {
	case !known:
		if p, err = s.hire(ctx, role); err != nil {
			return "", err
		}
		s.people[role] = p
	case p.expires <= s.Clock.Now():
		if err := s.login(ctx, p); err != nil {
			return "", err
		}
	}
	return p.bearer, nil
}

func (s *Scene) hire(ctx context.Context, role kept.Role) (p *person, err error) {
	p = &person{}
	if role == kept.Operator {
		p.login, p.password, err = s.first(ctx)
		if err == nil && p.login == "" {
			err = kept.Errorf(kept.Conflict, "the first account was made by somebody else")
		}
	} else {
		p.login = string(role)
		p.password, err = s.account(ctx, p.login, role)
	}
	if err != nil {
		return nil, err
	}
	if err := s.login(ctx, p); err != nil {
		return nil, err
	}
	next := rand.Text()
	if err := s.Call(ctx, http.MethodPost, "/v1/password", p.bearer, map[string]string{"old": p.password, "new": next}, nil); err != nil {
		return nil, err
	}
	p.password = next
	return p, nil
}

// account asks the operator for an account and gives its first password.
func (s *Scene) account(ctx context.Context, login string, role kept.Role) (string, error) {
	operator, err := s.as(ctx, kept.Operator)
	if err != nil {
		return "", err
	}
	var made struct {
		Password string `json:"password"`
	}
	err = s.Call(ctx, http.MethodPost, "/v1/staff", operator, map[string]string{"login": login, "role": string(role)}, &made)
	return made.Password, err
}

func (s *Scene) login(ctx context.Context, p *person) error {
	var opened session
	if err := s.Call(ctx, http.MethodPost, "/v1/sessions", "", map[string]string{"login": p.login, "password": p.password}, &opened); err != nil {
		return err
	}
	p.bearer, p.expires = opened.Secret, opened.Expires
	return nil
}

// AppKey is a key of an app, made by the operator when first needed.
func (s *Scene) AppKey(ctx context.Context, app string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if secret, made := s.appKeys[app]; made {
		return secret, nil
	}
	operator, err := s.as(ctx, kept.Operator)
	if err != nil {
		return "", err
	}
	var made struct {
		Secret string `json:"secret"`
	}
	if err := s.Call(ctx, http.MethodPost, "/v1/apps/"+app+"/keys", operator, nil, &made); err != nil {
		return "", err
	}
	s.appKeys[app] = made.Secret
	return made.Secret, nil
}
