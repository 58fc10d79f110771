package supportdesk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errKey says no more: the system's words hold a path, and whoever asks is in a browser.
var errKey = errors.New("the key of this host can't be read or written")

// readKey is empty where the host never enrolled.
func readKey(file string) (string, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", errKey
	}
	return strings.TrimSpace(string(b)), nil
}

// keyFits tells whether a key could be written.
func keyFits(file string) error {
	name, err := spare(file, "")
	if err != nil || os.Remove(name) != nil {
		return errKey
	}
	return nil
}

// writeKey keeps a key for the app's own eyes. It is there whole, or not at all.
func writeKey(file, key string) error {
	name, err := spare(file, key+"\n")
	if err != nil || os.Rename(name, file) != nil {
		return errKey
	}
	return nil
}

func dropKey(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errKey
	}
	return nil
}

// spare writes a file beside the key, readable for its owner alone.
func spare(file, text string) (name string, err error) {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder, ".key-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return f.Name(), errors.Join(err, f.Sync(), f.Close())
}
