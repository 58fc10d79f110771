package assembly

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"kept"
	"kept/document"
	"kept/kernel"
	"kept/ledger"
	"kept/policy"
)

// lastPolicy is the newest policy.loaded fact; false before the first.
func lastPolicy(v *kernel.View) (kept.Fact, bool, error) {
	list, err := loaded(v, `LIMIT 1`)
	if err != nil || len(list) == 0 {
		return kept.Fact{}, false, err
	}
	return list[0], true, nil
}

// announcedBefore tells whether a policy stood beside an older one as the next, by some instant.
func announcedBefore(v *kernel.View, digest [32]byte, by kept.Time) (bool, error) {
	list, err := loaded(v, ``)
	return slices.ContainsFunc(list, func(f kept.Fact) bool { return f.Hashes["next"] == digest && f.At <= by }), err
}

func loaded(v *kernel.View, limit string) ([]kept.Fact, error) {
	return kernel.Query(v, func(scan func(...any) error) (f kept.Fact, err error) {
		var body []byte
		if err := scan(&body); err != nil {
			return f, err
		}
		return ledger.Decode(body)
	}, `SELECT body FROM fact WHERE kind = $1 AND body IS NOT NULL ORDER BY at DESC, ordinal DESC `+limit, string(kept.FactPolicyLoaded))
}

func sameServer(a, b kept.Fact) bool {
	return maps.Equal(a.Hashes, b.Hashes) && maps.Equal(a.Words, b.Words)
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
