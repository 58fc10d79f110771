package db

import (
	"testing"

	"kept"
)

func TestOldServersAreRefused(t *testing.T) {
	for _, c := range []struct {
		version int64
		want    kept.Kind
	}{{90624, kept.Invalid}, {149999, kept.Invalid}, {150000, ""}, {180001, ""}} {
		if got := kept.KindOf(checkVersion(c.version)); got != c.want {
			t.Errorf("%d: %q, want %q", c.version, got, c.want)
		}
	}
}
