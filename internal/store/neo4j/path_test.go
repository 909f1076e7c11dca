package neo4j

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// TestManyWays holds that no more ways than some are put in order, and that all are up to then.
func TestManyWays(t *testing.T) {
	s := fresh(t)
	// Three layers between the ends; each node is tied to each of the next layer.
	layers := func(name string, width int) (from, to string) {
		if _, err := neo4j.ExecuteQuery(t.Context(), s.driver, `CREATE (a:Node {id: $name + ' a'}), (b:Node {id: $name + ' b'})
			FOREACH (i IN range(1, $width) | CREATE (a)-[:PART_OF]->(:Node {id: $name + ' 1 ' + (i + 100)}), (:Node {id: $name + ' 2 ' + (i + 100)}), (:Node {id: $name + ' 3 ' + (i + 100)})-[:PART_OF]->(b))
			WITH * UNWIND [[' 1 ', ' 2 '], [' 2 ', ' 3 ']] AS step UNWIND range(1, $width) AS i UNWIND range(1, $width) AS j
			MATCH (x:Node {id: $name + step[0] + (i + 100)}) MATCH (y:Node {id: $name + step[1] + (j + 100)}) CREATE (x)-[:PART_OF]->(y)`,
			map[string]any{"name": name, "width": width}, neo4j.EagerResultTransformer,
			neo4j.ExecuteQueryWithDatabase(s.opts.Database), neo4j.ExecuteQueryWithBookmarkManager(s.bookmarks)); err != nil {
			t.Fatal(err)
		}
		return name + " a", name + " b"
	}
	for _, c := range []struct {
		width int
		known bool
	}{{17, true}, {18, false}} { // 4,913 and 5,832 ways
		from, to := layers(fmt.Sprint("of ", c.width), c.width)
		if err := s.View(t.Context(), store.Revision{}, func(r store.Reader) error {
			ways, known, err := r.(store.Pathfinder).Shortest(t.Context(), store.Route{From: from, To: to, Types: []string{"PART_OF"}, Longest: 6, First: 100})
			if known != c.known || known != (len(ways) == 100) {
				t.Errorf("%d: %d ways, known: %v", c.width, len(ways), known)
			}
			for i, way := range ways {
				want := fmt.Sprintf("of %[1]d a, of %[1]d 1 101, of %[1]d 2 %[2]d, of %[1]d 3 %[3]d, of %[1]d b", c.width, 101+i/c.width, 101+i%c.width)
				if got := strings.Join(r.IDs(way), ", "); got != want {
					t.Errorf("%d: %q, not %q", i, got, want)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
