package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// Writer answers mutations. Each is one batch, by hand: all of it happens, or nothing. The
// payload is read at the batch's revision.
type Writer struct {
	read  *read.Reader
	store store.Store
}

// Save answers the mutations that save nodes of one kind.
func (w *Writer) Save(ctx context.Context) (read.JSON, error) {
	payload := graphql.GetFieldContext(ctx).Field.Definition.Type.Name()
	kind := w.read.Type(payload).Field("nodes").Def.Type.Name()
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		for _, in := range args.Inputs("input") {
			r := store.NodeRecord{Ref: store.Ref{ID: in.Text("id"), Kind: kind, Name: in.Text("name")}, Said: said(args)}
			for _, i := range in.Inputs("identifiers") {
				r.Identifiers = append(r.Identifiers, identifier(i))
			}
			r.Props = w.props(in, w.read.Store.Kinds[kind].Props, "id", "name", "identifiers")
			b.Nodes = append(b.Nodes, r)
		}
		return nil, nil
	})
}

// Link makes or updates edges.
func (w *Writer) Link(ctx context.Context) (read.JSON, error) {
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		for _, in := range args.Inputs("input") {
			name := in.Names()[0]
			one := in.Input(name)
			typ := w.relation(name)
			b.Edges = append(b.Edges, store.EdgeRecord{
				Type: typ, Key: one.Text("key"), From: ref(one.Input("from")), To: ref(one.Input("to")), Said: said(args),
				Props: w.props(one, w.read.Store.Edges[typ].Props, "from", "to", "key"),
			})
		}
		return nil, w.checkLinks(ctx, b.Edges)
	})
}

// Unlink takes edges away.
func (w *Writer) Unlink(ctx context.Context) (read.JSON, error) {
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		for _, in := range args.Inputs("input") {
			b.Steps = append(b.Steps, store.Unlink{Type: in.Text("type"), Key: in.Text("key"), From: ref(in.Input("from")), To: ref(in.Input("to"))})
		}
		return nil, nil
	})
}

// Remove takes nodes away.
func (w *Writer) Remove(ctx context.Context) (read.JSON, error) {
	return w.steps(ctx, func(r store.Ref) store.Step { return store.Remove{Node: r} })
}

// Erase takes people out of the graph and its history.
func (w *Writer) Erase(ctx context.Context) (read.JSON, error) {
	return w.steps(ctx, func(r store.Ref) store.Step { return store.Erase{Node: r} })
}

// Unmerge undoes merges.
func (w *Writer) Unmerge(ctx context.Context) (read.JSON, error) {
	return w.steps(ctx, func(r store.Ref) store.Step { return store.Unmerge{Former: r.ID} })
}

// Merge says that nodes are one.
func (w *Writer) Merge(ctx context.Context) (read.JSON, error) {
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		keep := store.Ref{ID: args.Text("keep")}
		for _, id := range args.Texts("drop") {
			b.Steps = append(b.Steps, store.Merge{Keep: keep, Drop: store.Ref{ID: id}})
		}
		return []string{keep.ID}, nil
	})
}

// MarkDistinct says that no two of some nodes are one.
func (w *Writer) MarkDistinct(ctx context.Context) (read.JSON, error) {
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		ids := args.Texts("ids")
		for i, a := range ids {
			for _, c := range ids[i+1:] {
				b.Steps = append(b.Steps, store.Distinct{A: store.Ref{ID: a}, B: store.Ref{ID: c}})
			}
		}
		return ids, nil
	})
}

// steps takes a step for each of the argument ids.
func (w *Writer) steps(ctx context.Context, step func(store.Ref) store.Step) (read.JSON, error) {
	return w.apply(ctx, func(args read.Args, b *store.Batch) ([]string, error) {
		ids := args.Texts("ids")
		for _, id := range ids {
			b.Steps = append(b.Steps, step(store.Ref{ID: id}))
		}
		return ids, nil
	})
}

// maxBatch is how many records and steps a mutation may have.
const maxBatch = 10_000

// apply fills a batch from the field's arguments, applies it, and answers with the nodes
// that it spoke of: those of its records, and the ids that fill names.
func (w *Writer) apply(ctx context.Context, fill func(read.Args, *store.Batch) ([]string, error)) (read.JSON, error) {
	args, err := w.read.Args(ctx)
	if err != nil {
		return nil, err
	}
	b := store.Batch{ID: args.Text("batch"), By: "api"}
	ids, err := fill(args, &b)
	if err != nil {
		return nil, err
	}
	if n := len(b.Nodes) + len(b.Edges) + len(b.Steps); n > maxBatch {
		return nil, wrong("a mutation of %d records is too large; send at most %d at once", n, maxBatch)
	}
	done, err := w.store.Apply(ctx, b)
	if err != nil {
		return nil, err
	}
	ids = append(ids, done.Nodes...)
	for _, e := range done.Edges {
		ids = append(ids, e.From, e.To)
	}
	for _, s := range b.Steps {
		if u, ok := s.(store.Unlink); ok {
			ids = append(ids, u.From.ID, u.To.ID)
		}
	}
	return w.read.After(ctx, done.Revision, func() (read.JSON, error) {
		return w.read.Value(ctx, func(ctx context.Context, g store.Reader, _ read.Args) (any, error) {
			nodes, err := g.Nodes(ctx, ids)
			if err != nil {
				return nil, err
			}
			p := payload{revision: done.Revision.String()}
			for _, n := range nodes {
				if n != nil && !slices.Contains(p.nodes, any(n)) {
					p.nodes = append(p.nodes, n)
				}
			}
			return p, nil
		})
	})
}

// payload is what a mutation answers.
type payload struct {
	nodes    []any
	revision string
}

// Field is a field of the payload.
func (p payload) Field(name string, _ read.Args) (any, error) {
	if name == "nodes" {
		return p.nodes, nil
	}
	return p.revision, nil
}

// said is where what a mutation says comes from.
func said(args read.Args) store.Said {
	return store.Said{Source: ref(args.Input("source")), Rank: store.ByHand}
}

func ref(in read.Args) store.Ref {
	if in.Has("identifier") {
		return store.Ref{Identifiers: []store.Identifier{identifier(in.Input("identifier"))}}
	}
	return store.Ref{ID: in.Text("id")}
}

func identifier(in read.Args) store.Identifier {
	return store.Identifier{Scheme: in.Text("scheme"), Value: in.Text("value")}
}

// props are the fields of an input as properties; null stays, and says that it is unknown.
func (w *Writer) props(in read.Args, types map[string]store.Type, but ...string) store.Props {
	m := map[string]any{}
	for _, name := range in.Names() {
		if !slices.Contains(but, name) {
			m[name] = w.value(in.Get(name), types[name])
		}
	}
	return store.PropsOf(m)
}

func (w *Writer) value(v any, t store.Type) store.Value {
	switch v := v.(type) {
	case []any:
		one := t
		one.List = false
		out := make(store.List, len(v))
		for i := range v {
			out[i] = w.value(v[i], one)
		}
		return out
	case read.Args:
		if t.Name == store.MoneyOf {
			amount, _ := v.Get("amount").(store.Cents)
			return store.Money{Amount: amount, Currency: v.Text("currency")}
		}
		var out store.Props
		for _, name := range v.Names() {
			if x := v.Get(name); x != nil {
				out = out.With(name, w.value(x, t.Parts[name]))
			}
		}
		return out
	}
	return v
}

// relation is the relation type that a field of RelationInput names: memberOf is MEMBER_OF.
func (w *Writer) relation(field string) string {
	for _, v := range w.read.Schema.Types["RelationType"].EnumValues {
		if strings.EqualFold(strings.ReplaceAll(v.Name, "_", ""), field) {
			return v.Name
		}
	}
	panic("no relation type is written " + field)
}

// checkLinks refuses edges between kinds that no field could show. Nodes that are not there
// are the store's to refuse.
func (w *Writer) checkLinks(ctx context.Context, edges []store.EdgeRecord) error {
	return w.store.View(ctx, store.Revision{}, func(g store.Reader) error {
		for i, e := range edges {
			from, err := find(ctx, g, e.From)
			if err != nil {
				return err
			}
			to, err := find(ctx, g, e.To)
			if err != nil {
				return err
			}
			if from != nil && to != nil && !w.read.Links(e.Type, from.Kind, to.Kind) {
				return fmt.Errorf("%w: input[%d]: %s does not lead from a %s to a %s", store.ErrInvalid, i, e.Type, from.Kind, to.Kind)
			}
		}
		return nil
	})
}

func find(ctx context.Context, g store.Reader, r store.Ref) (*store.Node, error) {
	var nodes []*store.Node
	var err error
	if r.ID != "" {
		nodes, err = g.Nodes(ctx, []string{r.ID})
	} else {
		nodes, err = g.Identified(ctx, r.Identifiers)
	}
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}
