package store

import (
	"cmp"
	"fmt"
	"strings"
)

// Node is a node of the graph, as everything that is said of it makes it. Nodes are shared
// between readers and never changed.
type Node struct {
	ID   string // opaque, stable, readable; see MODEL.md, Identity
	Kind string // the name of a concrete kind of the ontology
	// Props hold the preferred values. Of every node: name (never missing: it falls back
	// to an acronym, a code, the id), aliases (all other names anyone gives it),
	// identifiers (a List of Props with scheme and value), formerIds.
	Props Props
}

// Get is a property, or the id or kind where name is "id" or "kind"; nil if unknown.
func (n *Node) Get(name string) Value {
	switch name {
	case "id":
		return n.ID
	case "kind":
		return n.Kind
	}
	return n.Props.Get(name)
}

// Name is the name of the node.
func (n *Node) Name() string { return n.Props.Text("name") }

// Identifier is a name in a scheme that belongs to one node: PIC 986451977.
type Identifier struct{ Scheme, Value string }

// placeholders stand in data where an identifier is missing; they identify nothing.
var placeholders = map[string]bool{"": true, "0": true, "-": true, "N/A": true, "NA": true, "NONE": true,
	"NULL": true, "MISSING": true, "UNKNOWN": true, "NOT AVAILABLE": true, "NOTAPPLICABLE": true, "NOT APPLICABLE": true, "TBD": true, "X": true, "?": true}

// Normal is the identifier as it is kept: the scheme in upper case, both without spaces
// around them. It is an ErrInvalid if the scheme is empty or VAT (evidence, not identity:
// bodies share them), if the value is a placeholder such as MISSING or N/A (but NA is
// Namibia's code in ISO3166), or if either is longer than 200 bytes.
func (i Identifier) Normal() (Identifier, error) {
	n := Identifier{strings.ToUpper(strings.TrimSpace(i.Scheme)), strings.TrimSpace(i.Value)}
	switch {
	case n.Scheme == "":
		return n, fmt.Errorf("%w: the identifier %q has no scheme", ErrInvalid, i.Value)
	case n.Scheme == "VAT":
		return n, fmt.Errorf("%w: a VAT number (%q) is evidence, not identity; keep it as a property", ErrInvalid, i.Value)
	case placeholders[strings.ToUpper(n.Value)] && n != (Identifier{"ISO3166", "NA"}):
		return n, fmt.Errorf("%w: %q is a placeholder, not a %s", ErrInvalid, i.Value, n.Scheme)
	case len(n.Scheme) > 200 || len(n.Value) > 200:
		return n, fmt.Errorf("%w: an identifier of more than 200 bytes (scheme %.20q)", ErrInvalid, n.Scheme)
	}
	return n, nil
}

// EdgeID tells edges apart. Key is empty unless one source states two edges of one type
// between the same nodes.
type EdgeID struct{ Type, From, To, Key string }

// Compare orders edges by type, from, to and key.
func (e EdgeID) Compare(f EdgeID) int {
	return cmp.Or(strings.Compare(e.Type, f.Type), strings.Compare(e.From, f.From), strings.Compare(e.To, f.To), strings.Compare(e.Key, f.Key))
}

// Edge is an edge of the graph. Edges are shared between readers and never changed.
type Edge struct {
	EdgeID
	Props Props
}

// Dir is the side of an edge one stands on.
type Dir uint8

// Out follows edges from their start, In against their direction, Both either way. A
// self-loop is one row for Out, one for In and one for Both.
const (
	Out Dir = iota
	In
	Both
)

// Rel is a way to follow edges: those of a type, in a direction, to nodes of some kinds.
type Rel struct {
	Type  string
	Dir   Dir
	Kinds []string // of the far end; nil is any
}

// Hit is a node and the edge that led to it (nil where none did).
type Hit struct {
	Node *Node
	Edge *Edge
}

// Period is the days from First to Last, both counted from 1970-01-01 and both included.
// The zero Period is all time (the first day of 1970 alone cannot be asked for).
type Period struct{ First, Last int32 }

// Always tells whether p sets no bound.
func (p Period) Always() bool { return p == Period{} }

// Slot numbers the nodes of one view densely, from 1; 0 is no node. It means nothing in
// another view.
type Slot uint32

// Group is some nodes, for [Reader.Meet] and [Reader.Gather]: those of some slots, or the far ends of a relation
// from these.
type Group struct {
	Of []Slot
	By *Rel // nil: the members are Of themselves; 0 is none
}

// Meeting is what [Reader.Meet] tells.
type Meeting struct {
	// Members are by group who belongs to it: a step by Group.By from Group.Of; without By
	// each of Group.Of leads to itself, by no edge. Whoever meets nobody as a member of a group
	// may be left out of it.
	Members []Fan
	// From are the members of all groups, each once, as Members tells them first, and Fan is
	// a step from these.
	From []Slot
	Fan
}

// Fan is where a step from several nodes leads: from the i-th to To[Off[i]:Off[i+1]], over
// the edges at the same places.
type Fan struct {
	Off  []uint32
	To   []Slot
	Edge []*Edge
}
