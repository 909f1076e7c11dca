package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/ontology"
)

// operation is a request.
type operation struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
	// Cursors tells which row of its list a cursor stands for.
	Cursors map[string]int `json:"cursors,omitempty"`
}

// generator draws operations from a schema. Most are valid; what is not is so by one
// mistake or two.
type generator struct {
	*rand.Rand
	*ontology.Ontology
	graph *random

	keys      map[string]string // what a response name stands for
	names     map[string]string // the other way round
	fragments []string
	within    []*ast.Definition // the types of fragments, by number
	variables []string
	values    map[string]any
	lists     int // how many lists are asked for
	size      int // how much is selected
	careless  bool
}

// one in n.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

// mistake is one in n, in operations that have any.
func (g *generator) mistake(n int) bool { return g.careless && g.one(n) }

// operation draws one. Search is left out: how it ranks has tests of its own.
func (g *generator) operation() operation {
	g.reset()
	g.careless = g.one(6)
	body := g.selection(g.Schema.Query, 3)
	query := g.document(body)
	if g.mistake(4) {
		query = g.spoiled(query)
	}
	return operation{Query: query, Variables: g.values}
}

// spoiled breaks a rule that holds between the parts of a document.
func (g *generator) spoiled(query string) string {
	open := strings.Index(query, "{ ") + 2
	return pick(g.Rand, []string{
		query + " fragment Unused on Node { id }",
		query + " fragment Twice on Node { id } fragment Twice on Node { id }",
		query + " { __typename }",
		query + " fragment Round on Node { ...Round }",
		query[:open] + "...Missing " + query[open:],
		query[:open] + "...Round " + query[open:] + " fragment Round on Query { ...Round }",
		query[:open] + "...Leaf " + query[open:] + " fragment Leaf on Date { id }",
		query[:open] + "... on Nonsense { id } " + query[open:],
		query[:open] + "actors " + query[open:],
		query[:open] + "__typename { id } " + query[open:],
		query[:open] + "actors { } " + query[open:],
		query[:open] + "node(id: \"a\", id: \"a\") { id } " + query[open:],
		query[:open] + "node(id: $missing) { id } " + query[open:],
		query[:open] + "__typename @nonsense " + query[open:],
		query[:open] + "__typename @skip " + query[open:],
		query[:open] + "__typename @atLeast(revision: \"r\") " + query[open:],
		query[:open] + "__typename @skip(if: true) @skip(if: false) " + query[open:],
		query[:open] + "actors(filter: {id: {}, id: {}}) { totalCount } " + query[open:],
		query[:open] + "clash: actors { totalCount } clash: people { totalCount } " + query[open:],
		query[:open] + "clash: node(id: \"a\") { id } clash: node(id: \"b\") { id } " + query[open:],
		"query Q($unused: Int) " + query[strings.Index(query, "{"):],
		"query Q($twice: ID!, $twice: ID!) { node(id: $twice) { id } }",
		"query Q($bad: Int = \"x\") { actors(first: $bad) { totalCount } }",
		"query Q($bad: Int! = null) { actors(first: $bad) { totalCount } }",
		query[:len(query)-1],
		query + "}",
		"",
	})
}

// page draws one that asks for a page of a list, by cursors that an answer to the same list
// carried.
func (g *generator) page(ask func(operation) answer) operation {
	g.reset()
	kind := pick(g.Rand, g.Kinds)
	of, open, end := g.Schema.Query, "{", "}"
	if g.one(2) {
		of = g.Schema.Types[kind.Name]
		open, end = fmt.Sprintf("{ %s(id: \"%s:%d\") {", kind.One, kind.One, g.IntN(ofEach)), "} }"
	}
	var lists ast.FieldList
	for _, f := range of.Fields {
		if f.Arguments.ForName("before") != nil && !slices.Contains(apart, f.Name) {
			lists = append(lists, f)
		}
	}
	f := pick(g.Rand, lists)
	args := ""
	for _, name := range []string{"filter", "orderBy", "asOf"} {
		if g.one(2) {
			a := f.Arguments.ForName(name)
			args += name + ": " + g.input(a.Type, 1) + " "
		}
	}
	all := ask(operation{g.document(fmt.Sprintf("%s list: %s(%s first: 1000) { edges { cursor } } %s", open, f.Name, args, end)), g.values, nil})
	var cursors []string
	_, tail, _ := strings.Cut(string(all.Data), "[")
	for i, s := range strings.Split(tail, `"cursor":"`) {
		if i > 0 {
			s, _, _ = strings.Cut(s, `"`)
			cursors = append(cursors, s)
		}
	}
	op := operation{Variables: g.values, Cursors: map[string]int{}}
	for _, name := range []string{"after", "before"} {
		if len(cursors) > 0 && g.one(2) {
			n := g.IntN(len(cursors))
			op.Cursors[cursors[n]] = n
			args += fmt.Sprintf("%s: %q ", name, cursors[n])
		}
	}
	for _, name := range []string{"first", "last"} {
		if g.one(2) {
			args += fmt.Sprintf("%s: %d ", name, g.IntN(5))
		}
	}
	if args != "" {
		args = "(" + args + ")"
	}
	op.Query = g.document(fmt.Sprintf("%s list: %s%s { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } %s", open, f.Name, args, end))
	return op
}

func (g *generator) reset() {
	*g = generator{Rand: g.Rand, Ontology: g.Ontology, graph: g.graph, keys: map[string]string{}, names: map[string]string{}, values: map[string]any{}}
}

func (g *generator) document(body string) string {
	head := ""
	if len(g.variables) > 0 {
		head = "query Q(" + strings.Join(g.variables, ", ") + ") "
	}
	return head + body + strings.Join(g.fragments, "")
}

// selection draws what is selected of a type; depth is how many lists may still lie within
// each other.
func (g *generator) selection(of *ast.Definition, depth int) string {
	var b strings.Builder
	b.WriteString("{")
	for range 1 + g.IntN(4) {
		b.WriteString(" ")
		g.size++
		if g.size > 30 && b.Len() > 2 {
			break
		}
		switch n := g.IntN(20); {
		case g.size > 40:
			b.WriteString(g.field(of, depth))
		case n < 3 && of != g.Schema.Query:
			on := g.overlapping(of)
			b.WriteString("...")
			if on != of || g.one(2) {
				b.WriteString(" on " + on.Name)
			}
			b.WriteString(g.directives() + " " + g.selection(on, depth))
		case n < 5 && of != g.Schema.Query && (len(g.fragments) < 3 || g.one(2)):
			b.WriteString(g.spread(of, depth))
		case n < 7 && (of != g.Schema.Query || g.one(8)):
			b.WriteString(g.named("__typename", of.Name) + g.directives())
		default:
			b.WriteString(g.field(of, depth))
		}
	}
	b.WriteString(" }")
	return b.String()
}

// overlapping is a type on which a fragment within another type may be.
func (g *generator) overlapping(of *ast.Definition) *ast.Definition {
	out := []*ast.Definition{of, of}
	for _, name := range slices.Sorted(maps.Keys(g.Schema.Types)) {
		def := g.Schema.Types[name]
		if def.Kind != ast.Object && def.Kind != ast.Interface || def == g.Schema.Query || def == g.Schema.Mutation || def == g.Schema.Subscription {
			continue
		}
		for _, p := range g.Schema.GetPossibleTypes(def) {
			if slices.Contains(g.Schema.GetPossibleTypes(of), p) {
				out = append(out, def)
				break
			}
		}
	}
	if g.mistake(100) { // one that cannot be
		out = []*ast.Definition{g.Schema.Types["Money"], g.Schema.Types["Person"]}
	}
	return pick(g.Rand, out)
}

// spread uses a named fragment: one that is there, or a new one.
func (g *generator) spread(of *ast.Definition, depth int) string {
	for i, on := range g.within {
		if on == of && g.one(2) {
			return fmt.Sprintf("...F%d%s", i, g.directives())
		}
	}
	on := g.overlapping(of)
	n := len(g.within)
	g.within = append(g.within, nil) // not to be used within itself
	sel := g.selection(on, min(depth, 1))
	g.within[n] = on
	g.fragments = append(g.fragments, fmt.Sprintf(" fragment F%d on %s %s", n, on.Name, sel))
	return fmt.Sprintf("...F%d%s", n, g.directives())
}

func (g *generator) directives() string {
	if !g.one(12) {
		return ""
	}
	name := pick(g.Rand, []string{"skip", "include"})
	return fmt.Sprintf(" @%s(if: %s)", name, g.input(ast.NonNullNamedType("Boolean", nil), 0))
}

// apart are the fields that the reference does not know: their packages have references of
// their own.
var apart = []string{
	"search", "breakdown", "possibleDuplicates", "networkLinks", "paths", "neighbourhood", "centrality", "communities", "suggestPartners", "changes",
	"coverage", "participationsA", "participationsB",
}

// field draws a field of a type.
func (g *generator) field(of *ast.Definition, depth int) string {
	var fields []*ast.FieldDefinition
	for _, f := range of.Fields {
		leaf := g.leaf(f)
		list := f.Arguments.ForName("first") != nil
		switch {
		case strings.HasPrefix(f.Name, "__") || slices.Contains(apart, f.Name) || of == g.Schema.Query && f.Name == "revision":
		case list && (depth == 0 || g.lists > 6 || g.size > 30):
		case leaf && of == g.Schema.Query:
		case leaf || list:
			fields = append(fields, f)
		default: // what leads further
			fields = append(fields, f, f)
		}
	}
	if of == g.Schema.Query {
		fields = append(fields, fields[0], fields[1], fields[1])
	}
	if g.mistake(200) {
		return "nonsense"
	}
	f := pick(g.Rand, fields)
	for g.leaf(f) && depth > 0 && g.one(2) {
		f = pick(g.Rand, fields)
	}
	args := g.arguments(f)
	out := g.named(f.Name, f.Type.String()+args) + args + g.directives()
	if !g.leaf(f) {
		if f.Arguments.ForName("first") != nil {
			depth--
			g.lists++
		}
		out += " " + g.selection(g.Schema.Types[f.Type.Name()], depth)
	}
	return out
}

func (g *generator) leaf(f *ast.FieldDefinition) bool {
	return !g.Schema.Types[f.Type.Name()].IsCompositeType()
}

// named gives a field a response name that stands for the same wherever it is used, so
// that fields merge; now and then one that does not.
func (g *generator) named(field, is string) string {
	is = field + " " + is
	name, known := g.names[is]
	switch {
	case known && !g.one(4):
	case g.keys[field] == "" || g.mistake(60):
		name = field
	default:
		name = fmt.Sprintf("a%d", len(g.keys))
	}
	if g.one(10) {
		name = fmt.Sprintf("a%d", len(g.keys))
	}
	g.keys[name], g.names[is] = is, name
	if name == field {
		return name
	}
	return name + ": " + field
}

// arguments draws those of a field.
func (g *generator) arguments(f *ast.FieldDefinition) string {
	var out []string
	for _, a := range f.Arguments {
		often := 6
		switch {
		case a.Type.NonNull && a.DefaultValue == nil:
			often = 1
		case a.Name == "after" || a.Name == "before":
			often = 400 // no cursor of this list
		case a.Name == "filter" || a.Name == "as":
			often = 3
		case a.Name == "first" || a.Name == "orderBy":
			often = 2
		case a.Name == "during" && strings.Contains(strings.Join(out, " "), "asOf"):
			continue
		}
		if !g.one(often) || a.Type.NonNull && a.DefaultValue == nil && g.mistake(100) {
			continue
		}
		out = append(out, a.Name+": "+g.argument(f, a))
	}
	if g.mistake(200) {
		out = append(out, "nonsense: 1")
	}
	if len(out) == 0 {
		return ""
	}
	return "(" + strings.Join(out, ", ") + ")"
}

func (g *generator) argument(f *ast.FieldDefinition, a *ast.ArgumentDefinition) string {
	switch {
	case g.one(20):
	case a.Name == "id" && f.Type.Name() != "Node":
		for {
			if n := pick(g.Rand, g.graph.nodes); n.Kind == f.Type.Name() {
				return g.print(a.Type, text(n.ID))
			}
		}
	case a.Name == "property":
		return g.print(a.Type, text(pick(g.Rand, []string{"a", "composition", "composition.smes", "nothing"})))
	case a.Name == "scheme":
		return g.print(a.Type, text(pick(g.Rand, []string{"PIC", "pic", "ROR"})))
	case a.Name == "value":
		return g.print(a.Type, text(fmt.Sprint(1000+g.IntN(len(g.graph.nodes)))))
	case a.Name == "first" || a.Name == "last":
		n := pick(g.Rand, []int{0, 1, 2, 3, 5, 1000})
		if g.one(100) {
			n = pick(g.Rand, []int{-1, 1001})
		}
		return g.print(a.Type, number(n))
	}
	return g.input(a.Type, 3)
}

// input draws a value of an input type, as the query writes it.
func (g *generator) input(t *ast.Type, depth int) string { return g.print(t, g.value(t, depth, "")) }

// A drawn value is nil, number, text, enum, bool, []any or object.
type (
	number float64
	text   string
	enum   string
	object []member
	member struct {
		name  string
		typ   *ast.Type
		value any
	}
)

// value draws a value of an input type; of names the input object that it stands in.
func (g *generator) value(t *ast.Type, depth int, of string) any {
	if g.mistake(40) { // more often than not
		return pick(g.Rand, []any{nil, number(3), number(1.5), number(5e9), text("nonsense"), enum("NONSENSE"), true, []any{number(1)}, object{}})
	}
	if !t.NonNull && g.one(16) {
		return nil
	}
	if t.Elem != nil {
		if g.one(8) {
			return g.value(t.Elem, depth, of)
		}
		l := make([]any, g.IntN(3))
		for i := range l {
			l[i] = g.value(t.Elem, depth, of)
		}
		return l
	}
	def := g.Schema.Types[t.NamedType]
	switch def.Name {
	case "Int":
		return number(pick(g.Rand, ints))
	case "Float":
		return number(pick(g.Rand, floats))
	case "Boolean":
		return g.one(2)
	case "Date":
		if g.mistake(10) {
			return text(pick(g.Rand, []string{"2005-13", "2005-02-30", "19.5.2005", "05", "2005-Q5", "0000"}))
		}
		return text(pick(g.Rand, dates))
	case "Decimal":
		if g.mistake(10) {
			return text(pick(g.Rand, []string{"1.234", "x", "", "1."}))
		}
		return text(pick(g.Rand, cents).String())
	case "URL":
		return text(pick(g.Rand, urls))
	case "ID":
		n := pick(g.Rand, g.graph.nodes)
		if g.one(8) {
			return pick(g.Rand, []any{text("old:" + n.ID), text("nobody"), number(7)})
		}
		return text(n.ID)
	case "String":
		s := pick(g.Rand, words)
		if g.one(3) {
			s = s[:1+g.IntN(len(s))]
			s = strings.ToValidUTF8(s, "")
		}
		return text(s)
	}
	if def.Name == "Side" && !g.one(8) {
		n := text(pick(g.Rand, g.graph.nodes).ID)
		id := func(kinds ...string) any {
			return text(fmt.Sprintf("%s:%d", pick(g.Rand, kinds), g.IntN(ofEach)))
		}
		m := pick(g.Rand, []member{
			{"membersOf", nil, []any{id("network", "cluster"), id("network")}}, {"membersOf", nil, id("network")},
			{"actors", nil, []any{id("organisation", "cluster", "network"), id("organisation"), id("organisation")}},
			{"actors", nil, []any{n}}, {"place", nil, id("place")},
		})
		m.typ = def.Fields.ForName(m.name).Type
		return object{m}
	}
	if def.Kind == ast.Enum {
		return enum(pick(g.Rand, def.EnumValues).Name)
	}
	return g.object(def, depth)
}

// object draws an input object: one or two of its fields, and those that are required.
func (g *generator) object(def *ast.Definition, depth int) any {
	var fields ast.FieldList
	for _, f := range def.Fields {
		deep := g.Schema.Types[f.Type.Name()].Kind == ast.InputObject
		if f.Type.NonNull && f.DefaultValue == nil {
			continue
		}
		if !deep || depth > 0 {
			fields = append(fields, f)
		}
		if deep && depth > 0 && len(f.Name) > 3 { // relations and properties rather than and, or, not
			fields = append(fields, f)
		}
	}
	out := object{}
	for _, f := range def.Fields {
		if f.Type.NonNull && f.DefaultValue == nil && !g.mistake(30) {
			out = append(out, member{f.Name, f.Type, g.value(f.Type, depth-1, def.Name)})
		}
	}
	for range min(len(fields), 1+g.IntN(5)/4) {
		f := pick(g.Rand, fields)
		if !slices.ContainsFunc(out, func(m member) bool { return m.name == f.Name }) {
			out = append(out, member{f.Name, f.Type, g.value(f.Type, depth-1, def.Name)})
		}
	}
	if g.mistake(100) {
		out = append(out, member{"nonsense", ast.NamedType("Int", nil), number(1)})
	}
	return out
}

// print writes a value as the query has it; now and then a variable stands for it, or for
// a part of it.
func (g *generator) print(t *ast.Type, v any) string {
	if g.one(7) {
		return g.variable(t, v)
	}
	return g.write(t, v)
}

func (g *generator) write(t *ast.Type, v any) string {
	switch v := v.(type) {
	case []any:
		out := make([]string, len(v))
		elem := t
		if t.Elem != nil {
			elem = t.Elem
		}
		for i := range v {
			out[i] = g.print(elem, v[i])
		}
		return "[" + strings.Join(out, ", ") + "]"
	case object:
		out := make([]string, len(v))
		for i, m := range v {
			if of := g.Schema.Types[t.Name()]; of != nil && of.Directives.ForName("oneOf") != nil {
				// Here graphql-js 16 takes a variable that may be null; the specification
				// and gqlparser do not.
				out[i] = m.name + ": " + g.write(m.typ, m.value)
				continue
			}
			out[i] = m.name + ": " + g.print(m.typ, m.value)
		}
		return "{" + strings.Join(out, ", ") + "}"
	}
	return literal(v)
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case number:
		return fmt.Sprint(strings.Replace(fmt.Sprintf("%.10g", float64(v)), "e+0", "e", 1))
	case text:
		if len(v)%3 == 2 && !strings.ContainsAny(string(v), "\"\\\x01\x7f\n\t") {
			return `"""` + string(v) + `"""`
		}
		b, _ := json.Marshal(string(v))
		return string(b)
	case enum:
		return string(v)
	case []any:
		out := make([]string, len(v))
		for i := range v {
			out[i] = literal(v[i])
		}
		return "[" + strings.Join(out, ", ") + "]"
	case object:
		out := make([]string, len(v))
		for i, m := range v {
			out[i] = m.name + ": " + literal(m.value)
		}
		return "{" + strings.Join(out, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// variable declares one for a value. It may have a default, be given or not, be of a
// stricter type, or of one that does not fit.
func (g *generator) variable(t *ast.Type, v any) string {
	name := fmt.Sprintf("v%d", len(g.variables))
	typ := *t
	switch {
	case v != nil && g.one(12):
		typ.NonNull = true
	case g.mistake(12):
		typ.NonNull = false
	case typ.Elem != nil && g.mistake(10):
		typ = *typ.Elem // one value where a list is due
	case g.mistake(100):
		typ = *ast.NamedType("Person", nil)
	}
	decl := "$" + name + ": " + typ.String()
	given := !g.one(8)
	if g.one(5) || !given && typ.NonNull {
		decl += " = " + literal(v)
	}
	if given {
		g.values[name] = jsonOf(v)
	}
	if !g.mistake(100) {
		g.variables = append(g.variables, decl)
	}
	return "$" + name
}

func jsonOf(v any) any {
	switch v := v.(type) {
	case number:
		return float64(v)
	case text:
		return string(v)
	case enum:
		return string(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = jsonOf(v[i])
		}
		return out
	case object:
		out := map[string]any{}
		for _, m := range v {
			out[m.name] = jsonOf(m.value)
		}
		return out
	}
	return v
}
