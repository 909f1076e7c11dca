// Package orders proves that imports describe the same graph in whatever order they come:
// profiles of ECCP, CORDIS, a list of participants, keep.eu, which spell everything
// differently.
package orders

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/cordis"
	"clustergraph/internal/ingest/eccp"
	"clustergraph/internal/ingest/keep"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/test/needs"
	"clustergraph/test/stores"
)

func TestMain(m *testing.M) { neo4jtest.Main(m) }

// source is something to import.
type source struct {
	name string
	into func(*testing.T, store.Truth)
}

func sources(t *testing.T) []source {
	folder := needs.Data(t, "")
	pages := func(t *testing.T, s store.Truth) {
		for _, page := range []string{"ict-cluster.txt", "serbian-cluster-association.txt"} {
			in, err := os.Open(filepath.Join(folder, "eccp", page))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			p, err := eccp.Parse(in, eccp.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Apply(t.Context(), p.Batch(nil)); err != nil {
				t.Fatal(err)
			}
		}
	}
	tables := func(importer ingest.Importer, args ...string) func(*testing.T, store.Truth) {
		return func(t *testing.T, s store.Truth) {
			files, err := tabular.Find(args, tabular.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = ingest.Run(t.Context(), importer, files, s, ingest.Options{By: "test", Schema: ontology.Served().Store, Run: rand.Text(), Records: 500,
				Rejects: func(p ingest.Problem, stored bool) error {
					if !stored {
						t.Error(p)
					}
					return nil
				}})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return []source{
		{"pages", pages},
		{"h2020", tables(cordis.Importer{}, part(t, filepath.Join(folder, "cordis-h2020-csv.zip")))},
		{"seed", tables(cordis.Importer{}, filepath.Join(folder, "cordis", "seed_h2020_projects.csv"), filepath.Join(folder, "cordis", "seed_h2020_participations.csv"))},
		{"danube", tables(keep.Importer{}, filepath.Join(folder, "interreg"))},
	}
}

// part writes the projects of Horizon 2020 in which bodies take part that the other sources
// name, and some more, as CORDIS would publish them.
func part(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	read := func(name string) [][]string {
		in, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		r := csv.NewReader(in)
		r.Comma, r.LazyQuotes = ';', true
		rows, err := r.ReadAll()
		if err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		return rows
	}
	// Those of the ICT Cluster, those of the University of West Bohemia, and every 150th.
	bodies := []string{"986451977", "999843894"}
	projects, organisations := read("project.csv"), read("organization.csv")
	wanted := map[string]bool{}
	for i, o := range organisations {
		if slices.Contains(bodies, o[2]) || i%150 == 1 && len(wanted) < 400 {
			wanted[o[0]] = true
		}
	}
	folder := filepath.Join(t.TempDir(), "h2020")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name string, rows [][]string) {
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		w.Comma = ';'
		for i, row := range rows {
			if i == 0 || wanted[row[0]] {
				_ = w.Write(row) // to memory
			}
		}
		w.Flush()
		if err := os.WriteFile(filepath.Join(folder, name), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("project.csv", projects)
	write("organization.csv", organisations)
	return folder
}

// described is what a truth holds, with nodes told by their kinds, names and identifiers: two
// describe the same graph if this is the same.
func described(t *testing.T, s store.Truth) []string {
	t.Helper()
	called := map[string]string{}
	var out []string
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		called[n.ID] = fmt.Sprintf("%s %q%v", n.Kind, n.Props.Text("name"), texts(n.Props.Get("identifiers")))
		out = append(out, n.Kind+sorted(n.Props))
		return nil
	}, func(e *store.Edge) error {
		out = append(out, called[e.From]+" "+e.Type+" "+called[e.To]+" "+e.Key+sorted(e.Props))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// sorted are properties with lists in a fixed order, but for what does not count: ids of
// nodes that were merged.
func sorted(p store.Props) string {
	var b strings.Builder
	for _, x := range p {
		if x.Name == "formerIds" {
			continue
		}
		if _, ok := x.Value.(store.List); ok {
			fmt.Fprintf(&b, " %s=%v", x.Name, texts(x.Value))
		} else {
			fmt.Fprintf(&b, " %s=%v", x.Name, x.Value)
		}
	}
	return b.String()
}

// texts are the values of a list as sorted texts.
func texts(v store.Value) []string {
	l, _ := v.(store.List)
	out := make([]string, len(l))
	for i := range l {
		out[i] = fmt.Sprint(l[i])
	}
	slices.Sort(out)
	return out
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for _, p := range permutations(n - 1) {
		for i := range n {
			out = append(out, slices.Insert(slices.Clone(p), i, n-1))
		}
	}
	return out
}

func TestAnyOrderDescribesTheSameGraph(t *testing.T) {
	all := sources(t)
	var first []string
	orders := permutations(len(all))
	for i, order := range orders {
		// Each source comes before and after each other one in some of these; all 24 take long.
		if i%5 > 0 && i != len(orders)-1 {
			continue
		}
		var names []string
		s := stores.File(t)
		for _, k := range order {
			names = append(names, all[k].name)
			all[k].into(t, s)
		}
		got := described(t, s)
		_ = s.Close()
		if first == nil {
			first = got
			knownTruths(t, got)
			continue
		}
		if d := cmp.Diff(first, got); d != "" {
			t.Fatalf("%v describes another graph: %s", names, d)
		}
	}
	if testing.Short() {
		return
	}
	s := stores.Server(t)
	defer s.Close()
	for _, k := range []int{3, 1, 0, 2} {
		all[k].into(t, s)
	}
	if d := cmp.Diff(first, described(t, s)); d != "" {
		t.Errorf("Neo4j describes another graph: %s", d)
	}
}

// knownTruths are those that shared/data tells.
func knownTruths(t *testing.T, graph []string) {
	t.Helper()
	count := func(parts ...string) (n int) {
		for _, line := range graph {
			if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(line, p) }) {
				n++
			}
		}
		return n
	}
	if n := count("Cluster ", "986451977", "nativeName="); n != 1 {
		t.Errorf("%d nodes are the ICT Cluster with its PIC", n)
	}
	for _, project := range []string{"873155", "951813", "873411", "DTP1-071-1.1"} {
		if n := count("986451977", "PARTICIPATES_IN", project); n != 1 {
			t.Errorf("the ICT Cluster takes part in %s %d times", project, n)
		}
	}
	if n := count("999843894", "KEEP_PARTNER", "aliases="); n != 1 {
		t.Errorf("%d nodes are the University of West Bohemia in CORDIS and keep.eu", n)
	}
}
