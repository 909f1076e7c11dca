package neo4j

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

// foreign runs Cypher as another program would.
func foreign(t testing.TB, s *Store, cypher string) {
	t.Helper()
	_, err := neo4j.ExecuteQuery(t.Context(), s.driver, cypher, nil, neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(s.opts.Database), neo4j.ExecuteQueryWithBookmarkManager(s.bookmarks))
	if err != nil {
		t.Fatalf("%s: %v", cypher, err)
	}
}

func apply(t testing.TB, s *Store, b store.Batch) store.Result {
	t.Helper()
	r, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// problems are what Check finds.
func problems(t testing.TB, s *Store) (out []string) {
	t.Helper()
	if err := s.Check(t.Context(), func(p store.Problem) { out = append(out, p.Subject+": "+p.What) }); err != nil {
		t.Fatal(err)
	}
	return out
}

// content is the graph as text.
func content(t testing.TB, s *Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		out[n.ID] = fmt.Sprint(n.Kind, " ", n.Props)
		return nil
	}, func(e *store.Edge) error {
		out[e.Type+" "+e.From+" "+e.To+" "+e.Key] = fmt.Sprint(e.Props)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func org(id, name string, props map[string]any) store.NodeRecord {
	return store.NodeRecord{Ref: store.Ref{ID: id, Kind: "Organisation", Name: name}, Props: store.PropsOf(props)}
}

func link(typ, from, to string, props map[string]any) store.EdgeRecord {
	return store.EdgeRecord{Type: typ, From: store.Ref{ID: from}, To: store.Ref{ID: to}, Props: store.PropsOf(props)}
}

// small is a graph with a bit of everything.
func small(t testing.TB, s *Store) {
	apply(t, s, store.Batch{By: "tester", Nodes: []store.NodeRecord{
		org("a", "Alpha", map[string]any{"size": 5, "description": "first", "aliases": []string{"Alef"}}),
		org("b", "Beta", map[string]any{"sme": true}),
		{Ref: store.Ref{ID: "n", Kind: "Network", Name: "Net"}, Props: store.PropsOf(map[string]any{"founded": store.Date{First: 100, Last: 100}})},
		{Ref: store.Ref{ID: "p", Kind: "Project", Name: "Pro"}, Props: store.PropsOf(map[string]any{"totalCost": store.Money{Amount: 150, Currency: "EUR"}})},
		{Ref: store.Ref{ID: "c", Kind: "Cluster", Name: "Clu"}, Props: store.PropsOf(map[string]any{"composition": map[string]any{"total": 4, "smes": 3}, "labels": []map[string]any{{"name": "Gold"}, {"name": "Bronze", "level": "low"}}})},
	}, Edges: []store.EdgeRecord{link("MEMBER_OF", "a", "n", map[string]any{"role": "lead"}), link("MEMBER_OF", "b", "n", nil), link("PARTICIPATES_IN", "a", "p", nil)}})
}

// TestRefresh changes the graph as other programs would: Check finds it, Refresh takes it
// in, and Check is clean then.
func TestRefresh(t *testing.T) {
	for _, tc := range []struct {
		name, cypher string
		found        string            // a part of what Check says
		then         map[string]string // what the graph holds afterwards; "": nothing
		left         string            // a part of what cannot be taken in
	}{
		{"a text is changed", `MATCH (n {id: 'a'}) SET n.description = 'second'`, "description changed",
			map[string]string{"a": `Organisation [{aliases [Alef]} {description second} {name Alpha} {size 5}]`}, ""},
		{"a number is changed, a text taken away", `MATCH (n:Organisation {id: 'a'}) SET n.size = 7 REMOVE n.description`, "description, size changed",
			map[string]string{"a": `Organisation [{aliases [Alef]} {name Alpha} {size 7}]`}, ""},
		{"a name is changed", `MATCH (n:Organisation {id: 'a'}) SET n.name = 'Omega'`, "name changed",
			map[string]string{"a": `Organisation [{aliases [Alef]} {description first} {name Omega} {size 5}]`}, ""},
		{"a date is set as one", `MATCH (n {id: 'n'}) SET n.founded = date('2020-05-04')`, "founded changed", map[string]string{"n": `Network [{founded 2020-05-04} {name Net}]`}, ""},
		{"a date is set as text", `MATCH (n {id: 'n'}) SET n.founded = '2020-05'`, "founded changed", map[string]string{"n": `Network [{founded 2020-05} {name Net}]`}, ""},
		{"an amount", `MATCH (n {id: 'p'}) SET n.totalCost = 2.25`, "totalCost changed", map[string]string{"p": `Project [{name Pro} {totalCost {2.25 EUR}}]`}, ""},
		{"a part of a value", `MATCH (n {id: 'c'}) SET n.composition_smes = 2`, "composition changed",
			map[string]string{"c": `Cluster [{composition [{smes 2} {total 4}]} {labels [[{name Gold}] [{level low} {name Bronze}]]} {name Clu}]`}, ""},
		{"a list of values with parts", `MATCH (n {id: 'c'}) SET n.labels_level = ['high', 'low']`, "labels changed",
			map[string]string{"c": `Cluster [{composition [{smes 3} {total 4}]} {labels [[{level high} {name Gold}] [{level low} {name Bronze}]]} {name Clu}]`}, ""},
		{"a property that the schema does not know", `MATCH (n {id: 'b'}) SET n.motto = 'Onward'`, "motto changed", map[string]string{"b": `Organisation [{motto Onward} {name Beta} {sme true}]`}, ""},
		{"another kind", `MATCH (n {id: 'b'}) SET n:Cluster REMOVE n:Organisation`, "kind changed", map[string]string{"b": `Cluster [{name Beta} {sme true}]`}, ""},
		{"a node deleted", `MATCH (n {id: 'a'}) DETACH DELETE n`, "the node is gone", map[string]string{"a": "", "MEMBER_OF a n ": "", "PARTICIPATES_IN a p ": ""}, ""},
		{"a relationship deleted", `MATCH ({id: 'a'})-[e:MEMBER_OF]->() DELETE e`, "the edge is gone", map[string]string{"MEMBER_OF a n ": ""}, ""},
		{"a relationship changed", `MATCH ({id: 'a'})-[e:MEMBER_OF]->() SET e.role = 'guest', e.since = '2001'`, "role, since changed", map[string]string{"MEMBER_OF a n ": `[{role guest} {since 2001}]`}, ""},
		{"a node made, as a user of Neo4j would", `CREATE (:Organisation {name: 'Gamma', size: 3})-[:MEMBER_OF {role: 'new'}]->(:Network {id: 'net', name: 'Other'})`, "no record makes the node",
			map[string]string{"name:gamma": `Organisation [{name Gamma} {size 3}]`, "net": `Network [{name Other}]`, "MEMBER_OF name:gamma net ": `[{role new}]`}, ""},
		{"a node made as ours are", `MATCH (n {id: 'n'}) CREATE (:Node:Actor:Organisation {id: 'g', name: 'Gamma'})-[:MEMBER_OF]->(n)`, "no record makes the node",
			map[string]string{"g": `Organisation [{name Gamma}]`, "MEMBER_OF g n ": `[]`}, ""},
		{"a node met by name", `MATCH (n {id: 'b'}) CREATE (:Organisation {name: 'alpha', sme: true})-[:MEMBER_OF]->(n)`, "no record makes the node",
			map[string]string{"a": `Organisation [{aliases [Alef]} {description first} {name alpha} {size 5} {sme true}]`, "MEMBER_OF a b ": `[]`}, ""},
		{"a relationship made", `MATCH (a {id: 'a'}), (b {id: 'b'}) CREATE (b)-[:MEMBER_OF {role: 'x'}]->(a)`, "no record makes the relationship", map[string]string{"MEMBER_OF b a ": `[{role x}]`}, ""},
		{"a relationship made again", `MATCH (a {id: 'a'}), (n {id: 'n'}) CREATE (a)-[:MEMBER_OF {role: 'again'}]->(n)`, "no record makes the relationship", map[string]string{"MEMBER_OF a n ": `[{role again}]`}, ""},
		{"a relationship copied", `MATCH (a {id: 'a'})-[e:MEMBER_OF]->(n) CREATE (a)-[f:MEMBER_OF]->(n) SET f = properties(e)`, "no record makes the relationship", nil, ""},
		{"what is beside a property", `MATCH (n {id: 'a'}) SET n._name = 'zzz' REMOVE n._props`, "run refresh to set it right", nil, ""},
		{"the label of all nodes", `MATCH (n {id: 'a'}) REMOVE n:Node, n:Actor`, "run refresh to set it right", nil, ""},
		{"a day beside a date", `MATCH (n {id: 'n'}) SET n.founded_first = date('2020-05-04')`, "change founded itself", nil, "change founded itself"},
		{"a value of another type", `MATCH (n {id: 'a'}) SET n.size = 'big'`, "set back", nil, "size: "},
		{"a node without a kind", `CREATE (:Node {id: 'x', name: 'X'})`, "exactly one kind", nil, "exactly one kind"},
		{"a node of which no name is known", `CREATE (:Organisation {size: 3})`, "no record makes the node", nil, "cannot be taken in"},
		{"what is not ours", `MATCH (n {id: 'a'}) SET n:VIP CREATE (n)-[:LIKES]->(:Beer {name: 'Pils'})`, "", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := fresh(t)
			small(t, s)
			want := content(t, s)
			before, err := s.Revision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if p := problems(t, s); len(p) > 0 {
				t.Fatalf("before: %q", p)
			}
			foreign(t, s, tc.cypher)
			found := problems(t, s)
			if all := strings.Join(found, "\n"); !strings.Contains(all, tc.found) || tc.found == "" && all != "" {
				t.Errorf("Check finds %s", all)
			}
			r, err := s.Refresh(t.Context(), "refresher")
			if err != nil {
				t.Fatal(err)
			}
			left := ""
			for _, p := range r.Problems {
				left += p.Subject + ": " + p.What + "\n"
			}
			if !strings.Contains(left, tc.left) || tc.left == "" && left != "" {
				t.Errorf("left: %s", left)
			}
			for k, v := range tc.then {
				if v == "" {
					delete(want, k)
				} else {
					want[k] = v
				}
			}
			got := content(t, s)
			for k := range want {
				if got[k] != want[k] {
					t.Errorf("%s holds %q, want %q", k, got[k], want[k])
				}
			}
			for k := range got {
				if want[k] == "" {
					t.Errorf("%s is there, and holds %q", k, got[k])
				}
			}
			if after := problems(t, s); len(after) > 0 && tc.left == "" {
				t.Errorf("after: %q", after)
			}
			if len(tc.then) > 0 { // whoever follows learns of it
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				told := fmt.Errorf("told")
				if err := s.Follow(ctx, before, func(c store.Commit) error {
					if c.By != "refresher" {
						t.Errorf("by %q", c.By)
					}
					return told
				}); err != told {
					t.Error(err)
				}
				cancel()
			}
			again, err := s.Refresh(t.Context(), "refresher")
			if err != nil || again.Nodes+again.Edges > 0 {
				t.Errorf("refreshed again: %+v, %v", again, err)
			}
		})
	}
}

// TestCheckFindsDamage of what the service keeps for itself.
func TestCheckFindsDamage(t *testing.T) {
	s := fresh(t)
	for _, tc := range []struct{ cypher, found string }{
		{`MATCH (n:_Name {node: 'a'}) DELETE n`, "a alpha: the name is missing"},
		{`CREATE (:_Identifier {scheme: 'PIC', value: '1', node: 'a'})`, "a PIC 1: no record makes the identifier"},
		{`MATCH (c:_Commit) SET c.nodes = 'x'`, "the change log: it cannot be read at revision 1"},
		{`MATCH (c:_Commit {revision: 2}) DELETE c`, "the change log: it ends at revision 1, the store is at 2"},
		{`CREATE (:_Denied {id: 'z', _kind: 'Organisation', _props: '{}'})`, "z: no record makes the denied node"},
		{`DROP INDEX clustergraph_Organisation_size_id`, "clustergraph_Organisation_size_id: the index on Organisation(_size, id) is missing"},
	} {
		empty := empty(t, storetest.Schema())
		if err := empty.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), storetest.Schema(), s.opts)
		if err != nil {
			t.Fatal(err)
		}
		small(t, s)
		apply(t, s, store.Batch{Nodes: []store.NodeRecord{org("d", "Delta", nil)}})
		foreign(t, s, tc.cypher)
		if p := strings.Join(problems(t, s), "\n"); !strings.Contains(p, tc.found) {
			t.Errorf("%s: Check finds %q, want %q", tc.cypher, p, tc.found)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	s2, err := Open(t.Context(), storetest.Schema(), s.opts)
	if err != nil {
		t.Fatal(err)
	}
	defer s2.Close()
	if p, err := s2.CheckSchema(t.Context()); err != nil || len(p) > 0 {
		t.Errorf("opening does not make what is missing: %v %v", p, err)
	}
}
