package keep

import (
	"errors"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/values"
	"clustergraph/internal/store"
)

// row is one row, and what becomes of it.
type row struct {
	*run
	rows   *tabular.Rows
	values tabular.Row
	at     ingest.Place

	of            *programme
	code, acronym string    // of the project
	key           string    // its identifier
	is            store.Ref // itself

	nodes []store.NodeRecord
	edges []store.EdgeRecord
	left  []ingest.Problem
}

// said is how the register says something at a place of its own.
func (r *row) said(place string) store.Said { return r.run.said(r.of, place) }

// store tells the row.
func (r *row) store() error {
	left := append(ingest.Noted(r.at, r.values), r.left...)
	return r.to.Row(ingest.Row{At: r.at, Nodes: r.nodes, Edges: r.edges, Left: left})
}

func (r *row) column(names []string) string {
	if n := r.rows.Column(names...); n >= 0 {
		return r.rows.Columns()[n]
	}
	return names[0]
}

func (r *row) reject(columns []string, why string) error {
	return r.to.Reject(ingest.ProblemAt(r.at, r.column(columns), r.values.Named(columns...), "%s", why))
}

// leave tells why the value of a column is left out, or is not kept as it stands there.
func (r *row) leave(columns []string, why string) {
	r.left = append(r.left, ingest.ProblemAt(r.at, r.column(columns), r.values.Named(columns...), "%s", why))
}

// text is the text of a column; empty if it is a placeholder.
func (r *row) text(names ...string) string {
	s := r.values.Named(names...)
	if values.Empty(s) {
		return ""
	}
	return s
}

// first is the text of the first column that has one.
func (r *row) first(names ...string) string {
	for _, name := range names {
		if s := r.text(name); s != "" {
			return s
		}
	}
	return ""
}

// money is the amount of the first column that has one. All are in euro, with a decimal point
// and with or without commas between thousands.
func (r *row) money(names ...string) store.Value {
	for _, name := range names {
		s := r.text(name)
		if s == "" {
			continue
		}
		amount, err := values.Amount(s, '.')
		if err != nil {
			r.leave([]string{name}, err.Error())
		}
		if err == nil || errors.Is(err, values.ErrRounded) {
			return store.Money{Amount: amount, Currency: "EUR"}
		}
	}
	return nil
}

func (r *row) date(names ...string) store.Value {
	s := r.text(names...)
	if s == "" {
		return nil
	}
	d, err := values.Date(s, true)
	if err != nil {
		r.leave(names, err.Error())
		return nil
	}
	return d
}

// props are the properties that are known, in pairs of name and value.
func props(pairs ...store.Value) store.Props {
	var p store.Props
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1]
		if l, ok := v.(store.List); v != nil && v != "" && (!ok || len(l) > 0) {
			p = p.With(pairs[i].(string), v)
		}
	}
	return p
}
