package store

import (
	"fmt"
	"testing"
)

func TestPositionsCompare(t *testing.T) {
	order := []Term{{Path: []string{"a"}}, {Path: []string{"b"}, Desc: true}}
	at := func(a, b Value, node, from string) Position {
		return Position{Keys: []Value{a, b}, Node: node, Edge: EdgeID{From: from}}
	}
	l := []Position{ // each before the next
		at(int64(1), nil, "x", ""), at(int64(1), "b", "x", ""), at(int64(1), "a", "a", ""), at(int64(1), "a", "b", "a"), at(int64(1), "a", "b", "b"),
		at("x", "b", "a", ""), at(nil, nil, "a", ""), at(nil, "a", "a", ""),
	}
	for i, p := range l {
		for j, q := range l {
			if got := p.Compare(q, order); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%v and %v: %d", p, q, got)
			}
		}
	}
}

func TestPageAt(t *testing.T) {
	e := &Edge{EdgeID: EdgeID{Type: "T", From: "a", To: "b", Key: "k"}}
	p := Page{Hits: []Hit{{Node: &Node{ID: "a"}}, {Node: &Node{ID: "b"}, Edge: e}}, Keys: [][]Value{{"x"}, {nil}}}
	if got := fmt.Sprint(p.At(0), p.At(1)); got != "{[x] a {   }} {[<nil>] b {T a b k}}" {
		t.Error(got)
	}
}

func TestCompares(t *testing.T) {
	year, day, later := Date{0, 364}, Date{0, 0}, Date{365, 400}
	for _, tc := range []struct {
		v    Value
		op   Op
		to   Value
		want bool
	}{
		{nil, Eq, nil, false}, {nil, Ne, nil, true}, {nil, Lt, "x", false}, {nil, In_, List{nil}, false}, {nil, IsNull, true, true}, {nil, IsNull, false, false}, {nil, Contains, "", false},
		{"x", IsNull, true, false}, {"x", IsNull, false, true}, {"x", Eq, nil, false}, {"x", Ne, nil, true}, {"x", Ne, "x", false}, {"x", Ne, int64(1), true},
		{int64(1), Eq, 1.0, true}, {int64(1), Lt, 1.5, true}, {"1", Lt, int64(2), false}, {"1", Gt, int64(2), false}, {int64(1), In_, List{"1", 1.0}, true}, {int64(1), In_, nil, false},
		{"abc", Contains, "b", true}, {"abc", Contains, "", true}, {"abc", Prefix, "ab", true}, {"abc", Prefix, "b", false}, {int64(1), Contains, int64(1), false}, {"abc", Contains, int64(1), false},
		{year, Eq, year, true}, {year, Eq, day, false}, {year, Lt, later, true}, {later, Gt, year, true}, {year, Lt, day, false}, {day, Lt, year, false}, {day, Lte, year, true}, {year, Lte, day, false},
		{year, Gte, day, true}, {day, Gte, year, true}, {later, Gte, year, true}, {year, Gte, later, false}, {year, Contains, year, false},
		{Money{1, "EUR"}, Lt, Money{1, "RSD"}, true}, {Money{2, "EUR"}, Gte, Money{1, "RSD"}, true}, {Cents(1), Lte, Cents(1), true}, {false, Lt, true, true},
		{List{"a"}, Eq, List{"a"}, true}, {Props{{"a", "x"}}, Eq, Props{{"a", "x"}}, true},
	} {
		if got := Compares(tc.v, tc.op, tc.to); got != tc.want {
			t.Errorf("%#v %d %#v: %v", tc.v, tc.op, tc.to, got)
		}
	}
}
