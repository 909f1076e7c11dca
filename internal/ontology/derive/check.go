package derive

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

func (d *deriver) fault(at *ast.Position, format string, args ...any) {
	where := ""
	if at != nil && at.Src != nil {
		where = fmt.Sprintf("%s:%d: ", at.Src.Name, at.Line)
	}
	d.errs = append(d.errs, fmt.Errorf(where+format, args...))
}

// check finds what GraphQL cannot know to be wrong.
func (d *deriver) check() {
	d.checkKinds()
	d.checkEdges()
	for _, t := range d.doc.Definitions {
		for _, f := range t.Fields {
			if r := d.rels[f]; r != nil && t.Fields.ForName(f.Name) == f {
				d.checkInverse(f, r)
			}
			for _, single := range []string{"index", "apart"} {
				if has(f, single) && (f.Type.Elem != nil || !property(f)) {
					d.fault(f.Position, "%s.%s: only a property with a single value can have @%s", t.Name, f.Name, single)
				}
			}
			for _, beside := range []string{"edge", "totals"} {
				if c := f.Directives.ForName("connection"); c != nil && text(c, beside) != "" && d.types[text(c, beside)] == nil {
					d.fault(f.Position, "%s.%s: there is no type %s", t.Name, f.Name, text(c, beside))
				}
			}
		}
	}
}

func (d *deriver) checkKinds() {
	roots := map[string]string{}
	for _, f := range d.fields("Query") {
		roots[f.Name] = "Query"
	}
	for _, t := range d.doc.Definitions {
		k := t.Directives.ForName("kind")
		if k == nil {
			if fam := t.Directives.ForName("family"); fam != nil {
				k = fam
			} else {
				if t.Kind == ast.Object && d.isNode(t) {
					d.fault(t.Position, "%s implements Node, but has no @kind", t.Name)
				}
				continue
			}
		} else if !d.isNode(t) {
			d.fault(k.Position, "%s has @kind, but does not implement Node", t.Name)
		}
		for _, a := range []string{"one", "many"} {
			root := text(k, a)
			if of, taken := roots[root]; root != "" && taken {
				d.fault(k.Position, "%s: the root field %s is that of %s already", t.Name, root, of)
			}
			roots[root] = t.Name
		}
		if tree := text(k, "tree"); tree != "" && !slices.Contains(d.pairs(tree), [2]string{t.Name, t.Name}) {
			d.fault(k.Position, "%s: no %s leads from %s to %s", t.Name, tree, t.Name, t.Name)
		}
	}
}

func (d *deriver) checkEdges() {
	for _, e := range d.doc.Definitions {
		dir := e.Directives.ForName("edge")
		if dir == nil || e == d.plain {
			continue
		}
		typ := text(dir, "type")
		if d.plain != nil && !slices.Contains(e.Interfaces, d.plain.Name) {
			d.fault(e.Position, "%s has @edge, but does not implement %s", e.Name, d.plain.Name)
		}
		if !slices.Contains(d.order, typ) {
			d.fault(dir.Position, "%s: no field follows edges of type %s", e.Name, typ)
		}
		for _, a := range []string{"since", "until"} {
			if p := text(dir, a); p != "" && !isDate(e.Fields.ForName(p)) {
				d.fault(dir.Position, "%s: %s is %s, which is no Date on it", e.Name, a, p)
			}
		}
		for _, a := range []string{"toSince", "toUntil"} {
			p := text(dir, a)
			if p != "" && !slices.ContainsFunc(d.pairs(typ), func(pair [2]string) bool { return isDate(d.types[pair[1]].Fields.ForName(p)) }) {
				d.fault(dir.Position, "%s: %s is %s, which is no Date of any kind that %s leads to", e.Name, a, p, typ)
			}
		}
	}
}

func isDate(f *ast.FieldDefinition) bool { return f != nil && f.Type.String() == "Date" }

// checkInverse wants a way back for every relation: without it, what a node is part of
// could be said but not asked. Where the far end is any Node, one kind with a way back is
// enough: that is how the others say that they are not meant.
func (d *deriver) checkInverse(f *ast.FieldDefinition, r *relation) {
	for _, from := range d.concrete(r.owner) {
		var without []string
		ends := d.concrete(r.target)
		for _, to := range ends {
			if !d.leadsBack(r, from, to) {
				without = append(without, to)
			}
		}
		if len(without) > 0 && (r.target.Name != "Node" || len(without) == len(ends)) {
			d.fault(f.Position, "%s.%s: nothing leads back: %s has no field with @rel(type: %q, dir: %s) to %s",
				r.owner.Name, f.Name, without[0], r.typ, opposite[r.dir], from)
			return
		}
	}
}

var opposite = map[string]string{"OUT": "IN", "IN": "OUT", "BOTH": "BOTH"}

// leadsBack tells whether a field of kind to follows r against its direction to kind from.
func (d *deriver) leadsBack(r *relation, from, to string) bool {
	for _, f := range d.types[to].Fields {
		back := d.rels[f]
		if back != nil && back.typ == r.typ && back.dir == opposite[r.dir] && slices.Contains(d.concrete(back.target), from) {
			return true
		}
	}
	return false
}

// pairs are the kinds that edges of a type lead from and to: those that see each other.
func (d *deriver) pairs(typ string) (out [][2]string) {
	for _, from := range d.kinds {
		for _, f := range from.Fields {
			r := d.rels[f]
			if r == nil || r.typ != typ || r.dir == "IN" {
				continue
			}
			for _, to := range d.concrete(r.target) {
				if p := [2]string{from.Name, to}; d.leadsBack(r, from.Name, to) && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

func (d *deriver) fields(of string) ast.FieldList {
	if t := d.types[of]; t != nil {
		return t.Fields
	}
	return nil
}

// checkTypes finds names that mean nothing, written by hand, once all is derived.
func (d *deriver) checkTypes() {
	known := func(at *ast.Position, where string, t *ast.Type) {
		switch n := t.Name(); n {
		case "ID", "String", "Int", "Float", "Boolean":
		default:
			if d.types[n] == nil {
				d.fault(at, "%s: there is no type %s", where, n)
			}
		}
	}
	for _, t := range d.doc.Definitions {
		for _, f := range t.Fields {
			known(f.Position, t.Name+"."+f.Name, f.Type)
			for _, a := range f.Arguments {
				known(a.Position, t.Name+"."+f.Name, a.Type)
			}
		}
	}
}
