package sample

import (
	"slices"
	"testing"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

// load loads the samples into the store that is quickest to ask.
func load(t *testing.T) store.Store {
	t.Helper()
	s := storetest.NewOracle(ontology.Served().Store)
	t.Cleanup(func() { _ = s.Close() })
	batches, err := Batches()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatalf("%s: %v", b.ID, err)
		}
	}
	for _, b := range batches {
		if r, err := s.Apply(t.Context(), b); err != nil || !r.Repeated {
			t.Errorf("%s a second time: %+v, %v", b.ID, r, err)
		}
	}
	return s
}

// find is the only node of a kind with a name.
func find(t *testing.T, r store.Reader, kind, name string) *store.Node {
	t.Helper()
	hits, err := r.Search(t.Context(), name, []string{kind}, store.SearchWindow{First: 10})
	if err != nil {
		t.Fatal(err)
	}
	var found *store.Node
	for _, h := range hits.Hits {
		if h.Score == 1 {
			if found != nil {
				t.Errorf("two nodes are called %q: %s and %s", name, found.ID, h.Node.ID)
			}
			found = h.Node
		}
	}
	if found == nil {
		t.Fatalf("nobody is called %q", name)
	}
	return found
}

// The samples answer the question the project is about with the three true pairs, and
// nothing around them adds a fourth. The tests of package eccp ask it of each store, of the
// samples with the pages that they come from.
func TestPairs(t *testing.T) {
	s := load(t)
	err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
		sides := []analysis.Side{
			{By: analysis.MembersOf, IDs: []string{find(t, r, "Network", "3B ICT Clusters' Network").ID}},
			{By: analysis.MembersOf, IDs: []string{find(t, r, "Network", "Serbian Cluster Association").ID}},
		}
		pairs, err := analysis.New(ontology.Served()).Partnerships(t.Context(), r, sides, analysis.PartnershipQuery{})
		if err != nil {
			return err
		}
		var got []string
		for i := range pairs.Len() {
			p := pairs.At(i)
			nodes, err := r.At(t.Context(), []store.Slot{p.A(), p.B()})
			if err != nil {
				return err
			}
			got = append(got, nodes[0].Name()+" with "+nodes[1].Name())
		}
		slices.Sort(got)
		want := []string{"ICT Cluster with Autocluster Serbia", "ICT Cluster with ICT Cluster of Central Serbia", "ICT Cluster with Vojvodina ICT Cluster"}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// One body stands for each name, whatever the source calls it.
func TestBodies(t *testing.T) {
	s := load(t)
	err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
		for _, c := range []struct{ kind, name, other string }{
			{"Cluster", "ICT Cluster", "FONDATSIA KLUSTER INFORMASIONNI I KOMUNIKATSIONNI TEHNOLOGII"},
			{"Cluster", "ICT Cluster", "ИКТ Клъстер"},
			{"Cluster", "ICT Cluster", "Foundation Cluster Information and Communication Technologies"},
			{"Organisation", "VTT", "TEKNOLOGIAN TUTKIMUSKESKUS VTT OY"},
			{"Organisation", "University of West Bohemia", "ZAPADOCESKA UNIVERZITA V PLZNI"},
			{"Project", "BOWI", "Boosting Widening Digital Innovation Hubs"},
		} {
			if a, b := find(t, r, c.kind, c.name), find(t, r, c.kind, c.other); a.ID != b.ID {
				t.Errorf("%s is %s, %s is %s", c.name, a.ID, c.other, b.ID)
			}
		}
		ict := find(t, r, "Cluster", "ICT Cluster")
		if smes := store.Part(ict.Props, []string{"composition", "smes"}); smes != int64(280) {
			t.Errorf("%v SMEs, want 280", smes)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	problems := 0
	if err := s.Check(t.Context(), func(p store.Problem) { problems++; t.Error(p) }); err != nil || problems > 0 {
		t.Errorf("%d problems, %v", problems, err)
	}
}

// Every property and relation is of the ontology, and leads between kinds it may.
func TestSamplesFitTheOntology(t *testing.T) {
	batches, err := Batches()
	if err != nil {
		t.Fatal(err)
	}
	o := ontology.Served()
	places := map[string]bool{}
	for _, b := range batches {
		for _, n := range b.Nodes {
			for _, p := range n.Props {
				if err := o.Store.Kinds[n.Kind].Props[p.Name].Check(p.Value); err != nil {
					t.Errorf("%s %s: %s: %v", n.Kind, n.Name, p.Name, err)
				}
			}
			key := n.Kind + "/" + n.Name + " of " + n.Source.Name + " at " + n.Place
			if places[key] {
				t.Errorf("two records of %s: the later takes the place of the earlier", key)
			}
			places[key] = true
		}
		for _, e := range b.Edges {
			if !o.Links(e.Type, e.From.Kind, e.To.Kind) {
				t.Errorf("no %s leads from %s to %s", e.Type, e.From.Kind, e.To.Kind)
			}
		}
	}
}
