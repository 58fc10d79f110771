package access

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"time"

	"kept"
	"kept/gate"
	"kept/kernel"
	"kept/seal"
)

const (
	usualRounds  = 600_000 // PBKDF2-HMAC-SHA-256; guidance: OWASP password storage, 2023
	saltSize     = 16
	keySize      = 32
	minPassword  = 12
	maxPassword  = 256
	lockAfter    = 5
	lockFor      = time.Minute
	firstLogin   = "operator"
	unknownLogin = "the login or the password is wrong"
)

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{1,63}$`)

// password derives what is stored: u32 rounds, salt and key.
func password(plain string, rounds uint32, salt []byte) []byte {
	key, err := pbkdf2.Key(sha256.New, plain, salt, int(rounds), keySize)
	if err != nil {
		panic("access: PBKDF2 refuses its parameters") // they are ours
	}
	return append(append(binary.BigEndian.AppendUint32(nil, rounds), salt...), key...)
}

func (a *Access) newPassword(plain string) []byte {
	salt := make([]byte, saltSize)
	a.k.Random(salt)
	return password(plain, uint32(a.rounds), salt)
}

func (a *Access) initialPassword() string {
	var b [15]byte
	a.k.Random(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Staff is an account of one of the vendor's people; the login itself is kept as a blind index alone.
type Staff struct {
	ID         kept.ID   `json:"id"`
	Role       kept.Role `json:"role"`
	MustChange bool      `json:"must_change"`
	Created    kept.Time `json:"created"`
}

// First makes the first operator if there is no account yet, and returns its login and password to be shown once.
func (a *Access) First(ctx context.Context) (login, initial string, err error) {
	plain := a.initialPassword()
	stored := a.newPassword(plain)
	err = a.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) error {
		login, initial = "", ""
		var n int64
		if _, err := tx.Row(`SELECT COUNT(*) FROM staff`).Scan(&n); err != nil || n > 0 {
			return err
		}
		login, initial = firstLogin, plain
		_, err := a.create(tx, login, kept.Operator, stored)
		return err
	})
	return login, initial, err
}

// CreateStaff makes an account; the password it returns is shown once and must change at the first login.
func (a *Access) CreateStaff(ctx context.Context, actor kept.Actor, login string, role kept.Role) (id kept.ID, initial string, err error) {
	if !loginShape.MatchString(login) {
		return "", "", kept.Errorf(kept.Invalid, "not a login").WithHint("2 to 64 of a-z 0-9 . _ @ + -")
	}
	if !role.IsStaff() {
		return "", "", kept.Errorf(kept.Invalid, "not a role of the vendor's people").WithHint("operator, officer, support, developer, contractor or auditor")
	}
	initial = a.initialPassword()
	stored := a.newPassword(initial)
	err = a.k.Do(ctx, actor, func(tx *kernel.Tx) (err error) {
		if err := a.ask(tx, gate.Operate); err != nil {
			return err
		}
		id, err = a.create(tx, login, role, stored)
		return err
	})
	return id, initial, err
}

func (a *Access) create(tx *kernel.Tx, login string, role kept.Role, stored []byte) (kept.ID, error) {
	index, err := a.keys.Index(tx, kept.VendorScope)
	if err != nil {
		return "", err
	}
	blind, err := seal.BlindIndex(index, "login", login)
	if err != nil {
		return "", err
	}
	id := tx.NewID("stf")
	tx.Exec(`INSERT INTO staff (id, login, role, password, must_change, created, failures, locked) VALUES ($1, $2, $3, $4, 1, $5, 0, 0)`,
		string(id), blind[:], string(role), stored, int64(tx.Now()))
	tx.Record(kept.Fact{Kind: kept.FactStaffCreated, Refs: map[string]kept.ID{"staff": id}, Words: map[string]string{"role": string(role)}})
	return id, nil
}

type staffRow struct {
	id         kept.ID
	role       kept.Role
	password   []byte
	mustChange bool
	failures   int64
	locked     kept.Time
}

func (a *Access) byLogin(v *kernel.View, login, lock string) (s staffRow, found bool, err error) {
	index, found, err := a.keys.IndexIn(v, kept.VendorScope)
	if err != nil || !found {
		return s, false, err
	}
	blind, err := seal.BlindIndex(index, "login", login)
	if err != nil {
		return s, false, err
	}
	var must int64
	found, err = v.Row(`SELECT id, role, password, must_change, failures, locked FROM staff WHERE login = $1`+lock, blind[:]).
		Scan(&s.id, &s.role, &s.password, &must, &s.failures, &s.locked)
	s.mustChange = must != 0
	return s, found, err
}

// Session is a login that lasts.
type Session struct {
	Secret     string    `json:"session"`
	Role       kept.Role `json:"role"`
	MustChange bool      `json:"must_change"` // the password has to change before anything else
	Expires    kept.Time `json:"expires"`
}

// Login opens a session. An unknown login costs as much as a wrong password, and five failures lock for a minute.
func (a *Access) Login(ctx context.Context, login, plain string) (s Session, err error) {
	row, found, locked, err := a.attempt(ctx, login)
	if err != nil {
		return s, err
	}
	right := a.matches(row, found && !locked, plain) // a locked one costs as much, too
	switch {
	case locked:
		return s, kept.Errorf(kept.Denied, "too many failures").WithHint("wait a minute")
	case !right:
		return s, kept.Errorf(kept.Denied, unknownLogin).WithHint("an operator can make another account")
	}
	secret, h := a.secret(sessionPrefix)
	err = a.k.Do(ctx, kept.Actor{Role: row.role, Staff: row.id}, func(tx *kernel.Tx) error {
		id := tx.NewID("ses")
		s = Session{Secret: secret, Role: row.role, MustChange: row.mustChange, Expires: tx.Now().Add(sessionLife)}
		tx.Exec(`INSERT INTO session (id, staff, hash, created, expires) VALUES ($1, $2, $3, $4, $5)`, string(id), string(row.id), h, int64(tx.Now()), int64(s.Expires))
		// A password that was changed while this one was checked opens nothing any more.
		tx.ExecOne(`UPDATE staff SET failures = 0, locked = 0 WHERE id = $1 AND password = $2`, string(row.id), row.password)
		tx.Record(kept.Fact{Kind: kept.FactSessionOpened, Refs: map[string]kept.ID{"staff": row.id, "session": id}})
		tx.DueOnce(dueSweep, "daily", tx.Now().Add(sweepEvery))
		return nil
	})
	return s, err
}

func (a *Access) matches(row staffRow, found bool, plain string) bool {
	stored := row.password
	if !found || len(stored) != 4+saltSize+keySize {
		stored = binary.BigEndian.AppendUint32(nil, uint32(a.rounds)) // as costly as a wrong password
		stored = append(stored, make([]byte, saltSize+keySize)...)
	}
	if len(plain) > maxPassword {
		plain = ""
	}
	return hmac.Equal(password(plain, binary.BigEndian.Uint32(stored), stored[4:4+saltSize]), stored) && found
}

// attempt counts a login before its password is looked at, so that guesses at the same time are counted too; the right
// password takes it back.
func (a *Access) attempt(ctx context.Context, login string) (row staffRow, found, locked bool, err error) {
	err = a.k.Do(ctx, kept.TheClock, func(tx *kernel.Tx) (err error) {
		tx.Derived() // a counter; the lock it leads to ends by itself
		if row, found, err = a.byLogin(&tx.View, login, tx.ForUpdate()); err != nil || !found {
			return err
		}
		if locked = row.locked > tx.Now(); locked {
			return nil
		}
		until := kept.Time(0)
		if row.failures+1 >= lockAfter {
			until = tx.Now().Add(lockFor)
		}
		tx.Exec(`UPDATE staff SET failures = failures + 1, locked = $1 WHERE id = $2`, int64(until), string(row.id))
		return nil
	})
	return row, found, locked, err
}

// ChangePassword sets a new password, ends every other session of the account and keeps the one in use.
func (a *Access) ChangePassword(ctx context.Context, actor kept.Actor, session, old, next string) error {
	if len(next) < minPassword || len(next) > maxPassword {
		return kept.Errorf(kept.Invalid, "a password has %d to %d characters", minPassword, maxPassword).WithHint("a sentence nobody else would write is long enough")
	}
	if next == old {
		return kept.Errorf(kept.Invalid, "the new password is the old one").WithHint("choose another one")
	}
	var row staffRow
	err := a.k.View(ctx, func(v *kernel.View) error {
		found, err := v.Row(`SELECT id, password FROM staff WHERE id = $1`, string(actor.Staff)).Scan(&row.id, &row.password)
		if err == nil && !found {
			err = unknown()
		}
		return err
	})
	if err != nil {
		return err
	}
	if !a.matches(row, true, old) {
		return kept.Errorf(kept.Denied, unknownLogin).WithHint("an operator can make another account")
	}
	stored := a.newPassword(next)
	return a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		tx.ExecOne(`UPDATE staff SET password = $1, must_change = 0 WHERE id = $2`, stored, string(row.id))
		tx.Exec(`DELETE FROM session WHERE staff = $1 AND hash <> $2`, string(row.id), hash(session))
		tx.Record(kept.Fact{Kind: kept.FactPasswordChanged, Refs: map[string]kept.ID{"staff": row.id}})
		return nil
	})
}

// Logout ends a session.
func (a *Access) Logout(ctx context.Context, actor kept.Actor, session string) error {
	return a.k.Do(ctx, actor, func(tx *kernel.Tx) error {
		tx.ExecOne(`DELETE FROM session WHERE hash = $1`, hash(session))
		tx.Record(kept.Fact{Kind: kept.FactSessionClosed, Refs: map[string]kept.ID{"staff": actor.Staff}})
		return nil
	})
}

// MustChange tells whether an account must change its password before it may do anything else.
func (a *Access) MustChange(ctx context.Context, staff kept.ID) (must bool, err error) {
	err = a.k.View(ctx, func(v *kernel.View) error {
		var n int64
		_, err := v.Row(`SELECT must_change FROM staff WHERE id = $1`, string(staff)).Scan(&n)
		must = n != 0
		return err
	})
	return must, err
}

// Settled tells whether some operator has set a password of their own: before that, only loopback is served.
func (a *Access) Settled(ctx context.Context) (settled bool, err error) {
	err = a.k.View(ctx, func(v *kernel.View) error {
		var n int64
		_, err := v.Row(`SELECT COUNT(*) FROM staff WHERE role = 'operator' AND must_change = 0`).Scan(&n)
		settled = n > 0
		return err
	})
	return settled, err
}
