package neo4j

import (
	"strings"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// TestOneTextForOneShape makes sure that values do not change what is asked: the server keeps
// its plans by text, and by types of parameters. So a position whose value is nil would be planned
// anew with the same text, too (tried on both versions), and may have a shorter one.
func TestOneTextForOneShape(t *testing.T) {
	l, err := newLayout(ontology.Served().Store)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(name, role string, start store.Value, from int, size int64) string {
		c := &compiler{l: l, params: map[string]any{}}
		of := subject{node: "n", kinds: l.known([]string{"Project"})}
		match, where := c.matched(of, store.And{
			store.Is{Path: []string{"title"}, Op: store.Contains, Value: name, Fold: true},
			partner(located(from), store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.In_, Value: store.List{role}}),
			store.Count{Rel: partners, Op: store.Gt, Value: size},
		})
		keys, with, _, ok := c.sortBy(of, []store.Term{byStart[0], {Rel: &partners}})
		if !ok || c.partly || c.err != nil {
			t.Fatalf("it cannot be said: %v", c.err)
		}
		o := &ordered{vars: []string{"n"}, with: with, list: list{keys: keys, id: "n.id"}}
		w := &store.Window{Order: []store.Term{{}, {}}, First: 3, After: &store.Position{Keys: []store.Value{start, size}, Node: name}}
		text := match + o.page(c, where, newSpan(w))
		for _, v := range []string{name, role} {
			if strings.Contains(text, v) {
				t.Errorf("a value stands in %s", text)
			}
		}
		return text
	}
	start, _ := store.ParseDate("2020")
	later, _ := store.ParseDate("2021-05-06")
	for _, from := range [][2]store.Value{{start, later}, {nil, nil}} {
		one, other := ask("quantum rail", "COORDINATOR!", from[0], 0, 5), ask("\x00'x\"`", "'", from[1], 7, 0)
		if one != other {
			t.Errorf("two texts:\n%s\n%s", one, other)
		}
	}
}
