package cordis

import (
	"errors"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/values"
	"clustergraph/internal/store"
)

// column is where a table has a column, and its name there; at is -1 if it has none.
type column struct {
	at   int
	name string
}

func find(rows *tabular.Rows, names ...string) column {
	c := column{rows.Column(names...), names[0]}
	if c.at >= 0 {
		c.name = rows.Columns()[c.at]
	}
	return c
}

// row is one row, and what becomes of it.
type row struct {
	*run
	table  *table
	values tabular.Row
	at     ingest.Place
	said   store.Said
	nodes  []store.NodeRecord
	edges  []store.EdgeRecord
	left   []ingest.Problem
}

// store tells the row.
func (r *row) store() error {
	left := append(ingest.Noted(r.at, r.values), r.left...)
	return r.to.Row(ingest.Row{At: r.at, Nodes: r.nodes, Edges: r.edges, Left: left})
}

func (r *row) reject(c column, why string, args ...any) error {
	return r.to.Reject(ingest.ProblemAt(r.at, c.name, r.values.At(c.at), why, args...))
}

// leave tells why the value of a column is left out, or is not kept as it stands there.
func (r *row) leave(c column, err error) {
	r.left = append(r.left, ingest.ProblemAt(r.at, c.name, r.values.At(c.at), "%s", err))
}

// raw is the text of a column as it stands there.
func (r *row) raw(c column) string { return r.values.At(c.at) }

// text is the text of a column; empty if it is a placeholder.
func (r *row) text(c column) string {
	s := r.values.At(c.at)
	switch {
	case s == "", s[0] >= '0' && s[0] <= '9': // most are
		return s
	case values.Empty(s):
		return ""
	}
	return s
}

// number is the number by which a register knows something; "951813.0" went through a
// spreadsheet.
func (r *row) number(c column) string { return strings.TrimSuffix(r.text(c), ".0") }

// code is the code of a programme; empty, and left out, if it identifies none.
func (r *row) code(c column) string {
	s := r.text(c)
	if s == "" {
		return ""
	}
	if err := codeFault(s); err != nil {
		r.leave(c, err)
		return ""
	}
	return s
}

// codeFault tells why a text is no code of a programme; nil if it may be one.
func codeFault(s string) error {
	_, err := store.Identifier{Scheme: SchemeProgramme, Value: s}.Normal()
	return err
}

func (r *row) money(c column) store.Value {
	s := r.text(c)
	if s == "" {
		return nil
	}
	m := store.Money{Currency: "EUR"}
	var err error
	if m.Amount, err = store.ParseCents(s); err == nil {
		return m
	}
	// CORDIS groups no digits: what stands alone between them is the decimal point.
	var point byte
	if strings.Count(s, ".")+strings.Count(s, ",") == 1 {
		point = s[strings.IndexAny(s, ".,")]
	}
	if m.Amount, err = values.Amount(s, point); err != nil {
		r.leave(c, err)
		if !errors.Is(err, values.ErrRounded) {
			return nil
		}
	}
	return m
}

func (r *row) date(c column) store.Value {
	s := r.text(c)
	if s == "" {
		return nil
	}
	d, err := store.ParseDate(s)
	if err != nil {
		if d, err = values.Date(s, false); err != nil {
			r.leave(c, err)
			return nil
		}
	}
	return d
}

// updated is the day of an update, such as "2023-03-10 21:15:00"; the zero Date if unknown.
func (r *row) updated(c column) store.Date {
	s := r.text(c)
	if len(s) > len("2023-03-10") && s[len("2023-03-10")] == ' ' {
		if d, err := store.ParseDate(s[:len("2023-03-10")]); err == nil {
			return d
		}
	}
	d, _ := r.date(c).(store.Date)
	return d
}

// updatedAt is something said on the day of an update, if that is known.
func (r *row) updatedAt(c column, said store.Said) store.Said {
	if day := r.updated(c); day != (store.Date{}) {
		said.At = day
	}
	return said
}

func (r *row) truth(c column) store.Value {
	s := r.text(c)
	if s == "" {
		return nil
	}
	b, err := values.Bool(s)
	if err != nil {
		r.leave(c, err)
		return nil
	}
	return b
}

func (r *row) url(c column) store.Value {
	s := r.text(c)
	if s == "" {
		return nil
	}
	u, err := values.URL(s)
	if err != nil {
		r.leave(c, err)
		return nil
	}
	return u
}

// add appends a property that is known; they are appended in the order of their names.
func add(p store.Props, name string, v store.Value) store.Props {
	if v == nil || v == "" {
		return p
	}
	return append(p, store.Prop{Name: name, Value: v})
}
