package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/export"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

// rowsPage is how many rows of a connection are asked for at once, as long as that is no
// more than one answer may take.
const rowsPage = read.MaxPage

// pinned is a store that shows one view alone, so that all pages are of one revision.
type pinned struct {
	store.Store
	view store.Reader
}

// View calls read with the view.
func (p pinned) View(_ context.Context, _ store.Revision, read func(store.Reader) error) error {
	return read(p.view)
}

// rows writes the rows of the connection that a query asks for, page by page, or of the list.
func (x *Exporter) rows(ctx context.Context, w io.Writer, r store.Reader, e Export) error {
	p, err := newParts(pinned{x.store, r}, x.options)
	if err != nil {
		return err
	}
	params := &graphql.RawParams{Query: e.Query, OperationName: e.Operation}
	if e.Variables != "" {
		if err := decode(strings.NewReader(e.Variables), &params.Variables); err != nil {
			return wrong("variables: %s", err)
		}
	}
	op, errs := p.exec.CreateOperationContext(graphql.StartOperationTrace(ctx), params)
	if errs != nil {
		return x.first(ctx, p.exec, cleared(errs))
	}
	if op.Operation.Operation != ast.Query {
		return wrong("only a query can be exported")
	}
	t := &table{x: x, parts: p, view: r, params: *params, op: op, schema: p.reader.Schema}
	if err := t.find(); err != nil {
		return err
	}
	return t.write(ctx, w, e.Format)
}

// first is the first of some errors, as callers are told it.
func (x *Exporter) first(ctx context.Context, exec *executor.Executor, errs gqlerror.List) error {
	resp := exec.DispatchError(ctx, errs)
	if len(resp.Errors) > 0 {
		return resp.Errors[0]
	}
	return errs
}

// table is the connection, or the list, whose rows are written.
type table struct {
	x      *Exporter
	parts  parts
	view   store.Reader
	params graphql.RawParams
	op     *graphql.OperationContext
	schema *ast.Schema

	path    []*ast.Field // from the root field to the connection, or to the list
	list    *ast.Field   // nodes or edges of the connection, or the list
	whole   bool         // it is a list: what is not in one answer is not told
	columns []rowColumn
	bearers [][]string // paths in a row to the ids of the nodes whose sources are told
	added   ast.SelectionSet
}

// rowColumn is a column: a leaf of what is selected of a row.
type rowColumn struct {
	name string
	path []string
	typ  string // of the leaf; empty if lists lead to it, whose values are joined
}

func isConnection(def *ast.Definition) bool {
	return def != nil && def.Kind == ast.Object && def.Fields.ForName("pageInfo") != nil
}

// find finds the connection, or the list where there is none: on the way to it stand fields of one
// object each.
func (t *table) find() error {
	set := t.op.Operation.SelectionSet
	for {
		var connections, lists, objects []*ast.Field
		for _, s := range set {
			f, ok := s.(*ast.Field)
			if !ok {
				return wrong("what leads to the rows of an export has to be written without fragments")
			}
			switch def := t.schema.Types[f.Definition.Type.Name()]; {
			case isConnection(def):
				connections = append(connections, f)
			case len(f.SelectionSet) == 0 || strings.HasPrefix(f.Name, "__"):
			case f.Definition.Type.Elem != nil:
				lists = append(lists, f)
			default:
				objects = append(objects, f)
			}
		}
		others := append(lists, objects...)
		switch {
		case len(connections) == 1:
			t.path = append(t.path, connections[0])
			return t.plan()
		case len(connections) > 1:
			return wrong("an export has one table, but the query asks for %s: choose one", names(connections))
		case len(others) == 0:
			return wrong("an export has the rows of a connection or a list of objects; the query asks for none")
		case len(others) > 1:
			return wrong("an export has one table, but the query asks for %s: choose one", names(others))
		case len(lists) == 1:
			t.path = append(t.path, lists[0])
			t.list, t.whole = lists[0], true
			t.columnsOf()
			return nil
		}
		t.path = append(t.path, objects[0])
		set = objects[0].SelectionSet
	}
}

// names are those under which fields stand in an answer.
func names(of []*ast.Field) string {
	out := make([]string, len(of))
	for i, f := range of {
		out[i] = f.Alias
	}
	return strings.Join(out[:len(out)-1], ", ") + " and " + out[len(out)-1]
}

// plan finds the list of the connection.
func (t *table) plan() error {
	connection := t.path[len(t.path)-1]
	if connection.Arguments.ForName("last") != nil || connection.Arguments.ForName("before") != nil {
		return wrong("%s: an export has all rows; leave last and before out", connection.Name)
	}
	for _, s := range connection.SelectionSet {
		f, ok := s.(*ast.Field)
		switch {
		case !ok:
			return wrong("%s: nodes or edges have to be written without a fragment around them", connection.Name)
		case f.Name != "nodes" && f.Name != "edges":
		case t.list != nil:
			return wrong("%s: choose nodes or edges; an export has one table", connection.Name)
		default:
			t.list = f
		}
	}
	if t.list == nil {
		return wrong("%s: select nodes or edges; these become the rows", connection.Name)
	}
	t.columnsOf()
	return nil
}

// columnsOf makes columns of what is selected of a row, and finds whose sources are told.
func (t *table) columnsOf() {
	t.leaves(t.list.SelectionSet, nil, nil, false)
	row := t.schema.Types[t.list.Definition.Type.Name()]
	node := row.Fields.ForName("node")
	switch {
	case !t.whole && t.list.Name == "edges" && node != nil && t.isNode(node):
		t.bear(t.list, "node", node)
	case !t.whole && t.list.Name == "edges" && node != nil:
		t.bearParts(t.list, t.schema.Types[node.Type.Name()], node)
	case t.isNode(t.list.Definition):
		t.added = ast.SelectionSet{t.id(row)}
		t.bearers = [][]string{{exportID}}
	default:
		t.bearParts(t.list, row, nil)
	}
}

// exportID is what the ids are called that are asked for beside what the query selects.
const exportID = "exportID"

func (t *table) isNode(def *ast.FieldDefinition) bool {
	typ := t.parts.reader.Type(def.Type.Name())
	return typ != nil && typ.IsNode()
}

func (t *table) id(of *ast.Definition) *ast.Field {
	return &ast.Field{Alias: exportID, Name: "id", Definition: of.Fields.ForName("id"), ObjectDefinition: of, Position: t.list.Position}
}

// bear asks for the id of a node that stands in a field of the row.
func (t *table) bear(list *ast.Field, name string, def *ast.FieldDefinition) {
	alias := exportID + "_" + name
	of := t.schema.Types[def.Type.Name()]
	t.added = append(t.added, &ast.Field{Alias: alias, Name: name, Definition: def, ObjectDefinition: t.schema.Types[list.Definition.Type.Name()],
		SelectionSet: ast.SelectionSet{t.id(of)}, Position: list.Position})
	t.bearers = append(t.bearers, []string{alias, exportID})
}

// bearParts asks for the ids of the nodes that a row of an analysis is about: those that stand in
// fields of their own, or else in lists, as those of a path do. within is the field in which the row
// stands, nil if it is the element itself.
func (t *table) bearParts(list *ast.Field, row *ast.Definition, within *ast.FieldDefinition) {
	inner := &table{parts: t.parts, schema: t.schema, list: list}
	for _, inLists := range []bool{false, true} {
		for _, def := range row.Fields {
			if (def.Type.Elem != nil) == inLists && len(def.Arguments) == 0 && t.isNode(def) {
				alias := exportID + "_" + def.Name
				inner.added = append(inner.added, &ast.Field{Alias: alias, Name: def.Name, Definition: def, ObjectDefinition: row,
					SelectionSet: ast.SelectionSet{t.id(t.schema.Types[def.Type.Name()])}, Position: list.Position})
				inner.bearers = append(inner.bearers, []string{alias, exportID})
			}
		}
		if inner.added != nil {
			break
		}
	}
	if within == nil || inner.added == nil {
		t.added, t.bearers = inner.added, inner.bearers
		return
	}
	alias := exportID + "_row"
	t.added = ast.SelectionSet{&ast.Field{Alias: alias, Name: within.Name, Definition: within, ObjectDefinition: t.schema.Types[list.Definition.Type.Name()],
		SelectionSet: inner.added, Position: list.Position}}
	for _, path := range inner.bearers {
		t.bearers = append(t.bearers, append([]string{alias}, path...))
	}
}

// leaves adds the columns of a selection. In names the steps nodes and edges are left out.
func (t *table) leaves(set ast.SelectionSet, name, path []string, many bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			t.leaves(s.SelectionSet, name, path, many)
		case *ast.FragmentSpread:
			t.leaves(s.Definition.SelectionSet, name, path, many)
		case *ast.Field:
			here, at := append(slices.Clip(name), s.Alias), append(slices.Clip(path), s.Alias)
			lists := many || s.Definition.Type.Elem != nil
			if len(s.SelectionSet) > 0 {
				if isConnection(s.ObjectDefinition) && (s.Name == "nodes" || s.Name == "edges") {
					here = name
				}
				t.leaves(s.SelectionSet, here, at, lists)
				continue
			}
			c := rowColumn{strings.Join(here, "."), at, s.Definition.Type.Name()}
			if lists {
				c.typ = ""
			}
			if !slices.ContainsFunc(t.columns, func(x rowColumn) bool { return slices.Equal(x.path, c.path) }) {
				t.columns = append(t.columns, c)
			}
		}
	}
}

// page is the operation that asks for some rows after a cursor.
func (t *table) page(ctx context.Context, first int, after string) (*graphql.OperationContext, error) {
	list := *t.list
	list.SelectionSet = slices.Concat(t.list.SelectionSet, t.added)
	if t.whole {
		return t.operation(ctx, &list)
	}
	connection := t.path[len(t.path)-1]
	def := t.schema.Types[connection.Definition.Type.Name()]
	info := def.Fields.ForName("pageInfo")
	leaf := func(name string) *ast.Field {
		of := t.schema.Types[info.Type.Name()]
		return &ast.Field{Alias: name, Name: name, Definition: of.Fields.ForName(name), ObjectDefinition: of, Position: connection.Position}
	}
	with := *connection
	with.SelectionSet = ast.SelectionSet{&list, &ast.Field{Alias: exportID, Name: "pageInfo", Definition: info, ObjectDefinition: def,
		SelectionSet: ast.SelectionSet{leaf("hasNextPage"), leaf("endCursor")}, Position: connection.Position}}
	with.Arguments = slices.DeleteFunc(slices.Clone(connection.Arguments), func(a *ast.Argument) bool { return a.Name == "first" || a.Name == "after" })
	with.Arguments = append(with.Arguments, &ast.Argument{Name: "first", Position: connection.Position, Value: &ast.Value{Raw: strconv.Itoa(first), Kind: ast.IntValue, Position: connection.Position,
		Definition: t.schema.Types["Int"], ExpectedType: ast.NamedType("Int", nil)}})
	if after != "" {
		with.Arguments = append(with.Arguments, &ast.Argument{Name: "after", Position: connection.Position, Value: &ast.Value{Raw: after, Kind: ast.StringValue, Position: connection.Position,
			Definition: t.schema.Types["String"], ExpectedType: ast.NamedType("String", nil)}})
	}
	return t.operation(ctx, &with)
}

// operation is the one that asks for the last field of the path alone.
func (t *table) operation(ctx context.Context, field *ast.Field) (*graphql.OperationContext, error) {
	for i := len(t.path) - 2; i >= 0; i-- {
		outer := *t.path[i]
		outer.SelectionSet = ast.SelectionSet{field}
		field = &outer
	}
	operation := *t.op.Operation
	operation.SelectionSet = ast.SelectionSet{field}
	params := t.params
	op, errs := t.parts.exec.CreateOperationContext(graphql.StartOperationTrace(ctx), &params)
	if errs == nil {
		op.Operation = &operation
		if err := t.parts.reader.Prepare(op); err != nil {
			errs = gqlerror.List{err}
		}
	}
	if errs != nil {
		return nil, t.x.first(ctx, t.parts.exec, errs)
	}
	return op, nil
}

// write writes all rows.
func (t *table) write(ctx context.Context, w io.Writer, format string) error {
	header := make([]string, len(t.columns), len(t.columns)+1)
	for i, c := range t.columns {
		header[i] = c.name
	}
	if len(t.bearers) > 0 {
		header = append(header, "sources")
	}
	var out export.Table
	first, after := rowsPage, ""
	for more := true; more; {
		rows, next, err := t.ask(ctx, first, after)
		if err != nil {
			if told, ok := err.(*gqlerror.Error); ok && told.Extensions["code"] == "COMPLEXITY_LIMIT_EXCEEDED" && first > 1 && !t.whole {
				first /= 2
				continue
			}
			return err
		}
		if out == nil {
			if out, err = export.NewTable(w, format, header); err != nil {
				return err
			}
		}
		sources, err := t.sources(ctx, rows)
		if err != nil {
			return err
		}
		for i, row := range rows {
			values := make([]store.Value, len(header))
			for k, c := range t.columns {
				values[k] = c.value(row)
			}
			if len(t.bearers) > 0 {
				values[len(t.columns)] = sources[i]
			}
			if err := out.Row(values); err != nil {
				return err
			}
		}
		more = next != ""
		after = next
	}
	return out.Close()
}

// ask answers one page: its rows, and the cursor of the next one, empty if there is none.
func (t *table) ask(ctx context.Context, first int, after string) ([]any, string, error) {
	op, err := t.page(ctx, first, after)
	if err != nil {
		return nil, "", err
	}
	answer, inner := t.parts.exec.DispatchOperation(ctx, op)
	resp := answer(inner)
	if resp == nil {
		return nil, "", ctx.Err()
	}
	if len(resp.Errors) > 0 {
		return nil, "", resp.Errors[0]
	}
	d := json.NewDecoder(bytes.NewReader(resp.Data))
	d.UseNumber()
	var at any
	if err := d.Decode(&at); err != nil {
		return nil, "", err
	}
	for _, f := range t.path {
		object, _ := at.(map[string]any)
		at = object[f.Alias]
	}
	if t.whole {
		rows, _ := at.([]any)
		return rows, "", nil
	}
	connection, ok := at.(map[string]any)
	if !ok {
		return nil, "", nil // an object on the way is not there
	}
	rows, _ := connection[t.list.Alias].([]any)
	info, _ := connection[exportID].(map[string]any)
	next, _ := info["endCursor"].(string)
	if info["hasNextPage"] != true || len(rows) == 0 {
		next = ""
	}
	return rows, next, nil
}

// value is what a row has in the column.
func (c rowColumn) value(row any) store.Value {
	var found []store.Value
	known := false
	var look func(v any, path []string, inList bool)
	look = func(v any, path []string, inList bool) {
		switch v := v.(type) {
		case nil:
			if inList { // so that the columns of one list stay side by side
				found = append(found, "")
			}
		case []any:
			for _, x := range v {
				look(x, path, true)
			}
		case map[string]any:
			if len(path) > 0 {
				look(v[path[0]], path[1:], inList)
			}
		default:
			found, known = append(found, valueOf(v, c.typ)), true
		}
	}
	look(row, c.path, false)
	switch {
	case !known:
		return nil
	case c.typ == "":
		return store.List(found)
	}
	return found[0]
}

// valueOf is a value of the answer; typ is the scalar it has, empty in lists.
func valueOf(v any, typ string) store.Value {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case string:
		switch typ {
		case "Date":
			if d, err := store.ParseDate(v); err == nil {
				return d
			}
		case "Decimal":
			if c, err := store.ParseCents(v); err == nil {
				return c
			}
		}
		return v
	}
	return v // a bool
}

// mostStatements is of how many statements of a node the sources are told.
const mostStatements = 10_000

// sources are, by row, the names and addresses of the sources that speak of its nodes.
func (t *table) sources(ctx context.Context, rows []any) ([]string, error) {
	out := make([]string, len(rows))
	var of []store.Subject
	var rowOf []int
	for i, row := range rows {
		for _, path := range t.bearers {
			ids, _ := (rowColumn{path: path}).value(row).(store.List)
			for _, id := range ids {
				if id != "" { // a node in a list that is not there
					of, rowOf = append(of, store.Subject{Node: id.(string)}), append(rowOf, i)
				}
			}
		}
	}
	if len(of) == 0 {
		return out, nil
	}
	ids := make([][]string, len(rows))
	var all []string
	for from := 0; from < len(of); from += 100 { // statements are many
		to := min(from+100, len(of))
		pages, err := t.view.Statements(ctx, of[from:to], store.StatementWindow{First: mostStatements})
		if err != nil {
			return nil, err
		}
		for k, p := range pages {
			row := rowOf[from+k]
			for _, s := range p.Statements {
				if s.Source != "" && !slices.Contains(ids[row], s.Source) {
					ids[row] = append(ids[row], s.Source)
					all = append(all, s.Source)
				}
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	nodes, err := t.view.Nodes(ctx, all)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for i, n := range nodes {
		if n != nil {
			names[all[i]] = n.Name()
			if u := n.Props.Text("url"); u != "" {
				names[all[i]] += " (" + u + ")"
			}
		}
	}
	for i := range rows {
		slices.Sort(ids[i])
		var told []string
		for _, id := range ids[i] {
			told = append(told, names[id])
		}
		out[i] = strings.Join(told, "; ")
	}
	return out, nil
}
