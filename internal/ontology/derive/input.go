package derive

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// mutations adds what saves each kind, and the inputs that links are made of.
func (d *deriver) mutations() {
	m := d.types["Mutation"]
	for _, k := range d.kinds {
		many := title(text(k.Directives.ForName("kind"), "many"))
		save := field("save"+many, "Save"+many+"Payload!", "Creates nodes, or updates those met by id or identifier: what is given is set, null says that it is unknown, the rest stays. Kind: "+k.Name+".")
		save.Arguments = ast.ArgumentDefinitionList{
			argument("input", "["+k.Name+"Input!]!", "the nodes"),
			argument("source", "NodeRef", "the Source that says so"),
			argument("batch", "String", "an id of the caller's choice: the same batch twice is once"),
		}
		m.Fields = append(m.Fields, save)
		d.add(&ast.Definition{Kind: ast.Object, Name: "Save" + many + "Payload", Description: "What saving did.", Fields: ast.FieldList{
			field("nodes", "["+k.Name+"!]!", "the nodes as they are now, in the order of the input"),
			field("revision", "String!", "the first revision that shows them: for `@atLeast`"),
		}})
		in := &ast.Definition{Kind: ast.InputObject, Name: k.Name + "Input", Description: k.Description, Fields: ast.FieldList{
			field("id", "ID", "the id or a former id of a node that is there"),
		}}
		for _, f := range k.Fields {
			if property(f) && f.Name != "id" {
				in.Fields = append(in.Fields, d.input(f, false))
			}
		}
		d.add(in)
	}
	one := &ast.Definition{Kind: ast.InputObject, Name: "RelationInput", Description: "An edge, by its type.", Directives: ast.DirectiveList{{Name: "oneOf"}}}
	for _, t := range d.order {
		edge := d.edges[t]
		if edge == nil {
			edge = d.plain
		}
		d.edgeInput(edge)
		one.Fields = append(one.Fields, field(camel(t), edge.Name+"Input", d.leads(t)))
	}
	d.add(one)
}

func (d *deriver) edgeInput(edge *ast.Definition) {
	if !d.once(edge.Name + "Input") {
		return
	}
	in := &ast.Definition{Kind: ast.InputObject, Name: edge.Name + "Input", Description: edge.Description, Fields: ast.FieldList{
		field("from", "NodeRef!", "where the edge starts"),
		field("to", "NodeRef!", "where it leads"),
		{Name: "key", Type: typ("String!"), DefaultValue: &ast.Value{Kind: ast.StringValue}, Description: "tells edges of one type between the same nodes apart"},
	}}
	for _, f := range edge.Fields {
		if property(f) {
			in.Fields = append(in.Fields, d.input(f, false))
		}
	}
	d.add(in)
}

// input is a property as it is given: what may be left out, unless it is part of a value
// that needs it.
func (d *deriver) input(f *ast.FieldDefinition, part bool) *ast.FieldDefinition {
	name := f.Type.Name()
	if t := d.types[name]; t != nil && t.Kind == ast.Object {
		d.valueInput(t)
		name += "Input"
	}
	if f.Type.Elem != nil {
		name = "[" + name + "!]"
	}
	if part && f.Type.NonNull {
		name += "!"
	}
	return field(f.Name, name, f.Description)
}

func (d *deriver) valueInput(t *ast.Definition) {
	if !d.once(t.Name + "Input") {
		return
	}
	in := &ast.Definition{Kind: ast.InputObject, Name: t.Name + "Input", Description: t.Description}
	for _, f := range t.Fields {
		if property(f) {
			in.Fields = append(in.Fields, d.input(f, true))
		}
	}
	d.add(in)
}
