package keys

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

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

// replace leaves at every moment a whole ring under the name. The replaced one keeps a second name until its bytes are
// overwritten, so that a crash in between leaves nothing that nobody finds again.
func (f ringFile) replace(b []byte) error {
	if err := f.tidy(); err != nil {
		return err
	}
	beside, old := string(f)+".new", string(f)+".old"
	if err := writeFlushed(beside, b); err != nil {
		return err
	}
	if err := os.Link(string(f), old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(beside, string(f)); err != nil {
		return err
	}
	if err := flushFolder(filepath.Dir(string(f))); err != nil {
		return err
	}
	return f.tidy()
}

// tidy overwrites and removes what an interrupted replacement left beside the file: both names hold keys.
func (f ringFile) tidy() error {
	live, err := os.Stat(string(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range []string{string(f) + ".new", string(f) + ".old"} {
		left, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if left.Mode().IsRegular() && !os.SameFile(left, live) { // a second name of the living file only goes
			if err := blank(name, left.Size()); err != nil {
				return err
			}
		}
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// alone runs fn while no other process changes the file.
func (f ringFile) alone(fn func() error) error {
	lock, err := os.OpenFile(string(f)+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return kept.Errorf(kept.Internal, "lock of the key file: %w", err)
	}
	defer lock.Close() // gives it free
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return kept.Errorf(kept.Internal, "lock of the key file: %w", err)
	}
	return fn()
}

// resolved is where the file really lies: replacing a link would leave the keys in another folder than the operator chose.
func resolved(file string) (ringFile, error) {
	real, err := filepath.EvalSymlinks(file)
	if err == nil {
		return ringFile(real), nil
	}
	if _, link := os.Readlink(file); link == nil || !errors.Is(err, fs.ErrNotExist) {
		return "", kept.Errorf(kept.Invalid, "the key file cannot be found").WithHint("the link that --keys names leads nowhere")
	}
	return ringFile(file), nil
}

func writeFlushed(name string, b []byte) error {
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

func blank(name string, size int64) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteAt(make([]byte, size), 0); err != nil {
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
