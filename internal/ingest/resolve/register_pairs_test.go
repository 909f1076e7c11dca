package resolve

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"clustergraph/internal/ingest/register"
)

var registerFile = flag.String("register", "", "a register, such as ROR's data dump, to measure the labelled pairs with")

// A register that has both names of a body tells what names do not, and takes nothing away: one wrong merge in a
// hundred at most. With
// -register the labelled pairs are counted with one that the user has; none comes with the program,
// so that otherwise one is made of every third pair that is missed.
func TestPairsAreToldByARegister(t *testing.T) {
	pairs := readPairs(t, tuning)
	bodies, at := bodies(pairs)
	without, before := decisions(pairs, at, Find(bodies, Default, nil))
	r, listed := registerFor(t, pairs, at, before)
	if err := r.Meet(t.Context(), bodies); err != nil {
		t.Fatal(err)
	}
	found := Find(bodies, Default, nil)
	with, after := decisions(pairs, at, found)
	t.Logf("of %d bodies %d are in the register, of %d records", len(bodies), r.Actors, r.Records)
	t.Logf("without: %s", without)
	t.Logf("with:    %s", with)
	why := map[[2]int]string{}
	for _, p := range found {
		why[[2]int{min(p.A, p.B), max(p.A, p.B)}] = p.String()
	}
	for _, p := range pairs {
		if is := pairOf(p, at); before[is] != after[is] {
			t.Logf("same %v, merged with it %v: %q and %q, %s: %s", p.same, after[is], p.a.name, p.b.name, p.a.country, why[is])
		}
	}
	if *registerFile != "" {
		return // what others' registers say is for people to judge
	}
	if more := with.right - without.right; listed == 0 || more < listed*leastTold/100 || (with.wrong-without.wrong)*100 > more {
		t.Errorf("of %d pairs that the register has and names do not tell, %d more are found; of all that are merged %d are wrong, before it were %d", listed, more, with.wrong, without.wrong)
	}
}

// leastTold is how many in a hundred of the pairs that a register has are found by it at least: names
// of one word, or of a place alone, tell no record without the same city or domain.
const leastTold = 60

// registerFor is the register to measure with, and of how many pairs it was made.
func registerFor(t *testing.T, pairs []labelled, at map[side]int, merged map[[2]int]bool) (r *Registers, of int) {
	t.Helper()
	if *registerFile != "" {
		left := func(err error) { t.Log(err) }
		from, err := register.Open(*registerFile, left)
		if err != nil {
			t.Fatal(err)
		}
		return NewRegisters([]*register.Register{from}, left), 0
	}
	var lines strings.Builder
	missed := 0
	for _, p := range pairs {
		if !p.same || merged[pairOf(p, at)] {
			continue
		}
		if missed++; missed%3 == 0 {
			of++
			for _, s := range []side{p.a, p.b} {
				fmt.Fprintf(&lines, "%d\t%s\t%s\t%s\n", of, s.name, s.country, s.city)
			}
		}
	}
	return registerOf(t, "missed.tsv", "id\tname\tcountry\tcity\n"+lines.String()), of
}

func pairOf(p labelled, at map[side]int) [2]int {
	a, b := at[p.a], at[p.b]
	return [2]int{min(a, b), max(a, b)}
}

// decisions tells what became of labelled pairs, and which bodies are merged.
func decisions(pairs []labelled, at map[side]int, found []Pair) (m counted, merged map[[2]int]bool) {
	merged = map[[2]int]bool{}
	for _, p := range found {
		if p.Merge {
			merged[[2]int{min(p.A, p.B), max(p.A, p.B)}] = true
		}
	}
	for _, p := range pairs {
		m.count(p.same, merged[pairOf(p, at)])
	}
	return m, merged
}
