package eccp

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/test/stores"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

func apply(t *testing.T, s store.Store, b store.Batch) store.Result {
	t.Helper()
	r, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every page can be stored, and importing it again changes nothing, whether it replaces
// what an earlier run read or not.
func TestPagesCanBeStored(t *testing.T) { stores.Each(t, testPagesCanBeStored) }

func testPagesCanBeStored(t *testing.T, open func(*testing.T) store.Store) {
	paths := sharedFiles(t)
	for _, name := range fixtures {
		paths = append(paths, filepath.Join("testdata", name))
	}
	s := open(t)
	for _, path := range paths {
		p := parseFile(t, path)
		apply(t, s, p.Batch(nil))
		if r := apply(t, s, p.Batch(nil)); r.NodeCount.New+r.NodeCount.Changed+r.EdgeCount.New+r.EdgeCount.Changed > 0 {
			t.Errorf("%s: a second import changes %+v nodes, %+v edges", path, r.NodeCount, r.EdgeCount)
		}
		if r := apply(t, s, p.Batch(&Replace{Run: "later"})); r.NodeCount.New+r.NodeCount.Changed+r.NodeCount.Gone+r.EdgeCount.New+r.EdgeCount.Changed+r.EdgeCount.Gone > 0 {
			t.Errorf("%s: replacing it by itself changes %+v nodes, %+v edges", path, r.NodeCount, r.EdgeCount)
		}
	}
	if err := s.Check(t.Context(), func(x store.Problem) { t.Error(x) }); err != nil {
		t.Fatal(err)
	}
}

// A page that no longer says something withdraws it if it is to replace the earlier one.
func TestReplace(t *testing.T) { stores.Each(t, testReplace) }

func testReplace(t *testing.T, open func(*testing.T) store.Store) {
	s := open(t)
	p := parseFile(t, "testdata/network.txt")
	apply(t, s, p.Batch(&Replace{Run: "first"}))
	p = parseFile(t, "testdata/network.txt")
	kept := p.facts.relations[:0]
	for _, r := range p.facts.relations {
		if r.from.name != "Water Network" {
			kept = append(kept, r)
		}
	}
	p.facts.relations = kept
	if r := apply(t, s, p.Batch(nil)); r.EdgeCount.Gone != 0 {
		t.Errorf("without replacing, %d edges went", r.EdgeCount.Gone)
	}
	if r := apply(t, s, p.Batch(&Replace{Run: "second"})); r.EdgeCount.Gone != 1 {
		t.Errorf("%d edges went, want the one of the member that left", r.EdgeCount.Gone)
	}
}

// What only identity decisions know of a body they say themselves, by the line of their
// file; the page's records say what the page says. Both speak of one node, whichever page
// comes first, also of a project that the decisions know by its title only.
func TestDecisionsSpeakForThemselves(t *testing.T) { stores.Each(t, testDecisionsSpeakForThemselves) }

func testDecisionsSpeakForThemselves(t *testing.T, open func(*testing.T) store.Store) {
	d := &identity.Decisions{}
	err := d.Add("some/where/mine.txt", strings.NewReader(`
same | Actor | Holzland Cluster | PIC:123456789 | Holz Cluster Land | source: a page | reviewer: someone
same | Actor | Holzland Cluster | Old Wood Club | source: a page | reviewer: someone
same | Project | Wood Networks of Europe's Towns | CORDIS:101999888 | known as: WOODNET | source: a page | reviewer: someone
same | Actor | Nordwald Ltd | NORDWALD AB | source: a page | reviewer: someone
`))
	if err != nil {
		t.Fatal(err)
	}
	read := func(path string) store.Batch {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		p, err := Parse(f, Options{Decisions: d})
		if err != nil {
			t.Fatal(err)
		}
		return p.Batch(nil)
	}
	newer, older := read("testdata/newer.txt"), read("testdata/older.txt")
	stranger := store.Batch{Nodes: []store.NodeRecord{
		{Ref: store.Ref{Kind: kindProject, Name: "WOODNET", Identifiers: []store.Identifier{{Scheme: schemeCORDIS, Value: "101000001"}}}}}}
	for name, batches := range map[string][]store.Batch{
		"in order":      {stranger, newer, older},
		"the other way": {older, newer, stranger},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, b := range batches {
				apply(t, s, b)
			}
			err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
				for want, kind := range map[string]string{"Holzland Cluster": kindCluster, "WOODNET": kindProject, "Nordwald Ltd": kindOrganisation} {
					found, err := r.Search(t.Context(), want, []string{kind}, store.SearchWindow{First: 10})
					if err != nil {
						return err
					}
					var nodes []*store.Node
					for _, h := range found.Hits {
						if h.Node.Name() == want && h.Node.ID != "cordis:101000001" {
							nodes = append(nodes, h.Node)
						}
					}
					if len(nodes) != 1 {
						t.Errorf("%d nodes are called %s", len(nodes), want)
						continue
					}
					pages, err := r.Statements(t.Context(), []store.Subject{{Node: nodes[0].ID}}, store.StatementWindow{First: 1000})
					if err != nil {
						return err
					}
					told := 0
					for _, x := range pages[0].Statements {
						value := format(x.Value)
						given := strings.Contains(value, "123456789") || strings.Contains(value, "101999888") || strings.Contains(value, "Old Wood Club") || value == "Nordwald Ltd"
						if given && x.Source != "identity_decisions:file/mine.txt" {
							t.Errorf("%s: %s says %s = %s at %s", want, x.Source, x.Property, value, x.Place)
						} else if given {
							told++
						}
					}
					if told == 0 {
						t.Errorf("the decisions say nothing of %s", want)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range batches {
				if r := apply(t, s, b); r.NodeCount.New+r.NodeCount.Changed+r.EdgeCount.New+r.EdgeCount.Changed > 0 {
					t.Errorf("again changes %+v nodes, %+v edges", r.NodeCount, r.EdgeCount)
				}
			}
		})
	}
}

// The two pages alone, and with the samples before or after them, in any order, answer the
// question the project is about with the three true pairs.
func TestHeadline(t *testing.T) { stores.Each(t, testHeadline) }

func testHeadline(t *testing.T, open func(*testing.T) store.Store) {
	if len(sharedFiles(t)) == 0 {
		return
	}
	ict := parseFile(t, filepath.Join(shared, "ict-cluster.txt")).Batch(nil)
	scan := parseFile(t, filepath.Join(shared, "serbian-cluster-association.txt")).Batch(nil)
	samples, err := sample.Batches()
	if err != nil {
		t.Fatal(err)
	}
	pages := []store.Batch{ict, scan}
	for name, batches := range map[string][]store.Batch{
		"the pages":                   pages,
		"the pages the other way":     {scan, ict},
		"the pages after the samples": slices.Concat(samples, pages),
		"the samples after the pages": slices.Concat(pages, samples),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, b := range batches {
				apply(t, s, b)
			}
			for _, turned := range []bool{false, true} {
				compare(t, pairs(t, s, turned))
			}
		})
	}
}

func compare(t *testing.T, got []string) {
	t.Helper()
	want := []string{"ICT Cluster with Autocluster Serbia: 1", "ICT Cluster with ICT Cluster of Central Serbia: 1", "ICT Cluster with Vojvodina ICT Cluster: 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func pairs(t *testing.T, s store.Store, turned bool) []string {
	t.Helper()
	var out []string
	err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
		var sides []analysis.Side
		for _, name := range []string{"3B ICT Clusters' Network", "Serbian Cluster Association"} {
			hits, err := r.Search(t.Context(), name, []string{kindNetwork}, store.SearchWindow{First: 2})
			if err != nil {
				return err
			}
			if len(hits.Hits) == 0 {
				t.Fatalf("nobody is called %s", name)
			}
			sides = append(sides, analysis.Side{By: analysis.MembersOf, IDs: []string{hits.Hits[0].Node.ID}})
		}
		if turned {
			slices.Reverse(sides)
		}
		found, err := analysis.New(ontology.Served()).Partnerships(t.Context(), r, sides, analysis.PartnershipQuery{})
		if err != nil {
			return err
		}
		for i := range found.Len() {
			p := found.At(i)
			nodes, err := r.At(t.Context(), []store.Slot{p.A(), p.B()})
			if err != nil {
				return err
			}
			if turned {
				slices.Reverse(nodes)
			}
			out = append(out, nodes[0].Name()+" with "+nodes[1].Name()+": "+string(rune('0'+p.Projects())))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}
