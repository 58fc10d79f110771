package console

import (
	"net/http"
	"net/url"
	"strings"

	"kept"
	"kept/gate"
	"kept/kernel"
)

const (
	cookieName = "kept_session"
	formLimit  = 4 << 10
)

// visitor is who looks at a page; the zero value is anybody.
type visitor struct {
	actor   kept.Actor
	session string
}

// page answers a request, or returns why not.
type page func(w http.ResponseWriter, r *http.Request, who visitor) error

// public answers anybody.
func (c *console) public(p page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, formLimit)
		if err := p(w, r, visitor{}); err != nil {
			c.fail(w, r, err)
		}
	}
}

// staff answers who is logged in and has a password of their own, as far as the gate lets them inspect.
func (c *console) staff(p page) http.HandlerFunc {
	return c.public(func(w http.ResponseWriter, r *http.Request, who visitor) error {
		if c.ReadOnly {
			return p(w, r, who)
		}
		cookie, err := r.Cookie(cookieName)
		if err != nil {
			return c.toLogin(w, r)
		}
		who.session = cookie.Value
		if who.actor, err = c.Server.Access.Actor(r.Context(), cookie.Value); kept.KindOf(err) == kept.Denied {
			return c.toLogin(w, r)
		} else if err != nil {
			return err
		}
		err = c.Server.Kernel.View(r.Context(), func(v *kernel.View) error {
			return c.Server.Gate.Ask(v, gate.Question{Actor: who.actor, Verb: gate.Inspect, Scope: kept.VendorScope})
		})
		if err != nil {
			return err
		}
		must, err := c.Server.Access.MustChange(r.Context(), who.actor.Staff)
		if err != nil {
			return err
		}
		if must && r.URL.Path != "/password" && r.URL.Path != "/logout" {
			http.Redirect(w, r, "/password", http.StatusSeeOther)
			return nil
		}
		return p(w, r, who)
	})
}

func (c *console) toLogin(w http.ResponseWriter, r *http.Request) error {
	to := "/login"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// own is next where it is a path of this console, else the board: a login leads nowhere else.
func own(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return next
}

type loginBody struct {
	Next   string
	Failed bool
}

func (c *console) loginForm(w http.ResponseWriter, r *http.Request, _ visitor) error {
	return c.show(w, r, http.StatusOK, "login", frame{Title: tongueOf(r).say("Log in"), Body: loginBody{Next: own(r.FormValue("next"))}})
}

func (c *console) login(w http.ResponseWriter, r *http.Request, _ visitor) error {
	next := own(r.PostFormValue("next"))
	s, err := c.Server.Access.Login(r.Context(), r.PostFormValue("login"), r.PostFormValue("password"))
	if kept.KindOf(err) == kept.Denied {
		return c.show(w, r, http.StatusForbidden, "login", frame{Title: tongueOf(r).say("Log in"), Body: loginBody{Next: next, Failed: true}})
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, cookie(r, s.Secret))
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// cookie ends with the browser; the server ends the session sooner or later by itself.
func cookie(r *http.Request, secret string) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: !loopback(r.Host)}
}

func (c *console) logout(w http.ResponseWriter, r *http.Request, who visitor) error {
	if err := c.Server.Access.Logout(r.Context(), who.actor, who.session); err != nil {
		return err
	}
	gone := cookie(r, "")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

type passwordBody struct {
	Must bool
	Why  string
}

func (c *console) passwordForm(w http.ResponseWriter, r *http.Request, who visitor) error {
	return c.showPassword(w, r, who, http.StatusOK, "")
}

func (c *console) showPassword(w http.ResponseWriter, r *http.Request, who visitor, status int, why string) error {
	must, err := c.Server.Access.MustChange(r.Context(), who.actor.Staff)
	if err != nil {
		return err
	}
	return c.show(w, r, status, "password", frame{Title: tongueOf(r).say("Password"), Section: "password", Bare: must, Body: passwordBody{Must: must, Why: tongueOf(r).say(why)}})
}

func (c *console) password(w http.ResponseWriter, r *http.Request, who visitor) error {
	if r.PostFormValue("new") != r.PostFormValue("again") {
		return c.showPassword(w, r, who, http.StatusBadRequest, "The new password was not typed the same twice.")
	}
	err := c.Server.Access.ChangePassword(r.Context(), who.actor, who.session, r.PostFormValue("old"), r.PostFormValue("new"))
	switch kept.KindOf(err) {
	case "":
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	case kept.Denied:
		return c.showPassword(w, r, who, http.StatusForbidden, "The old password is wrong.")
	case kept.Invalid:
		return c.showPassword(w, r, who, http.StatusBadRequest, "A password has 12 to 256 characters, and is not the old one.")
	default:
		return err
	}
}
