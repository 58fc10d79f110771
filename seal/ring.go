package seal

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"kept"
)

// Ring holds the keys that live outside the database: the epoch keys and the ledger's signing key.
type Ring struct {
	Generation uint64 // the higher one wins; counts from 1
	Log        LogKey
	Epochs     []Key // of kind Epoch, with ascending generations; never empty
}

// LogKey signs the ledger's checkpoints.
type LogKey struct {
	name string
	seed secret
}

// NewLogKey is the log key with this name, kept/<vendor id>, and this Ed25519 seed (spec: RFC 8032).
func NewLogKey(name string, seed [32]byte) LogKey { return LogKey{name, newSecret(seed)} }

// Name is kept/<vendor id>.
func (k LogKey) Name() string { return k.name }

// Seed is a copy of the 32 secret bytes, nil for the zero LogKey.
func (k LogKey) Seed() []byte {
	if k.seed == nil {
		return nil
	}
	return slices.Clone((*k.seed)[:])
}

// MaxRing is the largest ring in bytes that ParseRing reads.
const MaxRing = 1 << 20

type ringJSON struct {
	Version    int         `json:"kept-ring"`
	Generation uint64      `json:"generation"`
	Log        logJSON     `json:"log"`
	Epochs     []epochJSON `json:"epochs"`
}

type logJSON struct {
	Name string `json:"name"`
	Key  []byte `json:"key"`
}

type epochJSON struct {
	ID         kept.ID `json:"id"`
	Generation uint32  `json:"generation"`
	Key        []byte  `json:"key"`
}

// Marshal is the ring as docs/formats.md §3 has it, keys in the clear. Errors: Internal, for a ring that ParseRing
// would refuse.
func (r Ring) Marshal() ([]byte, error) {
	out := ringJSON{Version: version, Generation: r.Generation, Log: logJSON{r.Log.name, r.Log.Seed()}}
	for _, e := range r.Epochs {
		if err := e.check(Epoch); err != nil {
			return nil, err
		}
		out.Epochs = append(out.Epochs, epochJSON{e.ref.ID, e.ref.Generation, e.bytes()})
	}
	if err := out.check(); err != nil {
		return nil, kept.Errorf(kept.Internal, "the ring would not be read again: %w", err)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the ring can't be written")
	}
	return append(b, '\n'), nil
}

// ParseRing reads what Marshal wrote and nothing else. Errors: Invalid; they show no byte of the ring.
func ParseRing(b []byte) (*Ring, error) {
	notRing := kept.Errorf(kept.Invalid, "this is not a key ring of version %d", version).
		WithHint("the ring was cut short, changed by hand, or is another file")
	if len(b) > MaxRing {
		return nil, notRing
	}
	var in ringJSON
	if json.Unmarshal(b, &in) != nil {
		return nil, notRing
	}
	// Writing it again must give the same bytes: so no key is doubled, unknown, in other case or left behind the end.
	again, err := json.Marshal(in)
	if err != nil || subtle.ConstantTimeCompare(append(again, '\n'), b) != 1 {
		return nil, notRing
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &Ring{Generation: in.Generation, Log: NewLogKey(in.Log.Name, [32]byte(in.Log.Key))}
	for _, e := range in.Epochs {
		k, err := KeyOf(Ref{Epoch, e.ID, e.Generation}, e.Key)
		if err != nil {
			return nil, kept.Errorf(kept.Invalid, "an epoch of the ring has no proper key")
		}
		out.Epochs = append(out.Epochs, k)
	}
	return out, nil
}

func (r ringJSON) check() error {
	switch {
	case r.Version != version || r.Generation == 0:
		return kept.Errorf(kept.Invalid, "the ring has no version or generation that this server knows")
	case len(r.Log.Key) != Size || r.Log.Name == "" || strings.ContainsAny(r.Log.Name, " +\n"):
		return kept.Errorf(kept.Invalid, "the ring has no proper log key")
	case len(r.Epochs) == 0:
		return kept.Errorf(kept.Invalid, "the ring has no epoch")
	}
	ids := map[kept.ID]bool{}
	for i, e := range r.Epochs {
		if _, err := (Ref{Epoch, e.ID, e.Generation}).raw(); err != nil || ids[e.ID] {
			return kept.Errorf(kept.Invalid, "an epoch of the ring has no id of its own")
		}
		if i > 0 && e.Generation <= r.Epochs[i-1].Generation {
			return kept.Errorf(kept.Invalid, "the epochs of the ring do not ascend")
		}
		ids[e.ID] = true
	}
	return nil
}

// String tells how many epochs there are, no bytes.
func (r Ring) String() string {
	return fmt.Sprintf("ring generation %d, %d epochs", r.Generation, len(r.Epochs))
}

// GoString is String.
func (r Ring) GoString() string { return r.String() }

// Format writes String under every verb.
func (r Ring) Format(s fmt.State, _ rune) { io.WriteString(s, r.String()) }

// LogValue is String.
func (r Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText is String: writing the keys takes Marshal.
func (r Ring) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// String is the name alone.
func (k LogKey) String() string { return "log key " + k.name }

// GoString is String.
func (k LogKey) GoString() string { return k.String() }

// Format writes String under every verb.
func (k LogKey) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }

// LogValue is the name alone.
func (k LogKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText is String.
func (k LogKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
