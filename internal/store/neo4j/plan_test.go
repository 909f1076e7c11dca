package neo4j

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

func is(path string, op store.Op, v store.Value) store.Is {
	return store.Is{Path: []string{path}, Op: op, Value: v}
}

// located are those in one of thirty regions.
func located(from int) store.Test {
	return store.Related{Rel: store.Rel{Type: "LOCATED_IN", Kinds: []string{"Place"}}, Test: is("id", store.In_, regions(from))}
}

func regions(from int) (out []any) {
	for i := from; i < from+30; i++ {
		out = append(out, fmt.Sprintf("nuts:P%02d%d", i/6%40, i%6))
	}
	return out
}

// partner is a condition on a project: one of its partners passes.
func partner(tests ...store.Test) store.Test {
	return store.Related{Rel: store.Rel{Type: "PARTICIPATES_IN", Dir: store.In, Kinds: actors}, Test: store.And(tests)}
}

var (
	actors   = []string{"Cluster", "Network", "Organisation"}
	ties     = []string{"MEMBER_OF", "PARTICIPATES_IN"}
	byStart  = []store.Term{{Path: []string{"start"}, Desc: true}}
	byName   = []store.Term{{Path: []string{"name"}, Fold: true}}
	projects = store.Rel{Type: "PARTICIPATES_IN", Kinds: []string{"Project"}}
	partners = store.Rel{Type: "PARTICIPATES_IN", Dir: store.In, Kinds: actors}
)

// shapes are what must be answered by following indexes and relationships from a few nodes.
var shapes = []struct {
	name string
	ask  func(ctx context.Context, r store.Reader) error
	// want are operators that the plan must have, never those that it must not have, beside
	// the scans of all nodes that none may have.
	want, never []string
}{
	{"nodes by id", func(ctx context.Context, r store.Reader) error {
		_, err := r.Nodes(ctx, []string{"pic:900000001", "pic:900000002"})
		return err
	}, []string{"NodeUniqueIndexSeek"}, []string{"NodeByLabelScan"}},
	{"nodes by identifier", func(ctx context.Context, r store.Reader) error {
		_, err := r.Identified(ctx, []store.Identifier{{Scheme: "PIC", Value: "900000001"}})
		return err
	}, []string{"NodeIndexSeek", "NodeUniqueIndexSeek"}, []string{"NodeByLabelScan"}},
	{"a page by id", func(ctx context.Context, r store.Reader) error {
		return some(r.Find(ctx, []string{"Organisation"}, store.Window{First: 20, After: &store.Position{Node: "pic:900001"}, Count: true}))
	}, []string{"NodeIndexSeekByRange|NodeIndexSeek", "Limit", "NodeCountFromCountStore"}, []string{"NodeByLabelScan", "Sort", "Top", "EagerAggregation"}},
	{"all kinds by id", func(ctx context.Context, r store.Reader) error {
		return some(r.Find(ctx, nil, store.Window{First: 20}))
	}, []string{"NodeUniqueIndexScan|NodeUniqueIndexSeekByRange|NodeIndexScan", "Limit"}, []string{"NodeByLabelScan", "Sort", "Top"}},
	{"a page by an indexed property", func(ctx context.Context, r store.Reader) error {
		return some(r.Find(ctx, []string{"Project"}, store.Window{First: 20, Order: []store.Term{{Path: []string{"start"}}}}))
	}, []string{"NodeIndexScan", "Limit"}, []string{"NodeByLabelScan", "Sort", "Top"}},
	{"a page by an indexed property, descending, from a cursor on", func(ctx context.Context, r store.Reader) error {
		start, _ := store.ParseDate("2015-05-01")
		return some(r.Find(ctx, []string{"Project"}, store.Window{First: 20, Order: byStart, After: &store.Position{Keys: []store.Value{start}, Node: "cordis:000200"}}))
	}, []string{"NodeIndexSeek", "Limit"}, []string{"NodeByLabelScan", "NodeIndexScan"}},
	{"the end of an order", func(ctx context.Context, r store.Reader) error {
		last := 20
		return some(r.Find(ctx, actors, store.Window{First: store.All, Last: &last, Order: byName}))
	}, []string{"NodeIndexScan", "Limit"}, []string{"NodeByLabelScan", "Sort", "Top"}},
	{"a filter by an indexed text", func(ctx context.Context, r store.Reader) error {
		return some(r.Find(ctx, []string{"Organisation"}, store.Window{First: 20, Order: byName, Count: true,
			Where: store.Is{Path: []string{"name"}, Op: store.Prefix, Value: "green d", Fold: true}}))
	}, []string{"NodeIndexSeek"}, []string{"NodeByLabelScan"}},
	{"a filter by an indexed property, in its order", func(ctx context.Context, r store.Reader) error {
		day, _ := store.ParseDate("2023")
		return some(r.Find(ctx, []string{"Project"}, store.Window{First: 20, Order: []store.Term{{Path: []string{"start"}}}, Where: is("start", store.Gte, day)}))
	}, []string{"NodeIndexSeek", "Limit"}, []string{"NodeByLabelScan", "Sort"}},
	{"two related nodes, counted", func(ctx context.Context, r store.Reader) error {
		coordinates := store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.Eq, Value: "COORDINATOR"}
		return some(r.Find(ctx, []string{"Project"}, store.Window{First: 50, Order: byStart, Count: true,
			Where: store.And{partner(located(0)), partner(located(100), coordinates)}}))
	}, []string{"NodeIndexSeek|NodeUniqueIndexSeek", "Expand"}, []string{"NodeByLabelScan", "NodeIndexScan"}},
	{"windows on relations", func(ctx context.Context, r store.Reader) error {
		_, err := r.Expand(ctx, []string{"pic:900000001", "pic:900000002"}, projects, store.Window{First: 10, Order: byStart, Count: true})
		return err
	}, []string{"NodeUniqueIndexSeek", "Expand", "Top"}, []string{"NodeByLabelScan", "Sort"}},
	{"windows on relations from a cursor on", func(ctx context.Context, r store.Reader) error {
		_, err := r.Expand(ctx, []string{"cordis:000001", "cordis:000002"}, partners, store.Window{First: 10, After: &store.Position{Node: "pic:9", Edge: store.EdgeID{Type: "PARTICIPATES_IN"}}})
		return err
	}, []string{"NodeUniqueIndexSeek", "Expand", "Top"}, []string{"NodeByLabelScan", "Sort"}},
	{"a count of relations", func(ctx context.Context, r store.Reader) error {
		_, err := r.Expand(ctx, []string{"pic:900000001"}, store.Rel{Type: "PARTICIPATES_IN"}, store.Window{Count: true})
		return err
	}, []string{"NodeUniqueIndexSeek"}, []string{"NodeByLabelScan", "Expand"}},
	{"search", func(ctx context.Context, r store.Reader) error {
		_, err := r.Search(ctx, "quantum rai", actors, store.SearchWindow{First: 20})
		return err
	}, []string{"ProcedureCall", "Limit"}, []string{"NodeByLabelScan", "Sort", "Top"}},
	{"search for what very many are called", func(ctx context.Context, r store.Reader) error {
		_, err := r.Search(ctx, "1", nil, store.SearchWindow{First: 20})
		return err
	}, []string{"ProcedureCall", "Limit", "Top"}, []string{"NodeByLabelScan"}},
	{"steps of partnerships", func(ctx context.Context, r store.Reader) error {
		from, err := r.Slots(ctx, []string{"eccp:network-0", "eccp:network-1"})
		if err != nil {
			return err
		}
		fan, err := r.Step(ctx, from, store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: actors}, store.Period{})
		if err != nil {
			return err
		}
		_, err = r.Step(ctx, fan.To, projects, store.Period{First: 15000, Last: 20000})
		return err
	}, []string{"NodeUniqueIndexSeek", "Expand"}, []string{"NodeByLabelScan", "Sort"}},
	{"where two groups meet", func(ctx context.Context, r store.Reader) error {
		of, err := r.Slots(ctx, []string{"eccp:network-0", "eccp:network-1"})
		if err != nil {
			return err
		}
		members := store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: actors}
		m, err := r.Meet(ctx, []store.Group{{Of: of[:1], By: &members}, {Of: of[1:], By: &members}}, projects, store.Period{First: 15000, Last: 20000}, 0)
		if err == nil && len(m.To) == 0 {
			err = fmt.Errorf("they meet nowhere")
		}
		return err
	}, []string{"NodeUniqueIndexSeek", "NodeHashJoin"}, []string{"NodeByLabelScan", "Expand(Into)", "Sort"}},
	{"where two groups of many meet", func(ctx context.Context, r store.Reader) error {
		of, err := r.Slots(ctx, []string{"eccp:network-0", "eccp:network-1", "eccp:network-2", "eccp:network-3"})
		if err != nil {
			return err
		}
		members := store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: actors}
		_, err = r.Meet(ctx, []store.Group{{Of: of[:2], By: &members}, {Of: of[1:], By: &members}}, projects, store.Period{}, 0)
		return err
	}, []string{"NodeUniqueIndexSeek", "NodeHashJoin"}, []string{"NodeByLabelScan", "Expand(Into)", "Sort"}},
	{"the first pairs of two groups", func(ctx context.Context, r store.Reader) error {
		of, err := r.Slots(ctx, []string{"eccp:network-0", "eccp:network-1"})
		if err != nil {
			return err
		}
		members := store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: actors}
		m, err := r.Meet(ctx, []store.Group{{Of: of[:1], By: &members}, {Of: of[1:], By: &members}}, projects, store.Period{First: 15000, Last: 20000}, 5)
		if err == nil && len(m.To) == 0 {
			err = fmt.Errorf("they meet nowhere")
		}
		return err
	}, []string{"NodeUniqueIndexSeek", "NodeHashJoin", "Top"}, []string{"NodeByLabelScan", "Sort"}},
	{"the shortest paths", func(ctx context.Context, r store.Reader) error {
		ways, known, err := r.(store.Pathfinder).Shortest(ctx, store.Route{From: "eccp:network-0", To: "eccp:network-1", Types: ties, Longest: 6, First: 10})
		if err == nil && (!known || len(ways) == 0) {
			err = fmt.Errorf("none is found")
		}
		return err
	}, []string{"NodeUniqueIndexSeek", "ShortestPath", "Limit", "Top"}, []string{"NodeByLabelScan", "VarLengthExpand", "Sort"}},
	{"the shortest paths on conditions, and their edges", func(ctx context.Context, r store.Reader) error {
		ways, _, err := r.(store.Pathfinder).Shortest(ctx, store.Route{From: "eccp:network-0", To: "eccp:network-1", Types: append([]string{"LOCATED_IN", "OPERATES"}, ties...),
			When: store.Period{First: 1000, Last: 30000}, Through: actors, Avoid: []string{"pic:900000001"}, Longest: 6, First: 10})
		if err != nil {
			return err
		}
		var steps [][2]store.Slot
		for _, way := range ways {
			steps = append(steps, [2]store.Slot{way[0], way[1]})
		}
		_, err = r.(store.Pathfinder).Joining(ctx, steps, ties, store.Period{})
		return err
	}, []string{"NodeUniqueIndexSeek", "ShortestPath", "Limit", "Top", "Expand"}, []string{"NodeByLabelScan", "VarLengthExpand", "Sort"}},
	{"what is gathered of members", func(ctx context.Context, r store.Reader) error {
		of, err := r.Slots(ctx, []string{"eccp:network-0"})
		if err != nil {
			return err
		}
		members := store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: actors}
		places := []string{"Place"}
		g, err := r.Gather(ctx, store.Group{Of: of, By: &members}, []store.Way{{Rel: projects, Sum: &store.Summed{Property: "contribution", Currency: "EUR"}},
			{Rel: store.Rel{Type: "LOCATED_IN", Kinds: places}, Up: &store.Rel{Type: "PART_OF", Kinds: places}}}, store.Period{First: 15000, Last: 20000})
		if err == nil && (len(g.Members) == 0 || len(g.Ways[1].Tree) == 0) {
			err = fmt.Errorf("nobody is gathered")
		}
		return err
	}, []string{"NodeUniqueIndexSeek", "VarLengthExpand(Pruning,BFS,All)"}, []string{"NodeByLabelScan", "VarLengthExpand(All)", "Expand(Into)", "Sort"}},
	{"what is under a place", func(ctx context.Context, r store.Reader) error {
		return some(r.Find(ctx, []string{"Organisation", "Cluster"}, store.Window{First: 20, Where: store.Related{Rel: store.Rel{Type: "LOCATED_IN", Kinds: []string{"Place"}},
			Test: store.Under{Rel: store.Rel{Type: "PART_OF", Kinds: []string{"Place"}}, IDs: []string{"nuts:P01"}}}}))
	}, []string{"NodeIndexSeek|NodeUniqueIndexSeek", "Expand"}, []string{"NodeByLabelScan"}},
}

// some is the error of an answer that must have rows.
func some(p store.Page, err error) error {
	if err == nil && len(p.Hits) == 0 {
		err = fmt.Errorf("nothing is found")
	}
	return err
}

// TestPlans holds the planner to ways that cost what they find. It plans for the graph at
// hand, so the graph has some thousands of nodes.
func TestPlans(t *testing.T) {
	s := large(t)
	type asked struct {
		cypher string
		params map[string]any
	}
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			var all []asked
			s.asked = func(cypher string, params map[string]any) { all = append(all, asked{cypher, params}) }
			if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error { return shape.ask(t.Context(), r) }); err != nil {
				t.Fatal(err)
			}
			s.asked = nil
			var plans string
			for _, q := range all {
				plans += gathering.ReplaceAllString(s.plan(t, q.cypher, q.params), "")
			}
			has := func(x string) bool {
				return slices.ContainsFunc(strings.Split(x, "|"), func(op string) bool {
					return slices.Contains(operators(plans), op) || strings.HasSuffix(op, ")") && strings.Contains(plans, "+"+op+" ")
				})
			}
			ok := !has("AllNodesScan")
			for _, x := range shape.want {
				want := has(x) || x == "NodeIndexSeek" && strings.Contains(plans, "NodeIndexSeek") || x == "Expand" && strings.Contains(plans, "Expand(")
				ok = ok && want
				if !want {
					t.Errorf("no %s", x)
				}
			}
			for _, x := range shape.never {
				if has(x) || x == "Expand" && strings.Contains(plans, "Expand(") {
					t.Errorf("a %s", x)
					ok = false
				}
			}
			if !ok {
				for _, q := range all {
					t.Logf("%s\n%v", q.cypher, q.params)
				}
				t.Log(plans)
			}
		})
	}
}

// TestRecordsAreSought holds that what is said of a node or an edge is found from the
// original nodes, and that of an edge between both, however many edges lead to one.
func TestRecordsAreSought(t *testing.T) {
	s := fresh(t)
	for name, cypher := range map[string]string{"node": nodeRecordsOf, "edge": edgeRecordsOf, "edges at a node": edgeRecordsAt} {
		plan := s.plan(t, cypher, map[string]any{"of": []any{}, "ids": []any{}})
		all := operators(plan)
		if !slices.Contains(all, "NodeUniqueIndexSeek") || slices.ContainsFunc(all, func(x string) bool { return strings.HasSuffix(x, "Scan") }) || name == "edge" && !strings.Contains(plan, "Expand(Into)") {
			t.Errorf("%s: %q\n%s", name, all, plan)
		}
	}
	for _, cypher := range []string{unsay, sayAnew} {
		if plan := s.plan(t, cypher, map[string]any{"rows": []any{}}); !strings.Contains(plan, "RelationshipByElementIdSeek") {
			t.Errorf("no seek:\n%s", plan)
		}
	}
}

// gathering is the line of a plan that makes one record of all rows.
var gathering = regexp.MustCompile(`(?m)^\|[ |]*\+EagerAggregation .*collect\((?:\[c0|\$autolist).*\n`)

var operator = regexp.MustCompile(`(?m)^\|[ |]*\+(\w+)`)

// operators are those of plans, each once.
func operators(plans string) (out []string) {
	for _, m := range operator.FindAllStringSubmatch(plans, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// plan is how the server would answer. The driver's tree of a plan repeats the last child,
// so it is read as the server prints it.
func (s *Store) plan(t *testing.T, cypher string, params map[string]any) string {
	t.Helper()
	session := s.driver.NewSession(t.Context(), neo4j.SessionConfig{DatabaseName: s.opts.Database})
	defer func() { _ = session.Close(t.Context()) }()
	result, err := session.Run(t.Context(), "EXPLAIN "+cypher, params)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := result.Consume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	printed, _ := summary.Plan().Arguments()["string-representation"].(string)
	if printed == "" {
		t.Fatal("the server prints no plan")
	}
	return printed
}

// large is a store of the served ontology that holds a twentieth of the ecosystem. Nodes and
// edges lie as Apply lays them out, but nothing is said of them, which takes much less time.
func large(t testing.TB) *Store {
	t.Helper()
	s := empty(t, ontology.Served().Store)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	nodes, edges := storetest.EcosystemGraph(storetest.Full().Part(20), 1)
	rows := map[string][]any{}
	var identifiers []any
	for _, n := range nodes {
		labels := s.layout.labels[n.Kind]
		cypher := "UNWIND $rows AS row CREATE (n:" + strings.Join(each(labels, quoted), ":") + ") SET n = row"
		rows[cypher] = append(rows[cypher], s.layout.node(n))
		l, _ := n.Props.Get("identifiers").(store.List)
		for _, x := range l {
			identifiers = append(identifiers, map[string]any{"scheme": x.(store.Props).Text("scheme"), "value": x.(store.Props).Text("value"), "node": n.ID})
		}
	}
	rows["UNWIND $rows AS row CREATE (x:_Identifier) SET x = row"] = identifiers
	write := func(cypher string, rows []any) {
		for part := range slices.Chunk(rows, 5000) {
			if _, err := neo4j.ExecuteQuery(t.Context(), s.driver, cypher, map[string]any{"rows": part}, neo4j.EagerResultTransformer,
				neo4j.ExecuteQueryWithDatabase(s.opts.Database), neo4j.ExecuteQueryWithBookmarkManager(s.bookmarks)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for cypher, rows := range rows {
		write(cypher, rows)
	}
	clear(rows)
	for _, e := range edges {
		cypher := "UNWIND $rows AS row MATCH (a:Node {id: row.from}), (b:Node {id: row.to}) CREATE (a)-[e:" + quoted(e.Type) + "]->(b) SET e = row.props"
		rows[cypher] = append(rows[cypher], map[string]any{"from": e.From, "to": e.To, "props": s.layout.edge(e)})
	}
	for cypher, rows := range rows {
		write(cypher, rows)
	}
	// Plans follow from counts, which are not told at once.
	if err := s.read(t.Context(), "CALL db.prepareForReplanning(60)", nil, func([]any) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return s
}
