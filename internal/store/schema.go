package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Schema is what a store must know of the ontology. It is made once and never changed.
type Schema struct {
	Kinds map[string]Kind     // by the name of the concrete kind
	Edges map[string]EdgeType // by type
}

// Kind is a kind of node.
type Kind struct {
	Family  string // names meet within a family, and only its nodes are merged: Actor, or the kind itself
	Telling int    // of two kinds of one family, which one wins: the greater
	Meets   bool   // a name alone tells a body of this kind, even beside identifiers
	// Apart are properties (single values) by which bodies of one name are told apart.
	Apart []string
	Names []string
	Props map[string]Type
	// Personal kinds can be erased.
	Personal bool
}

// EdgeType is a type of relation.
type EdgeType struct {
	Props map[string]Type
	// Since and Until name the properties of the edge that bound it in time (empty: none);
	// ToSince and ToUntil those of the node it leads to that stand in where the edge has
	// none (empty: none).
	Since, Until, ToSince, ToUntil string
}

// Type is the type of a property.
type Type struct {
	Name  TypeName
	List  bool
	Parts map[string]Type // of a Record
	Index bool            // ordering and comparing by it is fast; only single values
}

// TypeName tells the types of values apart.
type TypeName string

// The types. Text is folded where it is compared, String is not.
const (
	Bool    TypeName = "Boolean"
	Int     TypeName = "Int"
	Float   TypeName = "Float"
	String  TypeName = "String"
	Text    TypeName = "Text"
	DateOf  TypeName = "Date"
	MoneyOf TypeName = "Money"
	Record  TypeName = "Record"
)

// Check tells whether a value is of a type. Money may stand in any currency of three
// capital letters.
func (t Type) Check(v Value) error {
	if t.List {
		l, ok := v.(List)
		if !ok {
			return fmt.Errorf("%T where a list of %s belongs", v, t.Name)
		}
		one := t
		one.List = false
		for i, x := range l {
			if err := one.Check(x); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	ok := false
	switch x := v.(type) {
	case bool:
		ok = t.Name == Bool
	case int64:
		ok = t.Name == Int || t.Name == Float
	case float64:
		ok = t.Name == Float && x-x == 0 // neither infinite nor NaN
	case string:
		ok = t.Name == String || t.Name == Text
	case Date:
		ok = t.Name == DateOf && x.First <= x.Last
	case Money:
		ok = t.Name == MoneyOf && len(x.Currency) == 3 && strings.Trim(x.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	case Props:
		if t.Name != Record {
			break
		}
		for _, p := range x {
			part, known := t.Parts[p.Name]
			if !known {
				continue // unknown properties are kept
			}
			if err := part.Check(p.Value); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
		ok = true
	}
	if !ok {
		return fmt.Errorf("%v (%T) where a %s belongs", v, v, t.Name)
	}
	return nil
}

// Bounds are the days between which an edge is known to hold: each is its own property or,
// where it has none, that of the node it leads to. Unknown bounds are the first and the
// last day there is.
func (t EdgeType) Bounds(e *Edge, to *Node) Period {
	p := Period{-1 << 31, 1<<31 - 1}
	if d, ok := first(e.Props, t.Since, to, t.ToSince).(Date); ok {
		p.First = d.First
	}
	if d, ok := first(e.Props, t.Until, to, t.ToUntil).(Date); ok {
		p.Last = d.Last
	}
	return p
}

func first(own Props, name string, to *Node, stand string) Value {
	if name != "" {
		if v := own.Get(name); v != nil {
			return v
		}
	}
	if stand != "" && to != nil {
		return to.Props.Get(stand)
	}
	return nil
}

// Meets tells whether a day of p, as [EdgeType.Bounds] tells it, lies in q; of all time,
// every day does.
func (p Period) Meets(q Period) bool {
	return q.Always() || p.First <= q.Last && q.First <= p.Last
}

// Describe is the schema as sorted lines, one for each property: a store keeps them to see
// which types changed.
func (s Schema) Describe() []string {
	var out []string
	put := func(of string, props map[string]Type) {
		for name, t := range props {
			out = append(out, of+"."+name+": "+t.String())
		}
	}
	for name, k := range s.Kinds {
		put(name, k.Props)
	}
	for name, e := range s.Edges {
		put(name, e.Props)
	}
	slices.Sort(out)
	return out
}

// String names a type as the schema would: [Text], Money, {smes: Int}.
func (t Type) String() string {
	s := string(t.Name)
	if t.Name == Record {
		s = "{"
		for i, name := range slices.Sorted(maps.Keys(t.Parts)) {
			if i > 0 {
				s += ", "
			}
			s += name + ": " + t.Parts[name].String()
		}
		s += "}"
	}
	if t.List {
		return "[" + s + "]"
	}
	return s
}
