package keep

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/eccp"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
	"clustergraph/test/needs"
)

// described is a graph as text, without ids: nodes by kind and their identifiers, else names.
func described(t *testing.T, s store.Truth) (nodes, edges []string) {
	t.Helper()
	keys := map[string]string{}
	var all []*store.Edge
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		var ids []string
		if l, ok := n.Props.Get("identifiers").(store.List); ok {
			for _, x := range l {
				if id, ok := x.(store.Props); ok {
					ids = append(ids, fmt.Sprint(id.Get("scheme"), ":", id.Get("value")))
				}
			}
		}
		slices.Sort(ids)
		keys[n.ID] = fmt.Sprintf("%s %s %v", n.Kind, strings.Join(ids, " "), n.Props.Get("name"))
		var props []string
		for _, p := range n.Props {
			if p.Name == "identifiers" || p.Name == "formerIds" {
				continue
			}
			v := fmt.Sprint(p.Value)
			if l, ok := p.Value.(store.List); ok {
				parts := make([]string, len(l))
				for i, x := range l {
					parts[i] = fmt.Sprint(x)
				}
				slices.Sort(parts)
				v = strings.Join(parts, "; ")
			}
			props = append(props, p.Name+"="+v)
		}
		nodes = append(nodes, keys[n.ID]+" {"+strings.Join(props, ", ")+"}")
		return nil
	}, func(e *store.Edge) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		edges = append(edges, fmt.Sprintf("%s %s%s %s %v", keys[e.From], e.Type, e.Key, keys[e.To], e.Props))
	}
	slices.Sort(nodes)
	slices.Sort(edges)
	return nodes, edges
}

// TestEveryOrderMakesTheSameGraph imports vocabularies, a profile that names their terms in
// words, and an export whose partners are in their regions, in several orders.
func TestEveryOrderMakesTheSameGraph(t *testing.T) {
	page, err := os.ReadFile(needs.Data(t, "eccp/ict-cluster.txt"))
	if err != nil {
		t.Fatal(err)
	}
	schema := ontology.Served().Store
	tables := func(importer ingest.Importer, names ...string) func(ctx context.Context, to store.Truth, run string) error {
		var paths []string
		for _, name := range names {
			paths = append(paths, needs.Data(t, name))
		}
		return func(ctx context.Context, to store.Truth, run string) error {
			files, err := tabular.Find(paths, tabular.Options{})
			if err != nil {
				return err
			}
			s, err := ingest.Run(ctx, importer, files, to, ingest.Options{By: "test", Schema: schema, Run: names[0] + run,
				Rejects: func(p ingest.Problem, stored bool) error { return fmt.Errorf("rejected: %s", p) }})
			if err == nil && s.Rows == 0 {
				err = fmt.Errorf("%s: no rows", names[0])
			}
			return err
		}
	}
	sources := map[string]func(ctx context.Context, to store.Truth, run string) error{
		"page": func(ctx context.Context, to store.Truth, _ string) error {
			p, err := eccp.Parse(bytes.NewReader(page), eccp.Options{Retrieved: store.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))})
			if err == nil {
				_, err = to.Apply(ctx, p.Batch(nil))
			}
			return err
		},
		"keep":       tables(Importer{}, "interreg/danube_projects.csv", "interreg/danube_partners.csv"),
		"nuts":       tables(vocabulary.Importer{Vocabulary: "nuts"}, "vocab/NUTS_AT_2016.csv"),
		"nace":       tables(vocabulary.Importer{Vocabulary: "nace"}, "vocab/nace_rev2_eurostat.csv"),
		"iso3166":    tables(vocabulary.Importer{Vocabulary: "iso3166"}, "vocab/iso3166_all.csv"),
		"ecosystems": tables(vocabulary.Importer{Vocabulary: "ecosystems"}, "vocab/industrial_ecosystems_14.csv"),
	}
	var wantNodes, wantEdges []string
	for _, order := range [][]string{
		{"page", "keep", "nuts", "nace", "iso3166", "ecosystems"},
		{"ecosystems", "iso3166", "nace", "nuts", "keep", "page"},
		{"nuts", "page", "iso3166", "keep", "ecosystems", "nace"},
	} {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range order {
			if err := sources[name](t.Context(), s, "first"); err != nil {
				t.Fatalf("%v: %s: %v", order, name, err)
			}
		}
		nodes, edges := described(t, s)
		if wantNodes == nil {
			wantNodes, wantEdges = nodes, edges
			for _, name := range order {
				if err := sources[name](t.Context(), s, "second"); err != nil {
					t.Fatalf("again: %s: %v", name, err)
				}
			}
			nodes, edges := described(t, s)
			compare(t, append(order, "again"), nodes, wantNodes)
			compare(t, append(order, "again"), edges, wantEdges)
			for _, want := range []string{
				"Place NUTS:BG41 ", "Topic NACE:S94.11 ", "Cluster ECCP:ict-cluster KEEP_PARTNER:BG/foundation-cluster-information-and-communications-technologies PIC:986451977 ICT Cluster",
				"Project KEEP:DTP1-071-1.1 ", "Organisation KEEP_PARTNER:CZ/university-of-west-bohemia PIC:999843894 University of West Bohemia",
				"Programme KEEP_PROGRAMME:danube-2014-2020 Danube Transnational Programme", "Place PLACE:BG/sofia Sofia ",
			} {
				if n := len(matching(nodes, want)); n != 1 {
					t.Errorf("%d nodes are %q; there is %.300q", n, want, strings.Join(slices.DeleteFunc(slices.Clone(nodes), func(s string) bool { return !strings.Contains(s, want[strings.LastIndex(want, ":")+1:]) }), "\n"))
				}
			}
			t.Logf("%d nodes, %d edges", len(nodes), len(edges))
		} else {
			compare(t, order, nodes, wantNodes)
			compare(t, order, edges, wantEdges)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func matching(all []string, prefix string) []string {
	var out []string
	for _, s := range all {
		if strings.HasPrefix(s, prefix) {
			out = append(out, s)
		}
	}
	return out
}

func compare(t *testing.T, order, got, want []string) {
	t.Helper()
	told := 0
	for _, s := range got {
		if _, is := slices.BinarySearch(want, s); !is && told < 20 {
			t.Errorf("%v: is\n\t%s", order, s)
			told++
		}
	}
	told = 0
	for _, s := range want {
		if _, is := slices.BinarySearch(got, s); !is && told < 20 {
			t.Errorf("%v: is not\n\t%s", order, s)
			told++
		}
	}
}
