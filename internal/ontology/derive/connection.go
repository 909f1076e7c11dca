package derive

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// relationConnection adds the types that a relation's field needs.
func (d *deriver) relationConnection(r *relation) {
	if !d.once(r.name() + "Connection") {
		return
	}
	d.connection(r.name(), r.target.Name, r.edge, "nodes", "A page of edges to "+r.target.Name+" nodes. "+r.edge.Description)
	if r.edge != d.plain {
		d.orderOf(r.target, r.edge)
		d.edgeFilter(r.target, r.edge)
	}
	d.add(&ast.Definition{Kind: ast.InputObject, Name: r.name() + "RelationFilter", Description: "Conditions on related " + r.target.Name + " nodes: all that is given must hold.", Fields: ast.FieldList{
		field("some", d.filterName(r), "at least one passes"),
		field("none", d.filterName(r), "not one passes"),
		field("every", d.filterName(r), "each passes; so it holds where there are none"),
		field("count", "IntFilter", "how many there are"),
	}})
	d.operators("Int")
}

// computedConnection adds the types of a list that is computed.
func (d *deriver) computedConnection(f *ast.FieldDefinition, edge, totals string) (name string) {
	target := f.Type.Name()
	if name = edge; name == "" {
		name = target
	}
	if !d.once(name + "Connection") {
		return name
	}
	d.connection(name, target, nil, "entries", "A page of a list that is computed.")
	if totals != "" {
		c := d.types[name+"Connection"]
		c.Fields = append(c.Fields, field("totals", totals+"!", "what is told of all of them together, on whichever page they stand"))
	}
	if e := d.types[edge]; e != nil {
		d.types[name+"Edge"].Fields = append(d.types[name+"Edge"].Fields, e.Fields...)
		d.types[name+"Edge"].Description = e.Description
		// Its fields stand on the edge: nothing else is of this type.
		d.doc.Definitions = slices.DeleteFunc(d.doc.Definitions, func(t *ast.Definition) bool { return t == e })
	}
	return name
}

// connection adds a connection and its edge.
func (d *deriver) connection(name, target string, edge *ast.Definition, what, description string) {
	d.add(&ast.Definition{Kind: ast.Object, Name: name + "Connection", Description: description, Fields: ast.FieldList{
		field("edges", "["+name+"Edge!]!", "the "+what+" of this page, with their cursors and what stands beside them"),
		field("nodes", "["+target+"!]!", "the "+what+" of this page"),
		field("pageInfo", "PageInfo!", "what lies before and after this page"),
		field("totalCount", "Int!", "how many there are on all pages"),
	}})
	e := &ast.Definition{Kind: ast.Object, Name: name + "Edge", Description: "An entry of a list."}
	if edge == nil {
		e.Fields = ast.FieldList{
			field("cursor", "String!", "where this entry stands in the list, for `after` and `before`"),
			field("node", target+"!", "the entry itself"),
		}
	} else {
		e.Description = edge.Description
		e.Interfaces = append([]string{edge.Name}, edge.Interfaces...)
		for _, f := range edge.Fields {
			c := *f
			if c.Name == "node" {
				c.Type = typ(target + "!")
			}
			e.Fields = append(e.Fields, &c)
		}
	}
	d.add(e)
}

// arguments are those of a list of nodes.
func (d *deriver) arguments(target, edge *ast.Definition) ast.ArgumentDefinitionList {
	name := target.Name
	if edge != d.plain {
		name += edge.Name
	}
	return ast.ArgumentDefinitionList{
		argument("filter", name+"Filter", "only what passes this"),
		argument("orderBy", "["+name+"Order!]", "step by step; by id unless told"),
		paging("first"), paging("after"), paging("last"), paging("before"),
		argument("asOf", "Date", "only edges that hold at this time, here and below; nodes are never hidden"),
		argument("during", "Period", "only edges that hold within this time, here and below"),
	}
}

func paging(name string) *ast.ArgumentDefinition {
	switch name {
	case "first":
		a := argument(name, "Int", "at most so many, from the start; up to 1000")
		a.DefaultValue = &ast.Value{Kind: ast.IntValue, Raw: "100"}
		return a
	case "last":
		return argument(name, "Int", "at most so many, from the end; up to 1000")
	case "after":
		return argument(name, "String", "only what comes after this cursor")
	}
	return argument(name, "String", "only what comes before this cursor")
}

// orderOf adds the order of a list of nodes, and of the edges that lead to them.
func (d *deriver) orderOf(target, edge *ast.Definition) {
	name := target.Name
	if edge != d.plain {
		name += edge.Name
	}
	if !d.once(name + "Order") {
		return
	}
	values := d.orderValues(target, "", "")
	if edge != d.plain {
		values = append(values, d.orderValues(edge, "EDGE_", "")...)
	}
	d.add(&ast.Definition{Kind: ast.InputObject, Name: name + "Order", Description: "One step of an order of " + target.Name + " nodes; ties are broken by the next step, the last by id.", Fields: ast.FieldList{
		field("field", name+"OrderField!", "what to order by"),
		{Name: "direction", Type: typ("OrderDirection!"), DefaultValue: enum("ASC"), Description: "which way"},
	}})
	d.add(&ast.Definition{Kind: ast.Enum, Name: name + "OrderField", Description: "What a list of " + target.Name + " nodes can be ordered by.", EnumValues: values})
}

// orderValues are the single values within t, and the counts of its relations.
func (d *deriver) orderValues(t *ast.Definition, prefix, of string) (out ast.EnumValueList) {
	for _, f := range t.Fields {
		value := prefix + Upper(f.Name)
		part := d.types[f.Type.Name()]
		switch {
		case d.rels[f] != nil:
			out = append(out, &ast.EnumValueDefinition{Name: value + "_COUNT", Description: "how many: " + f.Description})
		case !property(f) || f.Type.Elem != nil:
		case part != nil && part.Kind == ast.Object && part.Name != "Money":
			out = append(out, d.orderValues(part, value+"_", of+f.Name+": ")...)
		default:
			out = append(out, &ast.EnumValueDefinition{Name: value, Description: of + f.Description})
		}
	}
	return out
}

// property tells whether a field holds what is stored.
func property(f *ast.FieldDefinition) bool {
	return !has(f, "computed") && !has(f, "connection") && !has(f, "rel")
}
