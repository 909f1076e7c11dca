package eccp

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

const (
	schemePage = "ECCP_PAGE"
	publisher  = "European Cluster Collaboration Platform"
)

// Replace makes a batch withdraw what earlier runs read from the same page and this one
// does not. Run names this one; it must differ from theirs.
type Replace struct{ Run string }

// Batch is what the page says as changes for a store: the page as a source, a record for
// each place at which it says something of a node or an edge. replace nil: what earlier
// runs read stays beside it. A page that is cut (see Profile.Cut) withdraws nothing.
func (p *Profile) Batch(replace *Replace) store.Batch {
	b := store.Batch{By: "import eccp"}
	source := p.source()
	said := func(a at, place string) store.Said {
		return store.Said{Source: source, Place: place, At: p.retrieved, Rank: a.rank, Confidence: a.conf, Derived: a.derived}
	}
	page := map[string]any{"type": "PROFILE", "publisher": publisher}
	if p.url != "" {
		page["url"] = p.url
	}
	if p.retrieved != (store.Date{}) {
		page["retrieved"] = p.retrieved
	}
	b.Nodes = append(b.Nodes, store.NodeRecord{Ref: source, Said: said(field(0), ""), Props: store.PropsOf(page)})
	entities := slices.Clone(p.facts.entities)
	slices.SortStableFunc(entities, func(x, y *entity) int {
		return cmp.Or(strings.Compare(x.kind, y.kind), strings.Compare(x.name, y.name), strings.Compare(x.scheme(), y.scheme()))
	})
	b.Nodes = append(b.Nodes, decided(entities)...)
	for _, e := range entities {
		says, ref := e.says, e.ref()
		if ref.Name != e.name && !slices.Contains(e.body.Names, e.name) {
			// The page calls it so, beside the name that it is addressed by.
			says = addSaying(slices.Clone(says), saying{"aliases", store.List{e.name}, e.named})
		}
		groups := grouped(says)
		// The country comes first: it keeps the body apart from others of its name.
		if n := slices.IndexFunc(groups, func(g group) bool { return g.props.Get("country") != nil }); n > 0 {
			first := groups[n]
			groups = slices.Insert(slices.Delete(groups, n, n+1), 0, first)
		}
		for i, g := range groups {
			ref := ref
			if i == 0 {
				ref.Identifiers = slices.Concat(e.body.Bridge(meetsByName(e.kind), e.ids), e.ids)
			}
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: ref, Said: said(g.at, g.place), Props: g.props})
		}
	}
	relations := slices.Clone(p.facts.relations)
	slices.SortStableFunc(relations, func(x, y *relation) int {
		return cmp.Or(strings.Compare(x.kind, y.kind), strings.Compare(x.from.name, y.from.name), strings.Compare(x.to.name, y.to.name),
			strings.Compare(x.from.kind, y.from.kind), strings.Compare(x.to.kind, y.to.kind))
	})
	for _, r := range relations {
		for _, g := range grouped(r.says) {
			b.Edges = append(b.Edges, store.EdgeRecord{Type: r.kind, From: r.from.ref(), To: r.to.ref(), Said: said(g.at, g.place), Props: g.props})
		}
	}
	b.Edges = append(b.Edges, store.EdgeRecord{Type: about, From: source, To: p.self.ref(), Said: said(field(0), "")})
	if replace != nil && p.Cut == nil {
		b.Run = replace.Run
		b.Steps = append(b.Steps, store.Withdraw{Source: source, Run: replace.Run})
	}
	return b
}

// source is the page as a node. The layouts number their lines differently, so a page in
// the older one is a source of its own.
func (p *Profile) source() store.Ref {
	slug := map[string]string{kindCluster: "clusters/", kindNetwork: "networks/"}[p.Kind] + p.self.slug()
	name := "ECCP profile of " + p.self.name
	if p.older {
		slug += "?older"
		name += " (older layout)"
	}
	return store.Ref{Kind: kindSource, Name: name, Identifiers: []store.Identifier{{Scheme: schemePage, Value: slug}}}
}

// slug is the name of a body in the platform's addresses.
func (e *entity) slug() string {
	for _, id := range e.ids {
		if id.Scheme == schemeECCP {
			return id.Value
		}
	}
	return e.name
}

func (e *entity) scheme() string {
	for _, s := range e.says {
		if s.prop == "scheme" {
			return s.value.(string)
		}
	}
	return ""
}

// ref addresses an entity by what the page says of it.
func (e *entity) ref() store.Ref {
	ref := store.Ref{Kind: e.kind, Name: e.name, Identifiers: e.ids}
	if e.body != nil {
		ref.Name = e.stated
	}
	return ref
}

// meetsByName tells whether nodes of a kind are met by their names even where they have
// identifiers, as the ontology says.
func meetsByName(kind string) bool { return ontology.Served().Store.Kinds[kind].Meets }

// decided are the records of what identity decisions say of the bodies that a page names.
// They come before the page's own, which meet the nodes they make.
func decided(entities []*entity) []store.NodeRecord {
	var out []store.NodeRecord
	told := map[string]bool{} // the files of decisions
	for _, e := range entities {
		if e.body == nil {
			continue
		}
		for _, r := range e.body.Records(ontology.Served().Store, e.kind, e.ids) {
			if r.Kind == kindSource {
				if told[r.Name] {
					continue
				}
				told[r.Name] = true
			}
			out = append(out, r)
		}
	}
	return out
}

// group is what is said of one subject at one place, equally surely.
type group struct {
	at    at
	place string
	props store.Props
}

// grouped brings sayings together by their places. What is said at one place with several
// confidences makes several records, so their places are told apart; so are two values of
// one property.
func grouped(says []saying) []group {
	var out []group
	put := func(s saying) {
		for i := range out {
			g := &out[i]
			if g.at != s.at {
				continue
			}
			if s.prop == "" {
				return
			}
			old := g.props.Get(s.prop)
			switch v := s.value.(type) {
			case store.List:
				if was, ok := old.(store.List); ok || old == nil {
					g.props = g.props.With(s.prop, append(slices.Clone(was), v...))
					return
				}
			case store.Props:
				if was, ok := old.(store.Props); ok || old == nil {
					for _, part := range v {
						was = was.With(part.Name, part.Value)
					}
					g.props = g.props.With(s.prop, was)
					return
				}
			default:
				if old == nil {
					g.props = g.props.With(s.prop, v)
					return
				}
			}
		}
		g := group{at: s.at}
		if s.prop != "" {
			g.props = g.props.With(s.prop, s.value)
		}
		out = append(out, g)
	}
	for _, s := range says {
		if s.prop != "" {
			put(s)
		}
	}
	for _, s := range says {
		if s.prop == "" && !slices.ContainsFunc(out, func(g group) bool { return g.at.line == s.at.line && g.at.rank == s.at.rank }) {
			put(s)
		}
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.at.line, b.at.line), cmp.Compare(b.at.rank, a.at.rank), cmp.Compare(b.at.conf, a.at.conf), cmp.Compare(propNames(a.props), propNames(b.props)))
	})
	for i := range out {
		out[i].place = out[i].at.place()
		for n, j := 2, i-1; j >= 0 && out[j].at.line == out[i].at.line; n, j = n+1, j-1 {
			out[i].place = fmt.Sprintf("%s, reading %d", out[i].at.place(), n)
		}
	}
	return out
}

func propNames(p store.Props) string {
	var b strings.Builder
	for _, x := range p {
		b.WriteString(x.Name + "=" + format(x.Value) + "\n")
	}
	return b.String()
}
