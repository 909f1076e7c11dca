package store

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestRevision(t *testing.T) {
	for token, r := range map[string]Revision{
		"":                        {},
		"e1-000000000000":         {"e1", 0},
		"e1-0000000000ff":         {"e1", 255},
		"e1-ffffffffffffffff":     {"e1", math.MaxUint64},
		"AbC09-00000000abcdef012": {},
	} {
		if r != (Revision{}) && r.String() != token {
			t.Errorf("%+v is told as %q, want %q", r, r, token)
		}
		got, err := ParseRevision(token)
		if r == (Revision{}) {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%q is %v", token, got)
			}
		} else if err != nil || got != r {
			t.Errorf("%q is %v (%v)", token, got, err)
		}
	}
	for _, token := range []string{"-000000000001", "e1", "e1-", "e1-1", "e1-00000000000G", "e1-0000000000FF", "e1-000000000001 ", "e1--00000000001", "e1-+00000000001"} {
		if got, err := ParseRevision(token); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q is %v", token, got)
		}
	}
	var tokens []string
	for _, n := range []uint64{0, 1, 9, 10, 15, 16, 255, 1 << 20, 1<<48 - 1} {
		tokens = append(tokens, Revision{"e", n}.String())
	}
	if !slices.IsSorted(tokens) {
		t.Errorf("later tokens are not greater: %q", tokens)
	}
}

func FuzzParseRevision(f *testing.F) {
	for _, s := range []string{"e1-0000000000ff", "", "-", "e1-1", "a-b-000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRevision(s)
		if err == nil && r.String() != s || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%q is %+v (%v), told as %q", s, r, err, r)
		}
	})
}

func TestIdentifier(t *testing.T) {
	for _, tc := range []struct {
		in, want Identifier
		ok       bool
	}{
		{Identifier{" pic ", " 986451977 "}, Identifier{"PIC", "986451977"}, true},
		{Identifier{"WikiData", "q1"}, Identifier{"WIKIDATA", "q1"}, true},
		{Identifier{"PIC", "00"}, Identifier{"PIC", "00"}, true},
		{Identifier{"", "1"}, Identifier{}, false},
		{Identifier{"vat", "BG1"}, Identifier{}, false},
		{Identifier{"PIC", ""}, Identifier{}, false},
		{Identifier{"PIC", " missing"}, Identifier{}, false},
		{Identifier{"PIC", "n/a"}, Identifier{}, false},
		{Identifier{"PIC", strings.Repeat("1", 201)}, Identifier{}, false},
		{Identifier{strings.Repeat("S", 201), "1"}, Identifier{}, false},
	} {
		got, err := tc.in.Normal()
		if tc.ok && (err != nil || got != tc.want) || !tc.ok && !errors.Is(err, ErrInvalid) {
			t.Errorf("%q is %q (%v)", tc.in, got, err)
		}
	}
}

func TestTypeCheck(t *testing.T) {
	for _, tc := range []struct {
		t       Type
		ok, bad []Value
	}{
		{Type{Name: Bool}, []Value{true, false}, []Value{nil, int64(1), "true"}},
		{Type{Name: Int}, []Value{int64(-1)}, []Value{1.0, true, "1", 1}},
		{Type{Name: Float}, []Value{1.5, int64(1)}, []Value{math.NaN(), math.Inf(1), math.Inf(-1), "1"}},
		{Type{Name: String}, []Value{"", "x"}, []Value{int64(1), List{"x"}}},
		{Type{Name: Text}, []Value{"x"}, []Value{nil}},
		{Type{Name: DateOf}, []Value{Date{}, Date{1, 2}}, []Value{Date{2, 1}, "2005"}},
		{Type{Name: MoneyOf}, []Value{Money{1, "EUR"}, Money{-1, "CHF"}}, []Value{Money{}, Money{1, "eur"}, Money{1, "EURO"}, Money{1, "E1R"}, Money{1, "A~Z"}, Cents(1)}},
		{Type{Name: Record, Parts: map[string]Type{"n": {Name: Int}}}, []Value{Props{}, Props{{"n", int64(1)}}, Props{{"unknown", "x"}}}, []Value{Props{{"n", "x"}}, List{}, "x"}},
		{Type{Name: Int, List: true}, []Value{List{}, List{int64(1), int64(2)}}, []Value{int64(1), List{"x"}, List{nil}, nil}},
	} {
		for _, v := range tc.ok {
			if err := tc.t.Check(v); err != nil {
				t.Errorf("%v: %v", tc.t, err)
			}
		}
		for _, v := range tc.bad {
			if tc.t.Check(v) == nil {
				t.Errorf("%v takes %#v", tc.t, v)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	s := Schema{
		Kinds: map[string]Kind{"A": {Props: map[string]Type{"x": {Name: Text, List: true}, "r": {Name: Record, Parts: map[string]Type{"b": {Name: Int}, "a": {Name: DateOf}}}}}},
		Edges: map[string]EdgeType{"E": {Props: map[string]Type{"m": {Name: MoneyOf, Index: true}}}},
	}
	want := []string{"A.r: {a: Date, b: Int}", "A.x: [Text]", "E.m: Money"}
	if got := s.Describe(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestBounds(t *testing.T) {
	typ := EdgeType{Since: "since", Until: "until", ToSince: "start", ToUntil: "end"}
	day := func(n int32) Date { return Date{n, n + 9} }
	node := &Node{Props: Props{{"end", day(200)}, {"start", day(100)}}}
	for _, tc := range []struct {
		typ   EdgeType
		props Props
		to    *Node
		want  Period
	}{
		{typ, nil, node, Period{100, 209}},
		{typ, Props{{"since", day(5)}}, node, Period{5, 209}},
		{typ, Props{{"since", day(5)}, {"until", day(50)}}, node, Period{5, 59}},
		{typ, nil, &Node{}, Period{math.MinInt32, math.MaxInt32}},
		{typ, nil, nil, Period{math.MinInt32, math.MaxInt32}},
		{EdgeType{}, Props{{"since", day(5)}}, node, Period{math.MinInt32, math.MaxInt32}},
		{EdgeType{Since: "since"}, Props{{"since", day(0)}}, node, Period{0, math.MaxInt32}},
	} {
		if got := tc.typ.Bounds(&Edge{Props: tc.props}, tc.to); got != tc.want {
			t.Errorf("%v on %v is %v, want %v", tc.props, tc.to, got, tc.want)
		}
	}
	for _, tc := range []struct {
		p, q Period
		want bool
	}{
		{Period{1, 5}, Period{}, true}, {Period{1, 5}, Period{5, 9}, true}, {Period{1, 5}, Period{6, 9}, false}, {Period{5, 9}, Period{1, 5}, true},
		{Period{6, 9}, Period{1, 5}, false}, {Period{1, 9}, Period{3, 4}, true}, {Period{0, 0}, Period{3, 4}, false}, {Period{math.MinInt32, math.MaxInt32}, Period{3, 4}, true},
	} {
		if tc.p.Meets(tc.q) != tc.want {
			t.Errorf("%v meets %v: %v", tc.p, tc.q, !tc.want)
		}
	}
}

func TestScore(t *testing.T) {
	for _, tc := range []struct{ search, name string }{
		{"ict cluster", "ICT Cluster"}, {"IKT Klaster", "ИКТ Клъстер"}, {"ikt kluster", "ИКТ Клъстер"}, {"clusters network", "Clusters' Network"},
	} {
		if s := Score(tc.search, tc.name); s != 1 {
			t.Errorf("%q is the same name as %q, and scores %v", tc.search, tc.name, s)
		}
	}
	for _, tc := range []struct{ search, name string }{{"", "x"}, {"x", ""}, {"-", "x"}, {"uster", "cluster"}, {"ict network", "ict cluster"}, {"cluster clusters", "cluster"}} {
		if s := Score(tc.search, tc.name); s != 0 {
			t.Errorf("%q does not match %q, and scores %v", tc.search, tc.name, s)
		}
	}
	// Each matches better than the next.
	for _, names := range [][]string{
		{"ICT Cluster", "ICT Cluster Serbia", "ICT Cluster of Central Serbia", "Vojvodina ICT Cluster of Central Serbia"},
		{"ICT Cluster", "Cluster ICT"},
		{"ICT Cluster", "ICTs Clusters"},
	} {
		for i := 1; i < len(names); i++ {
			if a, b := Score("ict cluster", names[i-1]), Score("ict cluster", names[i]); a <= b || b <= 0 || a > 1 {
				t.Errorf("%q scores %v, %q %v", names[i-1], a, names[i], b)
			}
		}
	}
}

// TestMost: nothing scores more than it could, and what is as like as can be scores hardly less.
func TestMost(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	near := 0
	words := func(most int) string {
		var out []string
		for range 1 + rnd.IntN(most) {
			out = append(out, strings.Repeat("a", 1+rnd.IntN(3))+strings.Repeat("b", rnd.IntN(3)))
		}
		return strings.Join(out, " ")
	}
	for range 200_000 {
		search, key := words(3), words(4)
		score, most := Want(search).Score(key), Want(search).Most(len(key), strings.Count(key, " ")+1)
		if score > most {
			t.Fatalf("%q scores %v for %q, and %v is most", key, score, search, most)
		}
		if score > 0 && score < 1 && most-score < 1e-9 {
			near++
		}
	}
	if near < 100 {
		t.Errorf("only %d names score the most that they could", near)
	}
}

func TestNamesOf(t *testing.T) {
	k := Kind{Names: []string{"name", "aliases", "acronym"}}
	n := &Node{ID: "x", Props: PropsOf(map[string]any{"name": "A", "aliases": []any{"B", "A", "", int64(1)}, "acronym": "B", "title": "T"})}
	if got := k.NamesOf(n); !slices.Equal(got, []string{"A", "B"}) {
		t.Errorf("got %q", got)
	}
}
