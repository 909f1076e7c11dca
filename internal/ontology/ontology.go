// Package ontology is what the served schema says about the graph, read once: kinds,
// properties, relations, what stands on edges, names, families. From it stores learn what
// they keep ([Ontology.Store]), and package read what a field stands for.
//
// Nothing here knows a kind, a property or a relation by name: all are said in
// schema.graphqls.
package ontology

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph"
	"clustergraph/internal/ontology/derive"
	"clustergraph/internal/store"
)

// Ontology is what a schema says about the graph. It is never changed.
type Ontology struct {
	Schema *ast.Schema // as it is served
	Kinds  []*Kind     // in the order of the schema
	Store  store.Schema

	types  map[string]*Type
	kinds  map[string]*Kind
	fields map[*ast.FieldDefinition]*Field
	links  map[[3]string]bool // relation type, kind from, kind to
}

// Kind is a concrete kind of node.
type Kind struct {
	Name  string // Cluster
	Value string // CLUSTER: its value of the enum Kind
	One   string // the root field of one node: cluster
	Many  string // the root field of all: clusters
}

// Type is an object or interface type of the schema.
type Type struct {
	Def *ast.Definition
	// Kinds are the kinds that a kind or an interface of kinds stands for; nil for Node
	// (any) and for what is no node.
	Kinds []string
	// Is holds the type itself and its interfaces: what a fragment on it may name.
	Is []string
	// Tree is how the filter's `under` climbs; nil if the filter has none.
	Tree *store.Rel
	// Alone are the types by which the filter of an interface picks single kinds
	// (`organisation: {type: ...}`), by the filter's field.
	Alone map[string]*Type

	fields map[string]*Field
	node   bool
}

// Role is what a field of a type is.
type Role uint8

// The roles.
const (
	Property   Role = iota // a value under the field's name, in a node (id and formerIds too), an edge, a value with parts, or a row of an analysis
	Relation               // follows edges: Rel and List say how
	Nodes                  // of Query: all nodes of some kinds; List says which
	Statements             // what is said of a node or an edge
	Analysis               // a connection that Go code works out
	Edge                   // cursor, node and key of an edge
)

// Field is what a field of a type stands for.
type Field struct {
	Name string
	Def  *ast.FieldDefinition
	Role Role
	Type store.Type // of a Property of a node, an edge or a value
	Of   *Type      // of a Property that has parts (Money, too): what they are
	Rel  *store.Rel // of a Relation
	List *List      // of a Relation and of Nodes
}

// List is a list of nodes, and of the edges that led to them. Fields that have the same
// type share one.
type List struct {
	End  *Type // of the nodes
	Edge *Type // what stands on the edges; nil if nothing does: then filters are those of End
	// Terms are the values of the list's order, without direction.
	Terms map[string]store.Term
}

// Served is the ontology that this program serves, read at the first call.
var Served = sync.OnceValue(func() *Ontology {
	o, err := Parse(clustergraph.API)
	if err != nil {
		panic(err) // the generator and a test make sure that it can be read
	}
	return o
})

// Parse reads a derived schema. Cost: some 20 ms.
func Parse(sdl string) (*Ontology, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "graph/api.graphqls", Input: sdl})
	if err != nil {
		return nil, err
	}
	return Read(schema)
}

// Read takes in a derived schema. An error names the line that cannot be meant.
func Read(schema *ast.Schema) (*Ontology, error) {
	o := &Ontology{
		Schema: schema,
		Store:  store.Schema{Kinds: map[string]store.Kind{}, Edges: map[string]store.EdgeType{}},
		types:  map[string]*Type{}, kinds: map[string]*Kind{},
		fields: map[*ast.FieldDefinition]*Field{}, links: map[[3]string]bool{},
	}
	r := reader{Ontology: o, lists: map[string]*List{}}
	r.read()
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	return o, nil
}

// Type is an object or interface type by name; nil if there is none.
func (o *Ontology) Type(name string) *Type { return o.types[name] }

// Kind is a kind by name; nil if there is none.
func (o *Ontology) Kind(name string) *Kind { return o.kinds[name] }

// KindOf is a kind by its value of the enum Kind; nil if there is none.
func (o *Ontology) KindOf(value string) *Kind {
	for _, k := range o.Kinds {
		if k.Value == value {
			return k
		}
	}
	return nil
}

// Field is what a field of the schema stands for; nil for a field of another schema, an
// input, or a root field that is no list of nodes.
func (o *Ontology) Field(def *ast.FieldDefinition) *Field { return o.fields[def] }

// Links tells whether edges of a type may lead from one kind to another: only what can be
// asked for from both ends can be said.
func (o *Ontology) Links(typ, from, to string) bool { return o.links[[3]string{typ, from, to}] }

// Field is a field of the type by name; nil if there is none.
func (t *Type) Field(name string) *Field { return t.fields[name] }

// IsNode tells whether the type is a kind or an interface of kinds.
func (t *Type) IsNode() bool { return t.node }

// Has tells whether nodes of a kind are of this type.
func (t *Type) Has(kind string) bool {
	return t.node && (t.Kinds == nil || slices.Contains(t.Kinds, kind))
}

// reader makes an ontology.
type reader struct {
	*Ontology
	lists map[string]*List
	errs  []error
}

func (r *reader) fault(at *ast.Position, format string, args ...any) {
	where := ""
	if at != nil && at.Src != nil {
		where = fmt.Sprintf("%s:%d: ", at.Src.Name, at.Line)
	}
	r.errs = append(r.errs, fmt.Errorf(where+format, args...))
}

func (r *reader) read() {
	var names []string
	for name, t := range r.Schema.Types {
		if (t.Kind == ast.Object || t.Kind == ast.Interface) && !strings.HasPrefix(name, "__") {
			names = append(names, name)
		}
	}
	// As written: every list of kinds is in that order.
	slices.SortFunc(names, func(a, b string) int {
		return r.Schema.Types[a].Position.Start - r.Schema.Types[b].Position.Start
	})
	for _, name := range names {
		r.describe(r.Schema.Types[name])
	}
	for _, name := range names {
		r.alone(r.types[name])
	}
	for _, name := range names {
		r.readFields(r.types[name])
	}
	for _, l := range r.lists {
		l.Terms = map[string]store.Term{}
		terms(l.Terms, l.End, store.OnNode, "", nil)
		if l.Edge != nil {
			terms(l.Terms, l.Edge, store.OnEdge, "EDGE_", nil)
		}
	}
	r.pairs()
	r.storeSchema(names)
}

// describe says what a type is, as far as it does not depend on others.
func (r *reader) describe(def *ast.Definition) {
	t := &Type{Def: def, Is: []string{def.Name}, fields: map[string]*Field{}}
	t.Is = append(t.Is, def.Interfaces...)
	t.node = slices.Contains(t.Is, "Node")
	if t.node && def.Name != "Node" {
		for _, p := range r.Schema.GetPossibleTypes(def) {
			t.Kinds = append(t.Kinds, p.Name)
		}
		slices.SortFunc(t.Kinds, func(a, b string) int {
			return r.Schema.Types[a].Position.Start - r.Schema.Types[b].Position.Start
		})
	}
	r.types[def.Name] = t
	if k := def.Directives.ForName("kind"); k != nil {
		args := k.ArgumentMap(nil)
		kind := &Kind{Name: def.Name, Value: derive.Upper(def.Name), One: args["one"].(string), Many: args["many"].(string)}
		r.Kinds = append(r.Kinds, kind)
		r.kinds[def.Name] = kind
		if tree, ok := args["tree"].(string); ok {
			t.Tree = &store.Rel{Type: tree, Kinds: t.Kinds}
		}
	}
}

func (r *reader) alone(t *Type) {
	if !t.node || t.Def.Kind != ast.Interface {
		return
	}
	t.Alone = map[string]*Type{}
	for _, k := range r.Kinds {
		if t.Has(k.Name) {
			t.Alone[k.One] = r.types[k.Name]
		}
	}
}

func (r *reader) readFields(t *Type) {
	query := t.Def == r.Schema.Query
	edge := slices.ContainsFunc(t.Is, r.isEdge)
	for _, def := range t.Def.Fields {
		if strings.HasPrefix(def.Name, "__") {
			continue
		}
		f := &Field{Name: def.Name, Def: def}
		rel := def.Directives.ForName("rel")
		switch {
		case query && def.Type.Elem == nil && def.Arguments.ForName("filter") != nil && def.Directives.ForName("connection") == nil:
			f.Role = Nodes
			f.List = r.list(def)
		case query:
			continue
		case rel != nil:
			f.Role = Relation
			f.List = r.list(def)
			args := rel.ArgumentMap(nil)
			f.Rel = &store.Rel{
				Type:  args["type"].(string),
				Dir:   map[string]store.Dir{"OUT": store.Out, "IN": store.In, "BOTH": store.Both}[args["dir"].(string)],
				Kinds: f.List.End.Kinds,
			}
		case def.Directives.ForName("connection") != nil:
			f.Role = Analysis
			if r.end(def).Def.Name == "Statement" {
				f.Role = Statements
			}
		case edge && def.Directives.ForName("computed") != nil, edge && def.Name == "node":
			f.Role = Edge
		default:
			f.Of = r.types[def.Type.Name()]
		}
		t.fields[def.Name] = f
		r.fields[def] = f
	}
}

// end is the type of the nodes of a connection field.
func (r *reader) end(def *ast.FieldDefinition) *Type {
	return r.types[r.Schema.Types[def.Type.Name()].Fields.ForName("nodes").Type.Name()]
}

// list is what the connection of a field holds.
func (r *reader) list(def *ast.FieldDefinition) *List {
	name := def.Type.Name()
	if l := r.lists[name]; l != nil {
		return l
	}
	l := &List{End: r.end(def)}
	edge := r.Schema.Types[name].Fields.ForName("edges").Type.Name()
	for _, i := range r.Schema.Types[edge].Interfaces {
		if e := r.Schema.Types[i].Directives.ForName("edge"); e != nil && e.ArgumentMap(nil)["type"] != nil {
			l.Edge = r.types[i]
		}
	}
	r.lists[name] = l
	return l
}
