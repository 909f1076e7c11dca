package sqlite

import (
	"fmt"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
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
	d := codec.NewDecoder()
	changed, faults, err := commit.Refit(t.schema, old, func(of, property string, isEdge bool, tell func(store.Props)) error {
		query := `SELECT props FROM node_records WHERE kind IN (?, '') AND instr(props, ?)`
		if isEdge {
			query = `SELECT props FROM edge_records WHERE type = ? AND instr(props, ?)`
		}
		return s.each(query, []any{of, string(codec.AppendString(nil, property))}, func(scan func(...any) error) error {
			var data raw
			if err := scan(&data); err != nil {
				return err
			}
			props, err := d.Props(data)
			tell(props)
			return err
		})
	})
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w: %s holds values that do not fit the ontology any more: %s; give the properties new names, or import into a new file",
			store.ErrInvalid, t.path, strings.Join(faults, "; "))
	}
	for property, typ := range changed {
		if err := s.exec(`INSERT INTO ontology (property, type) VALUES (?, ?) ON CONFLICT (property) DO UPDATE SET type = excluded.type`, property, typ); err != nil {
			return err
		}
	}
	return nil
}
