package resolve

import (
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/text"
)

// Decisions are lines of a file of identity decisions (package identity) that say what the plan
// would merge, one for each body, by its names and identifiers. A name that other actors have
// as well decides nothing; what cannot be told for that is left.
func (p *Plan) Decisions(reviewer string) (lines, left []string) {
	bearers := map[string]int{}
	for i := range p.Bodies {
		had := map[string]bool{}
		for _, n := range p.Bodies[i].Names {
			if k := text.Key(n); !had[k] {
				had[k] = true
				bearers[k]++
			}
		}
	}
	group := map[int][]int{}
	of := map[int]int{}
	why := map[int][]string{}
	root := func(i int) int {
		for {
			r, ok := of[i]
			if !ok || r == i {
				return i
			}
			i = r
		}
	}
	for _, pair := range p.Pairs {
		if !pair.Merge {
			continue
		}
		a, b := root(pair.A), root(pair.B)
		if a == b {
			continue
		}
		for _, x := range []int{a, b} {
			if len(group[x]) == 0 {
				group[x] = []int{x}
			}
		}
		of[b] = a
		group[a] = append(group[a], group[b]...)
		why[a] = append(append(why[a], why[b]...), pair.String())
		delete(group, b)
		delete(why, b)
	}
	for first, members := range group {
		within := map[string]int{}
		for _, i := range members {
			had := map[string]bool{}
			for _, n := range p.Bodies[i].Names {
				if k := text.Key(n); !had[k] {
					had[k] = true
					within[k]++
				}
			}
		}
		var names, ids []string
		for _, i := range members {
			b := &p.Bodies[i]
			name := strings.Join(strings.Fields(strings.ReplaceAll(b.Names[0], "|", " ")), " ")
			key := text.Key(name)
			tells := bearers[key] == within[key] && key != "" && !looksLikeTerm(name)
			if tells {
				names = append(names, name)
			}
			if len(b.Identifiers) > 0 {
				ids = append(ids, b.Identifiers[0].Scheme+":"+b.Identifiers[0].Value)
			} else if !tells {
				left = append(left, fmt.Sprintf("%s (%s): others have this name, too", b.Names[0], b.ID))
			}
		}
		slices.Sort(names)
		names = slices.CompactFunc(names, func(a, b string) bool { return text.Key(a) == text.Key(b) })
		slices.Sort(ids)
		terms := slices.Concat(names, slices.Compact(ids))
		if len(names) == 0 || len(terms) < 2 {
			continue
		}
		slices.Sort(why[first])
		reasons := strings.ReplaceAll(strings.Join(slices.Compact(why[first]), "; "), "|", " ")
		lines = append(lines, fmt.Sprintf("same | %s | %s | source: compared: %s | reviewer: %s", family, strings.Join(terms, " | "), reasons, reviewer))
	}
	slices.Sort(lines)
	slices.Sort(left)
	return lines, left
}

// looksLikeTerm tells of a name that would be read as something else than a name.
func looksLikeTerm(name string) bool {
	for _, prefix := range []string{"source:", "reviewer:", "known as:"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	scheme, _, ok := strings.Cut(name, ":")
	return ok && scheme == strings.ToUpper(scheme)
}
