package stage

import (
	"encoding/hex"
	"io"

	"kept"
	"kept/board"
	"kept/ledger"
)

// verified reads a bundle of the whole log: what is wrong with it is a finding, not an error.
func verified(bundle io.Reader, key string) (board.Ledger, error) {
	report, err := ledger.Verify(bundle, key)
	found := board.Ledger{Size: report.Checkpoint.Size, Root: hex.EncodeToString(report.Checkpoint.Root[:]), Verified: true}
	switch {
	case kept.KindOf(err) == kept.Invalid:
		found.Verified, found.Why = false, err.Error()
	case err != nil:
		return found, err
	case report.Unexplained > 0:
		found.Verified, found.Why = false, "facts are missing"
	}
	return found, nil
}
