// Package derive turns the hand-written ontology into the API that is served: inherited
// fields, connections and their edges, filters, orders, inputs, payloads and root fields.
//
// Everything derived is described, so that the result can be read by people; its names are
// part of the API and must not change: for a relation to X by edges of type E they are
// XEConnection, XEEdge (which implements E), XEFilter, XEOrder and XERelationFilter.
package derive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// API is the SDL of everything that is served for the ontology in src. Its errors, all that
// are found, name the line of src that is at fault.
func API(src *ast.Source) (string, error) {
	doc, err := parser.ParseSchema(src)
	if err != nil {
		return "", err
	}
	d := &deriver{doc: doc, types: map[string]*ast.Definition{}, edges: map[string]*ast.Definition{}, rels: map[*ast.FieldDefinition]*relation{}, made: map[string]bool{}}
	d.read()
	if err := errors.Join(d.errs...); err != nil {
		return "", err // what follows builds on a sound ontology
	}
	d.derive()
	d.checkTypes()
	if err := errors.Join(d.errs...); err != nil {
		return "", err
	}
	var p printer
	p.WriteString("# Derived from schema.graphqls by go generate. DO NOT EDIT.\n\n")
	p.document(doc)
	sdl := strings.TrimSuffix(p.String(), "\n")
	if _, err := gqlparser.LoadSchema(&ast.Source{Name: "api.graphqls", Input: sdl}); err != nil {
		return "", fmt.Errorf("what is derived is not valid: %w", err)
	}
	return sdl, nil
}

type deriver struct {
	doc   *ast.SchemaDocument
	types map[string]*ast.Definition
	kinds []*ast.Definition          // the concrete ones, as written
	edges map[string]*ast.Definition // what stands on edges, by relation type
	plain *ast.Definition            // edges that nothing stands on
	rels  map[*ast.FieldDefinition]*relation
	made  map[string]bool // names of derived types
	order []string        // relation types, as first met
	errs  []error
}

// relation is what @rel says of a field.
type relation struct {
	owner, target *ast.Definition
	typ, dir      string
	edge          *ast.Definition
}

// name is what the types of the relation's connection begin with.
func (r *relation) name() string { return r.target.Name + r.edge.Name }

// read takes in what is written by hand, and checks it.
func (d *deriver) read() {
	for _, t := range d.doc.Definitions {
		if d.types[t.Name] != nil {
			d.fault(t.Position, "%s is defined twice", t.Name)
		}
		d.types[t.Name] = t
	}
	for _, name := range []string{"Query", "Mutation", "Node"} {
		if d.types[name] == nil {
			d.fault(d.doc.Position, "type %s is missing", name)
		}
	}
	done := map[string]bool{}
	for _, t := range d.doc.Definitions {
		d.inherit(t, done)
		if t.Directives.ForName("kind") != nil {
			d.kinds = append(d.kinds, t)
		}
		if e := t.Directives.ForName("edge"); e != nil {
			typ := text(e, "type")
			switch {
			case typ == "" && d.plain == nil:
				d.plain = t
			case d.edges[typ] != nil || typ == "":
				d.fault(e.Position, "%s: edges of type %q are described twice", t.Name, typ)
			}
			d.edges[typ] = t
		}
	}
	for _, t := range d.doc.Definitions {
		for _, f := range t.Fields {
			if r := f.Directives.ForName("rel"); r != nil {
				d.relation(t, f, r)
			}
		}
	}
	d.check()
}

// inherit gives a type the fields of its interfaces: first, in their order, properties
// before relations.
func (d *deriver) inherit(t *ast.Definition, done map[string]bool) {
	if done[t.Name] {
		return
	}
	done[t.Name] = true
	var fields ast.FieldList
	for _, name := range t.Interfaces {
		i := d.types[name]
		if i == nil || i.Kind != ast.Interface {
			d.fault(t.Position, "%s implements %s, which is no interface", t.Name, name)
			continue
		}
		d.inherit(i, done)
		for _, f := range i.Fields {
			if fields.ForName(f.Name) == nil && t.Fields.ForName(f.Name) == nil {
				c := *f
				fields = append(fields, &c)
			}
		}
	}
	t.Fields = append(fields, t.Fields...)
	slices.SortStableFunc(t.Fields, func(a, b *ast.FieldDefinition) int { return later(a) - later(b) })
}

// later tells lists of other nodes from what a node is.
func later(f *ast.FieldDefinition) int {
	if f.Directives.ForName("rel") != nil || f.Directives.ForName("connection") != nil {
		return 1
	}
	return 0
}

func (d *deriver) relation(t *ast.Definition, f *ast.FieldDefinition, dir *ast.Directive) {
	target := d.types[f.Type.Name()]
	switch {
	case !d.isNode(t):
		d.fault(f.Position, "%s.%s: only kinds and interfaces of kinds have relations", t.Name, f.Name)
	case target == nil || !d.isNode(target) || f.Type.String() != "["+target.Name+"!]!":
		d.fault(f.Position, "%s.%s: a relation has the type [X!]!, X a kind or an interface of kinds, not %s", t.Name, f.Name, f.Type)
	case d.plain == nil:
		d.fault(f.Position, "%s.%s: no interface with @edge says what an edge without properties is", t.Name, f.Name)
	default:
		r := &relation{owner: t, target: target, typ: text(dir, "type"), dir: text(dir, "dir"), edge: d.plain}
		if r.dir == "" {
			r.dir = "OUT"
		}
		if e := d.edges[r.typ]; e != nil {
			r.edge = e
		}
		if !slices.Contains(d.order, r.typ) {
			d.order = append(d.order, r.typ)
		}
		d.rels[f] = r
	}
}

// derive adds to the document. It goes over what is written by hand only.
func (d *deriver) derive() {
	written := slices.Clone(d.doc.Definitions)
	d.common()
	d.roots(written)
	d.mutations()
	for _, t := range written { // first, since edge types copy these fields
		for _, f := range t.Fields {
			if c := f.Directives.ForName("connection"); c != nil {
				name := d.computedConnection(f, text(c, "edge"), text(c, "totals"))
				f.Type = typ(name + "Connection!")
				f.Arguments = append(slices.Clone(f.Arguments), paging("first"), paging("after"))
			}
		}
	}
	for _, t := range written {
		if d.isNode(t) {
			d.filter(t)
			d.orderOf(t, d.plain)
		}
		for _, f := range t.Fields {
			if r := d.rels[f]; r != nil {
				d.relationConnection(r)
				f.Type = typ(r.name() + "Connection!")
				f.Arguments = d.arguments(r.target, r.edge)
			}
		}
	}
	for _, t := range d.doc.Definitions {
		if t.Kind != ast.Object && t.Kind != ast.Interface {
			continue
		}
		for _, f := range t.Fields {
			if f.Type.NamedType == "Date" && len(f.Arguments) == 0 {
				f.Arguments = ast.ArgumentDefinitionList{{Name: "as", Type: typ("DateForm!"), DefaultValue: enum("GIVEN")}} // one line: DateForm says what it means
			}
		}
	}
}

// common adds what every connection and filter shares.
func (d *deriver) common() {
	d.add(&ast.Definition{Kind: ast.Object, Name: "PageInfo", Description: "What lies before and after a page.", Fields: ast.FieldList{
		field("hasNextPage", "Boolean!", "whether the list goes on after this page"),
		field("hasPreviousPage", "Boolean!", "whether there is something before this page"),
		field("startCursor", "String", "the cursor of the first edge; null on an empty page"),
		field("endCursor", "String", "the cursor of the last edge, for `after`; null on an empty page"),
	}})
	d.add(&ast.Definition{Kind: ast.Enum, Name: "OrderDirection", Description: "Which way to order.", EnumValues: ast.EnumValueList{
		{Name: "ASC", Description: "smallest first, what is unknown last"},
		{Name: "DESC", Description: "greatest first, what is unknown before it"},
	}})
	kinds := &ast.Definition{Kind: ast.Enum, Name: "Kind", Description: "The kinds of nodes."}
	for _, k := range d.kinds {
		kinds.EnumValues = append(kinds.EnumValues, &ast.EnumValueDefinition{Name: Upper(k.Name), Description: k.Description})
	}
	d.add(kinds)
	types := &ast.Definition{Kind: ast.Enum, Name: "RelationType", Description: "The types of edges."}
	for _, t := range d.order {
		types.EnumValues = append(types.EnumValues, &ast.EnumValueDefinition{Name: t, Description: d.leads(t)})
	}
	d.add(types)
}

// leads says from what to what the edges of a type lead.
func (d *deriver) leads(t string) string {
	var from, to []string
	put := func(l *[]string, name string) {
		if !slices.Contains(*l, name) {
			*l = append(*l, name)
		}
	}
	for _, p := range d.pairs(t) {
		put(&from, p[0])
		put(&to, p[1])
	}
	return "from " + d.oneOf(from) + " to " + d.oneOf(to)
}

// oneOf names some kinds as shortly as interfaces allow.
func (d *deriver) oneOf(kinds []string) string {
	for _, i := range d.doc.Definitions {
		if i.Kind != ast.Interface || !d.isNode(i) {
			continue
		}
		all, rest := d.concrete(i), []string(nil)
		for _, k := range kinds {
			if !slices.Contains(all, k) {
				rest = append(rest, k)
			}
		}
		if len(rest) == len(kinds)-len(all) {
			kinds = append([]string{i.Name}, rest...)
			break
		}
	}
	return strings.Join(kinds, ", ")
}

// roots adds the root fields that read.
func (d *deriver) roots(written ast.DefinitionList) {
	q := d.types["Query"]
	for _, t := range written {
		k, fam := t.Directives.ForName("kind"), t.Directives.ForName("family")
		if k != nil {
			one := field(text(k, "one"), t.Name, "The "+t.Name+" of an id or a former id; null where there is none.")
			one.Arguments = ast.ArgumentDefinitionList{argument("id", "ID!", "an id or a former id")}
			q.Fields = append(q.Fields, one)
		}
		if k != nil || fam != nil {
			if k == nil {
				k = fam
			}
			d.made[t.Name+"Connection"] = true // for lists that are computed, too
			d.connection(t.Name, t.Name, nil, "nodes", "A page of "+t.Name+" nodes. "+t.Description)
			many := field(text(k, "many"), t.Name+"Connection!", "The "+t.Name+" nodes that pass the filter, page by page.")
			many.Arguments = d.arguments(t, d.plain)
			q.Fields = append(q.Fields, many)
		}
	}
}

// once tells whether a type is asked for for the first time.
func (d *deriver) once(name string) bool {
	if d.made[name] {
		return false
	}
	d.made[name] = true
	return true
}

func (d *deriver) add(t *ast.Definition) {
	if d.types[t.Name] != nil {
		d.fault(d.types[t.Name].Position, "%s is the name of a derived type", t.Name)
		return
	}
	seen := map[string]bool{}
	for _, f := range t.Fields {
		if seen[f.Name] {
			d.fault(f.Position, "%s: the field %s would be there twice", t.Name, f.Name)
		}
		seen[f.Name] = true
	}
	d.types[t.Name] = t
	d.doc.Definitions = append(d.doc.Definitions, t)
}

func (d *deriver) isNode(t *ast.Definition) bool {
	return t.Name == "Node" || slices.Contains(t.Interfaces, "Node")
}

// concrete are the kinds that a type stands for.
func (d *deriver) concrete(t *ast.Definition) []string {
	var out []string
	for _, k := range d.kinds {
		if k == t || slices.Contains(k.Interfaces, t.Name) {
			out = append(out, k.Name)
		}
	}
	return out
}
