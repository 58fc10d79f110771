package simulate

import (
	"kept/judge"
	"kept/policy"
	"kept/stage"
)

// plain is the policy as the judge wants it: what was written, and nothing that was worked out from it.
func plain(p *policy.Policy) judge.Policy {
	out := version(p)
	out.Stands = stage.Options{Policy: p}.Stands()
	for _, v := range p.Earlier {
		older := version(v)
		older.Stands = out.Stands
		out.Earlier = append(out.Earlier, older)
	}
	return out
}

func version(p *policy.Policy) judge.Policy {
	out := judge.Policy{Vendor: p.Vendor.ID, Country: p.Vendor.Country, Since: p.Effective}
	for _, a := range p.Retroactive {
		out.Reaches = append(out.Reaches, a.Promise)
	}
	for _, a := range p.Apps {
		app := judge.App{ID: a.ID}
		for _, h := range a.Hosting {
			app.Hosting = append(app.Hosting, string(h))
		}
		out.Apps = append(out.Apps, app)
	}
	out.Recipients = map[string]judge.Party{}
	for _, r := range p.Recipients {
		out.Recipients[r.ID] = judge.Party{Kind: r.Kind, Seat: r.Seat}
	}
	for _, c := range p.Categories {
		category := judge.Category{Name: c.Name, Scope: c.Scope, Personal: c.Subject != "", Journal: c.Journal == "reads", Fides: map[string]string{}}
		for _, f := range c.Fields {
			category.Fields = append(category.Fields, f.Name)
			category.Fides[f.Name] = f.Fides
		}
		out.Categories = append(out.Categories, category)
	}
	for _, pr := range p.Promises {
		if pr.Proposed { // until somebody has read it, it neither counts nor acts
			continue
		}
		promise := judge.Promise{ID: pr.ID, Control: pr.Control, Params: map[string][]string{}, Apps: pr.Apps, Surface: pr.Surface,
			Sentences: sentences(pr.Sentences)}
		for name, v := range pr.Params {
			promise.Params[name] = v.Words()
			if bounds := v.Map(); bounds != nil { // whose they are, and each by its name
				promise.Params[name] = bounds["by"].Words()
				for _, bound := range []string{"min", "max"} {
					if words := bounds[bound].Words(); words != nil {
						promise.Params[name+"."+bound] = words
					}
				}
			}
		}
		for _, h := range pr.Hosting {
			promise.Hosting = append(promise.Hosting, string(h))
		}
		out.Promises = append(out.Promises, promise)
	}
	for _, c := range p.Contradictions {
		out.Contradictions = append(out.Contradictions, judge.Contradiction{Sentences: sentences(c.Sentences), Keeps: sentence(c.Keeps)})
	}
	return out
}

func sentence(r policy.Ref) judge.Sentence {
	s := judge.Sentence{ID: r.ID}
	if r != (policy.Ref{ID: r.ID}) {
		s.Context = r.Under + "/" + r.After + "/" + r.Before + "/" + r.Section
	}
	return s
}

func sentences(list []policy.Ref) (out []judge.Sentence) {
	for _, r := range list {
		out = append(out, sentence(r))
	}
	return out
}
