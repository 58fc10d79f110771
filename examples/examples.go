// Package examples carries the example policies in the binary, so that the demonstration needs no checkout. It holds no
// policy of a real vendor.
package examples

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"

	"kept"
)

//go:embed larkspur
var files embed.FS

// Unpack writes an example into a folder of its name below dir, and returns that folder.
func Unpack(dir, name string) (string, error) {
	root, err := fs.Sub(files, name)
	if err == nil {
		err = os.CopyFS(filepath.Join(dir, name), root)
	}
	if err != nil {
		return "", kept.Errorf(kept.Internal, "the example %s: %w", name, err)
	}
	return filepath.Join(dir, name), nil
}
