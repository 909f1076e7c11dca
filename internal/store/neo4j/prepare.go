package neo4j

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// oldest is the first version of Neo4j that the store works with: the first with all of the
// Cypher that it speaks, and the only older one that is still supported.
const oldest = "5.26"

// migrations bring the layout of a database from one version to the next: the first one
// from 1 to 2. Each runs in a transaction that has locked the store, once, by one instance.
var migrations []func(context.Context, *Store, *tx) error

// layoutVersion is the version that this program writes.
func layoutVersion() int { return 1 + len(migrations) }

// prepare sees that the database can be used, and makes it ready.
func (s *Store) prepare(ctx context.Context) error {
	agent, version, ontology, err := s.meta(ctx)
	if err != nil {
		return err
	}
	if !newEnough(agent) {
		return fmt.Errorf("%w: the server at %s is %s; clustergraph needs Neo4j %s or later", store.ErrUnavailable, s.opts.Address, agent, oldest)
	}
	if version > layoutVersion() {
		return fmt.Errorf("%w: the database %q was written by a later version of clustergraph (layout %d, known up to %d); use that one", store.ErrUnavailable, s.opts.Database, version, layoutVersion())
	}
	if version == 0 {
		if err := s.foreign(ctx); err != nil {
			return err
		}
	}
	if s.opts.NoSchema {
		err = s.fits(ctx)
	} else {
		err = s.FixSchema(ctx)
	}
	if err != nil {
		return err
	}
	if version == layoutVersion() && ontology == s.layout.hash() {
		return nil
	}
	for v := max(version, 1); v <= layoutVersion(); v++ {
		if err := s.upgrade(ctx, v); err != nil {
			return err
		}
	}
	return s.refit(ctx)
}

// meta asks for the server and for what the database is of; version 0 is none of ours.
func (s *Store) meta(ctx context.Context) (agent string, version int, ontology string, err error) {
	err = s.retry(ctx, briefly, func() (err error) {
		session := s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: s.opts.Database})
		defer func() { _ = session.Close(ctx) }()
		result, err := session.Run(ctx, `OPTIONAL MATCH (g:_Graph {id: 0}) RETURN g.layout, g.ontology`, nil, transaction{what: "prepare"}.config(ctx)...)
		if err != nil {
			return ofDriver(err)
		}
		record, err := result.Single(ctx)
		if err != nil {
			return ofDriver(err)
		}
		version, ontology = int(num(record.Values[0])), str(record.Values[1])
		summary, err := result.Consume(ctx)
		if err == nil {
			agent = summary.Server().Agent()
		}
		return ofDriver(err)
	})
	return agent, version, ontology, err
}

// newEnough tells whether a server that calls itself "Neo4j/5.26.1" is.
func newEnough(agent string) bool {
	_, version, _ := strings.Cut(agent, "/")
	is, want := strings.SplitN(version, ".", 3), strings.Split(oldest, ".")
	for i := range want {
		if i >= len(is) {
			return false
		}
		a, err := strconv.Atoi(strings.TrimRightFunc(is[i], func(r rune) bool { return r < '0' || r > '9' })) // 5.27-dev
		b, _ := strconv.Atoi(want[i])
		if err != nil || a < b {
			return false
		}
		if a > b {
			return true
		}
	}
	return true
}

// foreign looks for nodes of another program under our labels, where nothing is ours yet.
func (s *Store) foreign(ctx context.Context) error {
	labels := s.layout.all()
	var ask, met []string
	err := s.read(ctx, `CALL db.labels() YIELD label RETURN label`, nil, func(v []any) error {
		if l := str(v[0]); slices.Contains(labels, l) {
			ask = append(ask, l)
		}
		return nil
	})
	for _, l := range ask {
		if err == nil {
			err = s.read(ctx, `MATCH (n:`+quoted(l)+`) WHERE n._props IS NULL RETURN n LIMIT 1`, nil, func([]any) error {
				met = append(met, l)
				return nil
			})
		}
	}
	if err == nil && len(met) > 0 {
		err = fmt.Errorf("%w: the database %q holds nodes of another program with the label %s; choose another database, or give them another label", store.ErrUnavailable, s.opts.Database, strings.Join(met, ", "))
	}
	return err
}

// fits is an ErrUnavailable if something is missing that the store would not be right
// without.
func (s *Store) fits(ctx context.Context) error {
	f, err := s.look(ctx)
	if err != nil {
		return err
	}
	missing, _ := s.layout.compare(f)
	var lacks []string
	for _, r := range missing {
		if r.needed {
			lacks = append(lacks, r.name)
		}
	}
	if len(lacks) > 0 {
		return fmt.Errorf("%w: the database %q lacks %s; let someone who may make indexes and constraints run check --fix", store.ErrUnavailable, s.opts.Database, strings.Join(lacks, ", "))
	}
	return nil
}

// upgrade makes a layout the given version; version 1 is that of an empty database.
func (s *Store) upgrade(ctx context.Context, version int) error {
	return s.write(ctx, transaction{what: "prepare"}, func(t *tx) error {
		is := 0
		err := t.each(`MERGE (g:_Graph {id: 0}) ON CREATE SET g.epoch = $epoch, g.revision = 0, g.salt = $salt, g.layout = 1, g.merges = false, g.denials = false, g.distinct = false, g.erased = false
			SET g.lock = 0 RETURN g.layout`, map[string]any{"epoch": newEpoch(), "salt": []byte(rand.Text())}, func(v []any) error {
			is = int(num(v[0]))
			return nil
		})
		if err != nil || is >= version {
			return err
		}
		if err := migrations[version-2](ctx, s, t); err != nil {
			return err
		}
		return t.do(`MATCH (g:_Graph {id: 0}) SET g.layout = $version`, map[string]any{"version": version})
	})
}

// newEpoch is an epoch that nobody else has.
func newEpoch() string { return strings.ToLower(rand.Text()[:10]) }

// hash stands for all of a schema that matters for what lies in the database.
func (l *layout) hash() string {
	shapes := l.shapes()
	var all []string
	for _, of := range slices.Sorted(maps.Keys(shapes)) {
		all = append(all, of, shapes[of])
	}
	return hash(append(all, l.schema.Describe()...)...)
}

// shapes are hashes of how the nodes of each kind, and the edges of each type, are laid out.
func (l *layout) shapes() map[string]string {
	out := map[string]string{}
	props := func(of map[string]store.Type) (lines []string) {
		for _, p := range slices.Sorted(maps.Keys(of)) {
			lines = append(lines, p, of[p].String(), strconv.FormatBool(of[p].Index))
		}
		return lines
	}
	for name, k := range l.schema.Kinds {
		out[name] = hash(append(props(k.Props), append(slices.Concat(l.labels[name], k.Names), "1")...)...)
	}
	for name, e := range l.schema.Edges {
		out[name] = hash(append(props(e.Props), "1")...)
	}
	return out
}

// refit compares the ontology with the one that the database was last opened with, keeps
// the new one, and lays out anew what is laid out by an old one. A type may change in any
// way that what is said already still fits. Cost: with the nodes and edges of the kinds and
// types that changed.
func (s *Store) refit(ctx context.Context) error {
	return s.write(ctx, transaction{what: "ontology"}, func(t *tx) error {
		if err := t.do(`MATCH (g:_Graph {id: 0}) SET g.lock = 0`, nil); err != nil {
			return err
		}
		old, shapes := map[string]string{}, map[string]string{}
		err := t.each(`MATCH (p:_Property) RETURN 0 AS what, p.name AS name, p.type AS is UNION ALL MATCH (s:_Shape) RETURN 1 AS what, s.of AS name, s.shape AS is`, nil, func(v []any) error {
			if num(v[0]) == 0 {
				old[str(v[1])] = str(v[2])
			} else {
				shapes[str(v[1])] = str(v[2])
			}
			return nil
		})
		if err != nil {
			return err
		}
		f := newFacts(t)
		changed, faults, err := commit.Refit(s.schema, old, func(of, property string, isEdge bool, tell func(store.Props)) error {
			params := map[string]any{"of": of, "name": string(codec.AppendString(nil, property))}
			if isEdge {
				return t.each(`MATCH ()-[r:_SAID]->() WHERE r.type = $of AND r.said CONTAINS $name RETURN `+saidColumns, params, func(v []any) error {
					r, err := edgeRecord(f.decode, v)
					if err == nil {
						tell(r.Props)
					}
					return err
				})
			}
			return t.each(`MATCH (x:_Id) WHERE any(s IN x.said WHERE s CONTAINS $name) RETURN x.node, x.said`, params, func(v []any) error {
				return f.said(v, func(r *commit.Record, _ string) {
					if r.Kind == of || r.Kind == "" {
						tell(r.Props)
					}
				})
			})
		})
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			return fmt.Errorf("%w: the database %q holds values that do not fit the ontology any more: %s; give the properties new names, or import into a new database",
				store.ErrInvalid, s.opts.Database, strings.Join(faults, "; "))
		}
		w := newWriter(f, s.layout)
		for of, shape := range s.layout.shapes() {
			if was := shapes[of]; was != "" && was != shape {
				s.relay(w, of)
			}
		}
		w.all(`UNWIND $rows AS r MERGE (p:_Property {name: r[0]}) SET p.type = r[1]`, pairs(changed))
		w.all(`UNWIND $rows AS r MERGE (s:_Shape {of: r[0]}) SET s.shape = r[1]`, pairs(s.layout.shapes()))
		w.do(`MATCH (g:_Graph {id: 0}) SET g.ontology = $ontology`, map[string]any{"ontology": s.layout.hash()})
		return w.err
	})
}

func pairs(of map[string]string) []any {
	return rows(slices.Sorted(maps.Keys(of)), func(k string) []any { return []any{k, of[k]} })
}

// relay lays out all nodes of a kind, or all edges of a type, anew.
func (s *Store) relay(w *writer, of string) {
	d := codec.NewDecoder()
	if _, isEdge := s.schema.Edges[of]; isEdge {
		var edges []*store.Edge
		w.err = w.each(`MATCH (a:Node)-[e:`+quoted(of)+`]->(b:Node) WHERE e._key IS NOT NULL RETURN a.id, b.id, e._key, e._props`, nil, func(v []any) error {
			props, err := d.Props([]byte(orNull(v[3])))
			edges = append(edges, &store.Edge{EdgeID: store.EdgeID{Type: of, From: str(v[0]), To: str(v[1]), Key: str(v[2])}, Props: props})
			return err
		})
		w.edges(edges)
		return
	}
	var nodes []commit.Node
	if w.err == nil {
		w.err = w.each(`MATCH (n:Node:`+quoted(of)+`) WHERE n._kind = $kind RETURN n.id, n._props`, map[string]any{"kind": of}, func(v []any) error {
			props, err := d.Props([]byte(orNull(v[1])))
			nodes = append(nodes, commit.Node{Node: &store.Node{ID: str(v[0]), Kind: of, Props: props}})
			return err
		})
	}
	w.nodes(nodes)
}

// orNull is JSON that may be missing.
func orNull(v any) string {
	if s := str(v); s != "" {
		return s
	}
	return "null"
}
