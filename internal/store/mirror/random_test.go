package mirror

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"clustergraph/internal/store"
)

// Whatever commits do to a snapshot, it is the one that would be built anew: Check compares
// all that leads to nodes and edges.
func TestRandomCommits(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(200) {
		d := dice{rand.New(rand.NewPCG(seed, 1))}
		f := newFake()
		if _, err := f.Apply(ctx, d.batch(f)); err != nil {
			t.Fatal(err)
		}
		m, err := Open(ctx, f, testSchema(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if _, err := m.Apply(ctx, d.batch(f)); err != nil {
				t.Fatal(err)
			}
			if err := m.Check(ctx, func(p store.Problem) { t.Errorf("seed %d: %s: %s", seed, p.Subject, p.What) }); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// dice makes small random batches, in which things often coincide.
type dice struct{ *rand.Rand }

func (d dice) one(of ...string) string { return of[d.IntN(len(of))] }

func (d dice) id() string { return fmt.Sprintf("n%d", d.IntN(14)) }

func (d dice) date() store.Date {
	x, err := store.ParseDate(d.one("2019", "2020", "2020-Q2", "2020-05", "2020-05-17", "2021"))
	if err != nil {
		panic(err)
	}
	return x
}

func (d dice) node(id string) store.NodeRecord {
	m := map[string]any{"name": d.one("Alpha One", "alpha two", "Áb ova", "Klaster БЪЛГАР", "beta alpha")}
	if d.IntN(2) == 0 {
		m["start"] = d.date()
	}
	if d.IntN(2) == 0 {
		m["size"] = int64(d.IntN(3))
	}
	if d.IntN(3) == 0 {
		m["aliases"] = []string{d.one("AO", "Alpha Beta", "ova")}
	}
	if d.IntN(3) == 0 {
		m["formerIds"] = []string{"old-" + id}
	}
	if d.IntN(3) == 0 {
		m["identifiers"] = []map[string]any{{"scheme": "PIC", "value": id}}
	}
	return store.NodeRecord{Ref: store.Ref{ID: id, Kind: d.one("Org", "Org", "Project", "Place")}, Props: store.PropsOf(m)}
}

func (d dice) batch(f *fake) store.Batch {
	var b store.Batch
	for range d.IntN(5) {
		b.Nodes = append(b.Nodes, d.node(d.id()))
	}
	there := map[string]bool{}
	for id := range f.nodes {
		there[id] = true
	}
	for _, n := range b.Nodes {
		there[n.ID] = true
	}
	if d.IntN(3) == 0 {
		if id := d.id(); f.nodes[id] != nil && !slices.ContainsFunc(b.Nodes, func(n store.NodeRecord) bool { return n.ID == id }) {
			b.Steps = append(b.Steps, store.Remove{Node: store.Ref{ID: id}})
			delete(there, id)
		}
	}
	for range d.IntN(8) {
		from, to := d.id(), d.id()
		if there[from] && there[to] {
			m := map[string]any{"role": d.one("A", "B")}
			if d.IntN(2) == 0 {
				m["since"] = d.date()
			}
			b.Edges = append(b.Edges, store.EdgeRecord{Type: d.one("JOINS", "JOINS", "PART_OF"), Key: d.one("", "", "k"),
				From: store.Ref{ID: from}, To: store.Ref{ID: to}, Props: store.PropsOf(m)})
		}
	}
	for id := range f.edges {
		if d.IntN(20) == 0 && !slices.ContainsFunc(b.Edges, func(e store.EdgeRecord) bool {
			return id == store.EdgeID{Type: e.Type, From: e.From.ID, To: e.To.ID, Key: e.Key}
		}) {
			b.Steps = append(b.Steps, store.Unlink{Type: id.Type, Key: id.Key, From: store.Ref{ID: id.From}, To: store.Ref{ID: id.To}})
		}
	}
	return b
}

func testSchema() store.Schema {
	props := map[string]store.Type{
		"name": {Name: store.Text, Index: true}, "start": {Name: store.DateOf, Index: true}, "size": {Name: store.Int},
	}
	place := map[string]store.Type{"name": {Name: store.Text, Index: true}, "start": {Name: store.DateOf}, "size": {Name: store.Int, Index: true}}
	names := []string{"name", "aliases"}
	return store.Schema{
		Kinds: map[string]store.Kind{"Org": {Names: names, Props: props}, "Project": {Names: names, Props: props}, "Place": {Names: names, Props: place}},
		Edges: map[string]store.EdgeType{"JOINS": {Since: "since", ToUntil: "start"}, "PART_OF": {}},
	}
}
