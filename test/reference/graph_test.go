package reference

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// random is a graph of all kinds and relations of the ontology. Most properties are
// unknown in some nodes; some values lack parts that the schema requires, stand outside
// their enum, or do not fit their type.
type random struct {
	nodes []*store.Node
	edges []*store.Edge
	said  map[store.Subject][]store.Statement // by property
}

// The values that properties have, and that filters look for.
var (
	words  = []string{"Alpha", "alpha", "beta", "Öl", "ICT Cluster", "ict  cluster", "Réseau", "Žito 2", "x", "10", "9", "say \"hi\" \\ <&>", "tab\tnew\nline", "\x01/\x7f"}
	dates  = []string{"2005", "2005-01", "2005-01-31", "2005-Q1", "2006-02", "2010", "2010-12-31", "2011-Q4", "2019-07-15"}
	urls   = []string{"https://example.org/", "https://example.org/a", "http://Example.org/A", "https://x.example/?q=1", "https://example.org/é?a=<&>\u2028日本"}
	ints   = []int64{0, 1, 2, 3, 7, 42, -5}
	floats = []float64{0, 1, 1.5, -2.25, 42, 1e6, 0.1, 1e-7, 1e21, 123456789.125}
	cents  = []store.Cents{0, 1, 150, 1000, -250, 22220690}
)

const ofEach = 9 // nodes of each kind

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func newRandom(o *ontology.Ontology, r *rand.Rand) *random {
	g := &random{}
	for _, k := range o.Kinds {
		for i := range ofEach {
			id := fmt.Sprintf("%s:%d", k.One, i)
			props := g.props(o, r, o.Type(k.Name).Def.Fields, "name", "identifiers", "formerIds").
				With("name", pick(r, words)).
				With("identifiers", store.List{store.PropsOf(map[string]any{"scheme": "PIC", "value": fmt.Sprint(1000 + len(g.nodes))})})
			if i%4 == 0 {
				props = props.With("formerIds", store.List{"old:" + id})
			}
			g.nodes = append(g.nodes, &store.Node{ID: id, Kind: k.Name, Props: props})
		}
	}
	seen := map[store.EdgeID]bool{}
	for _, typ := range slices.Sorted(mapsKeys(o.Store.Edges)) {
		for _, from := range g.nodes {
			for _, to := range g.nodes {
				if !o.Links(typ, from.Kind, to.Kind) || r.IntN(16) > 0 {
					continue
				}
				id := store.EdgeID{Type: typ, From: from.ID, To: to.ID}
				if typ == "PART_OF" && from.Kind == to.Kind && from.ID <= to.ID {
					continue // a tree
				}
				for range 1 + r.IntN(5)/4 {
					if !seen[id] {
						seen[id] = true
						g.edges = append(g.edges, &store.Edge{EdgeID: id, Props: g.edgeProps(o, r, typ)})
					}
					id.Key = "second"
				}
			}
		}
	}
	slices.SortFunc(g.nodes, func(a, b *store.Node) int { return len(a.ID) - len(b.ID) })
	g.said = map[store.Subject][]store.Statement{}
	for _, n := range g.nodes {
		g.state(r, store.Subject{Node: n.ID})
	}
	for _, e := range g.edges {
		g.state(r, store.Subject{Edge: e.EdgeID})
	}
	return g
}

// state draws statements about a subject.
func (g *random) state(r *rand.Rand, of store.Subject) {
	for _, property := range []string{"a", "composition.smes", "composition.startUps", "compositions", "name"} {
		for range r.IntN(3) {
			s := store.Statement{Property: property, Place: pick(r, []string{"", "line 1"}), Rank: store.Rank(1 + r.IntN(4)),
				Confidence: pick(r, []float64{1, 0.5}), Derived: r.IntN(2) == 0, Revision: revision,
				Value: pick(r, []store.Value{nil, "text", int64(7), true, store.Date{First: 1, Last: 1}})}
			if r.IntN(2) == 0 {
				s.Source = fmt.Sprintf("source:%d", r.IntN(ofEach))
				s.At = store.Date{First: 2, Last: 2}
			}
			g.said[of] = append(g.said[of], s)
		}
	}
}

func mapsKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (g *random) edgeProps(o *ontology.Ontology, r *rand.Rand, typ string) store.Props {
	for _, t := range o.Schema.Types {
		if d := t.Directives.ForName("edge"); d != nil && t.Kind == ast.Interface {
			if a := d.Arguments.ForName("type"); a != nil && a.Value.Raw == typ {
				return g.props(o, r, t.Fields, "key", "cursor", "node")
			}
		}
	}
	return nil
}

// props draws values for the fields that are properties.
func (g *random) props(o *ontology.Ontology, r *rand.Rand, fields ast.FieldList, but ...string) store.Props {
	m := map[string]any{}
	for _, f := range fields {
		if f.Directives.ForName("rel") != nil || f.Directives.ForName("connection") != nil || f.Directives.ForName("computed") != nil || slices.Contains(but, f.Name) {
			continue
		}
		unknown := 3
		if f.Type.NonNull && f.Type.Elem == nil {
			unknown = 25 // the schema says it is always there
		}
		if r.IntN(unknown) > 0 {
			m[f.Name] = g.value(o, r, f.Type)
		}
	}
	p := store.PropsOf(m)
	return slices.DeleteFunc(p, func(x store.Prop) bool { return x.Value == nil })
}

func (g *random) value(o *ontology.Ontology, r *rand.Rand, t *ast.Type) store.Value {
	if t.Elem != nil {
		l := make(store.List, r.IntN(4))
		for i := range l {
			l[i] = g.value(o, r, t.Elem)
		}
		if len(l) == 0 {
			return nil
		}
		return l
	}
	def := o.Schema.Types[t.NamedType]
	switch def.Name {
	case "Int":
		if r.IntN(20) == 0 {
			return int64(5_000_000_000) // more than an Int may be
		}
		return pick(r, ints)
	case "Float":
		return pick(r, floats)
	case "Boolean":
		return r.IntN(2) == 0
	case "Date":
		d, err := store.ParseDate(pick(r, dates))
		if err != nil {
			panic(err)
		}
		return d
	case "URL":
		return pick(r, urls)
	case "Money":
		return store.Money{Amount: pick(r, cents), Currency: pick(r, []string{"EUR", "USD"})}
	}
	switch def.Kind {
	case ast.Enum:
		if r.IntN(20) == 0 {
			return "NONSENSE"
		}
		return pick(r, def.EnumValues).Name
	case ast.Object:
		return g.props(o, r, def.Fields)
	}
	return pick(r, words)
}

// MarshalJSON is the graph as reference.js reads it.
func (g *random) MarshalJSON() ([]byte, error) {
	nodes, edges := []any{}, []any{}
	for _, n := range g.nodes {
		nodes = append(nodes, map[string]any{"id": n.ID, "kind": n.Kind, "props": plain(n.Props), "said": g.told(store.Subject{Node: n.ID})})
	}
	for _, e := range g.edges {
		edges = append(edges, map[string]any{"type": e.Type, "from": e.From, "to": e.To, "key": e.Key, "props": plain(e.Props), "said": g.told(store.Subject{Edge: e.EdgeID})})
	}
	return json.Marshal(map[string]any{"nodes": nodes, "edges": edges})
}

// told are the statements about a subject, as the API tells them.
func (g *random) told(of store.Subject) []any {
	out := []any{}
	for _, s := range g.said[of] {
		m := map[string]any{"property": s.Property, "basis": []string{"TEXT", "FIELD", "REGISTER", "HAND"}[s.Rank-1],
			"confidence": s.Confidence, "derived": s.Derived, "revision": s.Revision.String()}
		if s.Value != nil {
			m["value"] = fmt.Sprint(s.Value)
		}
		if s.Place != "" {
			m["place"] = s.Place
		}
		if s.Source != "" {
			m["source"], m["said"] = s.Source, s.At.String()
		}
		out = append(out, m)
	}
	return out
}

func plain(v store.Value) any {
	switch v := v.(type) {
	case store.Date:
		return v.String()
	case store.Money:
		return map[string]any{"amount": v.Amount.String(), "value": float64(v.Amount) / 100, "currency": v.Currency}
	case store.List:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case store.Props:
		out := map[string]any{}
		for _, p := range v {
			out[p.Name] = plain(p.Value)
		}
		return out
	}
	return v
}

// truth tells the graph to a mirror, and never changes.
type truth struct {
	store.Truth
	*random
}

var revision = store.Revision{Epoch: "r", Number: 1}

func (t truth) Load(_ context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error) {
	for _, n := range t.nodes {
		if err := node(n); err != nil {
			return revision, err
		}
	}
	for _, e := range t.edges {
		if err := edge(e); err != nil {
			return revision, err
		}
	}
	return revision, nil
}

func (t truth) Statements(_ context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	out := make([]store.StatementPage, len(of))
	for i, subject := range of {
		all := slices.DeleteFunc(slices.Clone(t.said[subject]), func(s store.Statement) bool {
			return w.Property != "" && s.Property != w.Property && !strings.HasPrefix(s.Property, w.Property+".")
		})
		begin := min(w.Skip, len(all))
		out[i] = store.StatementPage{Statements: all[begin:min(begin+min(w.First, 1000), len(all))], Total: len(all)}
	}
	return out, nil
}

func (t truth) Revision(context.Context) (store.Revision, error) { return revision, nil }
func (t truth) Ready(context.Context) error                      { return nil }
func (t truth) Close() error                                     { return nil }

func (t truth) Follow(ctx context.Context, _ store.Revision, _ func(store.Commit) error) error {
	<-ctx.Done()
	return ctx.Err()
}
