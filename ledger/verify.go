package ledger

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"kept"
)

// Report is what a bundle proves once Verify returns no error.
type Report struct {
	Checkpoint Checkpoint
	Key        string // the verifier key that signed
	KeyKnown   bool   // whether the reader brought that key; otherwise the bundle vouches for itself
	Opened     int64  // leaves whose facts were read
	Closed     int64  // leaves that stay shut to this reader
	Kinds      map[kept.FactKind]int64
	Scopes     []Ordinals // by scope

	// Unexplained is how many missing ordinals at least belong to no closed leaf. An honest log has none, but for facts
	// that it had not yet integrated.
	Unexplained int64
}

// Ordinals tells which facts of a scope the reader saw. A scope's facts count from 1, so a missing number is a fact that
// is pruned, belongs to a closed leaf, or is not integrated yet. Later facts than Last leave no trace here.
type Ordinals struct {
	Scope   kept.Scope
	Facts   int64
	Last    int64
	Missing int64
	Gaps    []Gap // ascending, at most 100; Missing counts them all
}

// Gap is a run of missing ordinals, both ends included.
type Gap struct{ First, Last int64 }

const maxGaps = 100

// Verify reads a bundle and proves it: every leaf hashes into the root that the checkpoint signs, every opening gives
// its leaf, every fact is well formed, and no ordinal occurs twice. knownKey is the verifier key the reader holds from
// elsewhere; with "" the bundle's own key is taken, and Report says so. It reads line by line, and remembers 16 bytes of
// each opening. Errors: Invalid, naming the line or index that fails; on an error the report proves nothing.
func Verify(r io.Reader, knownKey string) (Report, error) {
	lines := bufio.NewReaderSize(r, maxLine)
	report, err := head(lines, knownKey)
	if err != nil {
		return report, err
	}
	var tree Tree
	seen := map[kept.Scope][]numbered{}
	for {
		raw, err := next(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return report, failed(tree.Size(), err)
		}
		leaf, fact, err := readLeaf(raw, tree.Size())
		if err != nil {
			return report, failed(tree.Size(), err)
		}
		if tree.Size() == report.Checkpoint.Size {
			return report, kept.Errorf(kept.Invalid, "the bundle has more leaves than the checkpoint's %d", report.Checkpoint.Size)
		}
		if fact == nil {
			report.Closed++
		} else {
			report.Opened++
			report.Kinds[fact.Kind]++
			seen[fact.Scope] = append(seen[fact.Scope], numbered{fact.Ordinal, tree.Size()})
		}
		tree.Add(leaf)
	}
	if tree.Size() != report.Checkpoint.Size {
		return report, kept.Errorf(kept.Invalid, "the bundle has %d leaves, the checkpoint %d", tree.Size(), report.Checkpoint.Size)
	}
	if tree.Root() != report.Checkpoint.Root {
		return report, kept.Errorf(kept.Invalid, "the %d leaves do not give the root that the checkpoint signs", tree.Size())
	}
	return report, report.count(seen)
}

func failed(index int64, err error) error {
	return kept.Errorf(kept.Invalid, "line %d, index %d: %w", index+2, index, err)
}

func head(lines *bufio.Reader, knownKey string) (Report, error) {
	raw, err := next(lines)
	if err != nil {
		return Report{}, kept.Errorf(kept.Invalid, "line 1: the bundle has no first line")
	}
	var h headLine
	if !exact(raw, &h) || h.Version != bundleVersion {
		return Report{}, kept.Errorf(kept.Invalid, "line 1: not the first line of a bundle of version %d", bundleVersion)
	}
	if knownKey != "" && strings.TrimSpace(knownKey) != h.Key {
		return Report{}, kept.Errorf(kept.Invalid, "line 1: the bundle is signed with another key than the known one").
			WithHint("a log that was restored as a clone has a new key; ask the vendor over another channel")
	}
	c, err := Open(h.Key, []byte(h.Checkpoint))
	if err != nil {
		return Report{}, kept.Errorf(kept.Invalid, "line 1: %w", err)
	}
	return Report{Checkpoint: c, Key: h.Key, KeyKnown: knownKey != "", Kinds: map[kept.FactKind]int64{}}, nil
}

// next is a line with its end, valid until the next call. The last line has one too: a cut line is noticed.
func next(lines *bufio.Reader) ([]byte, error) {
	raw, err := lines.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, kept.Errorf(kept.Invalid, "more than %d bytes", maxLine)
	case errors.Is(err, io.EOF) && len(raw) > 0:
		return nil, kept.Errorf(kept.Invalid, "the bundle ends within the line")
	}
	return raw, err
}

// exact reads a line into x and tells whether it is written as line writes x.
func exact(raw []byte, x any) bool {
	if json.Unmarshal(raw, x) != nil {
		return false
	}
	again, err := line(x)
	return err == nil && bytes.Equal(again, raw)
}

// readLeaf is the leaf of a line, and its fact when the line opens it.
func readLeaf(raw []byte, index int64) (leaf [32]byte, fact *kept.Fact, err error) {
	var l leafLine
	if !exact(raw, &l) {
		return leaf, nil, kept.Errorf(kept.Invalid, "not a leaf of a bundle")
	}
	if l.Index != index {
		return leaf, nil, kept.Errorf(kept.Invalid, "another index stands there")
	}
	if !unhex(leaf[:], l.Leaf) {
		return leaf, nil, kept.Errorf(kept.Invalid, "the leaf is not a hash")
	}
	if l.Blind == "" && l.Fact == "" {
		return leaf, nil, nil
	}
	var blind [16]byte
	b, err := base64.StdEncoding.Strict().DecodeString(l.Fact)
	if err != nil || strings.ContainsAny(l.Fact, "\r\n") || !unhex(blind[:], l.Blind) {
		return leaf, nil, kept.Errorf(kept.Invalid, "the opening is not written as one")
	}
	if Leaf(blind, b) != leaf {
		return leaf, nil, kept.Errorf(kept.Invalid, "the opening does not give the leaf")
	}
	f, err := Decode(b)
	if err != nil {
		return leaf, nil, err
	}
	return leaf, &f, nil
}

// unhex fills to from exactly as many lower-case hexadecimal digits.
func unhex(to []byte, s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && copy(to, b) == len(b) && len(b) == len(to) && hex.EncodeToString(b) == s
}

type numbered struct{ ordinal, index int64 }

// count fills Scopes and Unexplained, and refuses an ordinal that occurs twice.
func (r *Report) count(seen map[kept.Scope][]numbered) error {
	var missing int64
	for scope, facts := range seen {
		slices.SortFunc(facts, func(a, b numbered) int {
			return cmp.Or(cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.index, b.index))
		})
		o := Ordinals{Scope: scope, Facts: int64(len(facts))}
		for _, f := range facts {
			if f.ordinal == o.Last {
				return kept.Errorf(kept.Invalid, "index %d: ordinal %d of %s occurs twice", f.index, f.ordinal, scope)
			}
			if f.ordinal > o.Last+1 {
				o.Missing += f.ordinal - o.Last - 1
				if len(o.Gaps) < maxGaps {
					o.Gaps = append(o.Gaps, Gap{o.Last + 1, f.ordinal - 1})
				}
			}
			o.Last = f.ordinal
		}
		missing = min(missing+o.Missing, intLimit) // hostile ordinals must not overflow the sum
		r.Scopes = append(r.Scopes, o)
	}
	r.Unexplained = max(0, missing-r.Closed)
	slices.SortFunc(r.Scopes, func(a, b Ordinals) int { return strings.Compare(a.Scope.String(), b.Scope.String()) })
	return nil
}
