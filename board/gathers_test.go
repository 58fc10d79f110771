package board

import (
	"path/filepath"
	"testing"

	"kept"
	"kept/policy"
)

// Whatever is judged from evidence says which, without any server.
func TestGathers(t *testing.T) {
	folders, err := filepath.Glob("../examples/published/*")
	if err != nil || len(folders) != 5 {
		t.Fatal(folders, err)
	}
	for _, folder := range append(folders, "../examples/larkspur", "../examples/stories/tern", "../examples/stories/linnet") {
		p, err := policy.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, pr := range p.Promises {
			judged := foresee(p, pr).Verdict == kept.Unproven
			if pr.Control == "access" { // of what is no category here nobody sees anything
				continue
			}
			if gathers := Gathers(p, pr); judged != (gathers != nil) {
				t.Errorf("%s: %s gathers %v", folder, pr.ID, gathers)
			}
		}
	}
}
