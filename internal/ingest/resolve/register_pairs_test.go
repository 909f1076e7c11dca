package resolve

import (
	"context"
	"flag"
	"slices"
	"testing"

	"clustergraph/internal/ingest/register"
)

var registerFile = flag.String("register", "", "a register, such as ROR's data dump, to measure the labelled pairs with")

// What a register adds is measured with one that the user has: none comes with the program.
func TestPairsAreToldByARegister(t *testing.T) {
	if *registerFile == "" {
		t.Skip("no -register is named")
	}
	from, err := register.Open(*registerFile, func(err error) { t.Log(err) })
	if err != nil {
		t.Fatal(err)
	}
	r := NewRegisters([]*register.Register{from}, func(err error) { t.Log(err) })
	pairs := readPairs(t, tuning)
	bodies, at := bodies(pairs)
	without := decisions(pairs, at, Find(bodies, Default, nil))
	if err := r.Meet(context.Background(), bodies); err != nil {
		t.Fatal(err)
	}
	found := Find(bodies, Default, nil)
	with := decisions(pairs, at, found)
	t.Logf("of %d bodies %d are in the register, of %d records", len(bodies), r.Actors, r.Records)
	t.Logf("without: %s", without)
	t.Logf("with:    %s", with)
	why := map[[2]int]string{}
	for _, p := range found {
		why[[2]int{min(p.A, p.B), max(p.A, p.B)}] = p.String()
	}
	for _, p := range pairs {
		a, b := at[p.a], at[p.b]
		pair := [2]int{min(a, b), max(a, b)}
		if slices.Contains(without.merged, pair) != slices.Contains(with.merged, pair) {
			t.Logf("same %v, merged with it %v: %q and %q, %s: %s", p.same, slices.Contains(with.merged, pair), p.a.name, p.b.name, p.a.country, why[pair])
		}
	}
}

// decided is what became of labelled pairs.
type decidedPairs struct {
	measured
	merged [][2]int
}

func decisions(pairs []labelled, at map[side]int, found []Pair) (d decidedPairs) {
	merged := map[[2]int]bool{}
	for _, p := range found {
		if p.Merge {
			merged[[2]int{min(p.A, p.B), max(p.A, p.B)}] = true
		}
	}
	for _, p := range pairs {
		a, b := at[p.a], at[p.b]
		pair := [2]int{min(a, b), max(a, b)}
		d.count(p.same, merged[pair])
		if merged[pair] {
			d.merged = append(d.merged, pair)
		}
	}
	return d
}
