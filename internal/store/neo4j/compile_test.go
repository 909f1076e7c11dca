package neo4j

import (
	"strings"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// TestOneTextForOneShape makes sure that values, and whether those of a position are known,
// do not change what is asked: the server keeps its plans by text.
func TestOneTextForOneShape(t *testing.T) {
	l, err := newLayout(ontology.Served().Store)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(name, role string, start any, from int, size int64) string {
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
	one, other := ask("quantum rail", "COORDINATOR!", start, 0, 5), ask("\x00'x\"`", "'", nil, 7, 0)
	if one != other {
		t.Errorf("two texts:\n%s\n%s", one, other)
	}
}
