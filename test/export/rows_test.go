package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"clustergraph/graph"
	limits "clustergraph/internal/read"
	"clustergraph/internal/store"
)

// The rows of a connection are those of all its pages, of one revision, with the sources of
// what they are about.
func TestRows(t *testing.T) {
	k := sampled(t, trouble())
	t.Run("nodes", func(t *testing.T) {
		rows := csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `query ($k: KindFilter) { actors(first: 3, filter: {kind: $k}, orderBy: [{field: NAME, direction: DESC}]) {
			totalCount nodes { id kind: __typename name country ... on Cluster { established composition { smes } } networks { nodes { name } } } } }`,
			Variables: `{"k": {"in": ["CLUSTER", "NETWORK"]}}`}))
		want := 0
		for _, n := range k.nodes {
			if n.Kind == "Cluster" || n.Kind == "Network" {
				want++
			}
		}
		if len(rows) != want {
			t.Errorf("%d rows, want %d", len(rows), want)
		}
		for _, row := range rows {
			if row["id"] == "eccp:ict-cluster" && (row["kind"] != "Cluster" || row["composition.smes"] != "280" || row["established"] != "2005-01-31" ||
				!strings.Contains(row["networks.name"], "3B ICT Clusters' Network; ") && !strings.HasSuffix(row["networks.name"], "3B ICT Clusters' Network") ||
				!strings.Contains(row["sources"], "keep.eu, Interreg Danube 2014-2020 (https://keep.eu)")) {
				t.Errorf("the ICT Cluster is %v", row)
			}
		}
	})
	t.Run("the rows of an analysis below a node", func(t *testing.T) {
		rows := sheets(t, k, graph.Export{Format: "xlsx", Query: `{ cluster(id: "eccp:ict-cluster") { name partners(filter: {minProjects: 2}) {
			edges { node { b { id name } projectCount since contribution { amount currency } sharedProjects { edges { roleB node { name } } } } } } } }`})["Rows"]
		pairs := partners(k)
		want := 0
		for p, n := range pairs {
			if (p[0] == "eccp:ict-cluster" || p[1] == "eccp:ict-cluster") && n >= 2 {
				want++
			}
		}
		if len(rows) != want || want == 0 {
			t.Errorf("%d rows, want %d", len(rows), want)
		}
		for _, row := range rows {
			a, b := "eccp:ict-cluster", row["node.b.id"]
			if a > b {
				a, b = b, a
			}
			if row["node.projectCount"] != fmt.Sprint(pairs[[2]string{a, b}]) || strings.Count(row["node.sharedProjects.node.name"], "; ")+1 != pairs[[2]string{a, b}] || row["sources"] == "" {
				t.Errorf("%v", row)
			}
		}
	})
	t.Run("analyses that are lists", func(t *testing.T) {
		communities := csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ communities { number size topics { node { name } count } members { nodes { name } } } }`}))
		if len(communities) < 2 || communities[0]["number"] != "1" || fmt.Sprint(strings.Count(communities[0]["members.name"], "; ")+1) != communities[0]["size"] {
			t.Errorf("communities are %v", communities)
		}
		paths := csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ paths(from: "name:cluj-it-cluster", to: "name:autocluster-serbia", first: 2) { length nodes { name } edges { type } } }`}))
		if len(paths) != 2 || paths[0]["length"] != "2" || paths[0]["nodes.name"] != "Cluj IT Cluster; GIVE; Autocluster Serbia" || paths[0]["edges.type"] != "PARTICIPATES_IN; PARTICIPATES_IN" ||
			!strings.Contains(paths[0]["sources"], "ECCP profile of ICT Cluster") {
			t.Errorf("paths are %v", paths)
		}
		edges := sheets(t, k, graph.Export{Format: "xlsx", Query: `{ neighbourhood(of: "eccp:ict-cluster") { edges { type from { id } to { name } } } }`})["Rows"]
		if len(edges) == 0 || edges[0]["type"] == "" || edges[0]["from.id"] == "" || edges[0]["sources"] == "" {
			t.Errorf("edges of the neighbourhood are %v", edges)
		}
		nodes := csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ nodes(ids: ["nobody", "eccp:ict-cluster"]) { name } }`}))
		if len(nodes) != 2 || nodes[0]["name"] != "" || nodes[0]["sources"] != "" || nodes[1]["name"] != "ICT Cluster" || nodes[1]["sources"] == "" {
			t.Errorf("nodes are %v", nodes)
		}
	})
	t.Run("columns of one list stay side by side", func(t *testing.T) {
		for _, row := range csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ projects { nodes { name partners(first: 1000) { totalCount edges { roleText contribution { amount } node { name ... on Cluster { nativeName } } } } } } }`})) {
			for _, column := range []string{"partners.roleText", "partners.contribution.amount", "partners.node.name", "partners.node.nativeName"} {
				if v := row[column]; v != "" && fmt.Sprint(strings.Count(v, ";")+1) != row["partners.totalCount"] {
					t.Errorf("%s: %s of %s partners are %q", row["name"], column, row["partners.totalCount"], v)
				}
			}
		}
	})
	t.Run("formulas are texts", func(t *testing.T) {
		rows := csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ organisations(filter: {name: {startsWith: "="}}) { nodes { name sme } } }`}))
		if len(rows) != 1 || rows[0]["name"] != "'=1+1" || rows[0]["sme"] != "true" {
			t.Errorf("%v", rows)
		}
	})
}

// More rows than a page has come page by page, each once.
func TestManyRows(t *testing.T) {
	var b store.Batch
	want := make([]string, 0, 2300)
	for i := range 2300 {
		name := fmt.Sprintf("Organisation %04d", i)
		want = append(want, name)
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{Kind: "Organisation", Name: name}})
	}
	k := keep(t, b)
	var got []string
	for _, row := range csvRows(t, k.bytes(t, graph.Export{Format: "csv", Query: `{ organisations(orderBy: [{field: NAME}]) { nodes { name } } }`})) {
		got = append(got, row["name"])
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d in their order", len(got), len(want))
	}
	// Where a page takes more than an answer may, smaller ones are asked for.
	x, err := graph.NewExporter(k.store, k.truth, graph.Options{Limits: limits.Limits{Rows: 300}})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := x.Write(t.Context(), &out, graph.Export{Format: "csv", Query: `{ organisations { nodes { name } } }`}); err != nil || strings.Count(out.String(), "\r\n") != 2301 {
		t.Errorf("%d lines, %v", strings.Count(out.String(), "\r\n"), err)
	}
}

// broken is a store that goes away after so many reads.
type broken struct {
	store.Store
	after int
}

type brokenReader struct {
	store.Reader
	left *int
}

func (b broken) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	left := b.after
	return b.Store.View(ctx, at, func(r store.Reader) error { return read(brokenReader{r, &left}) })
}

func (b brokenReader) At(ctx context.Context, slots []store.Slot) ([]*store.Node, error) {
	if *b.left--; *b.left < 0 {
		return nil, fmt.Errorf("%w: gone", store.ErrUnavailable)
	}
	return b.Reader.At(ctx, slots)
}

func TestHTTP(t *testing.T) {
	k := sampled(t)
	x, err := graph.NewExporter(k.store, k.truth, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /export/{format}", x)
	s := httptest.NewServer(mux)
	defer s.Close()
	ask := func(path string, params ...string) (*http.Response, string) {
		t.Helper()
		q := url.Values{}
		for i := 0; i < len(params); i += 2 {
			q.Add(params[i], params[i+1])
		}
		r, err := http.Get(s.URL + path + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r, string(b)
	}
	for _, c := range []struct {
		path   string
		params []string
		media  string
		name   string
	}{
		{"/export/gexf", nil, "application/gexf+xml; charset=utf-8", "clustergraph-graph.gexf"},
		{"/export/graphml", []string{"shape", "two-mode"}, "application/graphml+xml; charset=utf-8", "clustergraph-two-mode.graphml"},
		{"/export/kumu", []string{"shape", "partnerships"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "clustergraph-partnerships.xlsx"},
		{"/export/csv", []string{"kinds", "Cluster"}, "application/zip", "clustergraph-graph.zip"},
		{"/export/csv", []string{"part", "edges"}, "text/csv; charset=utf-8", "clustergraph-graph-edges.csv"},
		{"/export/vosviewer", []string{"part", "map"}, "text/tab-separated-values; charset=utf-8", "clustergraph-graph-map.txt"},
		{"/export/vosviewer-json", nil, "application/json; charset=utf-8", "clustergraph-graph.json"},
		{"/export/jsonl", nil, "application/x-ndjson; charset=utf-8", "clustergraph.jsonl"},
		{"/export/csv", []string{"query", "{ clusters { nodes { name } } }"}, "text/csv; charset=utf-8", "clustergraph-rows.csv"},
	} {
		r, body := ask(c.path, c.params...)
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != c.media || r.Header.Get("Content-Disposition") != `attachment; filename="`+c.name+`"` || body == "" {
			t.Errorf("%s %v: %s, %v", c.path, c.params, r.Status, r.Header)
		}
	}
	for _, c := range []struct {
		reason, path string
		params       []string
		status       int
		code, says   string
	}{
		{"an unknown format", "/export/pdf", nil, 400, "BAD_USER_INPUT", "gexf"},
		{"an unknown parameter", "/export/gexf", []string{"kind", "Cluster"}, 400, "BAD_USER_INPUT", `no parameter "kind"`},
		{"an unknown shape", "/export/gexf", []string{"shape", "round"}, 400, "BAD_USER_INPUT", "two-mode"},
		{"an unknown part", "/export/csv", []string{"part", "middle"}, 400, "BAD_USER_INPUT", "nodes or edges"},
		{"an unknown kind", "/export/gexf", []string{"kinds", "Club"}, 400, "BAD_USER_INPUT", `no kind "Club"`},
		{"an unknown relation", "/export/gexf", []string{"relations", "LIKES"}, 400, "BAD_USER_INPUT", `no relation "LIKES"`},
		{"a filter that is no JSON", "/export/gexf", []string{"filter", "{"}, 400, "BAD_USER_INPUT", "filter is not JSON"},
		{"a filter of another kind", "/export/gexf", []string{"kinds", "Cluster", "filter", `{"grantNumber": {"eq": "x"}}`}, 400, "BAD_USER_INPUT", `no field "grantNumber"`},
		{"a filter of the wrong type", "/export/gexf", []string{"shape", "partnerships", "filter", `{"minProjects": "2"}`}, 400, "BAD_USER_INPUT", "minProjects"},
		{"a side nobody is", "/export/gexf", []string{"shape", "partnerships", "between", `[{"membersOf": ["nobody"]}]`}, 404, "NOT_FOUND", "nobody"},
		{"a projection of members nobody knows", "/export/gexf", []string{"shape", "partnerships", "projection", `{"membersOf": ["nobody"]}`}, 404, "NOT_FOUND", "nobody"},
		{"a projection that says nothing known", "/export/gexf", []string{"shape", "partnerships", "projection", `{"weight": "HEAVY"}`}, 400, "BAD_USER_INPUT", "HEAVY"},
		{"a projection that is no JSON", "/export/gexf", []string{"shape", "partnerships", "projection", `{weight: COUNT}`}, 400, "BAD_USER_INPUT", "projection is not JSON"},
		{"a projection beside a filter", "/export/gexf", []string{"shape", "partnerships", "projection", `{}`, "filter", `{"minProjects": 2}`}, 400, "BAD_USER_INPUT", "leave filter and between out"},
		{"a projection of the graph", "/export/gexf", []string{"projection", `{}`}, 400, "BAD_USER_INPUT", "projection is for the shape partnerships"},
		{"a projection of two modes", "/export/gexf", []string{"shape", "two-mode", "projection", `{}`}, 400, "BAD_USER_INPUT", "projection is for the shape partnerships"},
		{"kinds beside a network", "/export/gexf", []string{"shape", "two-mode", "kinds", "Cluster"}, 400, "BAD_USER_INPUT", "kinds"},
		{"two times", "/export/gexf", []string{"asOf", "2020", "during", `{"from": "2019"}`}, 400, "BAD_USER_INPUT", "exclude"},
		{"a wrong time", "/export/gexf", []string{"asOf", "soon"}, 400, "BAD_USER_INPUT", "asOf"},
		{"a filter of everything", "/export/jsonl", []string{"kinds", "Cluster"}, 400, "BAD_USER_INPUT", "everything"},
		{"a query as a graph", "/export/gexf", []string{"query", "{ clusters { nodes { name } } }"}, 400, "BAD_USER_INPUT", "csv or xlsx"},
		{"a query that does not fit the schema", "/export/csv", []string{"query", "{ clusters { nodes { nome } } }"}, 400, "GRAPHQL_VALIDATION_FAILED", "nome"},
		{"a query that cannot be read", "/export/csv", []string{"query", "{"}, 400, "GRAPHQL_PARSE_FAILED", ""},
		{"a query without rows", "/export/csv", []string{"query", "{ clusters { totalCount } }"}, 400, "BAD_USER_INPUT", "nodes or edges"},
		{"two connections", "/export/csv", []string{"query", "{ clusters { nodes { name } } projects { nodes { name } } }"}, 400, "BAD_USER_INPUT", "clusters and projects"},
		{"two lists", "/export/csv", []string{"query", `{ neighbourhood(of: "eccp:ict-cluster") { nodes { name } edges { type } } }`}, 400, "BAD_USER_INPUT", "nodes and edges"},
		{"no table at all", "/export/csv", []string{"query", "{ revision }"}, 400, "BAD_USER_INPUT", "asks for none"},
		{"rows from the end", "/export/csv", []string{"query", "{ clusters(last: 2) { nodes { name } } }"}, 400, "BAD_USER_INPUT", "last"},
		{"a mutation", "/export/csv", []string{"query", `mutation { remove(ids: ["x"]) { revision } }`}, 403, "FORBIDDEN", ""},
	} {
		r, body := ask(c.path, c.params...)
		var told struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Errors) != 1 {
			t.Errorf("%s: %.200q, %v", c.reason, body, err)
			continue
		}
		e := told.Errors[0]
		if r.StatusCode != c.status || e.Extensions.Code != c.code || !strings.Contains(e.Message, c.says) || r.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %s %s: %s; want %d %s with %q", c.reason, r.Status, e.Extensions.Code, e.Message, c.status, c.code, c.says)
		}
	}
	t.Run("what breaks off is not taken for the whole", func(t *testing.T) {
		var b store.Batch
		for i := range 2000 {
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{Kind: "Organisation", Name: fmt.Sprint("Organisation ", i)}, Props: store.PropsOf(map[string]any{"description": strings.Repeat("long ", 100)})})
		}
		k := keep(t, b)
		for after, whole := range map[int]bool{0: true, 2: false} { // before the first byte, and in the middle
			x, err := graph.NewExporter(broken{k.store, after}, nil, graph.Options{})
			if err != nil {
				t.Fatal(err)
			}
			mux := http.NewServeMux()
			mux.Handle("GET /export/{format}", x)
			s := httptest.NewServer(mux)
			r, err := http.Get(s.URL + "/export/gexf")
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(r.Body)
			_ = r.Body.Close()
			if whole && (err != nil || r.StatusCode != http.StatusServiceUnavailable) || !whole && err == nil {
				t.Errorf("after %d reads: %s, %v", after, r.Status, err)
			}
			s.Close()
		}
	})
}
