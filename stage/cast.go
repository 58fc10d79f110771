package stage

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"kept"
	"kept/policy"
)

// Cast is the policy with names at Atlassian for those of its apps that have none: a published policy tells how an app is
// hosted and not which app it is, and on stage anybody may sign for it. The digest stays that of the files.
func Cast(p *policy.Policy) *policy.Policy {
	cast := called(p)
	cast.Earlier = nil
	for _, v := range p.Earlier {
		older := called(v)
		older.Earlier = slices.Clone(cast.Earlier)
		cast.Earlier = append(cast.Earlier, older)
	}
	return cast
}

func called(p *policy.Policy) *policy.Policy {
	cast := *p
	cast.Apps = slices.Clone(p.Apps)
	for n := range cast.Apps {
		a := &cast.Apps[n]
		if a.Forge == "" && (slices.Contains(a.Hosting, kept.Forge) || slices.Contains(a.Hosting, kept.ForgeRemote)) {
			h := sha256.Sum256([]byte(a.ID))
			a.Forge = fmt.Sprintf("ari:cloud:ecosystem::app/%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
		}
		if a.Connect == "" && slices.Contains(a.Hosting, kept.Connect) {
			a.Connect, a.Base = "stage."+a.ID, "https://"+a.ID+".stage.example"
		}
	}
	return &cast
}
