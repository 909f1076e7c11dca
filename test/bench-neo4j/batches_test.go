package bench

import (
	"fmt"

	"clustergraph/internal/store"
)

// Ids of what has no identifier in a register.
func networkID(n string) string    { return "network:" + n }
func countryID(code string) string { return "country:" + code }
func topicID(code string) string   { return "topic:" + code }

var (
	source   = store.Ref{ID: "source:cordis-h2020", Kind: "Source", Name: "CORDIS, Horizon 2020"}
	rule     = store.Ref{ID: "source:made-networks", Kind: "Source", Name: "Networks made by a rule"}
	horizon  = store.Ref{ID: "programme:h2020", Kind: "Programme", Name: "Horizon 2020"}
	register = store.Said{Source: source, Rank: store.FromRegister}
)

func picOf(pic string) []store.Identifier { return []store.Identifier{{Scheme: "PIC", Value: pic}} }
func grantOf(number string) []store.Identifier {
	return []store.Identifier{{Scheme: "CORDIS", Value: number}}
}

// batches are the data as an importer of CORDIS would state it, in batches of so many
// records. Each record says which row it is from.
func (d *data) batches(size int) []store.Batch {
	w := &writer{size: size}
	w.node(store.NodeRecord{Ref: source, Said: register, Props: store.PropsOf(map[string]any{"type": "DATASET", "publisher": "CORDIS"})})
	w.node(store.NodeRecord{Ref: rule, Said: register})
	w.node(store.NodeRecord{Ref: horizon, Said: register, Props: store.PropsOf(map[string]any{"code": "H2020", "level": "FRAMEWORK"})})
	for _, c := range d.countries {
		w.node(store.NodeRecord{Ref: store.Ref{ID: countryID(c), Kind: "Place", Name: c}, Said: register,
			Props: store.PropsOf(map[string]any{"code": c, "level": "COUNTRY"})})
	}
	made := store.Said{Source: rule, Rank: store.FromRegister}
	for _, n := range d.networks {
		w.node(store.NodeRecord{Ref: store.Ref{ID: networkID(n), Kind: "Network", Name: n}, Said: made,
			Props: store.PropsOf(map[string]any{"type": "NETWORK"})})
	}
	for _, t := range d.topics {
		w.node(store.NodeRecord{Ref: store.Ref{ID: topicID(t), Kind: "Programme", Name: t}, Said: register,
			Props: store.PropsOf(map[string]any{"code": t, "level": "TOPIC"})})
		w.edge(store.EdgeRecord{Type: "PART_OF", From: store.Ref{ID: topicID(t)}, To: store.Ref{ID: horizon.ID}, Said: register})
	}
	for _, o := range d.organisations {
		said := at("organization.csv", o.row)
		w.node(store.NodeRecord{Ref: store.Ref{Identifiers: picOf(o.pic), Kind: "Organisation", Name: o.name}, Said: said, Props: o.props()})
		if o.country != "" {
			w.edge(store.EdgeRecord{Type: "LOCATED_IN", From: store.Ref{Identifiers: picOf(o.pic)}, To: store.Ref{ID: countryID(o.country)}, Said: said})
		}
		for _, n := range o.networks {
			w.edge(store.EdgeRecord{Type: "MEMBER_OF", From: store.Ref{Identifiers: picOf(o.pic)}, To: store.Ref{ID: networkID(n)}, Said: made})
		}
	}
	for _, p := range d.projects {
		said := at("project.csv", p.row)
		name := p.acronym
		if name == "" {
			name = p.title
		}
		w.node(store.NodeRecord{Ref: store.Ref{Identifiers: grantOf(p.number), Kind: "Project", Name: name}, Said: said, Props: p.props()})
		if p.topic != "" {
			w.edge(store.EdgeRecord{Type: "FUNDED_BY", From: store.Ref{Identifiers: grantOf(p.number)}, To: store.Ref{ID: topicID(p.topic)}, Said: said})
		}
	}
	for _, x := range d.participations {
		w.edge(store.EdgeRecord{Type: "PARTICIPATES_IN", From: store.Ref{Identifiers: picOf(x.pic)}, To: store.Ref{Identifiers: grantOf(x.project)},
			Said: at("organization.csv", x.row), Props: x.props()})
	}
	return w.all()
}

func at(file string, row int) store.Said {
	s := register
	s.Place = fmt.Sprintf("%s, row %d", file, row)
	return s
}

func (o organisation) props() store.Props {
	m := map[string]any{}
	if o.short != "" && o.short != o.name {
		m["aliases"] = []string{o.short}
	}
	setText(m, "type", o.kind)
	setText(m, "street", o.street)
	setText(m, "postCode", o.postCode)
	setText(m, "city", o.city)
	if o.sme != "" {
		m["sme"] = o.sme == "true"
	}
	return store.PropsOf(m)
}

func (p project) props() store.Props {
	m := map[string]any{"grantNumber": p.number}
	setText(m, "acronym", p.acronym)
	setText(m, "title", p.title)
	setDay(m, "start", p.start)
	setDay(m, "end", p.end)
	setMoney(m, "totalCost", p.cost)
	setMoney(m, "contribution", p.contribution)
	return store.PropsOf(m)
}

func (x participation) props() store.Props {
	m := map[string]any{}
	setText(m, "role", x.role)
	setMoney(m, "contribution", x.contribution)
	return store.PropsOf(m)
}

// What cannot be read is left out, as an importer would.
func setText(m map[string]any, name, s string) {
	if s != "" {
		m[name] = s
	}
}

func setDay(m map[string]any, name, s string) {
	if d, err := store.ParseDate(s); err == nil {
		m[name] = d
	}
}

func setMoney(m map[string]any, name, s string) {
	if c, err := store.ParseCents(s); err == nil {
		m[name] = store.Money{Amount: c, Currency: "EUR"}
	}
}

// writer gathers records into batches. A batch's nodes come before its edges, so an edge
// may stand beside the node it starts at.
type writer struct {
	size int
	done []store.Batch
	now  store.Batch
}

func (w *writer) node(r store.NodeRecord) { w.now.Nodes = append(w.now.Nodes, r); w.cut(false) }
func (w *writer) edge(r store.EdgeRecord) { w.now.Edges = append(w.now.Edges, r); w.cut(false) }

func (w *writer) all() []store.Batch { w.cut(true); return w.done }

func (w *writer) cut(end bool) {
	if n := len(w.now.Nodes) + len(w.now.Edges); n >= w.size || end && n > 0 {
		w.now.By, w.now.ID = "bench-neo4j", fmt.Sprintf("h2020-%d", len(w.done))
		w.done = append(w.done, w.now)
		w.now = store.Batch{}
	}
}
