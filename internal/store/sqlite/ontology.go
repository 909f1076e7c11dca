package sqlite

import (
	"fmt"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// describe compares the ontology with the one that the file was last opened with, and
// keeps the new one. A type may change in any way that what is said already still fits.
func (t *Truth) describe(s *session) error {
	old := map[string]string{}
	err := s.each(`SELECT property, type FROM ontology`, nil, func(scan func(...any) error) error {
		var property, typ string
		err := scan(&property, &typ)
		old[property] = typ
		return err
	})
	if err != nil {
		return err
	}
	var faults []string
	for _, line := range t.schema.Describe() {
		property, typ, _ := strings.Cut(line, ": ")
		was, had := old[property]
		if was == typ {
			continue
		}
		if had {
			misfit, err := t.misfit(s, property)
			if err != nil {
				return err
			}
			if misfit != nil {
				faults = append(faults, fmt.Sprintf("%s was %s and is %s (%v)", property, was, typ, misfit))
			}
		}
		if err := s.exec(`INSERT INTO ontology (property, type) VALUES (?, ?) ON CONFLICT (property) DO UPDATE SET type = excluded.type`, property, typ); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w: %s holds values that do not fit the ontology any more: %s; give the properties new names, or import into a new file",
			store.ErrInvalid, t.path, strings.Join(faults, "; "))
	}
	return nil
}

// misfit is why something that is said does not fit the type that the schema gives a
// property; nil if all fits. Cost: with what is said of nodes of the kind, or edges of the
// type.
func (t *Truth) misfit(s *session, property string) (misfit, err error) {
	of, name, _ := strings.Cut(property, ".")
	query, typ := `SELECT props FROM node_records WHERE kind IN (?, '') AND instr(props, ?)`, t.schema.Kinds[of].Props[name]
	if e, isEdge := t.schema.Edges[of]; isEdge {
		query, typ = `SELECT props FROM edge_records WHERE type = ? AND instr(props, ?)`, e.Props[name]
	}
	d := codec.NewDecoder()
	err = s.each(query, []any{of, string(codec.AppendString(nil, name))}, func(scan func(...any) error) error {
		var data raw
		if err := scan(&data); err != nil {
			return err
		}
		props, err := d.Props(data)
		if v := known(props.Get(name)); err == nil && misfit == nil && v != nil {
			misfit = typ.Check(v)
		}
		return err
	})
	return misfit, err
}

// known is a value without the parts that are said to be unknown.
func known(v store.Value) store.Value {
	p, ok := v.(store.Props)
	if !ok {
		return v
	}
	var out store.Props
	for _, x := range p {
		if v := known(x.Value); v != nil {
			out = append(out, store.Prop{Name: x.Name, Value: v})
		}
	}
	return out
}
