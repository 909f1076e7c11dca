package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/test/draw"
)

// random tells a store and an oracle the same generated batches, and asks them the same
// generated questions after each. How many is up to rapid's flags (-rapid.checks).
func random(t *testing.T, open Opener) {
	schema := Schema()
	t.Run("questions to a larger graph", func(t *testing.T) {
		p := newPair(t, open, schema)
		p.larger()
		draw.Check(t, func(rt *rapid.T) {
			q := *p
			q.tb = rt
			for range 3 {
				generator{rt, &q, schema}.ask()
			}
		})
	})
	t.Run("batches and questions", func(t *testing.T) { histories(t, open, schema) })
}

// larger tells of enough nodes and edges that a store may find it worth while to answer
// from indexes, and by more than one chunk of whatever it keeps.
func (p *pair) larger() {
	rnd := rand.New(rand.NewPCG(1, 1))
	one := func(from []string) string { return from[rnd.IntN(len(from))] }
	b := store.Batch{}
	id := func() string { return fmt.Sprintf("n%03d", rnd.IntN(400)) }
	for i := range 400 {
		r := store.NodeRecord{Ref: store.Ref{ID: fmt.Sprintf("n%03d", i), Kind: one(kindPool), Identifiers: named("", "", "N", fmt.Sprint("i", i)).Identifiers}}
		props := m{"aliases": []string{one(namePool), one(namePool)}, "description": one(textPool), "url": one(textPool)}
		for name, v := range map[string]any{
			"size": rnd.IntN(20), "sme": rnd.IntN(2) == 0, "type": one(textPool), "score": float64(rnd.IntN(8)) / 2, "established": date(one(datePool)), "founded": date(one(datePool)),
			"start": date(one(datePool)), "end": date(one(datePool)), "acronym": one(namePool), "code": one(textPool), "languages": []string{one(textPool), one(textPool)},
			"totalCost": store.Money{Amount: store.Cents(rnd.IntN(5)), Currency: one([]string{"EUR", "RSD"})}, "composition": m{"total": rnd.IntN(5)}, "legalName": one(namePool) + " " + one(namePool),
		} {
			if i%3 > 0 { // a third has nothing more to say
				props[name] = v
			}
		}
		types := p.oracle.state.schema.Kinds[r.Kind].Props
		for name := range props {
			if _, known := types[name]; !known {
				delete(props, name)
			}
		}
		r.Props = store.PropsOf(props)
		b.Nodes = append(b.Nodes, r)
	}
	for range 900 {
		e := edge(one(relPool), id(), id(), m{"since": date(one(datePool)), "role": one(textPool)})
		if e.Type == "PART_OF" || e.Type == possiblySame {
			e.Props = nil
		}
		b.Edges = append(b.Edges, e)
	}
	p.apply(b)
}

// histories tells both generated batches, one after another, with questions between them.
func histories(t *testing.T, open Opener, schema store.Schema) {
	draw.Check(t, func(rt *rapid.T) {
		p := &pair{tb: rt, ctx: t.Context(), store: open(t, schema), oracle: NewOracle(schema)}
		defer func() {
			if err := p.store.Close(); err != nil {
				rt.Errorf("Close: %v", err)
			}
		}()
		r, err := p.store.Revision(p.ctx)
		if err != nil {
			rt.Fatal(err)
		}
		p.base, p.first = r.Number, r
		g := generator{rt, p, schema}
		var last *store.Batch
		p.say(sources()...)
		p.say(node("Cluster", "a"), node("Organisation", "b", m{"aliases": []string{"Anna"}}), node("Network", "n"), node("Project", "p"), person("Berta", "ORCID", "1"),
			edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "b", "n"), edge("PARTICIPATES_IN", "b", "p"), edge("AFFILIATED_WITH", "orcid:1", "b"))
		for range rapid.IntRange(1, 12).Draw(rt, "batches") {
			if b := g.batch(); last == nil || !g.odds(6, "the last again") {
				last = &b
			} else {
				last.ID = ""
			}
			_, _ = p.try(*last)
			for range rapid.IntRange(0, 6).Draw(rt, "questions") {
				g.ask()
			}
		}
	})
}

// generator draws batches and questions. The pools are small, so that things meet.
type generator struct {
	*rapid.T
	p      *pair
	schema store.Schema
}

func pick[T any](g generator, what string, from ...T) T {
	return rapid.SampledFrom(from).Draw(g.T, what)
}

func (g generator) odds(of int, what string) bool {
	return rapid.IntRange(1, of).Draw(g.T, what) == of
}

func (g generator) some(least, most int, what string) int {
	return rapid.IntRange(least, most).Draw(g.T, what)
}

var (
	namePool  = []string{"Anna", "ANNA", "Ánna", "Берта", "berta", "Ъ", "Two words", "words", "two  WORDS!", "😀", "Anna Berta"}
	textPool  = append([]string{"", "x", "X", "Élan", "elan ltd", "x\x00y"}, namePool...)
	datePool  = []string{"2005", "2005-01-01", "2005-01", "2020-Q2", "2020-05", "1969", "1970-01-01", "2020-12-31", "2021"}
	placePool = []string{"", "line 2", "line 10", "line 02", "row 1"}
	runPool   = []string{"", "r1", "r2"}
	kindPool  = []string{"Cluster", "Organisation", "Network", "Organisation", "Cluster", "Project", "Person", "Place", "Source", "Consortium", "Programme"}
	idPool    = []string{"a", "b", "c", "d", "p", "q"}
	relPool   = []string{"MEMBER_OF", "PARTICIPATES_IN", "PART_OF", "AFFILIATED_WITH", possiblySame}
)

func (g generator) date() store.Date { return date(pick(g, "date", datePool...)) }

func (g generator) money() store.Money {
	return store.Money{Amount: store.Cents(g.some(-1, 2, "cents")), Currency: pick(g, "currency", "EUR", "RSD")}
}

// value draws a value of a type.
func (g generator) value(t store.Type) store.Value {
	if t.List {
		t.List = false
		l := store.List{}
		for range g.some(0, 3, "elements") {
			l = append(l, g.value(t))
		}
		return l
	}
	switch t.Name {
	case store.Bool:
		return rapid.Bool().Draw(g.T, "bool")
	case store.Int:
		return int64(g.some(-1, 3, "int"))
	case store.Float:
		return pick[store.Value](g, "float", 0.5, int64(1), 1.0, -2.5)
	case store.DateOf:
		return g.date()
	case store.MoneyOf:
		return g.money()
	case store.Record:
		out := store.Props{}
		for _, name := range slices.Sorted(maps.Keys(t.Parts)) {
			if g.odds(2, "part") {
				out = append(out, store.Prop{Name: name, Value: g.value(t.Parts[name])})
			}
		}
		return out
	}
	return pick(g, "text", textPool...)
}

// props draws what is said: of known properties mostly, and one of which the schema knows
// nothing.
func (g generator) props(types map[string]store.Type, byHand bool) store.Props {
	out := store.Props{}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(types)), func(n string) bool { return n == "identifiers" || n == "formerIds" || n == "name" })
	if len(names) > 0 {
		for range g.some(0, 3, "properties") {
			name := pick(g, "property", names...)
			v := g.value(types[name])
			if g.odds(6, "nil") && (byHand || types[name].Name != store.Record) {
				v = nil
			} else if parts, ok := v.(store.Props); ok && byHand && len(parts) > 0 && g.odds(3, "a part is nil") {
				parts[0].Value = nil
			}
			out = slices.DeleteFunc(out, func(p store.Prop) bool { return p.Name == name })
			out = append(out, store.Prop{Name: name, Value: v})
		}
	}
	if g.odds(5, "an unknown property") {
		out = append(out, store.Prop{Name: "zzz", Value: g.value(store.Type{
			Name: pick(g, "type", store.Int, store.Text, store.DateOf, store.Record), List: rapid.Bool().Draw(g.T, "list"),
			Parts: map[string]store.Type{"x": {Name: store.Int}, "y": {Name: store.Text, List: true}}})})
	}
	slices.SortFunc(out, func(a, b store.Prop) int { return store.Compare(a.Name, b.Name) })
	return out
}

// known draws the id of a node that something is said of, or a former id; seldom any.
func (g generator) known(kinds ...string) string {
	s := g.p.oracle.state
	ids := append(slices.Sorted(maps.Keys(s.subjects())), slices.Sorted(maps.Keys(s.merges))...)
	if len(kinds) > 0 {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			n := s.node(s.root(id))
			return n == nil || !slices.Contains(kinds, n.Kind)
		})
	}
	if len(ids) == 0 || g.odds(25, "any id") {
		ids = idPool
	}
	return pick(g, "id", ids...)
}

func (g generator) identifiers(most int) (out []store.Identifier) {
	for range g.some(0, most, "identifiers") {
		out = append(out, pick(g, "identifier", store.Identifier{Scheme: "PIC", Value: "1"}, store.Identifier{Scheme: "pic ", Value: "2"}, store.Identifier{Scheme: "PIC", Value: "3"},
			store.Identifier{Scheme: "ROR", Value: "r"}, store.Identifier{Scheme: "ROR", Value: "R"}, store.Identifier{Scheme: "ECCP", Value: "e 1"}))
	}
	return out
}

// ref draws a Ref of an existing node, mostly.
func (g generator) ref() store.Ref {
	switch g.some(0, 30, "ref") {
	case 0:
		return store.Ref{Identifiers: g.identifiers(2)}
	case 1, 2:
		return store.Ref{Kind: pick(g, "kind", kindPool...), Name: pick(g, "name", namePool...), Exact: g.odds(4, "exact")}
	}
	// One of its names, so that nodes are met by name, too.
	id := g.known()
	if n := g.p.oracle.state.node(g.p.oracle.state.root(id)); n != nil && g.odds(4, "by name") {
		return store.Ref{Kind: n.Kind, Name: pick(g, "name", namesOf(n)...)}
	}
	return at(id)
}

var actors = []string{"Cluster", "Organisation", "Network"}

func (g generator) said() store.Said {
	s := store.Said{Place: pick(g, "place", placePool...), Rank: store.Rank(g.some(0, 4, "rank")), Derived: g.odds(4, "derived")}
	if !g.odds(3, "no source") {
		s.Source = at(pick(g, "source", "s1", "s2", "s3"))
	}
	if g.odds(2, "at") {
		s.At = g.date()
	}
	s.Confidence = pick(g, "confidence", 0, 0, 0.5, 1)
	return s
}

func (g generator) node() store.NodeRecord {
	r := store.NodeRecord{Said: g.said()}
	if g.odds(3, "by id") {
		r.Ref = at(g.known())
	} else {
		r.Kind = pick(g, "kind", kindPool...)
		if g.odds(2, "an id") {
			r.ID = pick(g, "id", idPool...)
		}
		if !g.odds(4, "no name") {
			r.Name = pick(g, "name", namePool...)
		}
		r.Identifiers = g.identifiers(2)
	}
	kind := r.Kind
	if kind == "" {
		kind = "Cluster"
	}
	r.Props = g.props(g.schema.Kinds[kind].Props, rankOf(r.Said) == store.ByHand)
	return r
}

func (g generator) edge() store.EdgeRecord {
	r := store.EdgeRecord{Type: pick(g, "type", relPool...), From: g.ref(), To: g.ref(), Said: g.said()}
	if g.odds(4, "key") {
		r.Key = pick(g, "key", "2", "10")
	}
	r.Props = g.props(g.schema.Edges[r.Type].Props, rankOf(r.Said) == store.ByHand)
	return r
}

func (g generator) step() store.Step {
	switch g.some(0, 9, "step") {
	case 0:
		return store.Remove{Node: g.ref()}
	case 1, 2:
		if edges := g.p.oracle.graph.edges; len(edges) > 0 {
			e := pick(g, "edge", edges...)
			return store.Unlink{Type: e.Type, Key: e.Key, From: at(e.From), To: at(e.To)}
		}
		return store.Unlink{Type: pick(g, "type", relPool...), From: g.ref(), To: g.ref()}
	case 3, 4, 5:
		if g.odds(8, "any two") {
			return store.Merge{Keep: g.ref(), Drop: g.ref()}
		}
		kinds := actors
		if g.odds(5, "of another family") {
			kinds = []string{pick(g, "kind", "Person", "Project", "Source")}
		}
		return store.Merge{Keep: at(g.known(kinds...)), Drop: at(g.known(kinds...))}
	case 6:
		if former := slices.Sorted(maps.Keys(g.p.oracle.state.merges)); len(former) > 0 {
			return store.Unmerge{Former: pick(g, "former", former...)}
		}
		return store.Unmerge{Former: g.known()}
	case 7:
		return store.Distinct{A: g.ref(), B: g.ref()}
	case 8:
		return store.Withdraw{Source: at(pick(g, "source", "s1", "s2", "s3")), Run: pick(g, "run", runPool...)}
	}
	return store.Erase{Node: at(g.known("Person"))}
}

func (g generator) batch() store.Batch {
	b := store.Batch{By: pick(g, "by", "me", "you"), Run: pick(g, "run", runPool...)}
	if g.odds(4, "with id") {
		b.ID = pick(g, "batch", "b1", "b2", "b3")
	}
	if g.odds(3, "steps alone") {
		for range g.some(1, 2, "steps") {
			b.Steps = append(b.Steps, g.step())
		}
		return b
	}
	for range g.some(0, 2, "nodes") {
		n := g.node()
		b.Nodes = append(b.Nodes, n)
		if g.odds(6, "twice of one place") {
			again := g.node()
			again.Ref, again.Said.Source, again.Said.Place = n.Ref, n.Said.Source, n.Said.Place
			again.Props = nil
			b.Nodes = append(b.Nodes, again)
		}
	}
	for range g.some(0, 2, "edges") {
		b.Edges = append(b.Edges, g.edge())
	}
	if g.odds(4, "steps") {
		b.Steps = append(b.Steps, g.step())
	}
	return b
}

func (g generator) rel() store.Rel {
	r := store.Rel{Type: pick(g, "type", relPool...), Dir: store.Dir(g.some(0, 2, "dir"))}
	if g.odds(3, "of kinds") {
		r.Kinds = g.kinds()
	}
	return r
}

func (g generator) kinds() []string {
	if g.odds(3, "any kind") {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(kindPool), 0, 3).Draw(g.T, "kinds")
}

func (g generator) period() store.Period {
	if g.odds(2, "always") {
		return store.Period{}
	}
	bounds := append([]string{""}, datePool...)
	return period(pick(g, "first", bounds...), pick(g, "last", bounds...))
}

// field is a place that conditions and orders look at, and the type of what stands there.
type field struct {
	on   store.Side
	path []string
	typ  store.Type
}

func (g generator) field() field {
	props := g.schema.Kinds[pick(g, "kind", kindPool...)].Props
	f := field{}
	switch g.some(0, 5, "side") {
	case 0:
		f.on = store.OnEdge
		if p := g.schema.Edges[pick(g, "type", relPool...)].Props; len(p) > 0 {
			props = p
		}
	case 1:
		return field{path: []string{pick(g, "field", "id", "kind")}, typ: store.Type{Name: store.String}}
	}
	name := pick(g, "property", slices.Sorted(maps.Keys(props))...)
	f.path, f.typ = []string{name}, props[name]
	if !f.typ.List && f.typ.Name == store.Record {
		part := pick(g, "part", slices.Sorted(maps.Keys(f.typ.Parts))...)
		f.path, f.typ = append(f.path, part), f.typ.Parts[part]
	}
	if f.typ.Name == store.MoneyOf && g.odds(2, "amount") {
		f.path = append(f.path, pick(g, "of money", "amount", "value", "currency"))
	}
	return f
}

// test draws a condition; depth bounds it.
func (g generator) test(depth int) store.Test {
	kind := g.some(0, 11, "test")
	if depth == 0 {
		kind = 11
	}
	list := func() (out []store.Test) {
		for range g.some(0, 3, "tests") {
			out = append(out, g.test(depth-1))
		}
		return out
	}
	switch kind {
	case 0, 1:
		return store.And(list())
	case 2, 3:
		return store.Or(list())
	case 4:
		return store.Not{Test: g.test(depth - 1)}
	case 5, 6:
		f := g.field()
		e := store.Elem{On: f.on, Path: f.path, Quant: store.Quant(g.some(0, 2, "quant"))}
		if !g.odds(4, "any") {
			one := f.typ
			one.List = false
			is := store.Is{On: store.OnElem, Op: store.Op(g.some(0, int(store.IsNull), "op"))}
			if one.Name == store.Record {
				part := pick(g, "part", slices.Sorted(maps.Keys(one.Parts))...)
				is.Path, one = []string{part}, one.Parts[part]
			}
			g.operand(&is, one)
			e.Test = is
			if one := f.typ.Parts["value"]; f.path[0] == "identifiers" || one.Name != "" && g.odds(3, "two parts") {
				both := store.And{is}
				for _, part := range []string{"scheme", "value"} {
					if t, known := f.typ.Parts[part]; known && g.odds(2, "part") {
						more := onElem(part, store.Eq, nil)
						g.operand(&more, t)
						both = append(both, more)
					}
				}
				e.Test = both
			}
		}
		return e
	case 7, 8:
		r := store.Related{Rel: g.rel(), Quant: store.Quant(g.some(0, 2, "quant"))}
		if !g.odds(4, "any") {
			r.Test = g.test(depth - 1)
		}
		return r
	case 9:
		return store.Count{Rel: g.rel(), Op: store.Op(g.some(int(store.Eq), int(store.Gte), "op")), Value: g.countOperand()}
	case 10:
		return store.Under{Rel: g.rel(), IDs: []string{g.known(), g.known()}}
	}
	f := g.field()
	is := store.Is{On: f.on, Path: f.path, Op: store.Op(g.some(0, int(store.IsNull), "op"))}
	g.operand(&is, f.typ)
	return is
}

func (g generator) countOperand() store.Value {
	return pick[store.Value](g, "count", int64(0), int64(1), int64(2), list(int64(0), int64(2)))
}

// operand draws what a condition compares with: mostly of the type that stands there.
func (g generator) operand(is *store.Is, t store.Type) {
	t.List = false
	v := g.value(t)
	if t.Name == store.MoneyOf && len(is.Path) == 2 {
		v = pick[store.Value](g, "money", store.Cents(1), 0.01, int64(0), "EUR")
	}
	switch {
	case is.Path != nil && is.Path[0] == "id":
		v = g.known()
	case is.Path != nil && is.Path[0] == "kind":
		v = pick(g, "kind", kindPool...)
	case is.Path != nil && is.Path[0] == "scheme":
		v = pick(g, "scheme", "PIC", "N", "ROR", "pic")
	case is.Path != nil && is.Path[0] == "value" && t.Name == store.String:
		v = pick(g, "value", "1", "2", "i7", "i8", "r")
	case g.odds(12, "nil"):
		v = nil
	}
	if s, ok := v.(string); ok && t.Name == store.Text {
		is.Fold, v = true, store.Fold(s)
	}
	switch is.Op {
	case store.In_:
		v = list(v, nil)
	case store.IsNull:
		v = rapid.Bool().Draw(g.T, "null")
	}
	is.Value = v
}

func (g generator) order() (out []store.Term) {
	for range g.some(0, 2, "terms") {
		if g.odds(5, "count") {
			out = append(out, store.Term{Rel: ptr(g.rel()), Desc: rapid.Bool().Draw(g.T, "desc")})
			continue
		}
		f := g.field()
		out = append(out, store.Term{On: f.on, Path: f.path, Desc: rapid.Bool().Draw(g.T, "desc"), Fold: f.typ.Name == store.Text})
	}
	return out
}

// window draws a window of a list; it asks for the list first, to have positions in it.
func (g generator) window(page func(store.Reader, store.Window) (store.Page, error)) store.Window {
	w := store.Window{Order: g.order(), First: pick(g, "first", 0, 1, 2, 3, 7, store.All, store.All), Count: rapid.Bool().Draw(g.T, "count"), Keys: rapid.Bool().Draw(g.T, "keys"), When: g.period()}
	if !g.odds(4, "all") {
		w.Where = g.test(3)
	}
	if g.odds(3, "last") {
		w.Last = ptr(g.some(0, 4, "last"))
	}
	if g.odds(40, "less than none") {
		w.First = -1
	}
	position := func() *store.Position {
		if g.odds(2, "from the start") {
			return nil
		}
		if g.odds(20, "of another list") {
			return &store.Position{Keys: []store.Value{int64(1)}, Node: g.known()}
		}
		// A place in the same order of a wider list, so that its row may not be there.
		var wide store.Page
		_ = g.p.oracle.View(g.p.ctx, store.Revision{}, func(r store.Reader) (err error) {
			wide, err = page(r, store.Window{Order: w.Order, First: store.All, Keys: true})
			return err
		})
		if len(wide.Hits) == 0 {
			return nil
		}
		at := wide.At(g.some(0, len(wide.Hits)-1, "position"))
		if g.odds(4, "beside it") {
			at.Node += "x"
		}
		return &at
	}
	w.After, w.Before = position(), position()
	return w
}

// ask asks both one generated question.
func (g generator) ask() {
	p := g.p
	switch g.some(0, 10, "question") {
	case 10:
		p.logged(store.Revision{Epoch: p.last.Epoch, Number: p.base + uint64(g.some(0, int(p.last.Number-p.base), "since"))})
	case 0, 1:
		kinds := g.kinds()
		page := func(r store.Reader, w store.Window) (store.Page, error) { return r.Find(p.ctx, kinds, w) }
		w := g.window(page)
		_, _ = sameOrError(p, fmt.Sprintf("Find %q %#v", kinds, w), func(r store.Reader) (store.Page, error) { return page(r, w) })
	case 2, 3:
		rel, ids := g.rel(), []string{g.known(), g.known(), g.known()}
		w := g.window(func(r store.Reader, w store.Window) (store.Page, error) {
			pages, err := r.Expand(p.ctx, ids, rel, w)
			if err != nil {
				return store.Page{}, err
			}
			return pages[0], nil
		})
		_, _ = sameOrError(p, fmt.Sprintf("Expand %q %+v %#v", ids, rel, w), func(r store.Reader) ([]store.Page, error) { return r.Expand(p.ctx, ids, rel, w) })
	case 4:
		search, kinds := pick(g, "text", append([]string{"an", "be t", "two wo", "word"}, namePool...)...), g.kinds()
		w := store.SearchWindow{First: g.some(-1, 4, "first")}
		if g.odds(3, "after") {
			w.After = &store.MatchPosition{Score: pick(g, "score", 1, 0.9, 0.5), Node: g.known()}
		}
		_, _ = sameOrError(p, fmt.Sprintf("Search %q %q %+v", search, kinds, w), func(r store.Reader) (store.Matches, error) { return r.Search(p.ctx, search, kinds, w) })
	case 5:
		of := []store.Subject{{Node: g.known()}, {Node: g.known()}, {Edge: store.EdgeID{Type: pick(g, "type", relPool...), From: g.known(), To: g.known()}}}
		w := store.StatementWindow{Property: pick(g, "property", "", "name", "composition", "size", "nothing"), First: g.some(-1, 5, "first"), Skip: g.some(0, 3, "skip")}
		_, _ = sameOrError(p, fmt.Sprintf("Statements %v %+v", of, w), func(r store.Reader) (out [][]store.Statement, err error) {
			pages, err := r.Statements(p.ctx, of, w)
			for _, page := range pages {
				out = append(out, plainStatements(page.Statements, r.Revision().Epoch, &p.base))
			}
			return out, err
		})
	case 6:
		ids, rel, when := []string{g.known(), g.known()}, g.rel(), g.period()
		same(p, fmt.Sprintf("Step %q %+v %v", ids, rel, when), func(r store.Reader) ([]string, error) {
			slots, err := r.Slots(p.ctx, ids)
			if err != nil {
				return nil, err
			}
			return fan(p.ctx, r, slots, rel, when)
		})
	case 7:
		groups := make([][]string, g.some(0, 3, "groups"))
		for i := range groups {
			for range g.some(0, 3, "of") {
				groups[i] = append(groups[i], g.known())
			}
		}
		var by *store.Rel
		if !g.odds(3, "themselves") {
			by = ptr(g.rel())
		}
		rel, when := g.rel(), g.period()
		same(p, fmt.Sprintf("Meet %q by %+v, %+v %v", groups, by, rel, when), meeting(p, groups, by, rel, when))
		if len(groups) == 2 {
			pairs := pick(g, "pairs", 1, 2, 20)
			same(p, fmt.Sprintf("Meet %q by %+v, %+v %v: the first %d", groups, by, rel, when, pairs), firstPairs(p, [2][]string(groups), by, rel, when, pairs))
		}
	case 8:
		ids, t, when := []string{g.known(), g.known()}, g.test(3), g.period()
		same(p, fmt.Sprintf("Pass %q %#v %v", ids, t, when), func(r store.Reader) ([]bool, error) {
			slots, err := r.Slots(p.ctx, ids)
			if err != nil {
				return nil, err
			}
			return r.Pass(p.ctx, slots, t, when)
		})
		x := pick(g, "gather", gathers...)
		same(p, fmt.Sprintf("Gather %q by %v %v: %v", ids, x.by, when, x.ways), gathering(p, ids, x.by, x.ways, when))
	case 9:
		ids, identifiers := []string{g.known(), g.known(), g.known()}, g.identifiers(4)
		same(p, "Nodes", func(r store.Reader) ([]*store.Node, error) { return r.Nodes(p.ctx, ids) })
		same(p, "Identified", func(r store.Reader) ([]*store.Node, error) { return r.Identified(p.ctx, identifiers) })
	}
}
