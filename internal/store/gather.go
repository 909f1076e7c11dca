package store

import "fmt"

// Way is what [Reader.Gather] tells of each member of a group: the far ends of a relation or,
// with Sum, what stands on its edges.
type Way struct {
	Rel Rel
	// Sum counts the edges and adds up their money, and leaves out where they lead.
	Sum *Summed
	// Up is followed from the far ends, and from where it leads, as far as it does; nil: it is not.
	Up *Rel
}

// Summed is money that stands on edges.
type Summed struct {
	Property string // that the type of edges declares as one amount of money; empty: none
	Currency string // of the amounts that are added up; others are not known
}

// Gathering is what [Reader.Gather] tells.
type Gathering struct {
	Members []Slot // each once; without Group.By in the order of Group.Of
	Ways    []Gathered
}

// Gathered is what a way tells.
type Gathered struct {
	// Sums are those of the members, at their places; of a way with Sum.
	Sums []Sum
	// Ends is a step from the members that tells each far end once, and no edges (Edge is nil);
	// of a way without Sum.
	Ends Fan
	// Tree are the far ends and all that Up leads to from these, each once, and Above is a step
	// from them, likewise; of a way with Up.
	Tree  []Slot
	Above Fan
}

// Sum is what stands on some edges.
type Sum struct {
	Edges  int
	Known  int   // of how many edges the amount is known
	Amount Cents // all of these
}

// Check is an ErrInvalid if the schema does not declare what a way sums up.
func (w Way) Check(s Schema) error {
	if w.Sum == nil || w.Sum.Property == "" {
		return nil
	}
	if t := s.Edges[w.Rel.Type].Props[w.Sum.Property]; t.Name != MoneyOf || t.List {
		return fmt.Errorf("%w: %s of %s is no amount of money", ErrInvalid, w.Sum.Property, w.Rel.Type)
	}
	return nil
}

// Add takes in an edge.
func (s *Sum) Add(of Summed, e *Edge) {
	s.Edges++
	if m, ok := e.Props.Get(of.Property).(Money); ok && of.Property != "" && m.Currency == of.Currency {
		s.Known++
		s.Amount += m.Amount
	}
}
