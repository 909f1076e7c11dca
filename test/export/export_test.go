// Package export holds exported files to libraries that nobody here wrote: graphology reads
// GEXF and GraphML, networkx these too, openpyxl workbooks, Python's csv tables. What they
// find must be what the store keeps.
package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clustergraph/graph"
	"clustergraph/internal/ingest/sample"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/sqlite"
	"clustergraph/test/needs"
)

// read has a program read a file, and takes in what it tells.
func read(t *testing.T, into any, program, script, format, file string) {
	t.Helper()
	var errs bytes.Buffer
	c := exec.Command(program, script, format, file)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %s %s: %v\n%s", program, script, format, err, errs.String())
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatal(err)
	}
}

// kept is a store, and what the truth keeps, told by another way than exports take.
type kept struct {
	truth *sqlite.Truth
	store store.Store
	nodes map[string]*store.Node
	edges []*store.Edge
}

// names that files of all sorts have trouble with.
var nasty = []string{"=1+1", "+cmd", "-minus", "@at", "a\x01b", "tab\tbed", "two\nlines", `quo"ted`, "comma, semi; colon", "<b>&amp;", "Кирилица", "\U0001F980", " spaced "}

// keep makes a store with the sample and more.
func keep(t *testing.T, batches ...store.Batch) *kept {
	t.Helper()
	schema := ontology.Served().Store
	truth, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), schema, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if _, err := truth.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	s, err := mirror.Open(t.Context(), truth, schema, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k := &kept{truth: truth, store: s, nodes: map[string]*store.Node{}}
	err = truth.Dump(t.Context(), func(commit.Now) (commit.Mark, error) { return commit.Mark{}, nil }, func(p *commit.Piece) error {
		for _, n := range p.Put.Nodes {
			if !n.Denied {
				k.nodes[n.ID] = n.Node
			}
		}
		k.edges = append(k.edges, p.Put.Edges...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sampled(t *testing.T, more ...store.Batch) *kept {
	t.Helper()
	batches, err := sample.Batches()
	if err != nil {
		t.Fatal(err)
	}
	return keep(t, append(batches, more...)...)
}

// trouble is what exports could stumble over.
func trouble() store.Batch {
	var b store.Batch
	for i, name := range nasty {
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{Kind: "Organisation", Identifiers: []store.Identifier{{Scheme: "T", Value: strconv.Itoa(i + 1)}}, Name: name},
			Props: store.PropsOf(map[string]any{"description": name, "city": name, "sme": true})})
	}
	a, z := store.Ref{Identifiers: b.Nodes[0].Identifiers}, store.Ref{Identifiers: b.Nodes[1].Identifiers}
	project := store.Ref{Kind: "Project", Name: "=Twice", Identifiers: []store.Identifier{{Scheme: "T", Value: "p"}}}
	date := func(s string) store.Date { d, _ := store.ParseDate(s); return d }
	b.Nodes = append(b.Nodes, store.NodeRecord{Ref: project, Props: store.PropsOf(map[string]any{"start": date("2020-Q2"), "end": date("2021"),
		"totalCost": store.Money{Amount: -150, Currency: "USD"}})})
	for key, cents := range map[string]store.Cents{"": 100, "again": 250} {
		b.Edges = append(b.Edges, store.EdgeRecord{Type: "PARTICIPATES_IN", From: a, To: project, Key: key, Props: store.PropsOf(map[string]any{"contribution": store.Money{Amount: cents, Currency: "USD"}})})
	}
	b.Edges = append(b.Edges, store.EdgeRecord{Type: "PARTICIPATES_IN", From: z, To: project}, store.EdgeRecord{Type: "OPERATES", From: a, To: a},
		store.EdgeRecord{Type: "OPERATES", From: a, To: z, Props: store.PropsOf(map[string]any{"since": date("2001-01-31"), "until": date("2002")})})
	return b
}

// file exports into a file.
func (k *kept) file(t *testing.T, e graph.Export) string {
	t.Helper()
	_, name, err := e.File()
	if err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, k.bytes(t, e), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (k *kept) bytes(t *testing.T, e graph.Export) []byte {
	t.Helper()
	x, err := graph.NewExporter(k.store, k.truth, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var once, twice bytes.Buffer
	for _, out := range []*bytes.Buffer{&once, &twice} {
		if err := x.Write(t.Context(), out, e); err != nil {
			t.Fatal(err)
		}
	}
	same := bytes.Equal(once.Bytes(), twice.Bytes())
	if e.Format == "xlsx" || e.Format == "kumu" {
		// The library packs sheets that were streamed in no order; what each file of the
		// workbook holds is the same.
		a, b := parts(t, once.Bytes()), parts(t, twice.Bytes())
		same = maps.EqualFunc(a, b, bytes.Equal)
	}
	if !same {
		t.Errorf("%s: the same graph made other bytes", e.Format)
	}
	return once.Bytes()
}

// found is a graph as libraries tell it.
type found struct {
	Type     string
	Directed bool
	Nodes    []struct {
		ID         string
		Attributes map[string]any
	}
	Edges []struct {
		From, To   string
		Undirected bool
		Attributes map[string]any
	}
}

// readers are the libraries that read graphs.
func readers(t *testing.T, k *kept, e graph.Export) map[string]found {
	t.Helper()
	out := map[string]found{}
	for _, format := range []string{"gexf", "graphml"} {
		e.Format = format
		file := k.file(t, e)
		var g found
		read(t, &g, needs.Node(t, "test/export"), "read.js", format, file)
		g.Directed = g.Type != "undirected"
		out["graphology, "+format] = g
		var n found
		read(t, &n, needs.Venv(t, "test/export"), "read.py", format, file)
		out["networkx, "+format] = n
	}
	return out
}

// reader is one of them, where it is not the form that matters.
func reader(t *testing.T, k *kept, e graph.Export) found {
	t.Helper()
	e.Format = "graphml"
	var g found
	read(t, &g, needs.Node(t, "test/export"), "read.js", e.Format, k.file(t, e))
	return g
}

// relation is what libraries call the type of an edge.
func relation(attributes map[string]any) string {
	for _, name := range []string{"relation", "kind"} {
		if s, ok := attributes[name].(string); ok {
			return s
		}
	}
	return ""
}

// ends are edges as lines, sorted.
func ends(edges []*store.Edge, keep func(*store.Edge) bool) []string {
	var out []string
	for _, e := range edges {
		if keep == nil || keep(e) {
			out = append(out, e.Type+" "+e.From+" "+e.To)
		}
	}
	slices.Sort(out)
	return out
}

func (f found) ends() []string {
	var out []string
	for _, e := range f.Edges {
		out = append(out, relation(e.Attributes)+" "+e.From+" "+e.To)
	}
	slices.Sort(out)
	return out
}

func (f found) ids() []string {
	var out []string
	for _, n := range f.Nodes {
		out = append(out, n.ID)
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			t.Errorf("%s: %q is missing", what, x)
		}
	}
	for _, x := range got {
		if !slices.Contains(want, x) {
			t.Errorf("%s: %q is too much", what, x)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d, want %d", what, len(got), len(want))
	}
}

func TestGraph(t *testing.T) {
	k := sampled(t, trouble())
	for library, g := range readers(t, k, graph.Export{}) {
		t.Run(library, func(t *testing.T) {
			if !g.Directed {
				t.Error("it has no direction")
			}
			same(t, "nodes", g.ids(), slices.Sorted(maps.Keys(k.nodes)))
			same(t, "edges", g.ends(), ends(k.edges, nil))
			for _, n := range g.Nodes {
				own := k.nodes[n.ID]
				label := strings.ReplaceAll(own.Name(), "\x01", "\uFFFD")
				if n.Attributes["label"] != label || n.Attributes["kind"] != own.Kind {
					t.Errorf("%s is %q of kind %v; want %q, %s", n.ID, n.Attributes["label"], n.Attributes["kind"], label, own.Kind)
				}
				if m, ok := own.Props.Get("totalCost").(store.Money); ok && n.Attributes["totalCost.amount"] != float64(m.Amount)/100 {
					t.Errorf("%s costs %v, want %s", n.ID, n.Attributes["totalCost.amount"], m.Amount)
				}
				if v, ok := own.Props.Get("sme").(bool); ok && n.Attributes["sme"] != v {
					t.Errorf("%s: sme is %v", n.ID, n.Attributes["sme"])
				}
				if strings.HasSuffix(library, "gexf") && strings.HasPrefix(library, "graphology") && n.Attributes["color"] == nil {
					t.Errorf("%s has no colour", n.ID)
				}
			}
		})
	}
}

func TestGraphOfSomeKinds(t *testing.T) {
	k := sampled(t)
	e := graph.Export{Kinds: "Cluster,NETWORK", Relations: "MEMBER_OF", Filter: `{"name": {"contains": "serbia"}}`}
	var want []string
	for id, n := range k.nodes {
		if (n.Kind == "Cluster" || n.Kind == "Network") && strings.Contains(strings.ToLower(n.Name()), "serbia") {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	g := reader(t, k, e)
	same(t, "nodes", g.ids(), want)
	same(t, "edges", g.ends(), ends(k.edges, func(x *store.Edge) bool {
		return x.Type == "MEMBER_OF" && slices.Contains(want, x.From) && slices.Contains(want, x.To)
	}))
	e = graph.Export{Relations: "OPERATES", Kinds: "Actor", AsOf: "1999"}
	for _, x := range reader(t, sampled(t, trouble()), e).ends() {
		if x == "OPERATES t:1 t:2" {
			t.Error("what began in 2001 holds in 1999")
		}
	}
}

// partners are all pairs that share projects, worked out in the obvious way: by project, who
// takes part.
func partners(k *kept) map[[2]string]int {
	taking := map[string]map[string]bool{}
	for _, e := range k.edges {
		if e.Type == "PARTICIPATES_IN" && k.nodes[e.To].Kind == "Project" {
			if taking[e.To] == nil {
				taking[e.To] = map[string]bool{}
			}
			taking[e.To][e.From] = true
		}
	}
	out := map[[2]string]int{}
	for _, of := range taking {
		all := slices.Sorted(maps.Keys(of))
		for i, a := range all {
			for _, b := range all[i+1:] {
				out[[2]string{a, b}]++
			}
		}
	}
	return out
}

func TestPartnershipNetwork(t *testing.T) {
	k := sampled(t, trouble())
	pairs := partners(k)
	var nodes, edges []string
	for p, n := range pairs {
		nodes = append(nodes, p[:]...)
		edges = append(edges, fmt.Sprint(p[0], " ", p[1], " ", n))
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	slices.Sort(edges)
	for library, g := range readers(t, k, graph.Export{Shape: "partnerships"}) {
		if g.Directed {
			t.Errorf("%s: it has a direction", library)
		}
		same(t, library+": partners", g.ids(), nodes)
		var got []string
		for _, e := range g.Edges {
			if e.From > e.To { // without a direction libraries choose one
				e.From, e.To = e.To, e.From
			}
			got = append(got, fmt.Sprint(e.From, " ", e.To, " ", e.Attributes["weight"]))
		}
		slices.Sort(got)
		same(t, library+": pairs", got, edges)
	}
	t.Run("only those that share two projects", func(t *testing.T) {
		var want []string
		for p, n := range pairs {
			if n >= 2 {
				want = append(want, p[:]...)
			}
		}
		slices.Sort(want)
		g := reader(t, k, graph.Export{Shape: "partnerships", Filter: `{"minProjects": 2}`})
		same(t, "partners", g.ids(), slices.Compact(want))
	})
	t.Run("between two networks", func(t *testing.T) {
		e := graph.Export{Shape: "partnerships", Between: `[{"membersOf": ["name:3b-ict-clusters-network"]}, {"membersOf": ["eccp:serbian-cluster-association"]}]`}
		var got []string
		for _, x := range reader(t, k, e).Edges {
			a, b := k.nodes[x.From].Name(), k.nodes[x.To].Name()
			if a != "ICT Cluster" {
				a, b = b, a
			}
			got = append(got, a+" with "+b+": "+fmt.Sprint(x.Attributes["sharedProjects"]))
		}
		slices.Sort(got)
		same(t, "pairs", got, []string{"ICT Cluster with Autocluster Serbia: GIVE", "ICT Cluster with ICT Cluster of Central Serbia: GIVE", "ICT Cluster with Vojvodina ICT Cluster: DANUBE ICT"})
	})
}

// TestProjections: the network of a projection has the ties that its words mean, in every form,
// and the communities that the API tells.
func TestProjections(t *testing.T) {
	k := sampled(t, trouble())
	size := map[string]float64{} // how many take part in a project of the name
	shares := map[string][]string{}
	for _, e := range k.edges {
		if p := k.nodes[e.To]; e.Type == "PARTICIPATES_IN" && p.Kind == "Project" && strings.HasPrefix(p.Name(), "D") && !slices.Contains(shares[p.ID], e.From) {
			shares[p.ID] = append(shares[p.ID], e.From)
			size[p.ID]++
		}
	}
	weights := map[[2]string]float64{}
	for _, p := range slices.Sorted(maps.Keys(shares)) {
		for _, a := range shares[p] {
			for _, b := range shares[p] {
				if a < b {
					weights[[2]string{a, b}] += 1 / (size[p] - 1)
				}
			}
		}
	}
	var nodes, edges []string
	for ends, w := range weights {
		nodes = append(nodes, ends[:]...)
		edges = append(edges, fmt.Sprintf("%s %s %.9f", ends[0], ends[1], w))
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	slices.Sort(edges)
	if len(edges) == 0 {
		t.Fatal("nobody is tied")
	}
	e := graph.Export{Shape: "partnerships", Projection: `{"weight": "FRACTIONAL", "projects": {"name": {"startsWith": "D"}}}`}
	for library, g := range readers(t, k, e) {
		if g.Directed {
			t.Errorf("%s: it has a direction", library)
		}
		same(t, library+": actors", g.ids(), nodes)
		var got []string
		degrees := map[string]float64{}
		for _, e := range g.Edges {
			if e.From > e.To { // without a direction libraries choose one
				e.From, e.To = e.To, e.From
			}
			w, _ := e.Attributes["weight"].(float64)
			got = append(got, fmt.Sprintf("%s %s %.9f", e.From, e.To, w))
			degrees[e.From]++
			degrees[e.To]++
		}
		slices.Sort(got)
		same(t, library+": ties", got, edges)
		for _, n := range g.Nodes {
			if n.Attributes["degree"] != degrees[n.ID] {
				t.Errorf("%s: %s has %v ties; want %v", library, n.ID, n.Attributes["degree"], degrees[n.ID])
			}
			if c, ok := n.Attributes["community"].(float64); !ok || c < 1 {
				t.Errorf("%s: the community of %s is %v", library, n.ID, n.Attributes["community"])
			}
		}
	}
	e.Projection = `{"weight": "FRACTIONAL", "projects": {"name": {"startsWith": "D"}}, "minWeight": 1000}`
	if g := reader(t, k, e); len(g.Nodes)+len(g.Edges) > 0 {
		t.Errorf("nobody is tied so strongly, but %d are told", len(g.Nodes))
	}
}

func TestTwoModeNetwork(t *testing.T) {
	k := sampled(t, trouble())
	want := ends(k.edges, func(e *store.Edge) bool { return e.Type == "PARTICIPATES_IN" && k.nodes[e.To].Kind == "Project" })
	for library, g := range readers(t, k, graph.Export{Shape: "two-mode"}) {
		same(t, library, g.ends(), want)
		for _, id := range g.ids() {
			if !slices.ContainsFunc(want, func(e string) bool { return strings.Contains(e+" ", " "+id+" ") }) {
				t.Errorf("%s: %s takes part in nothing", library, id)
			}
		}
	}
	started := ends(k.edges, func(e *store.Edge) bool {
		d, ok := k.nodes[e.To].Props.Get("start").(store.Date)
		return e.Type == "PARTICIPATES_IN" && k.nodes[e.To].Kind == "Project" && k.nodes[e.From].Kind == "Cluster" && ok && d.String() >= "2020"
	})
	g := reader(t, k, graph.Export{Shape: "two-mode", Filter: `{"actors": {"kind": {"eq": "CLUSTER"}}, "projects": {"start": {"gte": "2020"}}}`})
	same(t, "filtered", g.ends(), started)
}

// gexf is as much of GEXF 1.3 as the rules below look at.
type gexf struct {
	XMLName xml.Name
	Version string `xml:"version,attr"`
	Graph   struct {
		TimeFormat string `xml:"timeformat,attr"`
		Attributes []struct {
			Class     string `xml:"class,attr"`
			Attribute []struct {
				ID   string `xml:"id,attr"`
				Type string `xml:"type,attr"`
			} `xml:"attribute"`
		} `xml:"attributes"`
		Nodes []gexfThing `xml:"nodes>node"`
		Edges []gexfThing `xml:"edges>edge"`
	} `xml:"graph"`
}

type gexfThing struct {
	ID     string `xml:"id,attr"`
	Label  string `xml:"label,attr"`
	Source string `xml:"source,attr"`
	Target string `xml:"target,attr"`
	Weight string `xml:"weight,attr"`
	Values []struct {
		For string `xml:"for,attr"`
	} `xml:"attvalues>attvalue"`
	Spells []struct {
		Start string `xml:"start,attr"`
		End   string `xml:"end,attr"`
	} `xml:"spells>spell"`
	Colour *struct {
		R int `xml:"r,attr"`
	} `xml:"http://gexf.net/1.3/viz color"`
}

// The structure that GEXF 1.3 asks for: namespace, declared attributes, ends that are there,
// ids used once, spells that begin before they end.
func TestGEXF(t *testing.T) {
	k := sampled(t, trouble())
	var g gexf
	if err := xml.Unmarshal(k.bytes(t, graph.Export{Format: "gexf"}), &g); err != nil {
		t.Fatal(err)
	}
	if g.XMLName.Space != "http://gexf.net/1.3" || g.Version != "1.3" || g.Graph.TimeFormat != "date" {
		t.Errorf("it is %v of version %s, with times as %s", g.XMLName, g.Version, g.Graph.TimeFormat)
	}
	declared, types := map[string]bool{}, []string{"string", "long", "double", "boolean"}
	for _, a := range g.Graph.Attributes {
		for _, x := range a.Attribute {
			if declared[a.Class+x.ID] || !slices.Contains(types, x.Type) {
				t.Errorf("the attribute %s of a %s is declared twice, or of type %s", x.ID, a.Class, x.Type)
			}
			declared[a.Class+x.ID] = true
		}
	}
	nodes, used := map[string]gexfThing{}, map[string]bool{}
	look := func(class string, x gexfThing) {
		if used[class+x.ID] {
			t.Errorf("the id %q of a %s is used twice", x.ID, class)
		}
		used[class+x.ID] = true
		for _, v := range x.Values {
			if !declared[class+v.For] {
				t.Errorf("%s has a value for %q, which is not declared", x.ID, v.For)
			}
		}
		for _, s := range x.Spells {
			if s.Start+s.End == "" || s.Start != "" && s.End != "" && s.Start > s.End || s.Start != "" && len(s.Start) != 10 {
				t.Errorf("%s has the spell %v", x.ID, s)
			}
		}
	}
	for _, n := range g.Graph.Nodes {
		look("node", n)
		nodes[n.ID] = n
		if n.Colour == nil {
			t.Errorf("%s has no colour", n.ID)
		}
	}
	spells := map[string]string{}
	for _, e := range g.Graph.Edges {
		look("edge", e)
		if _, ok := nodes[e.Source]; !ok {
			t.Errorf("%s begins at nobody", e.ID)
		}
		if _, ok := nodes[e.Target]; !ok {
			t.Errorf("%s leads to nobody", e.ID)
		}
		for _, s := range e.Spells {
			spells[e.ID] = s.Start + "/" + s.End
		}
	}
	if s := nodes["t:p"].Spells; len(s) != 1 || s[0].Start != "2020-04-01" || s[0].End != "2021-12-31" {
		t.Errorf("a project from 2020-Q2 to 2021 has the spells %v", s)
	}
	for id, want := range map[string]string{"PARTICIPATES_IN t:2 t:p": "2020-04-01/2021-12-31", "OPERATES t:1 t:2": "2001-01-31/2002-12-31", "OPERATES t:1 t:1": ""} {
		if spells[id] != want {
			t.Errorf("%s holds %s, want %s", id, spells[id], want)
		}
	}
	var n found
	read(t, &n, needs.Venv(t, "test/export"), "read.py", "gexf", k.file(t, graph.Export{Format: "gexf"}))
	for _, x := range n.Nodes {
		if x.ID == "t:p" && fmt.Sprint(x.Attributes["spells"]) != "[[2020-04-01 2021-12-31]]" {
			t.Errorf("networkx reads the spells %v", x.Attributes["spells"])
		}
	}
}

// cells are the rows of a sheet by header.
func byHeader(rows [][]string) []map[string]string {
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// parts are the files of a zip.
func parts(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// csvRows reads a csv file with Python.
func csvRows(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	read(t, &rows, needs.Venv(t, "test/export"), "read.py", "csv", name)
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			t.Fatalf("row %d has %d cells, the header %d", i, len(row), len(rows[0]))
		}
	}
	return byHeader(rows)
}

// sheets reads a workbook with openpyxl; no cell may be a formula.
func sheets(t *testing.T, k *kept, e graph.Export) map[string][]map[string]string {
	t.Helper()
	var found map[string][][][2]any
	read(t, &found, needs.Venv(t, "test/export"), "read.py", "xlsx", k.file(t, e))
	out := map[string][]map[string]string{}
	for name, rows := range found {
		plain := make([][]string, len(rows))
		for i, row := range rows {
			for _, c := range row {
				if c[1] == "f" {
					t.Errorf("%s, row %d: %v is a formula", name, i+1, c[0])
				}
				s := ""
				if c[0] != nil {
					s = fmt.Sprint(c[0])
				}
				plain[i] = append(plain[i], s)
			}
		}
		out[name] = byHeader(plain)
	}
	return out
}

// safe is how csv tells a text.
func safe(s string) string {
	s = strings.ReplaceAll(s, "\x01", "\uFFFD")
	if s != "" && strings.Contains("=+-@", s[:1]) {
		return "'" + s
	}
	return s
}

func TestTables(t *testing.T) {
	k := sampled(t, trouble())
	files := parts(t, k.bytes(t, graph.Export{Format: "csv"}))
	for _, part := range []string{"nodes", "edges"} {
		if !bytes.Equal(files[part+".csv"], k.bytes(t, graph.Export{Format: "csv", Part: part})) {
			t.Errorf("%s alone is not what stands in the zip", part)
		}
	}
	book := sheets(t, k, graph.Export{Format: "xlsx"})
	for form, rows := range map[string][]map[string]string{"csv": csvRows(t, files["nodes.csv"]), "xlsx": book["Nodes"]} {
		if len(rows) != len(k.nodes) {
			t.Errorf("%s: %d nodes, want %d", form, len(rows), len(k.nodes))
		}
		for _, row := range rows {
			n := k.nodes[row["id"]]
			name, city := strings.ReplaceAll(n.Name(), "\x01", "\uFFFD"), n.Props.Text("city")
			if form == "csv" {
				name, city = safe(n.Name()), safe(city)
			} else {
				city = strings.ReplaceAll(city, "\x01", "\uFFFD")
			}
			if row["name"] != name || row["kind"] != n.Kind || row["city"] != city {
				t.Errorf("%s: %s is %q in %q of kind %s; want %q in %q", form, n.ID, row["name"], row["city"], row["kind"], name, city)
			}
			if d, ok := n.Props.Get("start").(store.Date); ok && row["start"] != d.String() {
				t.Errorf("%s: %s starts %s, want %s", form, n.ID, row["start"], d)
			}
			if m, ok := n.Props.Get("totalCost").(store.Money); ok {
				if f, err := strconv.ParseFloat(row["totalCost.amount"], 64); err != nil || f != float64(m.Amount)/100 || row["totalCost.currency"] != m.Currency {
					t.Errorf("%s: %s costs %s %s, want %v", form, n.ID, row["totalCost.amount"], row["totalCost.currency"], m)
				}
			}
		}
	}
	for form, rows := range map[string][]map[string]string{"csv": csvRows(t, files["edges.csv"]), "xlsx": book["Edges"]} {
		var got []string
		for _, row := range rows {
			got = append(got, row["type"]+" "+row["from"]+" "+row["to"])
		}
		slices.Sort(got)
		same(t, form+": edges", got, ends(k.edges, nil))
	}
}

func TestKumu(t *testing.T) {
	k := sampled(t, trouble())
	files := parts(t, k.bytes(t, graph.Export{Format: "kumu-csv"}))
	book := sheets(t, k, graph.Export{Format: "kumu"})
	for form, x := range map[string][2][]map[string]string{"xlsx": {book["Elements"], book["Connections"]}, "csv": {csvRows(t, files["elements.csv"]), csvRows(t, files["connections.csv"])}} {
		ids := map[string]bool{}
		for _, row := range x[0] {
			n := k.nodes[row["ID"]]
			ids[row["ID"]] = true
			if row["Label"] == "" || n == nil || row["Type"] != n.Kind {
				t.Errorf("%s: the element %v", form, row)
			}
		}
		if len(ids) != len(k.nodes) {
			t.Errorf("%s: %d elements, want %d", form, len(ids), len(k.nodes))
		}
		var got []string
		for _, row := range x[1] {
			if !ids[row["From"]] || !ids[row["To"]] || row["Direction"] != "directed" {
				t.Errorf("%s: the connection %v", form, row)
			}
			got = append(got, row["Type"]+" "+row["From"]+" "+row["To"])
		}
		slices.Sort(got)
		same(t, form+": connections", got, ends(k.edges, nil))
	}
}

func TestVOSviewer(t *testing.T) {
	k := sampled(t, trouble())
	for _, shape := range []string{"graph", "partnerships"} {
		files := parts(t, k.bytes(t, graph.Export{Format: "vosviewer", Shape: shape}))
		var whole struct {
			Network struct {
				Items []struct {
					ID    int
					Label string
				}
				Links []struct {
					From     int     `json:"source_id"`
					To       int     `json:"target_id"`
					Strength float64 `json:"strength"`
				}
			}
		}
		if err := json.Unmarshal(k.bytes(t, graph.Export{Format: "vosviewer-json", Shape: shape}), &whole); err != nil {
			t.Fatal(err)
		}
		var items, links []string
		total := 0.0
		for i, x := range whole.Network.Items {
			if x.ID != i+1 {
				t.Errorf("%s: the item %d has the id %d", shape, i+1, x.ID)
			}
			items = append(items, fmt.Sprint(x.ID, " ", strings.Join(strings.Fields(x.Label), " ")))
		}
		for _, l := range whole.Network.Links {
			if l.From >= l.To && shape == "graph" || l.To > len(items) || l.From > len(items) {
				t.Errorf("%s: the link %v", shape, l)
			}
			total += l.Strength
			links = append(links, fmt.Sprint(l.From, " ", l.To, " ", l.Strength))
		}
		want := 0.0
		if shape == "graph" {
			for _, e := range k.edges {
				if e.From != e.To {
					want++
				}
			}
		} else {
			for _, n := range partners(k) {
				want += float64(n)
			}
		}
		if total != want {
			t.Errorf("%s: the links have the strength %v in all, want %v", shape, total, want)
		}
		var lines [2][]string
		for i, name := range []string{"map.txt", "network.txt"} {
			for j, line := range strings.Split(strings.TrimSuffix(string(files[name]), "\n"), "\n") {
				if c := strings.Split(line, "\t"); i == 0 && j > 0 {
					lines[i] = append(lines[i], c[0]+" "+c[1])
				} else if i == 1 {
					lines[i] = append(lines[i], strings.Join(c, " "))
				}
			}
		}
		same(t, shape+": map", lines[0], items)
		same(t, shape+": network", lines[1], links)
		if slices.Sort(links); len(slices.Compact(links)) != len(whole.Network.Links) {
			t.Errorf("%s: a link stands twice", shape)
		}
	}
}
