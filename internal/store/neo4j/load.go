package neo4j

import (
	"context"
	"errors"
	"fmt"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Load implements store.Truth. It reads nodes, and the edges from them, by ranges of ids.
// As others may write meanwhile, it then asks whether anyone has, and brings what it has
// read up to date from the log; so all is in memory once before it is told.
func (s *Store) Load(ctx context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return store.Revision{}, err
	}
	defer leave()
	g, err := s.load(ctx)
	if err != nil {
		return store.Revision{}, err
	}
	for _, n := range g.nodes {
		if err := ctx.Err(); err != nil {
			return store.Revision{}, err
		}
		if n != nil {
			if err := node(n); err != nil {
				return store.Revision{}, err
			}
		}
	}
	for _, e := range g.edges {
		if err := ctx.Err(); err != nil {
			return store.Revision{}, err
		}
		if e != nil {
			if err := edge(e); err != nil {
				return store.Revision{}, err
			}
		}
	}
	return g.at, nil
}

// loaded is a graph as it was read; what is gone since is nil.
type loaded struct {
	at    store.Revision
	nodes []*store.Node
	edges []*store.Edge
}

// load reads the graph as of one revision. An erasure meanwhile, of which the log does not
// tell, makes it begin anew.
func (s *Store) load(ctx context.Context) (*loaded, error) {
	for try := 1; ; try++ {
		g := &loaded{}
		err := s.loadOnce(ctx, g)
		if err == nil || !errors.Is(err, store.ErrBehind) {
			return g, err
		}
		if try == 5 {
			return nil, fmt.Errorf("%w: people were erased again and again while the graph was loaded; load it later", store.ErrUnavailable)
		}
	}
}

// step is how many nodes are read with one query.
const step = 20000

func (s *Store) loadOnce(ctx context.Context, g *loaded) (err error) {
	if g.at, err = s.revision(ctx); err != nil {
		return err
	}
	d := codec.NewDecoder()
	ends := []string{""} // of the ranges
	for n := step; n == step; {
		n = 0
		last := ""
		err := s.readSome(ctx, step, `MATCH (n:Node) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $step RETURN n.id, n._kind, n._props`,
			map[string]any{"after": ends[len(ends)-1], "step": step}, func(v []any) error {
				n++
				last = str(v[0])
				if v[2] == nil {
					return nil // not ours; Check tells of it
				}
				props, err := d.Props([]byte(str(v[2])))
				if err != nil {
					return damaged(err)
				}
				g.nodes = append(g.nodes, &store.Node{ID: last, Kind: str(v[1]), Props: props})
				return nil
			})
		if err != nil {
			return err
		}
		ends = append(ends, last)
	}
	for i := 1; i < len(ends); i++ {
		err := s.readSome(ctx, step, `MATCH (a:Node) WHERE a.id > $after AND a.id <= $until MATCH (a)-[e]->(b:Node) WHERE e._key IS NOT NULL
			RETURN type(e), a.id, b.id, e._key, e._props`, map[string]any{"after": ends[i-1], "until": ends[i]}, func(v []any) error {
			props, err := d.Props([]byte(orNull(v[4])))
			if err != nil {
				return damaged(err)
			}
			g.edges = append(g.edges, &store.Edge{EdgeID: store.EdgeID{Type: str(v[0]), From: str(v[1]), To: str(v[2]), Key: str(v[3])}, Props: props})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.catchUp(ctx, g)
}

// catchUp brings a graph that was read while others wrote up to date.
func (s *Store) catchUp(ctx context.Context, g *loaded) error {
	now, err := s.revision(ctx)
	if err != nil || now == g.at {
		return err
	}
	nodes, edges := make(map[string]int, len(g.nodes)), make(map[store.EdgeID]int, len(g.edges))
	for i, n := range g.nodes {
		nodes[n.ID] = i
	}
	for i, e := range g.edges {
		edges[e.EdgeID] = i
	}
	for g.at.Epoch == now.Epoch && g.at.Number < now.Number {
		commits, err := s.since(ctx, g.at)
		if err != nil {
			return err
		}
		for _, c := range commits {
			for _, id := range c.GoneNodes {
				if i, is := nodes[id]; is {
					g.nodes[i] = nil
					delete(nodes, id)
				}
			}
			for _, id := range c.GoneEdges {
				if i, is := edges[id]; is {
					g.edges[i] = nil
					delete(edges, id)
				}
			}
			for _, n := range c.Nodes {
				keep(&g.nodes, nodes, n.ID, n)
			}
			for _, e := range c.Edges {
				keep(&g.edges, edges, e.EdgeID, e)
			}
			g.at = c.Revision
		}
	}
	if g.at.Epoch != now.Epoch {
		return fmt.Errorf("%w: the content of the store was replaced", store.ErrBehind)
	}
	return nil
}

// keep puts what is by its key in a list.
func keep[K comparable, T any](list *[]*T, places map[K]int, key K, x *T) {
	if i, is := places[key]; is {
		(*list)[i] = x
		return
	}
	places[key] = len(*list)
	*list = append(*list, x)
}

// Statements implements store.Truth. It asks for all subjects at once; cost: with all that
// is said of them.
func (s *Store) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) (out []store.StatementPage, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.statements(ctx, of, w)
}

// statements is Statements within a call that Close waits for.
func (s *Store) statements(ctx context.Context, of []store.Subject, w store.StatementWindow) (out []store.StatementPage, err error) {
	if w.First < 0 || w.Skip < 0 {
		return nil, fmt.Errorf("%w: a page of statements cannot begin or be less than 0", store.ErrInvalid)
	}
	err = s.readIn(ctx, "statements", 0, func(t *tx) error {
		now, f, err := stands(t)
		if err == nil {
			out, err = commit.Statements(ctx, f, s.schema, now, of, w)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// stands is where the store stands, and what can be asked of it.
func stands(t *tx) (now commit.Now, f *facts, err error) {
	f = newFacts(t)
	err = t.each(`MATCH (g:_Graph {id: 0}) RETURN g.epoch, g.revision, g.salt, g.merges, g.denials, g.distinct, g.erased`, nil, func(v []any) error {
		now, f.merges, f.denials, f.distinct, f.erased = nowOf(v), v[3] == true, v[4] == true, v[5] == true, v[6] == true
		return nil
	})
	if err == nil && now.Revision.Epoch == "" {
		err = errEmptied
	}
	return now, f, err
}
