package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// pairs is two networks that share members, and where these meet: by parallel edges, in time,
// in equal numbers.
func (p *pair) pairs() {
	p.Helper()
	keyed := func(key string, e store.EdgeRecord) store.EdgeRecord { e.Key = key; return e }
	var records []any
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		records = append(records, node("Organisation", id))
	}
	for _, id := range []string{"n1", "n2", "n3"} {
		records = append(records, node("Network", id))
	}
	for _, id := range []string{"p1", "p2", "p3", "p4"} {
		records = append(records, node("Project", id, m{"start": date("2012")}))
	}
	records = append(records, node("Programme", "g"))
	for member, of := range map[string]string{"a": "n1", "b": "n1 n2", "c": "n1 n2", "d": "n2", "e": "n2 n3", "f": "n1"} {
		for n := range strings.FieldsSeq(of) {
			records = append(records, edge("MEMBER_OF", member, n, m{"role": "of " + n}))
		}
	}
	records = append(records, keyed("again", edge("MEMBER_OF", "c", "n2", m{"since": date("2014")})), keyed("once", edge("MEMBER_OF", "d", "n1", m{"until": date("2012")})))
	for project, who := range map[string]string{"p1": "a c d", "p2": "a b c e f", "p3": "b c d", "p4": "a b c d e", "g": "a e f"} {
		for x := range strings.FieldsSeq(who) {
			records = append(records, edge("PARTICIPATES_IN", x, project, m{"role": "in " + project}))
		}
	}
	// More edges do not make more to meet at.
	for _, key := range []string{"1", "2", "3"} {
		records = append(records, keyed(key, edge("PARTICIPATES_IN", "e", "p4", m{"role": key})), keyed(key, edge("PARTICIPATES_IN", "f", "p2", m{"role": key})))
	}
	records = append(records, keyed("late", edge("PARTICIPATES_IN", "e", "p3", m{"since": date("2014")})), keyed("early", edge("PARTICIPATES_IN", "f", "p1", m{"until": date("2012-05")})))
	p.say(records...)
}

// firstPairs are the first pairs of two groups by what is told of where these meet, if just
// so many are wanted: with the edges to where they meet, and those by which they are members.
// All must come out as when nothing is left out, which is what the oracle tells.
func firstPairs(p *pair, groups [2][]string, by *store.Rel, rel store.Rel, when store.Period, pairs int) func(store.Reader) ([]string, error) {
	return func(r store.Reader) ([]string, error) {
		m, err := meet(p, r, groups[:], by, rel, when, pairs)
		if err != nil {
			return nil, err
		}
		// By slot: by which edges it is a member of each group, and by which it gets where.
		members, leads := [2]map[store.Slot][]string{{}, {}}, map[store.Slot]map[store.Slot][]string{}
		for i, fan := range m.Members {
			for at := range groups[i] {
				for k := fan.Off[at]; k < fan.Off[at+1]; k++ {
					text := fmt.Sprintf("group %d, place %d", i, at)
					if e := fan.Edge[k]; e != nil {
						text += fmt.Sprintf(" by %v %v", e.EdgeID, e.Props)
					}
					members[i][fan.To[k]] = append(members[i][fan.To[k]], text)
				}
			}
		}
		for i, from := range m.From {
			leads[from] = map[store.Slot][]string{}
			for k := m.Off[i]; k < m.Off[i+1]; k++ {
				leads[from][m.To[k]] = append(leads[from][m.To[k]], fmt.Sprintf("%v %v", m.Edge[k].EdgeID, m.Edge[k].Props))
			}
		}
		type met struct {
			a, b  string
			size  int
			lines []string
		}
		var all []met
		for x := range members[0] {
			for y := range members[1] {
				ids := r.IDs([]store.Slot{x, y})
				if x == y || ids[0] > ids[1] && members[1][x] != nil && members[0][y] != nil {
					continue
				}
				one := met{a: ids[0], b: ids[1]}
				for far, edges := range leads[x] {
					if other := leads[y][far]; other != nil {
						one.size++
						one.lines = append(one.lines, fmt.Sprintf("%s and %s meet at %s: %q, %q", ids[0], ids[1], r.IDs([]store.Slot{far})[0], edges, other))
					}
				}
				if one.size == 0 {
					continue
				}
				slices.Sort(one.lines)
				one.lines = append(one.lines, fmt.Sprintf("members: %q, %q", members[0][x], members[1][y]))
				all = append(all, one)
			}
		}
		slices.SortFunc(all, func(x, y met) int {
			return cmp.Or(y.size-x.size, strings.Compare(x.a, y.a), strings.Compare(x.b, y.b))
		})
		var out []string
		for _, x := range all[:min(pairs, len(all))] {
			out = append(out, x.lines...)
		}
		return out, nil
	}
}
