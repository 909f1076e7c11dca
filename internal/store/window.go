package store

import (
	"slices"
	"strings"

	"clustergraph/internal/text"
)

// All as Window.First asks for every row.
const All = int(^uint(0) >> 1)

// Window cuts a page out of a list of hits.
//
// The list is what passes Where, in the Order: term by term, then by the node's id, then
// by the edge's from, to and key, all ascending; so every order is total. From After on
// (which need not stand in the list any more) the page has the first First hits; or, if
// Before or Last is set, the last Last hits before Before. Both ways may be combined, as
// in the Relay connection specification: first After and Before cut the list, then First,
// then Last (so that paging backward alone wants First to be All). A page is always in the
// Order. First and Last below 0 are an ErrInvalid, and so is a position with more or fewer
// Keys than the Order has terms.
type Window struct {
	Where  Test
	Order  []Term
	First  int // 0 is none: for a Count alone
	After  *Position
	Last   *int
	Before *Position
	// Count asks for Page.Total: all that pass Where, After and Before apart.
	Count bool
	// Keys asks for Page.Keys, of which positions are made.
	Keys bool
	// When is valid time: an edge counts unless it is known to have ended before or begun
	// after, by [EdgeType]; so do the edges that Where and Order look at. Nodes are never
	// hidden.
	When Period
}

// Side is what a condition or an order looks at.
type Side uint8

// A condition looks at the node of a hit, at its edge, or (within [Elem]) at the element.
const (
	OnNode Side = iota
	OnEdge
	OnElem
)

// Term is one step of an order: a part of the node or of its edge, or the count of related
// rows. Nulls come last ascending and first descending.
type Term struct {
	On   Side
	Path []string
	Rel  *Rel // a count, instead of Path
	Desc bool
	Fold bool // text: compared in its folded form
}

// Position is a place in an ordered list: the values of the terms and what breaks ties.
type Position struct {
	Keys []Value
	Node string
	Edge EdgeID // zero where the list has no edges
}

// Page is a page of hits.
type Page struct {
	Hits  []Hit
	Keys  [][]Value // by hit, if asked for: the values of the Order's terms, folded where they fold
	Total int       // if asked for
	// Next and Prev tell whether the list goes on after, or before, the page, whatever cut
	// it there; an empty page lies where the cuts met.
	Next, Prev bool
}

// At is the position of a hit of a page that was asked for with Keys.
func (p Page) At(i int) Position {
	pos := Position{Keys: p.Keys[i], Node: p.Hits[i].Node.ID}
	if e := p.Hits[i].Edge; e != nil {
		pos.Edge = e.EdgeID
	}
	return pos
}

// Compare orders two positions of one list by its terms. It is the reference meaning of
// [Window]'s order.
func (p Position) Compare(q Position, order []Term) int {
	for i, t := range order {
		c := CompareNull(p.Keys[i], q.Keys[i])
		if t.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	if c := strings.Compare(p.Node, q.Node); c != 0 {
		return c
	}
	return p.Edge.Compare(q.Edge)
}

// Neighbours tells what conditions and counts ask of the graph around a node: the hits of
// a relation that hold in a period, in any order, until yield says false.
type Neighbours interface {
	Each(n *Node, rel Rel, when Period, yield func(Hit) bool)
}

// Key is the value of a term for a hit.
func (t Term) Key(g Neighbours, h Hit, when Period) Value {
	if t.Rel != nil {
		return count(g, h.Node, *t.Rel, nil, when)
	}
	v := row{Hit: h}.part(t.On, t.Path)
	if s, ok := v.(string); ok && t.Fold {
		return text.Fold(s)
	}
	return v
}

// row is what a condition is tried on.
type row struct {
	Hit
	elem Value
}

func (r row) part(on Side, path []string) Value {
	switch {
	case on == OnElem:
		return Part(r.elem, path)
	case on == OnEdge && r.Edge == nil, on == OnNode && r.Node == nil:
		return nil
	case on == OnEdge:
		return Part(r.Edge.Props, path)
	}
	return Part(r.Node.Get(path[0]), path[1:])
}

// Test is a condition. Holds is its reference meaning: every store is held to it. It is
// two-valued: what does not hold, fails; Not turns one into the other.
type Test interface {
	holds(g Neighbours, r row, when Period) bool
}

// Holds tells whether a hit passes a test; nil passes all.
func Holds(t Test, g Neighbours, h Hit, when Period) bool {
	return t == nil || t.holds(g, row{Hit: h}, when)
}

type (
	// And holds if all hold; so the empty And does.
	And []Test
	// Or holds if one holds; so the empty Or does not.
	Or []Test
	// Not holds if Test does not.
	Not struct{ Test Test }

	// Is compares one value. On a nil value every operator but IsNull and Ne fails; Ne
	// is Eq turned round.
	Is struct {
		On    Side
		Path  []string
		Op    Op
		Value Value // for In a List; for IsNull a bool; for text operators folded by [Fold] if Fold is set
		Fold  bool  // text is meant: the value found is folded before it is compared
	}

	// Elem holds if enough elements of the list at Path pass Test, which looks at them
	// as OnElem. A list that is unknown has none.
	Elem struct {
		On   Side
		Path []string
		Test Test // nil: any
		Quant
	}

	// Related holds if enough hits of Rel pass Test (nil: any).
	Related struct {
		Rel  Rel
		Test Test
		Quant
	}

	// Count compares the number of hits of Rel.
	Count struct {
		Rel   Rel
		Op    Op
		Value Value
	}

	// Under holds if the node is one of IDs (ids or former ids), or one of them is reached
	// from it by following Rel any number of times. Nothing is under an id nobody has.
	Under struct {
		Rel Rel
		IDs []string
	}
)

// Quant says how many are enough.
type Quant uint8

// Some is at least one, None is none, Every is all (so of none, too).
const (
	Some Quant = iota
	None
	Every
)

// Op is a comparison.
type Op uint8

// Lt, Lte, Gt and Gte compare as [Compare] does, and hold only between values of one type
// (numbers are one); of dates Lt says that the whole interval lies before the other, Gt
// after it, Lte that it ends no later, Gte that it begins no earlier. Contains and Prefix
// are for strings.
const (
	Eq Op = iota
	Ne
	In_
	Lt
	Lte
	Gt
	Gte
	Contains
	Prefix
	IsNull
)

// Fold is a text operand as Is.Fold wants it.
func Fold(s string) string { return text.Fold(s) }

func (t And) holds(g Neighbours, r row, when Period) bool {
	for _, x := range t {
		if !x.holds(g, r, when) {
			return false
		}
	}
	return true
}

func (t Or) holds(g Neighbours, r row, when Period) bool {
	for _, x := range t {
		if x.holds(g, r, when) {
			return true
		}
	}
	return false
}

func (t Not) holds(g Neighbours, r row, when Period) bool { return !t.Test.holds(g, r, when) }

func (t Is) holds(_ Neighbours, r row, _ Period) bool {
	v := r.part(t.On, t.Path)
	if s, ok := v.(string); ok && t.Fold {
		v = text.Fold(s)
	}
	return Compares(v, t.Op, t.Value)
}

// Compares tells whether a found value stands in a relation to an operand.
func Compares(v Value, op Op, to Value) bool {
	switch op {
	case IsNull:
		return (v == nil) == (to == true)
	case Ne:
		return !Compares(v, Eq, to)
	case In_:
		l, _ := to.(List)
		return v != nil && slices.ContainsFunc(l, func(x any) bool { return Equal(v, x) })
	}
	if v == nil || to == nil || rank(v) != rank(to) {
		return false
	}
	if d, ok := v.(Date); ok {
		to := to.(Date)
		switch op {
		case Eq:
			return d == to
		case Lt:
			return d.Last < to.First
		case Lte:
			return d.Last <= to.Last
		case Gt:
			return d.First > to.Last
		case Gte:
			return d.First >= to.First
		}
		return false
	}
	switch op {
	case Eq:
		return Compare(v, to) == 0
	case Lt:
		return Compare(v, to) < 0
	case Lte:
		return Compare(v, to) <= 0
	case Gt:
		return Compare(v, to) > 0
	case Gte:
		return Compare(v, to) >= 0
	}
	s, ok := v.(string)
	switch {
	case ok && op == Contains:
		return strings.Contains(s, to.(string))
	case ok && op == Prefix:
		return strings.HasPrefix(s, to.(string))
	}
	return false
}

func (t Elem) holds(g Neighbours, r row, when Period) bool {
	l, _ := r.part(t.On, t.Path).(List)
	for _, x := range l {
		pass := t.Test == nil || t.Test.holds(g, row{Hit: r.Hit, elem: x}, when)
		if pass != (t.Quant == Every) {
			return t.Quant == Some
		}
	}
	return t.Quant != Some
}

func (t Related) holds(g Neighbours, r row, when Period) bool {
	decided := false
	g.Each(r.Node, t.Rel, when, func(h Hit) bool {
		decided = Holds(t.Test, g, h, when) != (t.Quant == Every)
		return !decided
	})
	return decided == (t.Quant == Some)
}

func count(g Neighbours, n *Node, rel Rel, t Test, when Period) int64 {
	var c int64
	g.Each(n, rel, when, func(h Hit) bool {
		if Holds(t, g, h, when) {
			c++
		}
		return true
	})
	return c
}

func (t Count) holds(g Neighbours, r row, when Period) bool {
	return Compares(count(g, r.Node, t.Rel, nil, when), t.Op, t.Value)
}

func (t Under) holds(g Neighbours, r row, when Period) bool {
	seen := map[string]bool{r.Node.ID: true}
	for next := []*Node{r.Node}; len(next) > 0; next = next[1:] {
		if next[0].answersTo(t.IDs) {
			return true
		}
		g.Each(next[0], t.Rel, when, func(h Hit) bool {
			if !seen[h.Node.ID] {
				seen[h.Node.ID] = true
				next = append(next, h.Node)
			}
			return true
		})
	}
	return false
}

func (n *Node) answersTo(ids []string) bool {
	if slices.Contains(ids, n.ID) {
		return true
	}
	former, _ := n.Props.Get("formerIds").(List)
	return slices.ContainsFunc(former, func(id any) bool { return slices.Contains(ids, id.(string)) })
}
