package read

import (
	"encoding/json"
	"strconv"

	"clustergraph/internal/store"
)

// tell fetches the statements that a level asks for: one call for each window, over nodes
// and edges alike.
func (x *exec) tell(all []said) error {
	type key struct {
		store.StatementWindow
		list uint64
	}
	asked := map[key][]said{}
	var order []key
	for _, s := range all {
		k, err := statementWindow(s.f)
		if err != nil {
			s.f.err = err
			continue
		}
		id := key{k, listID(s.f.args, s.f.Name)}
		if asked[id] == nil {
			order = append(order, id)
		}
		asked[id] = append(asked[id], s)
	}
	for _, k := range order {
		var subjects []store.Subject
		for _, s := range asked[k] {
			subjects = append(subjects, s.of...)
		}
		var pages []store.StatementPage
		err := x.inParts(len(subjects), k.First, func(from, to int) error {
			part, err := x.g.Statements(x.ctx, subjects[from:to], k.StatementWindow)
			if err != nil {
				return err
			}
			for _, p := range part {
				if err := x.count(len(p.Statements)); err != nil {
					return err
				}
			}
			pages = append(pages, part...)
			return nil
		})
		if err != nil {
			return err
		}
		for _, s := range asked[k] {
			for i, at := range s.at {
				s.f.vals[at] = statementPage(pages[i], k.Skip, k.list)
			}
			pages = pages[len(s.of):]
			if err := x.resolve(s.f); err != nil {
				return err
			}
		}
	}
	return nil
}

func statementWindow(f *field) (store.StatementWindow, error) {
	w := store.StatementWindow{Property: f.args.Text("property")}
	p, err := paging(f, 1, f.Name)
	if err != nil {
		return w, err
	}
	w.First = p.first
	if p.after != nil {
		skip, ok := p.after.Keys[0].(int64)
		if !ok || skip < 0 || skip > 1<<40 {
			return w, invalid("%s: after: %w", f.Name, errCursor)
		}
		w.Skip = int(skip)
	}
	return w, nil
}

// statementPage is a page of statements as a connection. A cursor is how many come before:
// statements have no id of their own.
func statementPage(p store.StatementPage, skip int, list uint64) Row {
	c := &connection{total: p.Total, next: skip+len(p.Statements) < p.Total, prev: skip > 0 && p.Total > 0, nodes: make([]any, len(p.Statements))}
	for i := range p.Statements {
		c.nodes[i] = Row(statement{&p.Statements[i]})
	}
	c.cursor = func(i int) string {
		return string(appendCursor(nil, list, store.Position{Keys: []store.Value{int64(skip + i + 1)}}))
	}
	return c
}

type statement struct{ *store.Statement }

var bases = map[store.Rank]string{store.FromText: "TEXT", store.FromField: "FIELD", store.FromRegister: "REGISTER", store.ByHand: "HAND"}

// Field is a field of the statement.
func (s statement) Field(name string, _ Args) (any, error) {
	switch name {
	case "property":
		return s.Property, nil
	case "value":
		return told(s.Value)
	case "source":
		return Node(s.Source), nil
	case "place":
		return known(s.Place), nil
	case "said":
		if s.At == (store.Date{}) {
			return nil, nil
		}
		return s.At, nil
	case "basis":
		return bases[s.Rank], nil
	case "confidence":
		return s.Confidence, nil
	case "derived":
		return s.Derived, nil
	}
	return s.Revision.String(), nil
}

func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// told is a value as text; nil if it is said to be unknown.
func told(v store.Value) (any, error) {
	switch v := v.(type) {
	case nil, string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case store.Date:
		return v.String(), nil
	case store.Cents:
		return v.String(), nil
	}
	b, err := json.Marshal(store.JSON(v))
	return string(b), err
}
