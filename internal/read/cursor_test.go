package read

import (
	"math"
	"reflect"
	"testing"

	"clustergraph/internal/store"
)

func TestCursor(t *testing.T) {
	for _, p := range []store.Position{
		{Node: "p:1"},
		{Keys: []store.Value{nil, true, false, int64(-7), 0.5, "é\x00", store.Date{First: -3, Last: 400}, store.Cents(-1), store.Money{Amount: 5, Currency: "EUR"}}, Node: "n"},
		{Keys: []store.Value{math.Inf(1)}, Node: "", Edge: store.EdgeID{Type: "T", From: "a", To: "b", Key: "k"}},
	} {
		s := string(appendCursor(nil, 42, p))
		got, err := parseCursor(s, 42, len(p.Keys))
		if p.Keys == nil {
			p.Keys = []store.Value{}
		}
		if err != nil || !reflect.DeepEqual(*got, p) {
			t.Errorf("%v: %v %v", p, got, err)
		}
		if _, err := parseCursor(s, 43, len(p.Keys)); err == nil {
			t.Error("taken for another list's")
		}
		if _, err := parseCursor(s, 42, len(p.Keys)+1); err == nil {
			t.Error("taken for another order's")
		}
		for i := range s {
			// A cut where the edge begins leaves a place between edges, which is a place, too.
			if q, err := parseCursor(s[:i], 42, len(p.Keys)); err == nil && q.Edge == p.Edge {
				t.Errorf("cut at %d of %d and taken", i, len(s))
			}
		}
	}
}

// FuzzCursor makes sure that what anyone sends is refused or is a position, which makes a
// cursor that means the same.
func FuzzCursor(f *testing.F) {
	f.Add(string(appendCursor(nil, 42, store.Position{Keys: []store.Value{"a", nil}, Node: "n", Edge: store.EdgeID{Type: "T"}})), 2)
	f.Add("", 0)
	f.Add("forged", anyKeys)
	f.Fuzz(func(t *testing.T, s string, keys int) {
		if keys < anyKeys || keys > 255 {
			return
		}
		p, err := parseCursor(s, 42, keys)
		if err != nil {
			return
		}
		again, err := parseCursor(string(appendCursor(nil, 42, *p)), 42, keys)
		if err != nil || p.Compare(*again, make([]store.Term, len(p.Keys))) != 0 {
			t.Errorf("%v became %v, %v", p, again, err)
		}
	})
}
