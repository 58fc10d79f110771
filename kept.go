// Package kept holds the words of the product: the types that every other package speaks in.
// It imports the standard library alone, does no I/O and knows no policy, no database and no protocol.
package kept

import (
	"encoding/base32"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Time is an instant in microseconds since 1970-01-01T00:00:00Z. The zero value means "not set".
type Time int64

// Clock tells the time. The only implementation that reads the machine's clock is in cmd.
type Clock interface {
	Now() Time
}

// TimeOf converts t, cutting it to microseconds.
func TimeOf(t time.Time) Time { return Time(t.UnixMicro()) }

// ParseTime reads an RFC 3339 instant or a date (its first moment in UTC).
func ParseTime(s string) (Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return TimeOf(t), nil
		}
	}
	return 0, Errorf(Invalid, "%q is not an instant", s).WithHint("write it as 2026-03-01 or 2026-03-01T10:00:00Z")
}

// Std converts t to the standard library's type, in UTC.
func (t Time) Std() time.Time { return time.UnixMicro(int64(t)).UTC() }

// Add moves t by exactly d.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Microseconds()) }

// Sub is the exact distance from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Microsecond }

// Day counts the days (24 hours, UTC) since 1970-01-01; ratchets advance by it.
func (t Time) Day() uint32 { return uint32(t / Time(24*time.Hour/time.Microsecond)) }

// StartOfDay is the first instant of day.
func StartOfDay(day uint32) Time { return Time(day) * Time(24*time.Hour/time.Microsecond) }

// String writes t as RFC 3339 in UTC, without trailing zeros.
func (t Time) String() string {
	if t == 0 {
		return "-"
	}
	return t.Std().Format("2006-01-02T15:04:05.999999Z")
}

// MarshalText writes the form of String, so that JSON shows instants as people write them; unset is empty.
func (t Time) MarshalText() ([]byte, error) {
	if t == 0 {
		return nil, nil
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (t *Time) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*t = 0
		return nil
	}
	*t, err = ParseTime(string(b))
	return err
}

// ID names one thing made by this server: a short prefix, "_", and 26 characters of lower-case base32
// (128 random bits). It says nothing about what it names.
type ID string

var (
	idShape = regexp.MustCompile(`^[a-z]{3}_[a-z2-7]{26}$`)
	base    = base32.StdEncoding.WithPadding(base32.NoPadding)
)

// NewID draws an id with the given three-letter prefix from random.
func NewID(prefix string, random io.Reader) ID {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic(fmt.Sprintf("kept: no randomness: %v", err)) // a server without randomness must not go on
	}
	return ID(prefix + "_" + strings.ToLower(base.EncodeToString(b[:])))
}

// ParseID checks that s has the shape of an id with the given prefix.
func ParseID(prefix, s string) (ID, error) {
	if !idShape.MatchString(s) || !strings.HasPrefix(s, prefix+"_") {
		return "", Errorf(Invalid, "not an id of the kind %s_…", prefix).WithHint("ids come from the server and are handed back as they came")
	}
	return ID(s), nil
}

// Scope says where something belongs: to the vendor itself (the zero value) or to one installation.
type Scope struct{ Installation ID }

// VendorScope is the scope of what belongs to the vendor: newsletter, tickets, website.
var VendorScope = Scope{}

// ScopeOf reads what String wrote.
func ScopeOf(s string) Scope {
	if s == "vendor" {
		return VendorScope
	}
	return Scope{Installation: ID(s)}
}

// String is "vendor" or the installation's id.
func (s Scope) String() string {
	if s.Installation == "" {
		return "vendor"
	}
	return string(s.Installation)
}

// Hosting says where an app runs.
type Hosting string

const (
	Forge       Hosting = "forge"
	ForgeRemote Hosting = "forge-remote"
	Connect     Hosting = "connect"
	DataCenter  Hosting = "datacenter"
)

// State is where an installation stands. The legal moves are in ARCHITECTURE.md.
type State string

const (
	Installed   State = "installed"
	Suspended   State = "suspended"
	Uninstalled State = "uninstalled"
	Erased      State = "erased"
)

// Verdict is what a promise's evidence says.
type Verdict string

const (
	Kept         Verdict = "kept"
	AtRisk       Verdict = "at-risk"
	Broken       Verdict = "broken"
	Unproven     Verdict = "unproven"
	NoEngine     Verdict = "no-engine" // a form of unproven: nothing enforces this yet
	Contradicted Verdict = "contradicted"
	Attested     Verdict = "attested"
	NoVerdict    Verdict = "information" // nothing is promised
)
