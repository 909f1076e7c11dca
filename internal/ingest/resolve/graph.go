package resolve

import (
	"context"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Truth is what is asked of a graph: a store.Truth.
type Truth interface {
	Load(ctx context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error)
	Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error)
	Apply(ctx context.Context, b store.Batch) (store.Result, error)
}

// Graph is the actors of a graph.
type Graph struct {
	Bodies   []Body
	Revision store.Revision
	projects []string // ids by the numbers that bodies have
	merged   []string // ids of actors with former ids
}

const family = "Actor"

// Read gathers the actors of a graph, with the cities, countries and projects that their
// edges lead to. Cost: with the graph; it keeps the actors only.
func Read(ctx context.Context, from Truth, schema store.Schema) (*Graph, error) {
	g := &Graph{}
	at := map[string]int{}
	type place struct{ city, country string }
	places := map[string]place{}
	number := map[string]int32{}
	var err error
	g.Revision, err = from.Load(ctx, func(n *store.Node) error {
		switch {
		case n.Kind == "Place":
			code, level := n.Props.Text("code"), n.Props.Text("level")
			var p place
			if len(code) >= 2 && (level == "COUNTRY" || level == "REGION") {
				p.country = strings.NewReplacer("EL", "GR", "UK", "GB").Replace(code[:2]) // NUTS has its own for two
			}
			if level == "CITY" {
				p.city = n.Name()
			}
			places[n.ID] = p
		case n.Kind == "Project":
			number[n.ID] = int32(len(g.projects))
			g.projects = append(g.projects, n.ID)
		case schema.Kinds[n.Kind].Family == family:
			at[n.ID] = len(g.Bodies)
			g.Bodies = append(g.Bodies, bodyOf(n))
			if former, _ := n.Get("formerIds").(store.List); len(former) > 0 {
				g.merged = append(g.merged, n.ID)
			}
		}
		return nil
	}, func(e *store.Edge) error {
		i, ok := at[e.From]
		if !ok {
			return nil
		}
		b := &g.Bodies[i]
		switch e.Type {
		case "LOCATED_IN":
			p := places[e.To]
			if b.Country == "" {
				b.Country = p.country
			}
			if p.city != "" {
				b.Cities = append(b.Cities, p.city)
			}
		case "PARTICIPATES_IN":
			if p, ok := number[e.To]; ok {
				b.Projects = append(b.Projects, p)
			}
		}
		return nil
	})
	for i := range g.Bodies {
		b := &g.Bodies[i]
		slices.Sort(b.Cities) // whatever order edges came in
		slices.Sort(b.Projects)
		b.Projects = slices.Clip(slices.Compact(b.Projects))
	}
	return g, err
}

func bodyOf(n *store.Node) Body {
	b := Body{ID: n.ID, Kind: n.Kind, Names: []string{n.Name()}, Country: n.Props.Text("country")}
	for _, property := range []string{"legalName", "nativeName"} {
		if s := n.Props.Text(property); s != "" {
			b.Names = append(b.Names, s)
		}
	}
	aliases := texts(n.Get("aliases"))
	slices.Sort(aliases)
	b.Names = append(b.Names, aliases...)
	if s := n.Props.Text("city"); s != "" {
		b.Cities = append(b.Cities, s)
	}
	if a := (Address{n.Props.Text("street"), n.Props.Text("postCode")}); a != (Address{}) {
		b.Addresses = append(b.Addresses, a)
	}
	if s := n.Props.Text("url"); s != "" {
		b.Sites = append(b.Sites, s)
	}
	if s := n.Props.Text("vatNumber"); s != "" {
		b.VAT = append(b.VAT, s)
	}
	list, _ := n.Get("identifiers").(store.List)
	for _, v := range list {
		if p, ok := v.(store.Props); ok {
			b.Identifiers = append(b.Identifiers, store.Identifier{Scheme: p.Text("scheme"), Value: p.Text("value")})
		}
	}
	return b
}

func texts(v store.Value) []string {
	list, _ := v.(store.List)
	out := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// mostCommon is of how many common projects the sources are asked for.
const mostCommon = 3

// listed tells whether one source lists two bodies as partners of one project: then they are
// two. If different sources do, they may well be one under two names.
func (g *Graph) listed(ctx context.Context, from Truth, a, b *Body) (bool, error) {
	var subjects []store.Subject
	for _, p := range a.Projects {
		if _, common := slices.BinarySearch(b.Projects, p); common && len(subjects) < 2*mostCommon {
			for _, id := range []string{a.ID, b.ID} {
				subjects = append(subjects, store.Subject{Edge: store.EdgeID{Type: "PARTICIPATES_IN", From: id, To: g.projects[p]}})
			}
		}
	}
	pages, err := from.Statements(ctx, subjects, store.StatementWindow{First: 20})
	if err != nil {
		return false, err
	}
	for i := 0; i+1 < len(pages); i += 2 {
		if len(pages[i].Statements) == 0 || len(pages[i+1].Statements) == 0 {
			return true, nil // nobody tells who says so
		}
		for _, s := range pages[i].Statements {
			if slices.ContainsFunc(pages[i+1].Statements, func(t store.Statement) bool { return s.Source == t.Source }) {
				return true, nil
			}
		}
	}
	return false, nil
}
