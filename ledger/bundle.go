package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"

	"kept"
)

// maxLine holds a fact in base64, or a checkpoint in JSON, and the members beside it.
const maxLine = 64 << 10

const bundleVersion = 1

type headLine struct {
	Version    int    `json:"kept-bundle"`
	Checkpoint string `json:"checkpoint"`
	Key        string `json:"key"`
}

type leafLine struct {
	Index int64  `json:"i"`
	Leaf  string `json:"leaf"`
	Blind string `json:"blind,omitempty"`
	Fact  string `json:"fact,omitempty"`
}

// line writes x as a line of a bundle; HTML escapes would make two ways of writing one checkpoint.
func line(x any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		return nil, kept.Errorf(kept.Internal, "a line of the bundle can't be written")
	}
	return b.Bytes(), nil
}

// Bundle writes the lines that Verify reads: all leaves up to a checkpoint, with the openings the reader may see.
type Bundle struct {
	to   io.Writer
	next int64
}

// NewBundle writes the first line. Errors: the writer's.
func NewBundle(to io.Writer, checkpoint []byte, verifierKey string) (*Bundle, error) {
	b := &Bundle{to: to}
	return b, b.write(headLine{bundleVersion, string(checkpoint), verifierKey})
}

// Closed writes the next leaf without its opening. Errors: the writer's.
func (b *Bundle) Closed(leaf [32]byte) error {
	return b.leaf(leafLine{Leaf: hex.EncodeToString(leaf[:])})
}

// Opened writes the next leaf as its opening. Errors: the writer's.
func (b *Bundle) Opened(blind [16]byte, fact []byte) error {
	leaf := Leaf(blind, fact)
	return b.leaf(leafLine{
		Leaf:  hex.EncodeToString(leaf[:]),
		Blind: hex.EncodeToString(blind[:]),
		Fact:  base64.StdEncoding.EncodeToString(fact),
	})
}

func (b *Bundle) leaf(l leafLine) error {
	l.Index = b.next
	b.next++
	return b.write(l)
}

func (b *Bundle) write(x any) error {
	out, err := line(x)
	if err != nil {
		return err
	}
	_, err = b.to.Write(out)
	return err
}
