package bench

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// plainly writes the nodes and edges of batches as somebody would who needs nothing but
// them: one statement for each kind of row in a batch, all in one transaction. It is what
// the import is compared with.
type plainly struct {
	driver   neo4j.DriverWithContext
	database string
	schema   store.Schema
}

// prepare makes what MERGE and MATCH find nodes by.
func (p plainly) prepare(ctx context.Context) error {
	_, err := neo4j.ExecuteQuery(ctx, p.driver, "CREATE CONSTRAINT plain_id IF NOT EXISTS FOR (n:Node) REQUIRE n.id IS UNIQUE", nil,
		neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(p.database))
	if err != nil {
		return err
	}
	_, err = neo4j.ExecuteQuery(ctx, p.driver, "CALL db.awaitIndexes(60)", nil, neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(p.database))
	return err
}

func (p plainly) apply(ctx context.Context, b store.Batch) error {
	nodes := map[string][]any{} // by kind
	for _, n := range b.Nodes {
		row := plainProps(n.Props)
		row["id"] = idOf(n.Ref)
		row["name"] = cmp.Or(n.Name, idOf(n.Ref))
		nodes[n.Kind] = append(nodes[n.Kind], row)
	}
	edges := map[string][]any{} // by type
	for _, e := range b.Edges {
		edges[e.Type] = append(edges[e.Type], map[string]any{"from": idOf(e.From), "to": idOf(e.To), "props": plainProps(e.Props)})
	}
	session := p.driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: p.database})
	defer session.Close(ctx)
	_, err := session.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
		for kind, rows := range nodes {
			labels := kind
			if f := p.schema.Kinds[kind].Family; f != kind {
				labels = f + ":" + kind
			}
			if err := run(ctx, tx, "UNWIND $rows AS row MERGE (n:Node {id: row.id}) SET n:"+labels+", n += row", rows); err != nil {
				return nil, err
			}
		}
		for kind, rows := range edges {
			if err := run(ctx, tx, "UNWIND $rows AS row MATCH (a:Node {id: row.from}) MATCH (b:Node {id: row.to}) MERGE (a)-[r:"+kind+"]->(b) SET r += row.props", rows); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return err
}

func run(ctx context.Context, tx neo4j.ManagedTransaction, cypher string, rows []any) error {
	r, err := tx.Run(ctx, cypher, map[string]any{"rows": rows})
	if err != nil {
		return err
	}
	_, err = r.Consume(ctx)
	return err
}

// idOf is the id that the store gives to a node that a Ref makes.
func idOf(r store.Ref) string {
	if r.ID != "" {
		return r.ID
	}
	return strings.ToLower(r.Identifiers[0].Scheme) + ":" + r.Identifiers[0].Value
}

func plainProps(props store.Props) map[string]any {
	out := make(map[string]any, len(props)+2)
	for _, p := range props {
		switch v := p.Value.(type) {
		case store.Date:
			out[p.Name] = v.String()
		case store.Money:
			out[p.Name], out[p.Name+"_currency"] = float64(v.Amount)/100, v.Currency
		case store.List:
			out[p.Name] = slices.Clone(v)
		default:
			out[p.Name] = v
		}
	}
	return out
}
