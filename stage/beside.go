package stage

import (
	"context"
	"path/filepath"

	"kept/realm"
)

// Beside puts another server of the vendor's on stage, which stands elsewhere and has data of its own: under the same clock
// and policy, with the same Atlassian. Each knows the other by what Atlassian calls its region: here and there. database is
// an empty one of PostgreSQL, or empty as here.
func (s *Stage) Beside(ctx context.Context, region, database, here, there string) (*Stage, error) {
	o := s.Options
	o.Dir, o.Database, o.Region, o.DatabaseRegion, o.beside = filepath.Join(s.Dir, "beside"), database, region, "", s.Scene
	other, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	const secret = "what the servers of a stage share"
	s.Peers = realm.Peers{At: map[string]string{there: other.URL}, Secret: secret, HTTP: s.HTTP}
	other.Peers = realm.Peers{At: map[string]string{here: s.URL}, Secret: secret, HTTP: other.HTTP}
	for _, one := range []*Stage{s, other} {
		if err == nil {
			err = one.Restart(ctx)
		}
	}
	return other, err
}
