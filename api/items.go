package api

import (
	"context"
	"net/http"

	"kept"
	"kept/vault"
)

// NewItem is a value to store.
type NewItem struct {
	Category string      `json:"category"`
	Name     string      `json:"name,omitempty" doc:"to find it by again, or overwrite what has it; kept as a blind index"`
	Subject  string      `json:"subject,omitempty" doc:"Atlassian account id of the person it is about; kept as a blind index"`
	Value    vault.Value `json:"value" doc:"the fields, each any JSON"`
	Host     string      `json:"host,omitempty" doc:"the only host the value is used for; kept as a blind index"`
	Group    string      `json:"group,omitempty" doc:"the job, ticket or the like that it belongs to; kept as a blind index"`
}

// NewValue overwrites the value of an item.
type NewValue struct {
	Category string      `json:"category"`
	Subject  string      `json:"subject,omitempty"`
	Value    vault.Value `json:"value"`
	Host     string      `json:"host,omitempty" doc:"as of the first put"`
	Group    string      `json:"group,omitempty" doc:"as of the first put"`
}

// Item is a value as its reader gets it.
type Item struct {
	vault.Meta
	Value vault.Value `json:"value"`
}

// Items is what is stored, unopened.
type Items struct {
	Items []vault.Meta `json:"items"`
}

// NewEvent is what happened to an item, or to all items of a group.
type NewEvent struct {
	Event string    `json:"event" enum:"last-use,process-end,job-end,delivered,ticket-closed,need-ended,consent-withdrawn,incident-known,posted" doc:"as in the policy"`
	Item  string    `json:"item,omitempty" doc:"of which it is said; or group"`
	Group string    `json:"group,omitempty" doc:"of whose items it is said: those that were there when it happened"`
	At    kept.Time `json:"at,omitzero" doc:"when it happened, not before the item was stored; now without it"`
	Back  bool      `json:"back,omitempty" doc:"it is taken back: it did not hold any more then"`
}

// Happened is of how many items it counts.
type Happened struct {
	Items int64 `json:"items"`
}

type (
	newEvent struct{ Body NewEvent }
	newItem  struct{ Body NewItem }
	newOver  struct {
		Item string `path:"item"`
		Body NewValue
	}
	oneItem struct {
		Item string `path:"item"`
	}
	readItem struct {
		Item    string `path:"item"`
		Purpose string `query:"purpose" required:"true" doc:"a purpose that a promise names for the category"`
		Host    string `query:"host" doc:"the host it is used for"`

		Recipient string `query:"recipient" maxLength:"64" doc:"the declared party it goes to; without it, it stays with the app"`
		For       string `query:"for" maxLength:"64" doc:"the function for which a promise lets the recipient have it"`
	}
	listItems struct {
		Category string `query:"category" doc:"all categories without it"`
		Outdated bool   `query:"outdated" doc:"of all categories, what is about people whose data has changed since, as Atlassian says: it goes a cycle after it was said, unless it is stored anew"`
	}
	staffItem struct {
		Installation string `path:"installation"`
		Item         string `path:"item"`
		Purpose      string `query:"purpose" required:"true" doc:"a purpose that a promise names for the category"`
	}
	staffItems struct {
		Installation string `path:"installation"`
		Category     string `query:"category" doc:"all categories without it"`
	}
)

func (f *face) items() {
	runtime := []kept.Role{kept.AppRuntime}
	add(f, operation{id: "put-item", method: http.MethodPost, path: "/v1/items", by: ofInstalled, roles: runtime, answer: http.StatusCreated,
		says: "Store a value, or overwrite the one of that name."}, f.put)
	add(f, operation{id: "overwrite-item", method: http.MethodPut, path: "/v1/items/{item}", by: ofInstalled, roles: runtime,
		says: "Overwrite an item; the old value opens no more."}, f.overwrite)
	add(f, operation{id: "list-items", method: http.MethodGet, path: "/v1/items", by: ofInstalled, roles: runtime,
		says: "What is stored, unopened."}, f.list)
	add(f, operation{id: "read-item", method: http.MethodGet, path: "/v1/items/{item}", by: ofInstalled, roles: runtime,
		says: "Open an item for a purpose, maybe for a recipient; the read leaves an entry."}, f.read)
	add(f, operation{id: "delete-item", method: http.MethodDelete, path: "/v1/items/{item}", by: ofInstalled,
		roles: []kept.Role{kept.AppRuntime, kept.CustomerAdmin}, says: "Erase an item at once."}, f.delete)
	add(f, operation{id: "say-event", method: http.MethodPost, path: "/v1/events", by: ofInstalled, roles: runtime,
		says: "Say that something happened to an item, or to all items of a group, from which their time counts; or take it back."}, f.say)
	add(f, operation{id: "list-items-of", method: http.MethodGet, path: "/v1/installations/{installation}/items", by: ofStaff, roles: kept.Staff,
		says: "What is stored of a customer, unopened, as far as a promise lets the role see it."}, f.survey)
	add(f, operation{id: "read-item-of", method: http.MethodGet, path: "/v1/installations/{installation}/items/{item}", by: ofStaff, roles: kept.Staff,
		says: "Open a customer's item for a purpose, where a promise lets the role; the read leaves an entry."}, f.readOf)
}

func (f *face) put(ctx context.Context, c *call, in *newItem) (*body[vault.Stored], error) {
	b := in.Body
	stored, err := f.Server.Vault.Put(ctx, c.actor, vault.Put{Name: b.Name, Subject: b.Subject, Category: b.Category, Value: b.Value, Host: b.Host, Group: b.Group})
	return answerOf(stored), err
}

func (f *face) overwrite(ctx context.Context, c *call, in *newOver) (*body[vault.Stored], error) {
	id, err := kept.ParseID("itm", in.Item)
	if err != nil {
		return nil, err
	}
	stored, err := f.Server.Vault.Put(ctx, c.actor, vault.Put{Item: id, Subject: in.Body.Subject, Category: in.Body.Category, Value: in.Body.Value, Host: in.Body.Host, Group: in.Body.Group})
	return answerOf(stored), err
}

func (f *face) list(ctx context.Context, c *call, in *listItems) (*body[Items], error) {
	if in.Outdated {
		list, err := f.Server.Vault.Outdated(ctx, c.actor)
		return answerOf(Items{orEmpty(list)}), err
	}
	list, err := f.Server.Vault.List(ctx, c.actor, in.Category)
	return answerOf(Items{orEmpty(list)}), err
}

func (f *face) survey(ctx context.Context, c *call, in *staffItems) (*body[Items], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	list, err := f.Server.Vault.Survey(ctx, c.actor, id, in.Category)
	return answerOf(Items{orEmpty(list)}), err
}

func (f *face) read(ctx context.Context, c *call, in *readItem) (*body[Item], error) {
	return f.open(ctx, c, in, "")
}

func (f *face) readOf(ctx context.Context, c *call, in *staffItem) (*body[Item], error) {
	id, err := kept.ParseID("ins", in.Installation)
	if err != nil {
		return nil, err
	}
	return f.open(ctx, c, &readItem{Item: in.Item, Purpose: in.Purpose}, id)
}

// open reads an item: of the caller's own installation, or of the one that the vendor's people name.
func (f *face) open(ctx context.Context, c *call, in *readItem, of kept.ID) (*body[Item], error) {
	id, err := kept.ParseID("itm", in.Item)
	if err != nil {
		return nil, err
	}
	value, meta, err := f.Server.Vault.Read(ctx, c.actor, vault.Get{Item: id, Purpose: in.Purpose, Host: in.Host, Recipient: in.Recipient, For: in.For, Installation: of})
	return answerOf(Item{meta, value}), err
}

func (f *face) say(ctx context.Context, c *call, in *newEvent) (*body[Happened], error) {
	b := in.Body
	s := vault.Saying{Event: b.Event, Group: b.Group, At: b.At, Back: b.Back}
	if b.Item != "" {
		id, err := kept.ParseID("itm", b.Item)
		if err != nil {
			return nil, err
		}
		s.Item = id
	}
	n, err := f.Server.Vault.Say(ctx, c.actor, s)
	return answerOf(Happened{n}), err
}

func (f *face) delete(ctx context.Context, c *call, in *oneItem) (*body[vault.Stored], error) {
	id, err := kept.ParseID("itm", in.Item)
	if err != nil {
		return nil, err
	}
	gone, err := f.Server.Vault.Delete(ctx, c.actor, id)
	return answerOf(gone), err
}

// orEmpty writes no list as an empty one.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
