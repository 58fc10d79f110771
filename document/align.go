package document

import "sort"

// Alignment says where the references of a policy stand in a text.
type Alignment struct {
	Units  []int         // for each reference its unit, or -1
	Offers map[int][]int // for units that may be what an unfound reference meant: indexes of those references, ascending
}

// Align finds refs, which stand in the policy's order, and offers those it cannot find to the units they may have become:
// a reference in doubt to the twins it fits, or to all of them if it fits none; any other to the unknown units (bound by no reference, neither heading nor
// furniture) between the units of the found references around it. Found references that stand against the order of the
// text, because a sentence moved, are no landmarks.
func (t *Text) Align(refs []Ref) Alignment {
	a := Alignment{Units: make([]int, len(refs)), Offers: map[int][]int{}}
	bound := make([]bool, len(t.Units))
	for k, r := range refs {
		a.Units[k] = -1
		if i, ok := t.Find(r); ok {
			a.Units[k], bound[i] = i, true
		}
	}
	for k, r := range refs {
		if a.Units[k] < 0 {
			for _, i := range t.doubt(r) {
				a.Offers[i] = append(a.Offers[i], k)
				bound[i] = true
			}
		}
	}
	var lost []int
	above := -1
	fill := func(below int) {
		t.offer(a.Offers, bound, refs, lost, above, below)
		lost, above = nil, below
	}
	landmark := landmarks(a.Units)
	for k, r := range refs {
		switch {
		case landmark[k]:
			fill(a.Units[k])
		case a.Units[k] < 0 && len(t.at[r.ID]) == 0:
			lost = append(lost, k)
		}
	}
	fill(len(t.Units))
	return a
}

// doubt are the units that an unfound reference in doubt may mean.
func (t *Text) doubt(r Ref) (units []int) {
	for _, i := range t.at[r.ID] {
		if t.Fits(r, i) {
			units = append(units, i)
		}
	}
	if units == nil {
		return t.at[r.ID]
	}
	return units
}

// offer pairs the lost references of one gap with its unknown units: one by one when there are as many of both,
// otherwise each unit is offered all of them.
func (t *Text) offer(offers map[int][]int, bound []bool, refs []Ref, lost []int, above, below int) {
	if len(lost) == 0 {
		return
	}
	var unknown []int
	for i := above + 1; i < below; i++ {
		if k := t.Units[i].Kind; !bound[i] && k != Heading && k != Furniture {
			unknown = append(unknown, i)
		}
	}
	var groups [][]int // several promises may have meant the same sentence
	seen := map[Ref]int{}
	for _, k := range lost {
		g, ok := seen[refs[k]]
		if !ok {
			g = len(groups)
			seen[refs[k]] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], k)
	}
	for n, i := range unknown {
		if len(groups) == len(unknown) {
			offers[i] = groups[n]
		} else {
			offers[i] = lost
		}
	}
}

// landmarks marks a longest rising subsequence of the found units. Where a unit is bound again, its first place counts.
func landmarks(units []int) []bool {
	var tails []int // tails[n] is the index that ends the best subsequence of length n+1
	before := make([]int, len(units))
	seen := map[int]bool{-1: true}
	for k, u := range units {
		if seen[u] {
			continue
		}
		seen[u] = true
		n := sort.Search(len(tails), func(n int) bool { return units[tails[n]] > u })
		before[k] = -1
		if n > 0 {
			before[k] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, k)
		}
		tails[n] = k
	}
	marked := make([]bool, len(units))
	if len(tails) > 0 {
		for k := tails[len(tails)-1]; k >= 0; k = before[k] {
			marked[k] = true
		}
	}
	return marked
}
