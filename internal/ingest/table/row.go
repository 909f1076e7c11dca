package table

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/text"
)

// What the mapping says by country and region.
const (
	placeKind = "Place"
	locatedIn = "LOCATED_IN"
	partOf    = "PART_OF"
)

// made is a node that a row speaks of.
type made struct {
	ref   store.Ref
	kind  string
	item  *item     // it was made of
	place store.Ref // where it is; zero: not told
}

// run is one reading of some files.
type run struct {
	*mapping
	model   *model
	to      ingest.Sink
	told    map[[16]byte]struct{} // records
	known   map[string]made       // by folded key
	sources map[string]store.Said // by identifier
	order   []store.Ref           // of the sources
}

// tell makes what a row says. The zero Row has nothing to be stored, and no fault.
func (r *run) tell(s *sheet, row *cells, serial bool, at ingest.Place, place string) (ingest.Row, *ingest.Problem, error) {
	w := &work{cells: row, model: r.model, reading: r.reading, at: at}
	w.reading.serial = serial
	out := ingest.Row{At: at}
	if !w.hold(s.when) {
		return out, nil, nil
	}
	said, problem, err := r.sourceOf(w)
	if problem != nil || err != nil {
		return out, problem, err
	}
	if s.place != nil {
		if p := w.text(s.place); p != "" {
			if !r.first([]byte("place " + s.name + " " + p)) {
				p += fmt.Sprintf(" (row %d)", at.Line) // what an earlier row said there stays
			}
			place = p
		}
	}
	if s.said != nil {
		for _, v := range w.readAll(s.said, "", typed{Type: store.Type{Name: store.DateOf}}) {
			said.At = v.(store.Date)
		}
	}
	nodes := map[*node][]made{}
	var places []lying
	for _, n := range s.nodes {
		if !w.holdAny(n) {
			continue
		}
		for _, it := range w.items(n) {
			w.item = it
			if n.each != nil && !w.hold(n.when) {
				continue
			}
			said.Place = place + ", " + n.name
			if it != nil && it.number > 0 {
				said.Place += fmt.Sprintf(" %d", it.number)
			}
			m, record, why := r.node(w, n, said)
			if why != nil {
				if n.each == nil && !n.optional {
					return out, why, nil
				}
				if n.each != nil || why.Text != "" {
					w.lose(*why)
				}
				continue
			}
			nodes[n] = append(nodes[n], m)
			switch {
			case record == nil:
			case n.constant():
				// It is no row's: were it the first one's, and that one refused, the others
				// could not speak of it.
				record.Place = ""
				if err := r.prepare([]store.NodeRecord{*record}, nil); err != nil {
					return out, nil, err
				}
			default:
				out.Nodes = addNode(out.Nodes, *record)
			}
			if m.place.Kind != "" {
				places = append(places, lying{m, said})
			}
		}
		w.item, w.column = nil, ""
	}
	for _, e := range s.edges {
		r.edges(w, e, nodes, said, place, &out)
	}
	for _, p := range places {
		relation := r.model.liesIn(p.of.kind)
		exact := slices.ContainsFunc(out.Edges, func(e store.EdgeRecord) bool { return e.Type == relation && refKey(e.From) == refKey(p.of.ref) })
		if relation == "" || exact {
			continue
		}
		out.Edges = addEdge(out.Edges, store.EdgeRecord{Type: relation, From: p.of.ref, To: p.of.place, Said: p.said})
	}
	out.Left = w.left
	if len(out.Nodes)+len(out.Edges) == 0 && len(out.Left) > 0 {
		return out, &out.Left[0], nil
	}
	out.Nodes = slices.DeleteFunc(out.Nodes, func(n store.NodeRecord) bool { return !r.first(nodeBytes(n)) })
	out.Edges = slices.DeleteFunc(out.Edges, func(e store.EdgeRecord) bool { return !r.first(edgeBytes(e)) })
	return out, nil, nil
}

// lying is a node whose place is told.
type lying struct {
	of   made
	said store.Said
}

// hold tells whether all of some conditions do.
func (w *work) hold(all []condition) bool {
	for _, c := range all {
		s := ""
		for _, p := range c.value.from {
			if s = w.fill(p); s != "" {
				break
			}
		}
		folded := text.Fold(s)
		if c.is != nil && !c.is[folded] || c.not[folded] || c.filled != nil && *c.filled != (s != "") {
			return false
		}
	}
	return true
}

// holdAny is hold of a node's conditions that are about the whole row.
func (w *work) holdAny(n *node) bool { return n.each != nil || w.hold(n.when) }

// items are the things in a cell that a node is made of each of; a nil one where it is made
// of the row.
func (w *work) items(n *node) []*item {
	if n.each == nil {
		return []*item{nil}
	}
	cell := ""
	for _, p := range n.each.from.from {
		cell = w.fill(p)
		w.column = w.name(p.refs[0])
	}
	var out []*item
	for i, s := range split(cell, n.each.separators) {
		if w.nothing(s) {
			continue
		}
		it := &item{number: i + 1, whole: s}
		for _, f := range n.each.forms {
			if it.parts = f.fit(s); it.parts != nil {
				break
			}
		}
		if it.parts == nil && n.each.forms != nil {
			w.leave(n.each.from, s, "it is written in none of the forms that the mapping knows")
			continue
		}
		out = append(out, it)
	}
	return out
}

// fit are the parts of a text that is written in the form; nil if it is not.
func (f form) fit(s string) map[string]string {
	m := f.match.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	parts := map[string]string{}
	for i, name := range f.parts {
		if _, ok := vocabulary.Country(m[i+1]); name == countryPart && !ok {
			return nil
		}
		parts[name] = m[i+1]
	}
	return parts
}

// sourceOf is what a row's records say of where they come from. The source is prepared when
// it is first met.
func (r *run) sourceOf(w *work) (store.Said, *ingest.Problem, error) {
	id, err := store.Identifier{Scheme: r.source.ids[0].scheme, Value: w.text(r.source.ids[0].value...)}.Normal()
	name := w.text(r.source.title...)
	if err != nil || name == "" {
		p := ingest.ProblemAt(w.at, w.columnOf(r.source.ids[0].value[0]), "", "it does not say from which source it is")
		return store.Said{}, &p, nil
	}
	if said, ok := r.sources[id.Value]; ok {
		return said, nil, nil
	}
	ref := store.Ref{Kind: sourceKind, Name: name, Identifiers: []store.Identifier{id}}
	said := store.Said{Source: ref, Rank: r.rank}
	props := w.props(r.source.set, sourceKind)
	for _, name := range []string{"retrieved", "published"} {
		if d, ok := props.Get(name).(store.Date); ok {
			said.At = d
		}
	}
	r.sources[id.Value] = said
	r.order = append(r.order, ref)
	return said, nil, r.to.Prepare([]store.NodeRecord{{Ref: ref, Said: said, Props: props}}, nil)
}

// node makes a node and what is said of it. The record is nil if nothing new is.
func (r *run) node(w *work, n *node, said store.Said) (m made, record *store.NodeRecord, why *ingest.Problem) {
	fail := func(vs []*value, text, format string, args ...any) (made, *store.NodeRecord, *ingest.Problem) {
		column := ""
		if len(vs) > 0 {
			column = w.columnOf(vs[0])
		}
		p := ingest.ProblemAt(w.at, column, text, format, args...)
		return made{}, nil, &p
	}
	var keys []string
	met := false
	for _, v := range n.key {
		for _, s := range w.texts(v) {
			key := text.Fold(s)
			keys = append(keys, key)
			if x, ok := r.known[key]; ok && !met {
				m, met = x, true
			}
		}
	}
	if !met {
		kind := w.text(n.kind)
		if kind == "" {
			return fail([]*value{n.kind}, "", "it does not say what kind of node %q is", n.name)
		}
		known := slices.IndexFunc(n.kinds, func(k string) bool { return text.Fold(k) == text.Fold(kind) })
		if known < 0 {
			return fail([]*value{n.kind}, kind, "it is no kind; there are %s", strings.Join(n.kinds, ", "))
		}
		m.kind = n.kinds[known]
		m.ref = store.Ref{Kind: m.kind, Name: w.text(n.title...)}
		for _, id := range n.ids {
			s := w.text(id.value...)
			if s == "" {
				continue
			}
			x, err := store.Identifier{Scheme: id.scheme, Value: s}.Normal()
			if err != nil {
				w.leave(id.value[0], s, "%v", err)
				continue
			}
			m.ref.Identifiers = append(m.ref.Identifiers, x)
		}
		if len(m.ref.Identifiers) == 0 && text.Key(m.ref.Name) == "" {
			of := n.title
			for _, id := range n.ids {
				of = append(slices.Clone(of), id.value...)
			}
			return fail(append(of, n.key...), cmp.Or(m.ref.Name, strings.Join(keys, ", ")), "nothing tells which node %q is", n.name)
		}
	}
	m.item = w.item
	country, err := r.locate(w, n, said, &m)
	if err != nil {
		return fail(nil, "", "%v", err)
	}
	apart := slices.Contains(r.model.Store.Kinds[m.kind].Apart, countryProperty)
	if slug := text.Slug(m.ref.Name); !met && apart && country != "" && len(m.ref.Identifiers) == 0 {
		m.ref.ID = "name:" + slug + "-" + strings.ToLower(country) // edges tell ministries of two countries apart by it
	}
	for _, key := range keys {
		if _, ok := r.known[key]; !ok {
			r.known[key] = m
		}
	}
	props := w.props(n.set, m.kind)
	if _, has := r.model.props[m.kind][countryProperty]; has && country != "" {
		props = props.With(countryProperty, country)
	}
	if met && len(props) == 0 {
		return m, nil, nil
	}
	return m, &store.NodeRecord{Ref: m.ref, Said: said, Props: props}, nil
}

// countryProperty tells actors of one name apart.
const countryProperty = "country"

// locate says where a node is, prepares the places, and tells the country.
func (r *run) locate(w *work, n *node, said store.Said, m *made) (country string, err error) {
	said.Place = ""
	if n.region != nil {
		if code := w.text(n.region); code != "" {
			nodes, edges := vocabulary.Region(code, "", said)
			if nodes == nil {
				w.leave(n.region, code, "it is no code of a NUTS region")
			} else {
				m.place = vocabulary.RegionRef(code)
				country = nodes[len(nodes)-1].Identifiers[0].Value
				if err := r.prepare(nodes, edges); err != nil {
					return "", err
				}
			}
		}
	}
	if n.country != nil {
		if code := w.text(n.country); code != "" {
			if m.place.Kind == "" {
				m.place = vocabulary.CountryRef(code)
				if err := r.prepare([]store.NodeRecord{vocabulary.CountryNode(code, said)}, nil); err != nil {
					return "", err
				}
			}
			country = code
		}
	}
	return country, nil
}

// prepare tells records that belong to no row, each once.
func (r *run) prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	nodes = slices.DeleteFunc(nodes, func(n store.NodeRecord) bool { return !r.first(nodeBytes(n)) })
	edges = slices.DeleteFunc(edges, func(e store.EdgeRecord) bool { return !r.first(edgeBytes(e)) })
	if len(nodes)+len(edges) == 0 {
		return nil
	}
	return r.to.Prepare(nodes, edges)
}

func (r *run) edges(w *work, e *edge, nodes map[*node][]made, said store.Said, place string, out *ingest.Row) {
	for _, from := range nodes[e.from] {
		for _, to := range nodes[e.to] {
			w.item, said.Place = nil, place
			for _, end := range []struct {
				of *node
				m  made
			}{{e.from, from}, {e.to, to}} {
				if end.m.item != nil && end.of.each != nil {
					w.item = end.m.item
					w.column = w.name(end.of.each.from.from[0].refs[0])
					said.Place = fmt.Sprintf("%s, %s %d", place, end.of.name, end.m.item.number)
				}
			}
			if !w.hold(e.when) {
				continue
			}
			types := w.choose(e)
			if types == nil {
				continue
			}
			relation, back, ok := e.fit(w.model, types, from.kind, to.kind)
			if !ok {
				column := ""
				if e.chosen != nil {
					column = w.columnOf(e.chosen.value)
				}
				w.lose(ingest.ProblemAt(w.at, column, from.ref.Name+" – "+to.ref.Name, "no %s leads from %s to %s%s",
					strings.Join(types, " or "), from.kind, to.kind, w.model.between(from.kind, to.kind)))
				continue
			}
			a, b := from, to
			if back {
				a, b = to, from
			}
			if refKey(a.ref) == refKey(b.ref) {
				w.lose(ingest.ProblemAt(w.at, "", a.ref.Name, "%s would lead from a node to itself", relation))
				continue
			}
			record := store.EdgeRecord{Type: relation, From: a.ref, To: b.ref, Said: said, Props: w.props(e.set, relation)}
			if e.key != nil {
				record.Key = w.text(e.key)
			}
			out.Edges = addEdge(out.Edges, record)
		}
	}
	w.item, w.column = nil, ""
}

// choose tells which relations an edge can be in the row; none if it says none that is known.
func (w *work) choose(e *edge) []string {
	if e.chosen == nil {
		return e.types
	}
	word := ""
	for _, p := range e.chosen.value.from {
		if word = w.fill(p); word != "" {
			break
		}
	}
	types, known := e.chosen.words[text.Fold(word)]
	switch {
	case known:
	case word == "" && e.chosen.fallback != nil:
		types = e.chosen.fallback
	default:
		types = e.chosen.other
	}
	if types == nil {
		w.leave(e.chosen.value, word, "the mapping does not say which relation that is")
	}
	return types
}

// refKey is the same for Refs that are sure to meet the same node.
func refKey(r store.Ref) string {
	if len(r.Identifiers) > 0 {
		return r.Identifiers[0].Scheme + ":" + r.Identifiers[0].Value
	}
	return cmp.Or(r.ID, r.Kind+" "+text.Key(r.Name))
}

// addNode adds a record, or what it says beyond an earlier one of the same node: within a row
// what is said first counts.
func addNode(to []store.NodeRecord, n store.NodeRecord) []store.NodeRecord {
	for i := range to {
		if to[i].ID == n.ID && to[i].Kind == n.Kind && to[i].Name == n.Name && slices.Equal(to[i].Identifiers, n.Identifiers) {
			to[i].Props = join(to[i].Props, n.Props)
			return to
		}
	}
	return append(to, n)
}

func addEdge(to []store.EdgeRecord, e store.EdgeRecord) []store.EdgeRecord {
	for i := range to {
		if to[i].Type == e.Type && to[i].Key == e.Key && refKey(to[i].From) == refKey(e.From) && refKey(to[i].To) == refKey(e.To) {
			to[i].Props = join(to[i].Props, e.Props)
			return to
		}
	}
	return append(to, e)
}

// join are the properties of a, and those that only b has; lists are put together.
func join(a, b store.Props) store.Props {
	for _, p := range b {
		switch old := a.Get(p.Name).(type) {
		case nil:
			a = a.With(p.Name, p.Value)
		case store.List:
			all := slices.Clone(old)
			more, _ := p.Value.(store.List)
			for _, x := range more {
				if !slices.ContainsFunc(all, func(y any) bool { return store.Equal(x, y) }) {
					all = append(all, x)
				}
			}
			a = a.With(p.Name, all)
		}
	}
	return a
}

// first tells whether a record was not told before. Of each it keeps 16 bytes.
func (r *run) first(record []byte) bool {
	sum := sha256.Sum256(record)
	key := [16]byte(sum[:16])
	if _, ok := r.told[key]; ok {
		return false
	}
	r.told[key] = struct{}{}
	return true
}

// nodeBytes and edgeBytes are what records say, their place apart.
func nodeBytes(n store.NodeRecord) []byte {
	return codec.Append(saidBytes(refBytes([]byte("node"), n.Ref), n.Said), n.Props)
}

func edgeBytes(e store.EdgeRecord) []byte {
	b := codec.AppendStrings([]byte("edge"), []string{e.Type, e.Key})
	return codec.Append(saidBytes(refBytes(refBytes(b, e.From), e.To), e.Said), e.Props)
}

func refBytes(b []byte, r store.Ref) []byte {
	all := []string{r.ID, r.Kind, r.Name}
	for _, id := range r.Identifiers {
		all = append(all, id.Scheme, id.Value)
	}
	return codec.AppendStrings(b, all)
}

func saidBytes(b []byte, s store.Said) []byte {
	return codec.Append(refBytes(b, s.Source), s.At)
}
