package read

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// writer writes what was fetched. A method that cannot write its value returns the error:
// the nearest place above that may be null tells it and becomes null, as the specification
// wants. Limits and the deadline end the whole root field.
type writer struct {
	*exec
	out   []byte
	path  []place
	count int
}

// place is a step of the path to what is being written.
type place struct {
	key   string
	index int // of a list, where key is empty
}

// fatal ends the root field: no null above takes it.
type fatal struct{ error }

func (e fatal) Unwrap() error { return e.error }

// write writes the value of a root field.
func (x *exec) write(f *field) (JSON, error) {
	w := &writer{exec: x, out: x.buffer()}
	defer func() { x.used = append(x.used, w.out) }()
	var err error
	if l, ok := f.vals[0].(*link); ok {
		err = w.list(l, 0)
	} else {
		err = w.value(f, f.def.Type, f.vals[0])
	}
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return nil, err
	}
	w.bytes += len(w.out)
	return w.out, nil
}

// check ends what takes too long or becomes too long.
func (w *writer) check() error {
	if err := w.ctx.Err(); err != nil {
		return fatal{context.Cause(w.ctx)}
	}
	if len(w.out)+w.bytes > w.operation.limits.Bytes {
		return fatal{tooMuch{fmt.Errorf("the answer is longer than %d bytes: ask for smaller pages (first), or fewer fields", w.operation.limits.Bytes)}}
	}
	return nil
}

// enough looks at the limits now and then.
func (w *writer) enough() error {
	if w.count++; w.count%256 == 0 {
		return w.check()
	}
	return nil
}

// fail is an error at the place that is being written, or at the leaf that was to be
// written there.
func (w *writer) fail(f *field, leaf bool, err error) error {
	if deep, ok := err.(*gqlerror.Error); ok {
		return deep
	}
	path := slices.Clone(graphql.GetPath(w.ctx))
	for _, s := range w.path {
		if s.key != "" {
			path = append(path, ast.PathName(s.key))
		} else {
			path = append(path, ast.PathIndex(s.index))
		}
	}
	if leaf {
		path = append(path, ast.PathName(f.Alias))
	}
	return located(f, path, err)
}

func (w *writer) null() { w.out = append(w.out, "null"...) }

// mark is where the value of a field begins: in the answer, and on the path.
type mark struct{ out, path int }

// begin writes the key of a field. What is below it is on its path; a leaf has nothing
// below it, and is put there when it fails.
func (w *writer) begin(f *field) mark {
	m := mark{path: len(w.path)}
	if f.leaf == nil {
		w.path = append(w.path, place{key: f.Alias})
	}
	w.out = append(w.out, f.key...)
	m.out = len(w.out)
	return m
}

// finish ends a field that begin began: an error is told here, and the value is null, if
// it may be.
func (w *writer) finish(f *field, m mark, err error) error {
	if err != nil {
		err = w.settle(f, f.def.Type, f.leaf != nil, m.out, err)
	}
	w.path = w.path[:m.path]
	return err
}

// settle tells an error of a value that was written from start on, if the value may be
// null, and makes it null.
func (w *writer) settle(f *field, t *ast.Type, leaf bool, start int, err error) error {
	if _, ok := err.(fatal); ok {
		return err
	}
	err = w.fail(f, leaf, err)
	if t.NonNull {
		return err
	}
	graphql.AddError(w.ctx, err)
	w.out = append(w.out[:start], "null"...)
	return nil
}

func (w *writer) close(s *selection) {
	if len(s.fields) == 0 {
		w.out = append(w.out, '{')
	}
	w.out = append(w.out, '}')
}

// elements writes a list; one writes an element.
func (w *writer) elements(f *field, t *ast.Type, n int, one func(i int) error) error {
	w.out = append(w.out, '[')
	if f.leaf != nil {
		w.path = append(w.path, place{key: f.Alias})
		defer func() { w.path = w.path[:len(w.path)-1] }()
	}
	at := len(w.path)
	w.path = append(w.path, place{})
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.path[at].index = i
		start := len(w.out)
		err := one(i)
		if err == nil {
			err = w.enough()
		} else {
			err = w.settle(f, t.Elem, false, start, err)
			w.path = w.path[:at+1]
		}
		if err != nil {
			w.path = w.path[:at]
			return err
		}
	}
	w.path = w.path[:at]
	w.out = append(w.out, ']')
	return nil
}

// node writes a node; o is nil if nothing had to be fetched.
func (w *writer) node(s *shape, n *store.Node, o *object) error {
	var sel *selection
	at := 0
	if o != nil {
		sel, at = o.sel, o.at
	} else {
		sel = w.on(s, n.Kind)
	}
	for _, f := range sel.fields {
		start := w.begin(f)
		if err := w.finish(f, start, w.nodeField(f, n, at)); err != nil {
			return err
		}
	}
	w.close(sel)
	return nil
}

func (w *writer) nodeField(f *field, n *store.Node, at int) error {
	switch {
	case f.of == nil:
		w.out = appendString(w.out, n.Kind)
		return nil
	case f.err != nil:
		return f.err
	case f.of.Role == ontology.Relation:
		return w.list(f.link, at)
	case f.of.Role != ontology.Property:
		return w.value(f, f.def.Type, f.vals[at])
	case f.Name == "id":
		w.out = appendString(w.out, n.ID)
		return nil
	}
	return w.property(f, f.def.Type, n.Props.Get(f.Name))
}

// list writes the page of a link from the i-th node that it starts from.
func (w *writer) list(l *link, i int) error {
	page, off := l.page(i)
	for _, f := range l.conn.fields {
		start := w.begin(f)
		var err error
		switch f.Name {
		case "__typename":
			w.out = appendString(w.out, l.conn.typ.Def.Name)
		case "totalCount":
			w.out = strconv.AppendInt(w.out, int64(page.Total), 10)
		case "nodes":
			err = w.elements(f, f.def.Type, len(page.Hits), func(h int) error { return w.node(f.sub, page.Hits[h].Node, l.obj(f, off+h)) })
		case "edges":
			sel := f.sub.sels[0]
			err = w.elements(f, f.def.Type, len(page.Hits), func(h int) error { return w.edge(sel, l, page, h, off) })
		case "pageInfo":
			err = w.pageInfo(f.sub.sels[0], l, page)
		}
		if err = w.finish(f, start, err); err != nil {
			return err
		}
	}
	w.close(l.conn)
	return nil
}

func (l *link) obj(f *field, hit int) *object {
	if objs := l.objs[f.at]; objs != nil {
		return objs[hit]
	}
	return nil
}

func (w *writer) edge(sel *selection, l *link, page *store.Page, h, off int) error {
	hit := &page.Hits[h]
	for _, f := range sel.fields {
		start := w.begin(f)
		if err := w.finish(f, start, w.edgeField(f, sel, l, page, hit, h, off)); err != nil {
			return err
		}
	}
	w.close(sel)
	return nil
}

func (w *writer) edgeField(f *field, sel *selection, l *link, page *store.Page, hit *store.Hit, h, off int) error {
	switch {
	case f.of == nil:
		w.out = appendString(w.out, sel.typ.Def.Name)
	case f.err != nil:
		return f.err
	case f.Name == "node":
		return w.node(f.sub, hit.Node, l.obj(f, off+h))
	case f.Name == "cursor":
		w.cursor(l, page, h)
	case f.of.Role == ontology.Statements:
		return w.value(f, f.def.Type, f.vals[off+h])
	case hit.Edge == nil:
		return w.property(f, f.def.Type, nil)
	case f.Name == "key" && f.of.Role == ontology.Edge:
		w.out = appendString(w.out, hit.Edge.Key)
	default:
		return w.property(f, f.def.Type, hit.Edge.Props.Get(f.Name))
	}
	return nil
}

func (w *writer) cursor(l *link, page *store.Page, h int) {
	w.out = append(w.out, '"')
	w.out = appendCursor(w.out, l.list, page.At(h))
	w.out = append(w.out, '"')
}

func (w *writer) pageInfo(sel *selection, l *link, page *store.Page) error {
	for _, f := range sel.fields {
		start := w.begin(f)
		switch {
		case f.of == nil:
			w.out = appendString(w.out, sel.typ.Def.Name)
		case f.Name == "hasNextPage":
			w.out = strconv.AppendBool(w.out, page.Next)
		case f.Name == "hasPreviousPage":
			w.out = strconv.AppendBool(w.out, page.Prev)
		case len(page.Hits) == 0:
			w.null()
		case f.Name == "startCursor":
			w.cursor(l, page, 0)
		default:
			w.cursor(l, page, len(page.Hits)-1)
		}
		if err := w.finish(f, start, nil); err != nil {
			return err
		}
	}
	w.close(sel)
	return nil
}

// value writes what a row told, or what was fetched for a field of a node.
func (w *writer) value(f *field, t *ast.Type, v any) error {
	switch x := v.(type) {
	case error:
		return x
	case *ref:
		if x.node != nil {
			return w.node(f.sub, x.node, x.obj)
		}
		v = nil
	case nested:
		return w.row(x)
	case []any:
		if f.leaf == nil && t.Elem != nil {
			return w.elements(f, t, len(x), func(i int) error { return w.value(f, t.Elem, x[i]) })
		}
	}
	return w.property(f, t, v)
}

// property writes a value as it is stored.
func (w *writer) property(f *field, t *ast.Type, v store.Value) error {
	switch {
	case v == nil && t.NonNull && t.Elem != nil: // a list that nothing was said of is empty
		w.out = append(w.out, "[]"...)
		return nil
	case v == nil && t.NonNull:
		return nullError{f}
	case v == nil:
		w.null()
		return nil
	case t.Elem != nil:
		if l, ok := v.([]any); ok {
			return w.elements(f, t, len(l), func(i int) error { return w.property(f, t.Elem, l[i]) })
		}
	case f.leaf != nil:
		return w.scalar(f, v)
	default:
		return w.parts(f, t, v)
	}
	return badLeaf{f, v}
}

// row writes a row, whose fields were told already.
func (w *writer) row(n nested) error {
	for _, f := range n.sel.fields {
		start := w.begin(f)
		var err error
		switch {
		case f.of == nil:
			w.out = appendString(w.out, n.sel.typ.Def.Name)
		case f.err != nil:
			err = f.err
		default:
			err = w.value(f, f.def.Type, f.vals[n.at])
		}
		if err = w.finish(f, start, err); err != nil {
			return err
		}
	}
	w.close(n.sel)
	return nil
}

// parts writes a value that has parts: money, an identifier, a label.
func (w *writer) parts(f *field, t *ast.Type, v any) error {
	sel := w.on(f.sub, t.NamedType)
	props, isProps := v.(store.Props) // no part may be known
	money, isMoney := v.(store.Money)
	if !isProps && !isMoney {
		return badLeaf{f, v}
	}
	for _, f := range sel.fields {
		start := w.begin(f)
		var err error
		switch {
		case f.of == nil:
			w.out = appendString(w.out, sel.typ.Def.Name)
		case f.err != nil:
			err = f.err
		case !isMoney:
			err = w.property(f, f.def.Type, props.Get(f.Name))
		case f.Name == "amount":
			w.out = append(money.Amount.Append(append(w.out, '"')), '"')
		case f.Name == "currency":
			w.out = appendString(w.out, money.Currency)
		default:
			w.out = appendFloat(w.out, float64(money.Amount)/100)
		}
		if err = w.finish(f, start, err); err != nil {
			return err
		}
	}
	w.close(sel)
	return nil
}

// scalar writes a scalar or a value of an enum.
func (w *writer) scalar(f *field, v any) error {
	of := f.leaf
	switch v := v.(type) {
	case string:
		switch {
		case of.Kind == ast.Enum && of.EnumValues.ForName(v) == nil:
			return badLeaf{f, v}
		case of.Name == "Int", of.Name == "Float", of.Name == "Boolean":
			return badLeaf{f, v}
		}
		w.out = appendString(w.out, v)
		return nil
	case bool:
		if of.Name == "Boolean" {
			w.out = strconv.AppendBool(w.out, v)
			return nil
		}
	case int:
		return w.scalar(f, int64(v))
	case int64:
		if of.Name == "Int" && int64(int32(v)) == v || of.Name == "Float" {
			w.out = strconv.AppendInt(w.out, v, 10)
			return nil
		}
	case float64:
		if of.Name == "Float" && !math.IsInf(v, 0) && !math.IsNaN(v) {
			w.out = appendFloat(w.out, v)
			return nil
		}
	case store.Date:
		if of.Name == "Date" {
			switch f.form {
			case firstDay:
				v = v.FirstDay()
			case lastDay:
				v = v.LastDay()
			}
			w.out = append(v.Append(append(w.out, '"')), '"')
			return nil
		}
	case store.Cents:
		if of.Name == "Decimal" {
			w.out = append(v.Append(append(w.out, '"')), '"')
			return nil
		}
	}
	return badLeaf{f, v}
}

// ErrData says that what is stored is not what the schema promises: a value that must be
// there is missing, or is of another type.
var ErrData = errors.New("data")

// nullError is a null where the schema promises a value.
type nullError struct{ f *field }

func (e nullError) Error() string {
	return fmt.Sprintf("Cannot return null for non-nullable field %s.%s.", e.f.owner, e.f.Name)
}

func (nullError) Unwrap() error { return ErrData }

// badLeaf is a value that the schema does not promise.
type badLeaf struct {
	f *field
	v any
}

func (e badLeaf) Error() string {
	return fmt.Sprintf("%s.%s: %v is not %s", e.f.owner, e.f.Name, e.v, article(e.f.def.Type.Name()))
}

func (badLeaf) Unwrap() error { return ErrData }

// appendFloat writes a number as encoding/json does.
func appendFloat(out []byte, f float64) []byte {
	form := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		form = 'e'
	}
	return strconv.AppendFloat(out, f, form, -1, 64)
}

const hex = "0123456789abcdef"

// appendString writes a string as JSON; what is not UTF-8 becomes U+FFFD.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				out = append(append(out, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		out = append(out, s[start:i]...)
		switch c {
		case '\t':
			out = append(out, '\\', 't')
		case '\r':
			out = append(out, '\\', 'r')
		case '\n':
			out = append(out, '\\', 'n')
		case '\\', '"':
			out = append(out, '\\', c)
		default:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
		i++
		start = i
	}
	return append(append(out, s[start:]...), '"')
}
