package bench

import (
	"context"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// rows are all that an import leaves in the database, to write it by the bare driver: a group
// for each set of labels, and for each type of relationships between nodes of two labels.
type rows struct {
	nodes, relationships []group
}

type group struct {
	cypher string
	rows   []any
}

// count is how many nodes or relationships there are.
func count(groups []group) (n int) {
	for _, g := range groups {
		n += len(g.rows)
	}
	return n
}

// made is what Open makes in an empty database.
var made = []string{"_Graph", "_Property", "_Shape"}

// found is how relationships find the nodes at their ends.
var found = map[string]string{"Node": "id", "_Id": "node"}

// readRows reads what lies in a database, in the order in which the database tells it.
func readRows(ctx context.Context, driver neo4j.DriverWithContext, name string) (*rows, error) {
	out := &rows{}
	places := map[string]int{}
	add := func(to *[]group, cypher string, row any) {
		i, met := places[cypher]
		if !met {
			i = len(*to)
			places[cypher] = i
			*to = append(*to, group{cypher: cypher})
		}
		(*to)[i].rows = append((*to)[i].rows, row)
	}
	session := driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: name})
	defer session.Close(ctx)
	read := func(cypher string, row func(v []any)) error {
		r, err := session.Run(ctx, cypher, nil)
		if err != nil {
			return err
		}
		for r.Next(ctx) {
			row(r.Record().Values)
		}
		return r.Err()
	}
	err := read("MATCH (n) RETURN labels(n), properties(n)", func(v []any) {
		labels := texts(v[0])
		if !slices.Contains(made, labels[0]) {
			add(&out.nodes, "UNWIND $rows AS row CREATE (n:`"+strings.Join(labels, "`:`")+"`) SET n = row", v[1])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, read("MATCH (a)-[r]->(b) RETURN type(r), labels(a), coalesce(a.id, a.node), labels(b), coalesce(b.id, b.node), properties(r)", func(v []any) {
		end := func(n string, labels any) string {
			for _, l := range texts(labels) {
				if key, ok := found[l]; ok {
					return "MATCH (" + n + ":" + l + " {" + key + ": row." + n + "}) "
				}
			}
			return ""
		}
		add(&out.relationships, "UNWIND $rows AS row "+end("a", v[1])+end("b", v[3])+"CREATE (a)-[r:`"+v[0].(string)+"`]->(b) SET r = row.props",
			map[string]any{"a": v[2], "b": v[4], "props": v[5]})
	})
}

func texts(v any) []string {
	var out []string
	for _, x := range v.([]any) {
		out = append(out, x.(string))
	}
	return out
}

// write writes the rows in so many transactions: first all nodes, then all relationships,
// each transaction with one statement for each group. Nothing is looked for but the ends of
// relationships.
func (r *rows) write(ctx context.Context, driver neo4j.DriverWithContext, name string, transactions int) error {
	size := (count(r.nodes) + count(r.relationships) + transactions - 1) / transactions
	var open []group
	n := 0
	flush := func() error {
		session := driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: name})
		defer session.Close(ctx)
		_, err := session.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			for _, g := range open {
				if err := run(ctx, tx, g.cypher, g.rows); err != nil {
					return nil, err
				}
			}
			return nil, nil
		})
		open, n = nil, 0
		return err
	}
	for _, g := range slices.Concat(r.nodes, r.relationships) {
		for left := g.rows; len(left) > 0; {
			some := left[:min(len(left), size-n)]
			left = left[len(some):]
			open, n = append(open, group{g.cypher, some}), n+len(some)
			if n == size {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	if n > 0 {
		return flush()
	}
	return nil
}
