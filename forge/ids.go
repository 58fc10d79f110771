package forge

import (
	"net/url"
	"regexp"
	"strings"

	"kept"
)

const (
	appPrefix          = "ari:cloud:ecosystem::app/"
	installationPrefix = "ari:cloud:ecosystem::installation/"
	environmentPrefix  = "ari:cloud:ecosystem::environment/"
)

var (
	uuidShape = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	siteShape = regexp.MustCompile(`^[A-Za-z0-9{}_-]{1,100}$`)
)

// uuidIn is the lower-case UUID of an ARI with this prefix.
func uuidIn(ari, prefix string) (string, bool) {
	id, found := strings.CutPrefix(ari, prefix)
	return strings.ToLower(id), found && uuidShape.MatchString(id)
}

// Installation is the form of an installation's id that Token has: bare and lower-case. Lifecycle events carry the id
// bare, tokens as ARI. Errors: Invalid.
func Installation(id string) (string, error) {
	uuid, ok := uuidIn(installationPrefix+strings.TrimPrefix(id, installationPrefix), installationPrefix)
	if !ok {
		return "", kept.Errorf(kept.Invalid, "not the id of a Forge installation").WithHint("an UUID, or ari:cloud:ecosystem::installation/ and one")
	}
	return uuid, nil
}

// token checks what the ids say about each other; signature, issuer, audience and times are checked already.
func (c *claims) token(appARI string) (*Token, error) {
	if c.Label != nil {
		return nil, denied("it comes from an Isolated Cloud")
	}
	if c.ID == "" || c.IssuedAt == nil {
		return nil, denied("a claim is missing")
	}
	if len(c.Audience) != 1 || c.App.ID != appARI {
		return nil, denied("it is for another app")
	}
	app, _ := uuidIn(appARI, appPrefix)
	installation, ok := uuidIn(c.App.Installation, installationPrefix)
	if !ok || c.App.Installed.ID != "" && c.App.Installed.ID != c.App.Installation {
		return nil, denied("it names no one installation")
	}
	owner, environment, _ := strings.Cut(strings.TrimPrefix(c.App.Environment.ID, environmentPrefix), "/")
	if !strings.HasPrefix(c.App.Environment.ID, environmentPrefix) || strings.ToLower(owner) != app || !uuidShape.MatchString(environment) {
		return nil, denied("it names no environment of the app")
	}
	switch c.App.Environment.Type {
	case "DEVELOPMENT", "STAGING", "PRODUCTION":
	default:
		return nil, denied("it names no known type of environment")
	}
	principal, ok := accountOf(c.Principal)
	if !ok {
		return nil, denied("its principal is no account")
	}
	site, err := c.site()
	if err != nil {
		return nil, err
	}
	out := &Token{
		ID: c.ID, Issued: kept.TimeOf(c.IssuedAt.Time), Expires: kept.TimeOf(c.ExpiresAt.Time),
		App: appARI, Version: c.App.AppVersion, Module: c.App.Module.Key, Installation: installation,
		Environment: strings.ToLower(environment), EnvironmentType: c.App.Environment.Type,
		Site: site, APIBase: c.App.APIBase, ContextCloudID: c.Context.CloudID,
		License: c.App.License.license(), Principal: principal,
	}
	if out.Version == "" {
		out.Version = c.App.Version
	}
	for _, x := range c.App.Installed.Contexts {
		out.Contexts = append(out.Contexts, Context(x))
	}
	return out, nil
}

// site finds the primary site and refuses a token whose places contradict each other: the app's API base, each
// context with its own API base, and the page the call comes from.
func (c *claims) site() (string, error) {
	contradiction := denied("the sites it names contradict each other")
	sites := map[string]bool{}
	only := ""
	for _, x := range c.App.Installed.Contexts {
		id, ok := agreed(x.CloudID, x.WorkspaceID, x.APIBase)
		if !ok {
			return "", contradiction
		}
		sites[id], only = true, id
	}
	primary := ""
	if c.App.APIBase != "" {
		id, ok := siteIn(c.App.APIBase)
		if !ok || len(sites) > 0 && !sites[id] {
			return "", contradiction
		}
		sites[id], primary = true, id
	} else if len(sites) == 1 {
		primary = only
	}
	if primary == "" {
		return "", denied("it names no one site")
	}
	for _, id := range []string{c.Context.CloudID, c.Context.WorkspaceID} {
		if id != "" && !sites[id] {
			return "", contradiction
		}
	}
	return primary, nil
}

// agreed is the site of one context: its cloud id or workspace id, which its API base must not contradict.
func agreed(cloud, workspace, apiBase string) (string, bool) {
	id := cloud
	if id == "" {
		id = workspace
	}
	if apiBase != "" {
		fromURL, ok := siteIn(apiBase)
		if !ok || id != "" && fromURL != id {
			return "", false
		}
		id = fromURL
	}
	return id, siteShape.MatchString(id)
}

// siteIn is the site of an API base …/ex/<product>/<site>. The host is not judged here: tests and proxies have their own.
func siteIn(apiBase string) (string, bool) {
	u, err := url.Parse(apiBase)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	rest, found := strings.CutPrefix(u.Path, "/ex/")
	product, site, both := strings.Cut(rest, "/")
	return site, found && both && product != "" && siteShape.MatchString(site)
}
