package read

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// MaxPage is how many rows first and last may ask for.
const MaxPage = 1000

// defaultPage is how many rows a list has where first is null.
const defaultPage = 100

// shape is what is asked of a value before its concrete type is known: the selection sets
// of all fields that were merged into one, and what was met of it so far.
type shape struct {
	sets []ast.SelectionSet
	when store.Period // valid time that fields inherit
	sels []*selection // by concrete type met
	objs map[string]*object
}

// selection is what a shape asks of one concrete type, in the order of the answer.
type selection struct {
	typ    *ontology.Type
	fields []*field
	fetch  bool // there is something below to be fetched

	objs []*object // the nodes it is asked of, each once
	rows []Row     // the rows it is asked of
}

// object is a node that is looked into.
type object struct {
	node *store.Node
	sel  *selection
	at   int // its place in sel.objs, and so in the values of the fields
}

// field is one field of a selection.
type field struct {
	*ast.Field                      // the first of those that were merged
	def        *ast.FieldDefinition // as the concrete type has it
	of         *ontology.Field      // nil for __typename
	owner      string               // the concrete type
	key        string               // `{"alias":` or `,"alias":`
	leaf       *ast.Definition      // the type, if it is a scalar or an enum
	sub        *shape               // what is asked of the value, otherwise
	args       Args
	err        error // why the field cannot be answered: told at each of its places
	form       form
	link       *link // of a relation
	at         int   // of nodes and node in a list: the place in link.shapes
	vals       []any // what was fetched: by object, by edge, or by row
}

// form is how a date is told.
type form uint8

const (
	given form = iota
	firstDay
	lastDay
)

// link is a relation field (or a root field that lists nodes) with its arguments.
type link struct {
	field  *field
	rel    *store.Rel // nil for a root field
	window store.Window
	key    string // see asked
	list   uint64 // what cursors carry
	conn   *selection
	shapes []*shape // what is asked of the nodes: for nodes, edges.node, and each alias of them
	edges  []*selection

	call *call
	from int         // how many nodes it starts from
	rows []int32     // by object, the place in call.pages; nil: the same place
	objs [][]*object // by shape, by hit of all pages; nil where nothing is to be looked into
}

// on is the selection of a shape for a concrete type.
func (x *exec) on(s *shape, typ string) *selection {
	for _, sel := range s.sels {
		if sel.typ.Def.Name == typ {
			return sel
		}
	}
	sel := x.collect(s, x.Type(typ))
	s.sels = append(s.sels, sel)
	if sel.typ.IsNode() {
		for _, f := range sel.fields {
			x.planNode(sel, f)
		}
	}
	return sel
}

// collect merges the sets of a shape for one type by response key, as the specification's
// CollectFields does.
func (x *exec) collect(s *shape, typ *ontology.Type) *selection {
	c := collector{exec: x, sel: &selection{typ: typ}, when: s.when}
	for _, set := range s.sets {
		c.add(set)
	}
	return c.sel
}

type collector struct {
	*exec
	sel     *selection
	when    store.Period
	visited []string // fragments
}

func (c *collector) add(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if c.included(s.Directives) {
				c.field(s)
			}
		case *ast.InlineFragment:
			if c.included(s.Directives) && (s.TypeCondition == "" || slices.Contains(c.sel.typ.Is, s.TypeCondition)) {
				c.add(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.included(s.Directives) && !slices.Contains(c.visited, s.Name) {
				c.visited = append(c.visited, s.Name)
				if slices.Contains(c.sel.typ.Is, s.Definition.TypeCondition) {
					c.add(s.Definition.SelectionSet)
				}
			}
		}
	}
}

// included reads @skip and @include.
func (x *exec) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		v := d.Arguments.ForName("if").Value
		on := v.Raw == "true"
		if v.Kind == ast.Variable {
			on, _ = x.vars[v.Raw].(bool)
		}
		if on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

func (c *collector) field(s *ast.Field) {
	for _, f := range c.sel.fields {
		if f.Alias == s.Alias {
			if f.sub != nil {
				f.sub.sets = append(f.sub.sets, s.SelectionSet)
			}
			return
		}
	}
	comma := ","
	if len(c.sel.fields) == 0 {
		comma = "{"
	}
	f := &field{Field: s, def: s.Definition, owner: c.sel.typ.Def.Name, key: comma + `"` + s.Alias + `":`}
	if f.of = c.sel.typ.Field(s.Name); f.of != nil {
		f.def = f.of.Def
	}
	if s.SelectionSet != nil {
		f.sub = &shape{sets: []ast.SelectionSet{s.SelectionSet}, when: c.when}
	} else {
		f.leaf = c.Schema.Types[f.def.Type.Name()]
	}
	if len(f.def.Arguments) > 0 {
		f.args, f.err = c.arguments(f)
		switch f.args.Text("as") {
		case "FIRST_DAY":
			f.form = firstDay
		case "LAST_DAY":
			f.form = lastDay
		}
		if f.sub != nil {
			f.sub.when = f.args.when
		}
	}
	c.sel.fields = append(c.sel.fields, f)
}

// arguments coerces the arguments of a field.
func (c *collector) arguments(f *field) (Args, error) {
	a, e := c.coerceArguments(f.def.Arguments, f.Arguments, c.vars)
	if e != nil {
		return a, invalid("%s: %w", f.Name, e)
	}
	a.when = c.when
	err := a.hold(f.Name)
	return a, err
}

// hold sets valid time by asOf or during, if one is given; field is whose arguments they are.
func (a *Args) hold(field string) error {
	asOf, during := a.values["asOf"], a.values["during"]
	switch d, _ := asOf.(store.Date); {
	case asOf != nil && during != nil:
		return invalid("%s: asOf and during exclude each other: give one of them", field)
	case asOf != nil:
		a.when = period(d.First, d.Last)
	case during != nil:
		p, first, last := during.(Args), int32(math.MinInt32), int32(math.MaxInt32)
		if d, ok := p.Get("from").(store.Date); ok {
			first = d.First
		}
		if d, ok := p.Get("to").(store.Date); ok {
			last = d.Last
		}
		if first > last {
			return invalid("%s: during: it begins after its end: swap from and to", field)
		}
		a.when = period(first, last)
	}
	return nil
}

// period is a span of days. That of the one day 1970-01-01 would be the zero Period, which
// is all time; so it takes in the day before.
func period(first, last int32) store.Period {
	switch {
	case first == math.MinInt32 && last == math.MaxInt32:
		return store.Period{}
	case first == 0 && last == 0:
		return store.Period{First: -1}
	}
	return store.Period{First: first, Last: last}
}

// planNode plans what a field asks of nodes.
func (x *exec) planNode(sel *selection, f *field) {
	if f.of == nil || f.err != nil {
		return
	}
	switch f.of.Role {
	case ontology.Relation:
		sel.fetch = true
		f.link, f.err = x.planLink(f, f.of.Rel)
	case ontology.Statements, ontology.Analysis:
		sel.fetch = true
	}
}

// planLink plans a list of nodes: the page that its arguments ask for, and what is asked of
// its parts.
func (x *exec) planLink(f *field, rel *store.Rel) (*link, error) {
	l := &link{rel: rel, field: f}
	w := &l.window
	w.When, w.Where = f.args.when, f.args.Test("filter")
	for _, o := range f.args.Inputs("orderBy") {
		t := f.of.List.Terms[o.Text("field")]
		t.Desc = o.Text("direction") == "DESC"
		w.Order = append(w.Order, t)
	}
	name := []string{f.def.Type.Name(), f.Name}
	if rel != nil {
		name = append(name, rel.Type, strconv.Itoa(int(rel.Dir)))
	}
	p, err := paging(f, len(w.Order), name...)
	if err != nil {
		return nil, err
	}
	w.First, w.Last, w.After, w.Before = p.first, p.last, p.after, p.before

	l.conn = x.collect(f.sub, x.Type(f.def.Type.Name()))
	counted := true // all that is asked for is how many there are
	for _, c := range l.conn.fields {
		counted = counted && (c.Name == "totalCount" || c.of == nil)
		switch c.Name {
		case "totalCount":
			w.Count = true
		case "nodes":
			c.at = l.ask(c)
		case "pageInfo":
			info := x.on(c.sub, "PageInfo")
			for _, f := range info.fields {
				w.Keys = w.Keys || f.Name == "startCursor" || f.Name == "endCursor"
			}
		case "edges":
			edge := x.collect(c.sub, x.Type(c.def.Type.Name()))
			c.sub.sels = append(c.sub.sels, edge)
			for _, f := range edge.fields {
				switch f.Name {
				case "cursor":
					w.Keys = true
				case "node":
					f.at = l.ask(f)
				}
			}
			l.edges = append(l.edges, edge)
		}
	}
	if counted {
		w.First, w.Last = 0, nil
	}
	if w.Keys {
		l.list = listID(f.args, name...)
	}
	return l, nil
}

// asked says what is asked: links of one level that ask for the same are fetched by one
// call.
func (l *link) asked() string {
	if l.key == "" {
		b := fmt.Appendf(nil, "%v %v", *l.rel, l.window.When)
		for _, name := range l.field.args.Names() {
			b = canonical(append(append(b, 0), name...), l.field.args.values[name])
		}
		l.key = string(b)
	}
	return l.key
}

func (l *link) ask(f *field) int {
	l.shapes = append(l.shapes, f.sub)
	return len(l.shapes) - 1
}

// pages is what the arguments of a list say about its page.
type pages struct {
	first         int
	last          *int
	after, before *store.Position
}

// paging reads first, after, last and before; list is the name that cursors are bound to. Where last is given, first has no default:
// the last rows of the list are meant, not those of its first hundred.
func paging(f *field, keys int, list ...string) (p pages, err error) {
	a := f.args
	p.first = defaultPage
	if n, ok := a.Get("first").(int64); ok {
		p.first = int(n)
	}
	if n, ok := a.Get("last").(int64); ok {
		last := int(n)
		p.last = &last
		if !a.set("first") {
			p.first = store.All
		}
	}
	for _, name := range []string{"first", "last"} {
		if n, ok := a.Get(name).(int64); ok && (n < 0 || n > MaxPage) {
			return p, invalid("%s: %s: %d is not between 0 and %d; ask for further pages with after or before", f.Name, name, n, MaxPage)
		}
	}
	if p.after, err = a.cursor(f, "after", keys, list); err == nil {
		p.before, err = a.cursor(f, "before", keys, list)
	}
	return p, err
}

func (a Args) cursor(f *field, name string, keys int, list []string) (*store.Position, error) {
	s, ok := a.Get(name).(string)
	if !ok {
		return nil, nil
	}
	p, err := parseCursor(s, listID(a, list...), keys)
	if err != nil {
		return nil, invalid("%s: %s: %w", f.Name, name, err)
	}
	return p, nil
}
