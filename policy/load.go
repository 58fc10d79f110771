package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kept"
)

// Load reads the policy in the folder dir: its files *.yaml, hidden ones apart, and of its sub-folders those that Earlier
// names. The error is Problems, or a kept.Error where the folder cannot be read.
func Load(dir string) (*Policy, error) {
	files, err := folderFiles(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, kept.Errorf(kept.NotFound, "no policy folder at %s", dir).WithHint("create the folder, or name another one")
	case err != nil:
		return nil, kept.Errorf(kept.Invalid, "cannot read the policy folder %s: %w", dir, err)
	}
	r := newReader(files)
	p := r.read()
	p.Dir = dir
	r.look(dir)
	r.history(dir)
	if err := r.finish(); err != nil {
		return nil, err
	}
	return p, nil
}

// folderFiles are the bytes of a folder's files by name.
func folderFiles(dir string) (files map[string][]byte, err error) {
	entries, err := os.ReadDir(dir)
	files = map[string][]byte{}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if strings.HasPrefix(e.Name(), ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if files[e.Name()], err = readFile(filepath.Join(dir, e.Name())); err != nil {
			break
		}
	}
	return files, err
}

// look checks that the texts of documents are there.
func (r *reader) look(dir string) {
	for at, file := range r.texts {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(file))); err != nil {
			r.bad(at, "the path counts from the policy's folder", "there is no file %q", file)
		}
	}
}

// readFile stops one byte behind the limit, which is enough to refuse the file.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// Read reads a policy from the bytes of its files by name; the error is Problems. Whether the texts of documents exist
// is not its business, nor are earlier versions.
func Read(files map[string][]byte) (*Policy, error) {
	r := newReader(files)
	p := r.read()
	if err := r.finish(); err != nil {
		return nil, err
	}
	return p, nil
}

// finish puts the problems in order and cuts out their excerpts.
func (r *reader) finish() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	for i := range r.problems {
		p := &r.problems[i]
		p.Excerpt = excerpt(r.lines[p.File], p.Position)
	}
	return r.problems
}

func digest(files map[string][]byte) [32]byte {
	h := sha256.New()
	lp := func(b []byte) {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
		h.Write(b)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		lp([]byte(name))
		lp(files[name])
	}
	return [32]byte(h.Sum(nil))
}
