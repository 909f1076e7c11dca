package analysis

import (
	"cmp"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Sum is a sum of money in one currency.
type Sum struct {
	store.Money
	Known int // how many amounts are in it
	Of    int // how many there would be if all were known
}

// sums adds up what participations are paid, by currency.
type sums struct {
	list []Sum // by currency
	of   int
}

func (s *sums) add(edges []*store.Edge) {
	s.of += len(edges)
	for _, e := range edges {
		m, ok := e.Props.Get(contribution).(store.Money)
		if !ok {
			continue
		}
		i, found := slices.BinarySearchFunc(s.list, m.Currency, func(x Sum, c string) int { return strings.Compare(x.Currency, c) })
		if !found {
			s.list = slices.Insert(s.list, i, Sum{Money: store.Money{Currency: m.Currency}})
		}
		s.list[i].Amount += m.Amount
		s.list[i].Known++
	}
	for i := range s.list {
		s.list[i].Of = s.of
	}
}

// contribution is the property of a participation that is summed up.
const contribution = "contribution"

// sum is an amount that may be unknown; the zero sum is.
type sum struct {
	amount store.Cents
	known  bool
}

func (s *sum) add(t sum) {
	s.amount += t.amount
	s.known = s.known || t.known
}

func (s sum) value() store.Value {
	if !s.known {
		return nil
	}
	return s.amount
}

func (s sum) compare(t sum) int {
	if s.known != t.known {
		return unknownLast(s.known)
	}
	return cmp.Compare(s.amount, t.amount)
}

// date is a date that may be unknown; the zero date is.
type date struct {
	store.Date
	known bool
}

// earliest makes d the earlier of the two, as far as they are known.
func (d *date) earliest(e date) {
	if e.known && (!d.known || e.compare(*d) < 0) {
		*d = e
	}
}

// latest makes d the later of the two, as far as they are known.
func (d *date) latest(e date) {
	if e.known && (!d.known || e.compare(*d) > 0) {
		*d = e
	}
}

func (d date) value() store.Value {
	if !d.known {
		return nil
	}
	return d.Date
}

func (d date) compare(e date) int {
	if d.known != e.known {
		return unknownLast(d.known)
	}
	return cmp.Or(cmp.Compare(d.First, e.First), cmp.Compare(d.Last, e.Last))
}

func unknownLast(known bool) int {
	if known {
		return -1
	}
	return 1
}
