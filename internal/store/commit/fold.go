package commit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// prefer orders records of one node or edge, the preferred first.
func (m merges) prefer(a, b *Record) int {
	return cmp.Or(
		cmp.Compare(b.Rank, a.Rank),
		compareAt(a.At, b.At),
		strings.Compare(m.root(a.Source), m.root(b.Source)),
		cmp.Compare(b.Confidence, a.Confidence),
		comparePlaces(a.Place, b.Place),
		compareSubjects(a.Subject, b.Subject),
		// What differs in none of these is still told in a fixed order.
		strings.Compare(a.Place, b.Place),
		strings.Compare(a.Source, b.Source),
	)
}

// compareAt orders dates, the latest first and the unknown one last.
func compareAt(a, b store.Date) int {
	switch unknown := (store.Date{}); {
	case a == b:
		return 0
	case a == unknown:
		return 1
	case b == unknown:
		return -1
	}
	return store.Compare(b, a)
}

// comparePlaces compares runs of digits as numbers and all else as text.
func comparePlaces(a, b string) int {
	for a != "" && b != "" {
		x, y := run(a), run(b)
		a, b = a[len(x):], b[len(y):]
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Compare(len(x), len(y)); c != 0 {
				return c
			}
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// run is the digits that s begins with, or else one byte.
func run(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:max(n, 1)]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// entry is a value, or a part of one, as a record says it.
type entry struct {
	by    *Record
	value store.Value
}

// preferred is what is held of what is said, the preferred first; nil if nothing is.
func preferred(said []entry) store.Value {
	for i, e := range said {
		if e.value == nil { // said to be unknown: hides what comes later
			said = said[:i]
			break
		}
	}
	if len(said) == 0 {
		return nil
	}
	switch first := said[0].value.(type) {
	case store.List:
		if len(said) == 1 && len(first) == 1 {
			return first
		}
		var out union
		for _, e := range said {
			if l, ok := e.value.(store.List); ok && (said[0].by.Rank != store.ByHand || e.by.Rank == store.ByHand) {
				out.add(l...)
			}
		}
		if len(out.list) == 0 {
			return nil
		}
		return out.list
	case store.Props:
		parts := map[string][]entry{}
		for _, e := range said {
			p, _ := e.value.(store.Props)
			for _, x := range p {
				parts[x.Name] = append(parts[x.Name], entry{e.by, x.Value})
			}
		}
		var out store.Props
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			if v := preferred(parts[name]); v != nil {
				out = append(out, store.Prop{Name: name, Value: v})
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return said[0].value
}

// union collects values, each once. Texts, which lists can hold many of, are not compared
// with each other one by one.
type union struct {
	list  store.List
	texts map[string]bool
}

func (u *union) add(values ...store.Value) {
	for _, v := range values {
		s, isText := v.(string)
		switch {
		case isText && u.texts[s], !isText && slices.ContainsFunc(u.list, func(x any) bool { return store.Equal(v, x) }):
			continue
		case isText:
			if u.texts == nil {
				u.texts = map[string]bool{}
			}
			u.texts[s] = true
		}
		u.list = append(u.list, v)
	}
}

// props are the preferred values of records in the order of preference, but for those of
// some names.
func props(said []*Record, but func(name string) bool) store.Props {
	if len(said) == 1 {
		out := make(store.Props, 0, len(said[0].Props)+3)
		for _, p := range said[0].Props {
			if !but(p.Name) {
				if v := preferred([]entry{{said[0], p.Value}}); v != nil {
					out = append(out, store.Prop{Name: p.Name, Value: v})
				}
			}
		}
		return out
	}
	by := map[string][]entry{}
	for _, r := range said {
		for _, p := range r.Props {
			if !but(p.Name) {
				by[p.Name] = append(by[p.Name], entry{r, p.Value})
			}
		}
	}
	out := make(store.Props, 0, len(by)+4)
	for name, said := range by {
		if v := preferred(said); v != nil {
			out = append(out, store.Prop{Name: name, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// foldEdge is what an edge holds by the records of it; nil if there are none.
func foldEdge(m merges, id store.EdgeID, said []*Record) *store.Edge {
	if len(said) == 0 {
		return nil
	}
	slices.SortStableFunc(said, m.prefer)
	p := props(said, func(string) bool { return false })
	if len(p) == 0 {
		p = nil
	}
	return &store.Edge{EdgeID: id, Props: p}
}

func ofEveryNode(name string) bool {
	return name == "name" || name == "aliases" || name == "identifiers"
}

// foldNode is what a node holds by the records of it; nil if there are none. former are
// its former ids, sorted.
func foldNode(m merges, schema store.Schema, id string, former []string, said []*Record) *store.Node {
	if len(said) == 0 {
		return nil
	}
	slices.SortStableFunc(said, m.prefer)
	n := &store.Node{ID: id}
	for _, r := range said {
		if r.Kind != "" && (n.Kind == "" || schema.Kinds[r.Kind].Telling > schema.Kinds[n.Kind].Telling) {
			n.Kind = r.Kind
		}
	}
	n.Props = props(said, ofEveryNode)
	name, names, identifiers := foldNames(m, said)
	for _, stand := range []string{"acronym", "code"} {
		if name == "" {
			name = n.Props.Text(stand)
		}
	}
	if name == "" {
		name = id
	}
	own := len(n.Props)
	n.Props = append(n.Props, store.Prop{Name: "name", Value: name})
	if aliases := slices.DeleteFunc(names, func(x any) bool { return x == name }); len(aliases) > 0 {
		n.Props = append(n.Props, store.Prop{Name: "aliases", Value: aliases})
	}
	if len(identifiers) > 0 {
		n.Props = append(n.Props, store.Prop{Name: "identifiers", Value: identifiers})
	}
	if len(former) > 0 {
		l := make(store.List, len(former))
		for i := range former {
			l[i] = former[i]
		}
		n.Props = append(n.Props, store.Prop{Name: "formerIds", Value: l})
	}
	if own > 0 || len(n.Props) > 1 {
		slices.SortFunc(n.Props, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
	}
	return n
}

// foldNames are the preferred name (empty: unknown), all names, and the identifiers that
// records in the order of preference say.
func foldNames(m merges, said []*Record) (name string, names, identifiers store.List) {
	type naming struct {
		by    *Record
		alias bool
		value store.Value
	}
	var namings []naming
	var ids union
	for _, r := range said {
		for _, p := range r.Props {
			switch p.Name {
			case "name":
				namings = append(namings, naming{r, false, p.Value})
			case "aliases":
				namings = append(namings, naming{r, true, p.Value})
			case "identifiers":
				ids.add(p.Value.(store.List)...)
			}
		}
	}
	// The parts of one record are level; of these the name comes before the aliases.
	slices.SortStableFunc(namings, func(a, b naming) int {
		if c := m.prefer(a.by, b.by); c != 0 || a.alias == b.alias {
			return c
		}
		if a.alias {
			return 1
		}
		return -1
	})
	unknown := false
	var all union
	for _, x := range namings {
		switch v := x.value.(type) {
		case nil:
			unknown = unknown || !x.alias
		case string:
			if name == "" && !unknown {
				name = v
			}
			all.add(v)
		case store.List:
			all.add(v...)
		}
	}
	return name, all.list, ids.list
}

// keys are what a node is met by: those of its name and its aliases, sorted.
func (s *state) keys(n *store.Node) []string {
	var out []string
	for _, name := range append(texts(n.Props.Get("aliases")), n.Name()) {
		out = append(out, s.nameKeys(name)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nameKeys are the keys of a name. A batch looks at the same names several times, so they
// are kept.
func (s *state) nameKeys(name string) []string {
	k, done := s.folding[name]
	if !done {
		k = slices.DeleteFunc(text.Keys(name), func(k string) bool { return k == "" })
		s.folding[name] = k
	}
	return k
}

// texts are the strings of a string or a list of strings.
func texts(v store.Value) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case store.List:
		out := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// identifiers are those that a value of the property of that name holds.
func identifiers(v store.Value) []store.Identifier {
	l, _ := v.(store.List)
	out := make([]store.Identifier, 0, len(l))
	for _, x := range l {
		if p, ok := x.(store.Props); ok {
			out = append(out, store.Identifier{Scheme: p.Text("scheme"), Value: p.Text("value")})
		}
	}
	return out
}
