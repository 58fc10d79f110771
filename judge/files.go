package judge

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kept"
)

// deadScanned is for how long the key of a dead epoch is looked for in files.
const deadScanned = 40 * 24 * time.Hour

// Files looks through every file for what was planted, and for epoch keys that are dead. Nobody in this process has the
// database open meanwhile: reading its files would break the locks that it holds on them.
func (j *Judge) Files(w World) ([]Finding, error) {
	dead := map[uint64][]string{} // by their first bytes
	var perhaps [1 << 16]bool     // the first two of them: nearly no place in a file begins like that
	for id, key := range j.hoard.dead {
		if j.now.Sub(j.hoard.seen[id]) < deadScanned {
			for _, form := range []string{string(key), base64.StdEncoding.EncodeToString(key)} {
				start := binary.LittleEndian.Uint64([]byte(form))
				dead[start] = append(dead[start], form)
				perhaps[uint16(start)] = true
			}
		}
	}
	for _, root := range []string{w.Data, filepath.Dir(w.KeyFile)} {
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil // the embedded database takes its log away when it likes
			}
			j.clear(filepath.Base(name), b)
			for at := 0; at+8 <= len(b); at++ {
				if !perhaps[binary.LittleEndian.Uint16(b[at:])] {
					continue
				}
				for _, key := range dead[binary.LittleEndian.Uint64(b[at:])] {
					if bytes.HasPrefix(b[at:], []byte(key)) {
						j.find("epoch-turns", "%s holds the key of a dead epoch", filepath.Base(name))
					}
				}
			}
			return err
		})
		if err != nil {
			return nil, kept.Errorf(kept.Internal, "the judge cannot read the files: %w", err)
		}
	}
	return j.take(), nil
}
