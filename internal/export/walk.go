package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Query says what is exported.
type Query struct {
	// Partnerships asks for the network of actors tied by the projects they share. Else the
	// graph is told as it is: the nodes of Sets, and the edges of Types between them.
	Partnerships *Partnerships
	// Projection asks for the network that it makes of the graph; When is its own.
	Projection *analysis.Projection
	Sets       []Set
	Types      []string // nil: all
	// When is valid time: edges that do not hold in it are left out, as in [store.Window].
	When store.Period
}

// Set is some nodes: those of some kinds that pass a test.
type Set struct {
	Kinds []string
	Where store.Test // nil: all
}

// Partnerships says which pairs are told.
type Partnerships struct {
	// Between are sides to look between, as in [analysis.Analyst.Partnerships]. None: all
	// actors, where a is the one with the smaller id.
	Between []analysis.Side
	Where   analysis.Conditions
}

// TwoMode asks for the network of actors and the projects that they take part in. Those of
// either that have none of the other are left out.
func TwoMode(o *ontology.Ontology, actors, projects store.Test, when store.Period) Query {
	family := o.Type(actor).Kinds
	and := func(t store.Test, rel store.Rel, other store.Test) store.Test {
		related := store.Related{Rel: rel, Test: other}
		if t == nil {
			return related
		}
		return store.And{t, related}
	}
	return Query{
		Sets: []Set{
			{family, and(actors, store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}, projects)},
			{[]string{project}, and(projects, store.Rel{Type: participatesIn, Dir: store.In, Kinds: family}, actors)},
		},
		Types: []string{participatesIn},
		When:  when,
	}
}

// The kinds and relations that networks are made of.
const (
	actor          = "Actor" // an interface of kinds
	project        = "Project"
	participatesIn = "PARTICIPATES_IN"
	partnerOf      = "PARTNER_OF" // what the pairs of the partnership network are called
	tiedTo         = "TIED_TO"    // what the ties of a projection are called
)

// These are read at once.
const (
	pageNodes = 500
	pagePairs = 200 // actors whose partners are looked for
)

// graph is what is told of a view.
type graph struct {
	ctx    context.Context
	r      store.Reader
	o      *ontology.Ontology
	q      Query
	kinds  []string
	types  []string
	number []uint32     // by slot: the number of a node that is told; 0: it is not
	order  []store.Slot // by number, from 1 at 0
	told   []Column     // of nodes
	onEdge []Column

	analyst *analysis.Analyst
	between *analysis.Partnerships
	network *analysis.Projected
}

// ofPairs tells whether a network of pairs is told, not the graph as it is.
func (q *Query) ofPairs() bool { return q.Partnerships != nil || q.Projection != nil }

// walk finds out which nodes are told.
func walk(ctx context.Context, r store.Reader, o *ontology.Ontology, q Query) (*graph, error) {
	g := &graph{ctx: ctx, r: r, o: o, q: q, types: q.Types}
	switch {
	case q.Partnerships != nil:
		return g, g.pairs()
	case q.Projection != nil:
		return g, g.project()
	}
	if g.types == nil {
		g.types = slices.Sorted(maps.Keys(o.Store.Edges))
	}
	for _, t := range g.types {
		if _, known := o.Store.Edges[t]; !known {
			return nil, fmt.Errorf("%w: there is no relation %q; use some of %s", store.ErrInvalid, t, strings.Join(slices.Sorted(maps.Keys(o.Store.Edges)), ", "))
		}
	}
	for _, s := range q.Sets {
		g.kinds = append(g.kinds, s.Kinds...)
		if err := g.find(s, func(slots []store.Slot) error { g.add(slots); return nil }); err != nil {
			return nil, err
		}
	}
	var on []*ontology.Type
	for _, t := range g.types {
		on = append(on, edgeTypeOf(o, t))
	}
	g.onEdge = columnsOf(on, "cursor", "node", "key")
	return g, nil
}

// find tells the slots of the nodes of a set, page by page.
func (g *graph) find(s Set, tell func([]store.Slot) error) error {
	w := store.Window{Where: s.Where, When: g.q.When, First: pageNodes, Keys: true}
	for {
		page, err := g.r.Find(g.ctx, s.Kinds, w)
		if err != nil {
			return err
		}
		ids := make([]string, len(page.Hits))
		for i, h := range page.Hits {
			ids[i] = h.Node.ID
		}
		slots, err := g.r.Slots(g.ctx, ids)
		if err != nil {
			return err
		}
		if err := tell(slots); err != nil || !page.Next || len(ids) == 0 {
			return err
		}
		last := page.At(len(page.Hits) - 1)
		w.After = &last
	}
}

// at makes room for the number of a slot.
func (g *graph) at(s store.Slot) *uint32 {
	if int(s) >= len(g.number) {
		g.number = append(g.number, make([]uint32, int(s)+1-len(g.number))...)
	}
	return &g.number[s]
}

// add has nodes told, in this order, each once.
func (g *graph) add(slots []store.Slot) {
	for _, s := range slots {
		if n := g.at(s); s != 0 && *n == 0 {
			g.order = append(g.order, s)
			*n = uint32(len(g.order))
		}
	}
}

func (g *graph) layout() Layout {
	var types []*ontology.Type
	for _, k := range g.o.Kinds {
		if slices.Contains(g.kinds, k.Name) {
			types = append(types, g.o.Type(k.Name))
		}
	}
	g.told = columnsOf(types, "id", "name", "formerIds")
	l := Layout{Directed: !g.q.ofPairs(), Revision: g.r.Revision().String(), Nodes: g.told, Edges: g.onEdge}
	if g.network != nil {
		l.Nodes = slices.Concat(g.told, inNetwork)
	}
	l.look(g.o)
	return l
}

// pages tells the nodes of the file some at a time; first is the number of the first.
func (g *graph) pages(size int, tell func(first int, nodes []*store.Node) error) error {
	for i := 0; i < len(g.order); i += size {
		nodes, err := g.r.At(g.ctx, g.order[i:min(i+size, len(g.order))])
		if err != nil {
			return err
		}
		if err := tell(i+1, nodes); err != nil {
			return err
		}
	}
	return nil
}

func (g *graph) nodes(tell func(node) error) error {
	return g.pages(pageNodes, func(first int, nodes []*store.Node) error {
		for i, n := range nodes {
			if n == nil {
				continue
			}
			of := values(g.told, n.Props)
			if g.network != nil {
				of = append(of, g.standing(first+i)...)
			}
			if err := tell(node{n, first + i, spanOf(n.Props), of}); err != nil {
				return err
			}
		}
		return nil
	})
}

func values(columns []Column, p store.Props) []store.Value {
	out := make([]store.Value, len(columns))
	for i, c := range columns {
		out[i] = c.value(p)
	}
	return out
}

func (g *graph) edges(tell func(edge) error) error {
	switch {
	case g.network != nil:
		return g.ties(tell)
	case g.q.Partnerships == nil:
		return g.pages(pageNodes, func(first int, nodes []*store.Node) error { return g.edgesOf(first, nodes, tell) })
	case g.between != nil:
		return g.edgesBetween(tell)
	}
	return g.pages(pagePairs, func(_ int, nodes []*store.Node) error {
		ids := make([]string, len(nodes))
		for i, n := range nodes {
			ids[i] = n.ID
		}
		return g.partners(ids, func(a string, number int, p *analysis.Partnerships) error { return g.edgesAround(a, number, p, tell) })
	})
}

// edgesOf tells the edges that begin at some nodes and lead to nodes of the file.
func (g *graph) edgesOf(first int, nodes []*store.Node, tell func(edge) error) error {
	ids := make([]string, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	hits := make([][][]store.Hit, len(g.types)) // by type and node
	for t, typ := range g.types {
		pages, err := g.r.Expand(g.ctx, ids, store.Rel{Type: typ, Dir: store.Out, Kinds: g.kinds}, store.Window{First: store.All, When: g.q.When})
		if err != nil {
			return err
		}
		hits[t] = make([][]store.Hit, len(nodes))
		for i, p := range pages {
			hits[t][i] = p.Hits
		}
	}
	for i, n := range nodes {
		for t, typ := range g.types {
			far := make([]string, len(hits[t][i]))
			for k, h := range hits[t][i] {
				far[k] = h.Node.ID
			}
			slots, err := g.r.Slots(g.ctx, far)
			if err != nil {
				return err
			}
			for k, h := range hits[t][i] {
				to := *g.at(slots[k])
				if to == 0 {
					continue
				}
				e := edge{from: end{n.ID, first + i}, to: end{h.Node.ID, int(to)}, typ: typ, weight: 1,
					span: g.o.Store.Edges[typ].Bounds(h.Edge, h.Node), values: values(g.onEdge, h.Edge.Props)}
				e.id = edgeID(h.Edge.EdgeID)
				if err := tell(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// links tells the edges of whatever types and directions between two nodes as one, whose
// weight is the sum of theirs.
func (g *graph) links(tell func(edge) error) error {
	if g.q.ofPairs() {
		return g.edges(tell)
	}
	return g.pages(pageNodes, func(first int, nodes []*store.Node) error {
		ids := make([]string, len(nodes))
		weights := make([]map[int]float64, len(nodes)) // by the number of the other end
		for i, n := range nodes {
			ids[i], weights[i] = n.ID, map[int]float64{}
		}
		for _, typ := range g.types {
			pages, err := g.r.Expand(g.ctx, ids, store.Rel{Type: typ, Dir: store.Both, Kinds: g.kinds}, store.Window{First: store.All, When: g.q.When})
			if err != nil {
				return err
			}
			for i, p := range pages {
				far := make([]string, len(p.Hits))
				for k, h := range p.Hits {
					far[k] = h.Node.ID
				}
				slots, err := g.r.Slots(g.ctx, far)
				if err != nil {
					return err
				}
				for _, s := range slots {
					if to := int(*g.at(s)); to > first+i {
						weights[i][to]++
					}
				}
			}
		}
		for i := range nodes {
			for _, to := range slices.Sorted(maps.Keys(weights[i])) {
				if err := tell(edge{from: end{number: first + i}, to: end{number: to}, weight: weights[i][to]}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// edgeID is an id that no other edge has.
func edgeID(e store.EdgeID) string {
	escape := strings.NewReplacer("%", "%25", " ", "%20").Replace
	id := e.Type + " " + escape(e.From) + " " + escape(e.To)
	if e.Key != "" {
		id += " " + escape(e.Key)
	}
	return id
}

// pairs finds who stands in the partnership network.
func (g *graph) pairs() error {
	g.analyst = analysis.New(g.o)
	g.kinds = g.o.Type(actor).Kinds
	g.onEdge = []Column{{Name: "projects", Type: store.Int}, {Name: "since", Type: store.DateOf}, {Name: "contribution", Type: cents},
		{Name: "otherContributions", Type: store.String}, {Name: "sharedProjects", Type: store.String}}
	met := make(map[store.Slot]bool)
	if len(g.q.Partnerships.Between) > 0 {
		p, err := g.analyst.Partnerships(g.ctx, g.r, g.q.Partnerships.Between, g.query())
		if err != nil {
			return err
		}
		g.between = p
		for i := range p.Len() {
			pair := p.At(i)
			met[pair.A()], met[pair.B()] = true, true
		}
	} else {
		err := g.find(Set{Kinds: g.kinds}, func(slots []store.Slot) error {
			for part := range slices.Chunk(slots, pagePairs) {
				err := g.partners(g.r.IDs(part), func(a string, _ int, p *analysis.Partnerships) error {
					for i := range p.Len() {
						pair := p.At(i)
						if b := pair.B(); g.r.IDs([]store.Slot{b})[0] > a {
							*g.at(pair.A()), *g.at(b) = unnumbered, unnumbered
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for s := range met {
		*g.at(s) = unnumbered
	}
	return g.find(Set{Kinds: g.kinds}, func(slots []store.Slot) error {
		for _, s := range slots {
			if n := g.at(s); *n == unnumbered {
				g.order = append(g.order, s)
				*n = uint32(len(g.order))
			}
		}
		return nil
	})
}

// unnumbered marks a node that is told, but whose number is not known yet.
const unnumbered = ^uint32(0)

func (g *graph) query() analysis.PartnershipQuery {
	return analysis.PartnershipQuery{Where: g.q.Partnerships.Where, When: g.q.When}
}

// partners tells the partnerships of some actors, in smaller parts where all at once would
// be too many.
func (g *graph) partners(ids []string, tell func(a string, number int, p *analysis.Partnerships) error) error {
	all, err := g.analyst.Partners(g.ctx, g.r, ids, g.query())
	if errors.Is(err, analysis.ErrTooMuch) && len(ids) > 1 {
		half := len(ids) / 2
		if err := g.partners(ids[:half], tell); err != nil {
			return err
		}
		return g.partners(ids[half:], tell)
	}
	if err != nil {
		return err
	}
	slots, err := g.r.Slots(g.ctx, ids)
	if err != nil {
		return err
	}
	for i, p := range all {
		if err := tell(ids[i], int(*g.at(slots[i])), p); err != nil {
			return err
		}
	}
	return nil
}

// edgesAround tells the pairs of one actor with those of greater ids, in the order of these.
func (g *graph) edgesAround(a string, number int, p *analysis.Partnerships, tell func(edge) error) error {
	rows := make([]pairRow, 0, p.Len())
	for i := range p.Len() {
		pair := p.At(i)
		if b := g.r.IDs([]store.Slot{pair.B()})[0]; b > a {
			rows = append(rows, pairRow{a, b, number, int(*g.at(pair.B())), pair})
		}
	}
	return g.tellPairs(rows, tell)
}

// edgesBetween tells the pairs between sides, in the order of their ids.
func (g *graph) edgesBetween(tell func(edge) error) error {
	rows := make([]pairRow, g.between.Len())
	for i := range rows {
		pair := g.between.At(i)
		ids := g.r.IDs([]store.Slot{pair.A(), pair.B()})
		rows[i] = pairRow{ids[0], ids[1], int(*g.at(pair.A())), int(*g.at(pair.B())), pair}
	}
	return g.tellPairs(rows, tell)
}

type pairRow struct {
	a, b             string
	numberA, numberB int
	*analysis.Partnership
}

func (g *graph) tellPairs(rows []pairRow, tell func(edge) error) error {
	slices.SortFunc(rows, func(x, y pairRow) int {
		if c := strings.Compare(x.a, y.a); c != 0 {
			return c
		}
		return strings.Compare(x.b, y.b)
	})
	for _, row := range rows {
		since, err := row.Since()
		if err != nil {
			return err
		}
		sums, err := row.Contribution()
		if err != nil {
			return err
		}
		shared, err := row.Shared()
		if err != nil {
			return err
		}
		slots := make([]store.Slot, len(shared))
		for i, s := range shared {
			slots[i] = s.Project
		}
		projects, err := g.r.At(g.ctx, slots)
		if err != nil {
			return err
		}
		names := make([]string, len(projects))
		for i, n := range projects {
			names[i] = n.Name()
		}
		var euro store.Value
		var others []string
		for _, s := range sums {
			if s.Currency == "EUR" {
				euro = s.Amount
			} else {
				others = append(others, s.Amount.String()+" "+s.Currency)
			}
		}
		e := edge{id: edgeID(store.EdgeID{Type: partnerOf, From: row.a, To: row.b}), from: end{row.a, row.numberA}, to: end{row.b, row.numberB}, typ: partnerOf,
			weight: float64(row.Projects()), span: unbounded, values: []store.Value{int64(row.Projects()), since, euro, strings.Join(others, "; "), strings.Join(names, "; ")}}
		if d, ok := since.(store.Date); ok {
			e.span.First = d.First
		}
		if err := tell(e); err != nil {
			return err
		}
	}
	return nil
}
