package api

import (
	"context"
	"net/http"

	"kept"
	"kept/access"
)

// Login is how one of the vendor's people starts.
type Login struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

// PasswordChange is an old and a new password.
type PasswordChange struct {
	Old string `json:"old"`
	New string `json:"new"`
}

type (
	login          struct{ Body Login }
	passwordChange struct{ Body PasswordChange }
)

func (f *face) staff() {
	add(f, operation{id: "open-session", method: http.MethodPost, path: "/v1/sessions", answer: http.StatusCreated,
		says: "Log in."}, f.login)
	add(f, operation{id: "close-session", method: http.MethodDelete, path: "/v1/sessions", by: ofStaff, roles: kept.Staff, first: true,
		says: "Log out."}, f.logout)
	add(f, operation{id: "change-password", method: http.MethodPost, path: "/v1/password", by: ofStaff, roles: kept.Staff, first: true,
		says: "Change the own password; every other session of the account ends."}, f.password)
}

// login answers every failure alike: whether the login exists, or is locked, is nobody's to learn.
func (f *face) login(ctx context.Context, _ *call, in *login) (*body[access.Session], error) {
	s, err := f.Server.Access.Login(ctx, in.Body.Login, in.Body.Password)
	if kept.KindOf(err) == kept.Denied {
		p := unknownCaller("the login or the password is wrong")
		p.Hint = "after five failures an account is locked for a minute"
		return nil, p
	}
	return answerOf(s), err
}

func (f *face) logout(ctx context.Context, c *call, _ *empty) (*empty, error) {
	return nil, f.Server.Access.Logout(ctx, c.actor, c.secret)
}

func (f *face) password(ctx context.Context, c *call, in *passwordChange) (*empty, error) {
	return nil, f.Server.Access.ChangePassword(ctx, c.actor, c.secret, in.Body.Old, in.Body.New)
}
