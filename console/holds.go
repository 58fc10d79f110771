package console

import (
	"net/http"

	"kept"
	"kept/gate"
	"kept/hold"
	"kept/kernel"
)

type holdsBody struct {
	List    []hold.Hold
	At      kept.Time
	Officer bool // may release them
}

// holdBody is a hold with its counts as sentences take them.
type holdBody struct {
	hold.Hold
	Copies, Gone int
}

func (c *console) holds(w http.ResponseWriter, r *http.Request, who visitor) error {
	body := holdsBody{At: c.Server.Kernel.Now(), Officer: who.actor.Role == kept.Officer}
	err := c.Server.Kernel.View(r.Context(), func(v *kernel.View) (err error) {
		body.List, err = hold.List(v)
		return err
	})
	if err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, "holds", frame{Title: tongueOf(r).say("Holds"), Section: "holds", Body: body})
}

// releaseForm says what a release will erase, before anybody does it.
func (c *console) releaseForm(w http.ResponseWriter, r *http.Request, who visitor) error {
	id, err := kept.ParseID("hol", r.PathValue("id"))
	if err != nil {
		return errNoPage
	}
	var h hold.Hold
	err = c.Server.Kernel.View(r.Context(), func(v *kernel.View) (err error) {
		if err := c.Server.Gate.Ask(v, gate.Question{Actor: who.actor, Verb: gate.LetGo, Scope: kept.VendorScope}); err != nil {
			return err
		}
		h, err = hold.Get(v, id)
		return err
	})
	if err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, "hold", frame{Title: tongueOf(r).say("Hold %s", short(h.ID)), Section: "holds", Body: holdBody{h, int(h.Rows), int(h.Beyond)}})
}

func (c *console) releaseHold(w http.ResponseWriter, r *http.Request, who visitor) error {
	id, err := kept.ParseID("hol", r.PathValue("id"))
	if err != nil {
		return errNoPage
	}
	if _, err := c.Server.Holds.Release(r.Context(), who.actor, id); err != nil {
		return err
	}
	http.Redirect(w, r, "/holds", http.StatusSeeOther)
	return nil
}
