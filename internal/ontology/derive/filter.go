package derive

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// filterName is the filter of what a relation leads to.
func (d *deriver) filterName(r *relation) string {
	if r.edge == d.plain {
		return r.target.Name + "Filter"
	}
	return r.name() + "Filter"
}

func logic(name string) ast.FieldList {
	return ast.FieldList{
		field("and", "["+name+"!]", "all of these hold"),
		field("or", "["+name+"!]", "at least one of these holds"),
		field("not", name, "this does not hold"),
	}
}

// edgeFilter adds the conditions on edges and the nodes they lead to.
func (d *deriver) edgeFilter(target, edge *ast.Definition) {
	name := target.Name + edge.Name + "Filter"
	d.filter(edge)
	d.add(&ast.Definition{Kind: ast.InputObject, Name: name, Description: "Conditions on edges and the " + target.Name + " nodes they lead to: all that is given must hold.", Fields: append(logic(name),
		field("node", target.Name+"Filter", "conditions on the node"),
		field("edge", edge.Name+"Filter", "conditions on what stands on the edge"),
	)})
}

// filter adds the conditions on the properties and relations of t: a kind, an interface of
// kinds, an edge, or a value with parts.
func (d *deriver) filter(t *ast.Definition) {
	name := t.Name + "Filter"
	if !d.once(name) {
		return
	}
	in := &ast.Definition{Kind: ast.InputObject, Name: name, Description: "Conditions on " + t.Name + ": all that is given must hold.", Fields: logic(name)}
	d.add(in) // before its fields: they may lead back to it
	add := func(f *ast.FieldDefinition) {
		if in.Fields.ForName(f.Name) != nil {
			d.fault(t.Position, "%s: %s already means something else in filters; choose another name", t.Name, f.Name)
		}
		in.Fields = append(in.Fields, f)
	}
	node := d.isNode(t)
	if k := t.Directives.ForName("kind"); k != nil && text(k, "tree") != "" {
		add(field("under", "[ID!]", "it is one of these, or anywhere below one of them"))
	}
	if node && t.Kind == ast.Interface {
		d.operators("Kind")
		add(field("kind", "KindFilter", "its kind"))
	}
	if !node && t.Kind == ast.Object {
		add(field("isNull", "Boolean", "whether it is unknown"))
	}
	for _, f := range t.Fields {
		switch r := d.rels[f]; {
		case r != nil:
			add(field(f.Name, r.name()+"RelationFilter", f.Description))
		case property(f):
			one := d.valueFilter(f.Type.Name())
			if f.Type.Elem != nil {
				one = d.listFilter(f.Type.Name(), one)
			}
			add(field(f.Name, one, f.Description))
		}
	}
	if node && t.Kind == ast.Interface {
		for _, k := range d.concrete(t) {
			add(field(text(d.types[k].Directives.ForName("kind"), "one"), k+"Filter", "it is of the kind "+k+" and passes"))
		}
	}
}

// valueFilter adds the conditions on a value and names them.
func (d *deriver) valueFilter(of string) string {
	if t := d.types[of]; t != nil && t.Kind == ast.Object {
		d.filter(t)
	} else {
		d.operators(of)
	}
	return of + "Filter"
}

// listFilter adds the conditions on a list of values.
func (d *deriver) listFilter(of, one string) string {
	name := of + "ListFilter"
	if d.once(name) {
		d.add(&ast.Definition{Kind: ast.InputObject, Name: name, Description: "Conditions on the values of a list: all that is given must hold.", Fields: ast.FieldList{
			field("some", one, "at least one passes"),
			field("none", one, "not one passes"),
			field("every", one, "each passes; so it holds for an empty list"),
			field("isEmpty", "Boolean", "whether the list has no value"),
		}})
	}
	return name
}

// operators adds the comparisons of a scalar or an enum.
func (d *deriver) operators(of string) {
	name := of + "Filter"
	if !d.once(name) {
		return
	}
	in := &ast.Definition{Kind: ast.InputObject, Name: name, Description: "Compares; all that is given must hold. What is unknown passes `isNull: true` and `ne` only.", Fields: ast.FieldList{
		field("eq", of, "is the same"),
		field("ne", of, "is not the same"),
		field("in", "["+of+"!]", "is one of these"),
	}}
	more := func(name, of, description string) { in.Fields = append(in.Fields, field(name, of, description)) }
	switch of {
	case "String", "URL":
		if of == "String" {
			in.Description += " Blind to case, accents and script."
		}
		more("contains", "String", "has this somewhere in it")
		more("startsWith", "String", "begins with this")
	case "Date":
		in.Description += " A date stands for all days of its time."
		in.Fields[0].Description = "is the same, as precisely"
	}
	switch of {
	case "Date":
		more("lt", of, "lies wholly before this")
		more("lte", of, "ends no later than this")
		more("gt", of, "lies wholly after this")
		more("gte", of, "begins no earlier than this")
	case "Int", "Float", "Decimal", "String":
		more("lt", of, "is less than this")
		more("lte", of, "is this or less")
		more("gt", of, "is more than this")
		more("gte", of, "is this or more")
	}
	if of != "ID" {
		more("isNull", "Boolean", "whether it is unknown")
	}
	d.add(in)
}
