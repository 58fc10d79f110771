package keys

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"kept"
	"kept/seal"
)

// ringFile is the custodian of this machine: a key file, destroyed by overwriting in place.
type ringFile string

// read loads the ring. Errors: NotFound when there is none, Invalid when others may read it or it is damaged.
func (f ringFile) read() (*seal.Ring, error) {
	info, err := os.Stat(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, kept.Errorf(kept.NotFound, "there is no key file").
			WithHint("without the key file nothing in the database opens; give the one that belongs to it with --keys")
	}
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, kept.Errorf(kept.Invalid, "the key file may be read by others").WithHint("chmod 600 it")
	}
	b, err := os.ReadFile(string(f))
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "key file: %w", err)
	}
	return seal.ParseRing(b)
}

// write replaces the file as a whole, reads it back and overwrites the bytes of the one it replaced.
func (f ringFile) write(r *seal.Ring) error {
	b, err := r.Marshal()
	if err != nil {
		return err
	}
	if err := f.replace(b); err != nil {
		return kept.Errorf(kept.Internal, "key file: %w", err)
	}
	back, err := os.ReadFile(string(f))
	if err != nil || sha256.Sum256(back) != sha256.Sum256(b) {
		return kept.Errorf(kept.Internal, "the key file reads back differently from what was written")
	}
	return nil
}

func (f ringFile) replace(b []byte) error {
	old, err := os.OpenFile(string(f), os.O_WRONLY, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != nil {
		defer old.Close()
	}
	beside := string(f) + ".new"
	if err := writeFlushed(beside, b); err != nil {
		return err
	}
	if err := os.Rename(beside, string(f)); err != nil {
		return err
	}
	if err := flushFolder(filepath.Dir(string(f))); err != nil || old == nil {
		return err
	}
	return blank(old)
}

func writeFlushed(name string, b []byte) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(b); err != nil {
		return err
	}
	return file.Sync()
}

func flushFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// blank overwrites a file that no name leads to any more.
func blank(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(make([]byte, info.Size()), 0); err != nil {
		return err
	}
	return file.Sync()
}

func newRing(name string, seed [32]byte, epoch kept.ID) *seal.Ring {
	return &seal.Ring{
		Generation: 1,
		Log:        seal.NewLogKey(name, seed),
		Epochs:     []seal.Key{seal.NewKey(seal.Ref{Kind: seal.Epoch, ID: epoch, Generation: 1})},
	}
}
