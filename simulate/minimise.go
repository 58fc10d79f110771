package simulate

import (
	"context"
	"slices"
)

// Minimise looks for a shorter plan under which the first finding's rule still fails: it leaves out halves, then smaller
// parts, of the steps up to there, and lives through what remains at most so many times. It returns the shortest
// outcome it found.
func Minimise(ctx context.Context, o Options, from *Outcome, tries int) (*Outcome, error) {
	best := *from
	rule := from.Findings[0].Rule
	o.Progress = nil
	upTo := from.Findings[0].At
	o.until = upTo
	best.Steps = slices.DeleteFunc(slices.Clone(best.Steps), func(s Step) bool { return first.Add(s.At) > upTo })
	for parts := 2; tries > 0 && len(best.Steps) > 1; {
		shorter := false
		size := (len(best.Steps) + parts - 1) / parts
		for from := 0; from < len(best.Steps) && tries > 0; {
			steps := slices.Delete(slices.Clone(best.Steps), from, min(from+size, len(best.Steps)))
			tries--
			out, err := live(ctx, o, steps)
			if err != nil || out.Findings == nil || out.Findings[0].Rule != rule {
				if ctx.Err() != nil {
					return &best, ctx.Err()
				}
				from += size
				continue
			}
			end := out.Findings[0].At
			best = *out
			best.Steps = slices.DeleteFunc(steps, func(s Step) bool { return first.Add(s.At) > end })
			shorter = true
		}
		if size == 1 && !shorter {
			break
		}
		if !shorter || size > len(best.Steps) {
			parts = min(2*parts, max(2, len(best.Steps)))
		}
	}
	return &best, nil
}
