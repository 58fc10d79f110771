package simulate

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept"
	"kept/judge"
	"kept/policy"
)

// What no policy declares.
const (
	oddCategory = "odd-category"
	oddField    = "odd_field"
	oddPurpose  = "odd-purpose"
)

func (l *life) marker(what string) string {
	l.markers++
	return fmt.Sprintf("%s%s-%d", planted[0], what, l.markers)
}

// storable are the categories that an app could think of storing.
func (l *life) storable() (out []policy.Category) {
	for _, c := range l.o.Policy.Categories {
		if c.Scope == "installation" && c.Journal == "" {
			out = append(out, c)
		}
	}
	return out
}

// wanted are those of them of which an app may store something.
func (l *life) wanted(app string) []policy.Category {
	return slices.DeleteFunc(l.storable(), func(c policy.Category) bool {
		r, _ := l.o.Policy.Rules(app, c.Name)
		return len(r.Fields) == 0
	})
}

// value is what is put: any of the declared fields, mostly of a category that the app may store, and what the act adds.
func (l *life) value(app string, s Step) (category string, fields []string, value map[string]string, marker string) {
	list := l.storable()
	if may := l.wanted(app); s.N[0]>>16%4 > 0 && len(may) > 0 {
		list = may
	}
	if s.Act == "odd-category" || len(list) == 0 {
		category, fields = oddCategory, []string{oddField}
	} else {
		c := list[int(s.N[0])%len(list)]
		category = c.Name
		for n, f := range c.Fields {
			if s.N[1]>>n&1 == 1 || len(c.Fields) == 1 {
				fields = append(fields, f.Name)
			}
		}
	}
	switch {
	case s.Act == "empty":
		fields = nil
	case s.Act == "odd-field":
		fields = append(fields, oddField)
	}
	value, marker = map[string]string{}, l.marker("value")
	for _, f := range fields {
		value[f] = marker
	}
	return category, fields, value, marker
}

type stored struct {
	Item    kept.ID `json:"item"`
	Version int64   `json:"version"`
}

func put(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	e := judge.Event{Kind: judge.Put, Installation: c.id}
	var value map[string]string
	e.Category, e.Fields, value, e.Marker = l.value(c.app.ID, s)
	if e.Names = s.Act == "put-about"; e.Names {
		e.Marker += somebody
		for f := range value {
			value[f] = e.Marker
		}
	}
	body := map[string]any{"category": e.Category, "value": value}
	if s.N[0]%8 != 0 {
		e.Host = hosts[0]
		body["host"] = e.Host
	}
	if s.N[3]>>4%3 == 0 {
		e.Group = group(s)
		body["group"] = e.Group
	}
	if s.N[2]%2 == 0 && s.Act != "put-crowd" {
		e.Name = fmt.Sprintf("%sname-%d", planted[0], s.N[2]/2%3)
		body["name"] = e.Name
	}
	if s.N[3]%2 == 0 || s.Act == "put-crowd" {
		e.Account = l.account(s.N[3] / 2)
		if s.Act == "put-crowd" {
			e.Account = crowd(s.N[3])
		}
		body["subject"] = e.Account
	}
	var out stored
	err = l.Call(ctx, http.MethodPost, "/v1/items", bearer, body, &out)
	e.Item, e.Version = out.Item, out.Version
	if err == nil {
		c.remember(item{out.Item, e.Category})
	}
	return l.told(ctx, s, e, err)
}

func (c *customer) remember(i item) {
	for _, known := range c.items {
		if known == i {
			return
		}
	}
	c.items = append(c.items, i)
	c.items = c.items[max(0, len(c.items)-remembered):]
}

func overwrite(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	of, err := l.item(c, s)
	if err != nil {
		return nil, err
	}
	e := judge.Event{Kind: judge.Overwrite, Installation: c.id, Item: of.id, Host: hosts[0]}
	var value map[string]string
	for n, category := range l.storable() { // nearly always its own
		if category.Name == of.category && s.N[2]%8 != 0 {
			s.N[0] = uint32(n)
		}
	}
	e.Category, e.Fields, value, e.Marker = l.value(c.app.ID, s)
	var out stored
	err = l.Call(ctx, http.MethodPut, "/v1/items/"+string(of.id), bearer, map[string]any{"category": e.Category, "value": value, "host": hosts[0]}, &out)
	e.Version = out.Version
	return l.told(ctx, s, e, err)
}

// item is one that the customer put, another customer's, or none that ever was.
func (l *life) item(c *customer, s Step) (item, error) {
	if s.Act == "lost-item" {
		return item{id: "itm_" + kept.ID(strings.Repeat("a", 26))}, nil
	}
	if strings.HasPrefix(s.Act, "foreign-") {
		if len(l.customers) < 2 {
			return item{}, errSkipped
		}
		c = l.customers[(s.Customer+1+int(s.N[1])%(len(l.customers)-1))%len(l.customers)]
	}
	if len(c.items) == 0 {
		return item{}, errSkipped
	}
	if s.N[3]%2 == 0 && (s.Act == "read-outside" || s.Act == "staff-read") { // of what is gone they learn little
		return c.items[len(c.items)-1], nil
	}
	return c.items[int(s.N[3])%len(c.items)], nil
}

func read(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	of, err := l.item(c, s)
	if err != nil {
		return nil, err
	}
	list := l.purposes(of.category)
	if s.Act == "odd-purpose" {
		list = l.purposes("")
	}
	e := judge.Event{Kind: judge.Read, Installation: c.id, Item: of.id, Purpose: list[int(s.N[2])%len(list)]}
	if s.N[0]%8 != 0 {
		e.Host = hosts[int(s.N[0])/8%2]
	}
	return l.open(ctx, s, e, "/v1/items/", bearer)
}

func list(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	categories := l.o.Policy.Categories
	e := judge.Event{Kind: judge.List, Installation: c.id, Category: categories[int(s.N[0])%len(categories)].Name}
	var got struct {
		Items []struct {
			ID kept.ID `json:"id"`
		} `json:"items"`
	}
	err = l.Call(ctx, http.MethodGet, "/v1/items"+query("category", e.Category), bearer, nil, &got)
	for _, i := range got.Items {
		e.Items = append(e.Items, i.ID)
	}
	return l.told(ctx, s, e, err)
}

func remove(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	role := kept.AppRuntime
	if s.Act == "admin-delete" {
		role = kept.CustomerAdmin
	}
	bearer, found, err := l.as(ctx, s, c, role)
	if err != nil || len(found) > 0 {
		return found, err
	}
	of, err := l.item(c, s)
	if err != nil {
		return nil, err
	}
	err = l.Call(ctx, http.MethodDelete, "/v1/items/"+string(of.id), bearer, nil, nil)
	return l.told(ctx, s, judge.Event{Kind: judge.Delete, Role: role, Installation: c.id, Item: of.id}, err)
}

func review(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.CustomerAdmin)
	if err != nil || len(found) > 0 {
		return found, err
	}
	var log string
	for _, category := range l.o.Policy.Categories {
		if category.Journal != "" {
			log = category.Name
		}
	}
	e := judge.Event{Kind: judge.Review, Installation: c.id}
	if logs := l.words("log", "category", oddCategory); s.N[1]%2 == 0 { // of what the app writes
		e.Category = logs[int(s.N[2])%len(logs)]
		log = e.Category
	}
	list := l.purposes(log)
	if s.Act == "odd-review" {
		list = l.purposes("")
	}
	e.Purpose = list[int(s.N[0])%len(list)]
	of := ""
	if e.Category != "" {
		of = "&category=" + url.QueryEscape(e.Category)
	}
	var got struct {
		Entries []struct{} `json:"entries"`
	}
	err = l.Call(ctx, http.MethodGet, "/v1/installation/entries"+query("purpose", e.Purpose)+of, bearer, nil, &got)
	e.Entries = len(got.Entries)
	return l.told(ctx, s, e, err)
}

// trespass is an app that asks for what only an administrator may.
func trespass(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	bearer, found, err := l.as(ctx, s, c, kept.AppRuntime)
	if err != nil || len(found) > 0 {
		return found, err
	}
	err = l.Call(ctx, http.MethodPost, "/v1/installation/purge", bearer, map[string][]string{}, nil)
	return l.told(ctx, s, judge.Event{Kind: judge.Trespass, Installation: c.id}, err)
}
