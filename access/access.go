// Package access proves who calls: apps by keys that are shown once, installations by short credentials, the vendor's
// people by password and session. It stores no secret, only hashes, and refuses whatever is expired, revoked or replayed.
package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"kept"
	"kept/connect"
	"kept/forge"
	"kept/gate"
	"kept/installation"
	"kept/kernel"
	"kept/keys"
	"kept/policy"
	"kept/retention"
)

const (
	credentialLife = time.Hour
	sessionLife    = 12 * time.Hour
	dueSweep       = "access.sweep"
	sweepEvery     = 24 * time.Hour
)

// Prefixes tell the kinds of secrets apart, for people and for secret scanners.
const (
	appKeyPrefix     = "kept_app_"
	credentialPrefix = "kept_ins_"
	codePrefix       = "kept_enr_"
	instancePrefix   = "kept_dcx_"
	sessionPrefix    = "kept_ses_"
)

// AdminAsk asks the product whether the user of an OAuth token is an administrator there.
type AdminAsk func(ctx context.Context, apiBase, oauthToken string) (bool, error)

// Access knows every credential. Safe for concurrent use.
type Access struct {
	k             *kernel.Kernel
	policy        *policy.Policy
	keys          *keys.Keys
	gate          *gate.Gate
	installations *installation.Installations
	tokens        *forge.Verifier
	connect       *connect.Verifier
	isAdmin       AdminAsk
	rounds        int
}

// New wires access to the verifiers of both families of tokens, to the product's answer about administrators, and to the
// clock at whose end shared secrets go. rounds is the cost of a new password, 0 for the usual one; each password keeps its
// own.
func New(k *kernel.Kernel, p *policy.Policy, ks *keys.Keys, g *gate.Gate, r *retention.Retention, in *installation.Installations,
	tokens *forge.Verifier, calls *connect.Verifier, isAdmin AdminAsk, rounds int) *Access {
	if rounds == 0 {
		rounds = usualRounds
	}
	a := &Access{k: k, policy: p, keys: ks, gate: g, installations: in, tokens: tokens, connect: calls, isAdmin: isAdmin, rounds: rounds}
	k.OnDestroying(dueSweep, a.sweep)
	k.OnDestroying(dueFormer, a.former)
	r.Bound(installation.ConnectSecret, "uninstalled", kept.Period{})
	r.Register(retention.Holder{Name: "access", Reclaim: a.reclaim, Age: neverAges})
	return a
}

// secret draws a new secret and its hash.
func (a *Access) secret(prefix string) (string, []byte) {
	var b [32]byte
	a.k.Random(b[:])
	s := prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return s, hash(s)
}

func hash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// unknown is the one answer to every wrong credential: it tells nothing about which part was wrong.
func unknown() error {
	return kept.Errorf(kept.Denied, "the credential is not valid").WithHint("get a new one: docs/api.md says from whom")
}

func (a *Access) ask(tx *kernel.Tx, verb gate.Verb) error {
	return a.gate.Ask(&tx.View, gate.Question{Actor: tx.Actor, Verb: verb, Scope: kept.VendorScope})
}

// CreateAppKey makes a key for an app of the policy; the secret is shown this once.
func (a *Access) CreateAppKey(ctx context.Context, actor kept.Actor, app string) (id kept.ID, secret string, err error) {
	if _, ok := a.policy.App(app); !ok {
		return "", "", kept.Errorf(kept.NotFound, "the policy has no such app")
	}
	secret, h := a.secret(appKeyPrefix)
	err = a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := a.ask(tx, gate.Operate); err != nil {
			return err
		}
		id = tx.NewID("key")
		tx.Exec(`INSERT INTO app_key (id, app, hash, created, revoked) VALUES ($1, $2, $3, $4, 0)`, string(id), app, h, int64(tx.Now()))
		tx.Record(kept.Fact{Kind: kept.FactAppKeyCreated, Refs: map[string]kept.ID{"key": id}, Words: map[string]string{"app": app}})
		return nil
	})
	return id, secret, err
}

// RevokeAppKey ends a key at once, and with it the credentials of its app.
func (a *Access) RevokeAppKey(ctx context.Context, actor kept.Actor, id kept.ID) error {
	return a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		if err := a.ask(tx, gate.Operate); err != nil {
			return err
		}
		var app string
		found, err := tx.Row(`SELECT app FROM app_key WHERE id = $1 AND revoked = 0`+tx.ForUpdate(), string(id)).Scan(&app)
		if err != nil {
			return err
		}
		if !found {
			return kept.Errorf(kept.NotFound, "there is no such key, or it is revoked already")
		}
		tx.ExecOne(`UPDATE app_key SET revoked = $1 WHERE id = $2`, int64(tx.Now()), string(id))
		tx.Exec(`DELETE FROM credential WHERE app = $1`, app)
		tx.Record(kept.Fact{Kind: kept.FactAppKeyRevoked, Refs: map[string]kept.ID{"key": id}, Words: map[string]string{"app": app}})
		return nil
	})
}

// AppKey is a key as a list shows it.
type AppKey struct {
	ID      kept.ID   `json:"id"`
	App     string    `json:"app"`
	Created kept.Time `json:"created"`
	Revoked kept.Time `json:"revoked,omitzero"`
}

// AppKeys lists the keys of all apps, without their secrets.
func (a *Access) AppKeys(v *kernel.View) ([]AppKey, error) {
	return kernel.Query(v, func(scan func(...any) error) (k AppKey, err error) {
		return k, scan(&k.ID, &k.App, &k.Created, &k.Revoked)
	}, `SELECT id, app, created, revoked FROM app_key ORDER BY created, id`)
}

// App is the app whose key this is.
func (a *Access) App(ctx context.Context, secret string) (app string, err error) {
	err = a.k.View(ctx, func(v *kernel.View) error {
		found, err := v.Row(`SELECT app FROM app_key WHERE hash = $1 AND revoked = 0`, hash(secret)).Scan(&app)
		if err == nil && !found {
			err = unknown()
		}
		return err
	})
	return app, err
}

// Credential is what an app's back end shows for one installation until it expires.
type Credential struct {
	Secret       string    `json:"credential"`
	Installation kept.ID   `json:"installation"`
	Role         kept.Role `json:"role"`
	Expires      kept.Time `json:"expires"`
}

// Handed is an invocation token that an app hands in.
type Handed struct {
	Token string    // of Forge
	Role  kept.Role // app-runtime, or customer-admin with the user's OAuth token to prove it
	OAuth string    // x-forge-oauth-user; never stored
}

// Issue trades an invocation token of the app's for a credential of the installation it came from.
// Errors: Denied for a token that is not valid, was used before, or whose user is no administrator.
func (a *Access) Issue(ctx context.Context, app string, h Handed) (c Credential, err error) {
	token, signal, err := a.Verify(ctx, app, h.Token)
	if err != nil {
		return c, err
	}
	if h.Role == kept.CustomerAdmin {
		if token.Principal == "" || h.OAuth == "" {
			return c, kept.Errorf(kept.Denied, "nobody is logged in").WithHint("an administrator's verbs need a user's invocation and its x-forge-oauth-user token")
		}
		if admin, err := a.isAdmin(ctx, token.APIBase, h.OAuth); err != nil || !admin {
			return c, kept.Errorf(kept.Denied, "the product does not say that this user is an administrator").WithHint("ask again with the token of a user who administers the site")
		}
	}
	return a.issue(ctx, app, h.Role, func(tx *kernel.Tx) (i installation.Installation, err error) {
		if err := a.once(tx, token.ID, token.Expires); err != nil {
			return i, err
		}
		return a.installations.Seen(tx, signal)
	})
}

// issue makes a credential of the installation that was seen to live.
func (a *Access) issue(ctx context.Context, app string, role kept.Role, seen func(*kernel.Tx) (installation.Installation, error)) (c Credential, err error) {
	if role != kept.AppRuntime && role != kept.CustomerAdmin {
		return c, kept.Errorf(kept.Invalid, "a credential has the role app-runtime or customer-admin").WithHint("leave the role out for app-runtime")
	}
	secret, digest := a.secret(credentialPrefix)
	err = a.k.Do(ctx, kept.Actor{Role: role, App: app}, func(tx *kernel.Tx) error {
		i, err := seen(tx)
		if err != nil {
			return err
		}
		id := tx.NewID("crd")
		c = Credential{Secret: secret, Installation: i.ID, Role: role, Expires: tx.Now().Add(credentialLife)}
		tx.Exec(`INSERT INTO credential (id, app, installation, role, hash, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			string(id), app, string(i.ID), string(role), digest, int64(tx.Now()), int64(c.Expires))
		tx.Record(kept.Fact{Kind: kept.FactCredential, Scope: i.Scope(), Refs: map[string]kept.ID{"credential": id}, Words: map[string]string{"role": string(role)}})
		tx.DueOnce(dueSweep, "daily", tx.Now().Add(sweepEvery))
		return nil
	})
	return c, err
}

// Verify checks an invocation token of an app and says what it signals, without using it up.
func (a *Access) Verify(ctx context.Context, app, token string) (*forge.Token, installation.Signal, error) {
	declared, ok := a.policy.App(app)
	if !ok || declared.Forge == "" {
		return nil, installation.Signal{}, kept.Errorf(kept.NotFound, "the policy has no Forge app of that name").
			WithHint("an app needs `forge: ari:cloud:ecosystem::app/…` to receive tokens")
	}
	t, err := a.tokens.Verify(ctx, token, declared.Forge)
	if err != nil {
		return nil, installation.Signal{}, err
	}
	s := installation.Signal{App: app, Environment: t.Environment, Site: product(t.APIBase) + "." + t.Site, Remote: t.Installation, Issued: t.Issued}
	if t.License != nil {
		s.PaidUntil = max(t.License.SubscriptionEnd, t.License.TrialEnd)
		switch {
		case t.License.Active:
			s.Licence = installation.Active
		case t.License.Ended:
			s.Licence = installation.Ended
		}
	}
	return t, s, nil
}

// product is the name before the cloud id in an API base (…/ex/jira/<cloudId>): one site may hold two installations of
// an app, one for each product.
func product(apiBase string) string {
	if _, rest, ok := strings.Cut(apiBase, "/ex/"); ok {
		name, _, _ := strings.Cut(rest, "/")
		return name
	}
	return "site"
}

// Once uses an invocation token up; the second time it is a replay.
func (a *Access) Once(tx *kernel.Tx, t *forge.Token) error { return a.once(tx, t.ID, t.Expires) }

func (a *Access) once(tx *kernel.Tx, token string, expires kept.Time) error {
	var one int64
	h := hash(token)
	found, err := tx.Row(`SELECT 1 FROM seen_token WHERE hash = $1`, h).Scan(&one)
	if err != nil {
		return err
	}
	if found {
		return kept.Errorf(kept.Denied, "this token was used before").WithHint("a token counts once; the next request brings another")
	}
	tx.Exec(`INSERT INTO seen_token (hash, expires) VALUES ($1, $2)`, h, int64(expires.Add(time.Minute)))
	return nil
}

// Actor is who shows this credential or session. Errors: Denied.
func (a *Access) Actor(ctx context.Context, secret string) (actor kept.Actor, err error) {
	err = a.k.View(ctx, func(v *kernel.View) error {
		switch {
		case strings.HasPrefix(secret, credentialPrefix):
			found, err := v.Row(`SELECT role, app, installation FROM credential WHERE hash = $1 AND expires > $2`, hash(secret), int64(v.Now())).
				Scan(&actor.Role, &actor.App, &actor.Installation)
			if err != nil || found {
				return err
			}
		case strings.HasPrefix(secret, sessionPrefix):
			found, err := v.Row(`SELECT t.role, t.id FROM session s JOIN staff t ON t.id = s.staff WHERE s.hash = $1 AND s.expires > $2`, hash(secret), int64(v.Now())).
				Scan(&actor.Role, &actor.Staff)
			if err != nil || found {
				return err
			}
		}
		return unknown()
	})
	return actor, err
}

// sweep deletes what has expired.
func (a *Access) sweep(ctx context.Context, d kernel.Due) error {
	return a.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		tx.Derived()
		for _, table := range []string{"credential", "seen_token", "enrolment", "session", "reply"} {
			tx.Exec(`DELETE FROM `+table+` WHERE expires <= $1`, int64(tx.Now()))
		}
		tx.Again(d, tx.Now().Add(sweepEvery))
		return nil
	})
}
