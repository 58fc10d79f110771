package assembly

import (
	"encoding/hex"
	"os"
	"path/filepath"

	"kept"
	"kept/document"
	"kept/kernel"
	"kept/ledger"
	"kept/policy"
)

// lastPolicy is digest, build and regions of the newest policy.loaded fact, "" before the first.
func lastPolicy(v *kernel.View) (string, error) {
	var body []byte
	found, err := v.Row(`SELECT body FROM fact WHERE kind = $1 ORDER BY at DESC, ordinal DESC LIMIT 1`, string(kept.FactPolicyLoaded)).Scan(&body)
	if err != nil || !found || body == nil {
		return "", err
	}
	f, err := ledger.Decode(body)
	if err != nil {
		return "", err
	}
	digest := f.Hashes["policy"]
	return hex.EncodeToString(digest[:]) + "/" + f.Words["build"] + "/" + f.Words["region"] + "/" + f.Words["database-region"], nil
}

// Texts reads the published texts that lie beside a policy; a document without a file has none.
func Texts(p *policy.Policy) (map[string]*document.Text, error) {
	texts := map[string]*document.Text{}
	for _, d := range p.Documents {
		if d.File == "" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(p.Dir, d.File))
		if err != nil {
			return nil, kept.Errorf(kept.Invalid, "the text of document %s cannot be read: %w", d.ID, err).
				WithHint("`file` is relative to the policy's folder")
		}
		if texts[d.ID], err = document.Split(raw, d.Language); err != nil {
			return nil, err
		}
	}
	return texts, nil
}
