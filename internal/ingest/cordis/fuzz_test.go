package cordis

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// FuzzTables reads any two tables: each of their rows is told once, as a row or as rejected;
// all that is told has the types of the schema; and edges lead between nodes told before.
func FuzzTables(f *testing.F) {
	f.Add(projectHeader+project("700001", "A", "Light", "2020-01-01", "2021", "1,5", "2.5", "77")+project("rcn-5", "", "", "", "", "x", "", "5"),
		organisationHeader+organisation("700001", "901234567", "MISSING", "X", "EL", "1", "coordinator", "1.25")+organisation("rcn-5", "1", "", "", "", "", "", ""))
	f.Add("project_id,project_rcn,acronym,title,topic_code,eu_contribution,start_date,end_date\n951813,230391,B,\"G\nH\",T-1;T-2,8000000.63,2020-10-01,2024-09-30\n",
		"project_id,acronym,role,pic,name,org_type,country,eu_contribution\n951813,B,participant,999784045,,PRC,FI,92400\n951813,B,participant,999784045,,PRC,FI,1\n")
	f.Add("projectID;euroSciVocCode;euroSciVocPath;euroSciVocTitle\n1;/23/47;/a/b;b\n1;;/a/b/c;\n", "projectID;topic;title\n1;T;t\n;T;\n")
	f.Add("projectID;physUrl;type\n1;www.a.example;projectWebsite\n1;x;\n", "projectID;legalBasis;title\n1;H2020-EU.2.1.;t\n1;\"HORIZON.1;\n")
	f.Add("0", "project_id,acronym,") // no table beside one without rows
	f.Fuzz(func(t *testing.T, first, second string) {
		var files []tabular.File
		want := 0
		for _, text := range []string{first, second} {
			count, err := tabular.Find([]string{"-"}, tabular.Options{Stdin: strings.NewReader(text)})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := count[0].Open(t.Context(), tabular.RowOptions{})
			if err != nil { // it has no header that can be read
				continue
			}
			if is := contentOf(rows); is != unknown {
				for {
					_, err := rows.Next()
					var fault *tabular.Fault
					if err == io.EOF {
						break
					} else if err != nil && !errors.As(err, &fault) {
						return
					}
					want++
				}
			}
			_ = rows.Close()
			again, err := tabular.Find([]string{"-"}, tabular.Options{Stdin: strings.NewReader(text)})
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, again...)
		}
		s := &sink{}
		if err := (Importer{}).Read(t.Context(), files, s); err != nil {
			if !strings.Contains(err.Error(), "no table of CORDIS") && !strings.Contains(err.Error(), errTooMany.Error()) {
				t.Fatal(err)
			}
			return
		}
		got := len(s.rows)
		for _, p := range s.rejects {
			if p.At.Line > 0 { // else a whole file or a column of it
				got++
			}
		}
		if got != want {
			t.Errorf("%d rows are told, want %d", got, want)
		}
		check(t, s)
	})
}

// check holds what was told to the schema.
func check(t *testing.T, s *sink) {
	t.Helper()
	schema := ontology.Served().Store
	known := map[string]bool{}
	props := func(what string, p store.Props, types map[string]store.Type) {
		if !slices.IsSortedFunc(p, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("%s: the properties are in no order: %v", what, p)
		}
		for _, x := range p {
			if err := types[x.Name].Check(x.Value); err != nil && types[x.Name].Name != "" {
				t.Errorf("%s: %s: %v", what, x.Name, err)
			}
			if text, ok := x.Value.(string); ok && (text == "" || !utf8.ValidString(text)) {
				t.Errorf("%s: %s is %q", what, x.Name, text)
			}
		}
	}
	nodes := func(nodes []store.NodeRecord) {
		for _, n := range nodes {
			for _, i := range n.Identifiers {
				if again, err := i.Normal(); err != nil || again != i {
					t.Errorf("the identifier %v is kept as %v: %v", i, again, err)
				}
				known[i.Scheme+":"+i.Value] = true
			}
			if len(n.Identifiers) == 0 && n.Name == "" || !utf8.ValidString(n.Name+n.Place) {
				t.Errorf("the node %q at %q", n.Name, n.Place)
			}
			known[n.Name] = true
			props(n.Kind+" "+keyOf(n.Ref), n.Props, schema.Kinds[n.Kind].Props)
		}
	}
	edges := func(edges []store.EdgeRecord) {
		for _, e := range edges {
			for _, end := range []store.Ref{e.From, e.To} {
				if !known[keyOf(end)] {
					t.Errorf("%s leads to or from %s, which was not told", e.Type, keyOf(end))
				}
			}
			props(e.Type, e.Props, schema.Edges[e.Type].Props)
		}
	}
	nodes(s.prepared.Nodes)
	edges(s.prepared.Edges)
	for _, r := range s.rows {
		nodes(r.Nodes)
		edges(r.Edges)
	}
}
