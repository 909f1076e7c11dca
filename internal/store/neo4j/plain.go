package neo4j

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// change is what another program made of the plain properties of a node or edge: values by
// name, nil where one was taken away.
type change struct {
	props  store.Props
	faults []string // what cannot be taken in, and why
}

// changes compares what a node or edge should have in the database with what it has. own
// tells whether something of the service's own differs, too.
func changes(types map[string]store.Type, want, have map[string]any, taken ...string) (c change, own bool) {
	differ := map[string]bool{}
	for name := range want {
		if !samePlain(want[name], have[name]) {
			differ[name] = true
		}
	}
	for name := range have {
		if _, wanted := want[name]; !wanted {
			differ[name] = true
		}
	}
	for name := range differ {
		if strings.HasPrefix(name, "_") {
			own = true
			delete(differ, name)
		}
	}
	for _, name := range taken {
		delete(differ, name)
	}
	put := func(p string, t store.Type, names []string) {
		touched := false
		for _, n := range names {
			touched = touched || differ[n]
			delete(differ, n)
		}
		if !touched {
			return
		}
		v, err := plainValue(p, t, want, have)
		if err == nil && v != nil {
			err = t.Check(v)
		}
		if err != nil {
			c.faults = append(c.faults, fmt.Sprintf("%s: %v", p, err))
			own = true
			return
		}
		c.props = append(c.props, store.Prop{Name: p, Value: v})
	}
	for p, t := range types {
		put(p, t, plainNames(p, t))
	}
	for len(differ) > 0 { // what the schema does not know
		p := ""
		for name := range differ {
			if p == "" || len(name) < len(p) || len(name) == len(p) && name < p {
				p = name
			}
		}
		t, ok := plainType(have[p])
		if !ok {
			if have[p] != nil {
				c.faults = append(c.faults, fmt.Sprintf("%s: a %T is no value of a property", p, have[p]))
			}
			own = true
			delete(differ, p)
			continue
		}
		put(p, t, plainNames(p, t))
	}
	slices.SortFunc(c.props, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(c.faults)
	return c, own
}

// plainNames are the names of all plain properties that a property has in the database.
func plainNames(p string, t store.Type) []string {
	out := []string{p}
	switch t.Name {
	case store.DateOf:
		out = append(out, firstName(p), lastName(p))
	case store.MoneyOf:
		out = append(out, centsName(p), moneyName(p))
	case store.Record:
		for part, t := range t.Parts {
			out = append(out, plainNames(partName(p, part), t)...)
		}
	}
	return out
}

// plainType is the type of a property that the schema does not know.
func plainType(v any) (store.Type, bool) {
	switch v := v.(type) {
	case bool:
		return store.Type{Name: store.Bool}, true
	case int64:
		return store.Type{Name: store.Int}, true
	case float64:
		return store.Type{Name: store.Float}, v-v == 0
	case string:
		return store.Type{Name: store.Text}, true
	case neo4j.Date:
		return store.Type{Name: store.DateOf}, true
	case []any:
		if len(v) == 0 {
			return store.Type{}, false
		}
		t, ok := plainType(v[0])
		t.List = true
		return t, ok
	case nil:
		return store.Type{Name: store.Text}, true
	}
	return store.Type{}, false
}

// plainValue is the value that another program meant; nil if there is none any more.
func plainValue(p string, t store.Type, want, have map[string]any) (store.Value, error) {
	if t.Name == store.Record {
		return plainRecord(p, t, want, have)
	}
	v := have[p]
	if t.List {
		if v == nil {
			return nil, nil
		}
		l, ok := v.([]any)
		if !ok {
			return nil, fmt.Errorf("it is a list, not %v", brief1(v))
		}
		return plainList(p, t, l, have)
	}
	switch {
	case t.Name == store.DateOf && samePlain(v, want[p]) && v != nil,
		t.Name == store.MoneyOf && samePlain(v, want[p]) && v != nil && samePlain(have[moneyName(p)], want[moneyName(p)]):
		return nil, fmt.Errorf("change %s itself, not what stands beside it", p)
	case v == nil:
		return nil, nil
	}
	return plainOne(t, v, have[moneyName(p)])
}

// plainOne is a single value.
func plainOne(t store.Type, v, currency any) (store.Value, error) {
	switch t.Name {
	case store.DateOf:
		switch v := v.(type) {
		case string:
			return store.ParseDate(v)
		case neo4j.Date:
			return store.DayOf(v.Time()), nil
		case time.Time:
			return store.DayOf(v), nil
		}
	case store.MoneyOf:
		c, ok := currency.(string)
		if !ok {
			return nil, fmt.Errorf("it has no currency; set that, too")
		}
		switch v := v.(type) {
		case int64:
			return store.Money{Amount: store.Cents(v * 100), Currency: c}, nil
		case float64:
			return store.Money{Amount: store.Cents(math.Round(v * 100)), Currency: c}, nil
		}
	default:
		switch v.(type) {
		case string, bool, int64, float64:
			return v, nil
		}
	}
	return nil, fmt.Errorf("it is a %s, not %v", t, brief1(v))
}

func plainList(p string, t store.Type, l []any, have map[string]any) (store.Value, error) {
	currencies, _ := have[moneyName(p)].([]any)
	one := t
	one.List = false
	out := make(store.List, len(l))
	for i, x := range l {
		var c any
		if i < len(currencies) {
			c = currencies[i]
		}
		var err error
		if out[i], err = plainOne(one, x, c); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// plainRecord is a value with parts, or a list of such values.
func plainRecord(p string, t store.Type, want, have map[string]any) (store.Value, error) {
	if !t.List {
		out := store.Props{}
		for part, pt := range t.Parts {
			name := partName(p, part)
			v, err := plainValue(name, pt, want, have)
			if err != nil && samePlain(have[name], want[name]) { // it did not change
				v, err = plainOne(pt, have[name], have[moneyName(name)])
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			if v != nil || want[name] != nil {
				out = append(out, store.Prop{Name: part, Value: v})
			}
		}
		slices.SortFunc(out, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
		if !slices.ContainsFunc(out, func(x store.Prop) bool { return x.Value != nil }) {
			return nil, nil
		}
		return out, nil
	}
	n := -1
	columns := map[string][]any{}
	for part := range t.Parts {
		l, ok := have[partName(p, part)].([]any)
		if !ok {
			continue
		}
		if n >= 0 && len(l) != n {
			return nil, fmt.Errorf("its lists %s are not equally long", partName(p, "..."))
		}
		n, columns[part] = len(l), l
	}
	if n <= 0 {
		return nil, nil
	}
	out := make(store.List, n)
	for i := range out {
		one := store.Props{}
		for part, l := range columns {
			name := partName(p, part)
			if has, ok := have[hasName(name)].([]any); ok && len(has) == n && has[i] == false && isZero(l[i]) {
				continue
			}
			var currency any
			if c, ok := have[moneyName(name)].([]any); ok && i < len(c) {
				currency = c[i]
			}
			v, err := plainOne(t.Parts[part], l[i], currency)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			one = append(one, store.Prop{Name: part, Value: v})
		}
		slices.SortFunc(one, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
		out[i] = one
	}
	return out, nil
}

// isZero tells whether a value may stand for one that is unknown.
func isZero(v any) bool { return v == "" || v == false || v == int64(0) || v == 0.0 }

// brief1 is a value in a few words.
func brief1(v any) string {
	s := fmt.Sprint(v)
	if len(s) > 40 {
		s = s[:utf8Start(s, 40)] + "..."
	}
	return fmt.Sprintf("%s (%T)", s, v)
}

// samePlain tells whether the database has a value as it was written.
func samePlain(want, have any) bool {
	switch w := want.(type) {
	case nil:
		return have == nil
	case float64:
		h, ok := have.(float64)
		return ok && (w == h || w != w && h != h)
	case neo4j.Date:
		h, ok := have.(neo4j.Date)
		return ok && w.Time().Equal(h.Time())
	case []string:
		return sameList(w, have)
	case []bool:
		return sameList(w, have)
	case []int64:
		return sameList(w, have)
	case []float64:
		return sameList(w, have)
	case []neo4j.Date:
		return sameList(w, have)
	case []any:
		return sameList(w, have)
	}
	switch have.(type) {
	case []any:
		return false
	}
	return want == have
}

func sameList[T any](want []T, have any) bool {
	l, ok := have.([]any)
	if !ok || len(l) != len(want) {
		return false
	}
	for i := range want {
		if !samePlain(want[i], l[i]) {
			return false
		}
	}
	return true
}
