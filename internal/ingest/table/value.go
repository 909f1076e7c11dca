package table

import (
	"errors"
	"fmt"
	"slices"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/values"
	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// convert reads a text as something else, before its type is looked at.
func (v *value) convert(s string) (string, error) {
	switch v.as {
	case asSlug:
		return text.Slug(s), nil
	case asCountry:
		code, ok := vocabulary.Country(s)
		if !ok {
			return s, fmt.Errorf("it is no country that is known by this name or code")
		}
		return code, nil
	case asStart, asEnd:
		from, to, err := values.Span(s)
		if err != nil {
			return s, err
		}
		if v.as == asStart {
			return from.String(), nil
		}
		return to.String(), nil
	}
	return s, nil
}

// says tells whether the row has a say in a value.
func (v *value) says() bool {
	return slices.ContainsFunc(v.from, func(p pattern) bool { return len(p.refs) > 0 }) || slices.ContainsFunc(v.parts, setting.says)
}

func (s setting) says() bool { return slices.ContainsFunc(s.values, (*value).says) }

// constant tells whether all rows say the same node.
func (n *node) constant() bool {
	says := func(vs ...*value) bool {
		return slices.ContainsFunc(vs, func(v *value) bool { return v != nil && v.says() })
	}
	return n.each == nil && n.key == nil && n.when == nil && !says(n.kind, n.country, n.region) && !says(n.title...) &&
		!slices.ContainsFunc(n.ids, func(id identifier) bool { return says(id.value...) }) && !slices.ContainsFunc(n.set, setting.says)
}

// work makes the records of one row.
type work struct {
	*cells
	model   *model
	reading reading
	at      ingest.Place
	column  string // of the cell whose items are read
	left    []ingest.Problem
}

// leave tells why a value is left out, or is not kept as it stands there.
func (w *work) leave(v *value, text, format string, args ...any) {
	w.lose(ingest.ProblemAt(w.at, w.columnOf(v), text, format, args...))
}

// lose tells a fault once, however many properties are read from the cell.
func (w *work) lose(p ingest.Problem) {
	if !slices.Contains(w.left, p) {
		w.left = append(w.left, p)
	}
}

// columnOf is the column that a value speaks of first.
func (w *work) columnOf(v *value) string {
	for _, p := range v.from {
		switch {
		case len(p.refs) == 0:
		case p.refs[0].each:
			return w.column
		default:
			return w.name(p.refs[0])
		}
	}
	return ""
}

// texts are what a value says: several only where it has a separator. What cannot be read is
// left out.
func (w *work) texts(v *value) []string {
	raw := ""
	for _, p := range v.from {
		if raw = w.fill(p); raw != "" {
			break
		}
	}
	if raw == "" {
		if v.fallback == "" {
			return nil
		}
		raw = v.fallback
	}
	items := []string{raw}
	if v.separators != nil {
		items = split(raw, v.separators)
	}
	var out []string
	for _, s := range items {
		if v.words != nil {
			word, known := v.words[text.Fold(s)]
			switch {
			case known:
				s = word
			case v.other != nil:
				s = *v.other
			}
		}
		if s == "" {
			continue
		}
		read, err := v.convert(s)
		if err != nil {
			w.leave(v, s, "%v", err)
		} else if read != "" {
			out = append(out, read)
		}
	}
	return out
}

// text is the first thing that one of some values says; empty if none does.
func (w *work) text(vs ...*value) string {
	for _, v := range vs {
		if v == nil {
			continue
		}
		if all := w.texts(v); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// props are the properties that settings say of a kind or a relation.
func (w *work) props(set []setting, of string) store.Props {
	m := map[string]any{}
	for _, s := range set {
		if t, ok := s.types[of]; ok {
			if v := w.property(s, of, t); v != nil {
				m[s.name] = v
			}
		}
	}
	return store.PropsOf(m)
}

func (w *work) property(s setting, of string, t typed) store.Value {
	one := t
	one.List = false
	all := store.List{}
	for _, v := range s.values {
		for _, x := range w.readAll(v, of, one) {
			if !t.List {
				return x
			}
			if !slices.ContainsFunc(all, func(y any) bool { return store.Equal(x, y) }) {
				all = append(all, x)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// readAll reads what a value says as a type that is no list.
func (w *work) readAll(v *value, of string, t typed) []store.Value {
	if v.parts != nil {
		if p := w.record(v, of, t); p != nil {
			return []store.Value{p}
		}
		return nil
	}
	r := w.reading
	if v.decimal != 0 {
		r.decimal = v.decimal
	}
	if v.currency != nil {
		if c := w.fill(*v.currency); c != "" {
			r.currency = c
		}
	}
	var out []store.Value
	for _, s := range w.texts(v) {
		x, err := t.read(s, r)
		if errors.Is(err, values.ErrRounded) {
			w.leave(v, s, "%v", err)
			err = nil
		}
		if err == nil {
			err = t.Check(x)
		}
		if err != nil {
			w.leave(v, s, "%v", err)
			continue
		}
		out = append(out, x)
	}
	return out
}

// record is a value made of parts; nil if the row says none of them.
func (w *work) record(v *value, of string, t typed) store.Value {
	m := map[string]any{}
	said, could := false, false
	for _, part := range v.parts {
		x := w.property(part, of, part.types[of])
		if x != nil {
			m[part.name] = x
		}
		could = could || part.says()
		said = said || x != nil && part.says()
	}
	if could && !said {
		return nil
	}
	for _, name := range sortedKeys(t.parts) {
		if t.parts[name].must && m[name] == nil {
			w.lose(ingest.ProblemAt(w.at, w.partColumn(v, name), "", "the value is left out, as its part %q is missing", name))
			return nil
		}
	}
	p := store.PropsOf(m)
	if err := t.whole(p); err != nil {
		w.lose(ingest.ProblemAt(w.at, w.partColumn(v, ""), "", "%v", err))
		return nil
	}
	return p
}

// partColumn is the column of a part, or of the first that has one.
func (w *work) partColumn(v *value, name string) string {
	for _, part := range v.parts {
		if name != "" && part.name != name {
			continue
		}
		for _, x := range part.values {
			if c := w.columnOf(x); c != "" {
				return c
			}
		}
	}
	return ""
}
