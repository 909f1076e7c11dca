package ontology_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/ontology"
	"clustergraph/internal/ontology/derive"
	"clustergraph/internal/store"
)

// TestStore holds what stores are told against MODEL.md.
func TestStore(t *testing.T) {
	s := ontology.Served().Store
	var kinds []string
	for _, k := range ontology.Served().Kinds {
		kinds = append(kinds, k.Name)
	}
	if d := cmp.Diff([]string{"Cluster", "Organisation", "Network", "Person", "Project", "Programme", "Event", "Place", "Topic", "Source"}, kinds); d != "" {
		t.Error("kinds", d)
	}
	c, o, n := s.Kinds["Cluster"], s.Kinds["Organisation"], s.Kinds["Network"]
	if c.Family != "Actor" || o.Family != "Actor" || n.Family != "Actor" || s.Kinds["Project"].Family != "Project" {
		t.Error("actors are one family, other kinds are their own")
	}
	if !(c.Telling > n.Telling && n.Telling > o.Telling) {
		t.Error("a cluster tells more than a network, a network more than an organisation")
	}
	if d := cmp.Diff([]string{"name", "aliases", "acronym", "legalName", "nativeName"}, c.Names); d != "" {
		t.Error("names of a cluster", d)
	}
	if d := cmp.Diff([]string{"name", "aliases", "acronym", "title"}, s.Kinds["Project"].Names); d != "" {
		t.Error("names of a project", d)
	}
	for name, k := range s.Kinds {
		if k.Personal != (name == "Person") {
			t.Errorf("%s: personal is %v", name, k.Personal)
		}
	}
	for _, tt := range []struct {
		of, property string
		want         store.Type
	}{
		{"Cluster", "name", store.Type{Name: store.Text, Index: true}},
		{"Cluster", "aliases", store.Type{Name: store.Text, List: true}},
		{"Cluster", "formerIds", store.Type{Name: store.String, List: true}},
		{"Cluster", "established", store.Type{Name: store.DateOf, Index: true}},
		{"Cluster", "profileCompletion", store.Type{Name: store.Int}},
		{"Cluster", "identifiers", store.Type{Name: store.Record, List: true, Parts: map[string]store.Type{"scheme": {Name: store.Text}, "value": {Name: store.Text}}}},
		{"Cluster", "coordinates", store.Type{Name: store.Record, Parts: map[string]store.Type{"latitude": {Name: store.Float}, "longitude": {Name: store.Float}}}},
		{"Cluster", "logo", store.Type{Name: store.String}},
		{"Organisation", "type", store.Type{Name: store.String, Index: true}},
		{"Organisation", "sme", store.Type{Name: store.Bool}},
		{"Project", "totalCost", store.Type{Name: store.MoneyOf, Index: true}},
	} {
		if d := cmp.Diff(tt.want, s.Kinds[tt.of].Props[tt.property]); d != "" {
			t.Errorf("%s.%s: %s", tt.of, tt.property, d)
		}
	}
	for _, name := range []string{"id", "statements", "members", "partners"} {
		if _, ok := c.Props[name]; ok {
			t.Errorf("%s is no property", name)
		}
	}
	p := s.Edges["PARTICIPATES_IN"]
	if p.Since != "since" || p.Until != "until" || p.ToSince != "start" || p.ToUntil != "end" {
		t.Errorf("a participation without dates has its project's: %+v", p)
	}
	if got := p.Props["role"]; got.Name != store.String {
		t.Errorf("role: %v", got)
	}
	if e, ok := s.Edges["LOCATED_IN"]; !ok || len(e.Props) != 0 {
		t.Errorf("nothing stands on LOCATED_IN: %v", e)
	}
	if len(s.Edges) != 15 {
		t.Errorf("%d types of edges, not the 15 of the model", len(s.Edges))
	}
}

// TestLinks tries what edges may lead between.
func TestLinks(t *testing.T) {
	o := ontology.Served()
	for _, tt := range []struct {
		typ, from, to string
		want          bool
	}{
		{"MEMBER_OF", "Organisation", "Network", true},
		{"MEMBER_OF", "Network", "Cluster", true},
		{"MEMBER_OF", "Person", "Network", false},
		{"MEMBER_OF", "Cluster", "Organisation", false},
		{"PART_OF", "Programme", "Project", true},
		{"PART_OF", "Project", "Programme", false},
		{"PART_OF", "Event", "Project", true},
		{"PART_OF", "Place", "Topic", false},
		{"SUPPORTED_BY", "Event", "Organisation", true},
		{"SUPPORTED_BY", "Organisation", "Event", false},
		{"ABOUT", "Event", "Topic", true},
		{"ABOUT", "Project", "Topic", false},
		{"OPERATES", "Cluster", "Network", true},
		{"OPERATES", "Cluster", "Event", false},
		{"POSSIBLY_SAME_AS", "Person", "Person", true},
		{"UNHEARD_OF", "Person", "Person", false},
	} {
		if got := o.Links(tt.typ, tt.from, tt.to); got != tt.want {
			t.Errorf("%s from %s to %s: %v", tt.typ, tt.from, tt.to, got)
		}
	}
}

// TestFields asks what fields stand for.
func TestFields(t *testing.T) {
	o := ontology.Served()
	query := func(name string) *ontology.Field { return o.Field(o.Schema.Query.Fields.ForName(name)) }
	if f := query("projects"); f.Role != ontology.Nodes || f.List.End != o.Type("Project") || f.List.Edge != nil {
		t.Errorf("Query.projects: %+v", f)
	}
	if f := query("actors"); f.Role != ontology.Nodes || !slices.Equal(f.List.End.Kinds, []string{"Cluster", "Organisation", "Network"}) {
		t.Errorf("Query.actors: %+v", f)
	}
	if f := query("partnerships"); f != nil {
		t.Errorf("Query.partnerships: %+v", f)
	}
	partners := o.Type("Project").Field("partners")
	if partners.Role != ontology.Relation || !cmp.Equal(*partners.Rel, store.Rel{Type: "PARTICIPATES_IN", Dir: store.In, Kinds: []string{"Cluster", "Organisation", "Network"}}) || partners.List.Edge != o.Type("Participation") {
		t.Errorf("Project.partners: %+v", partners)
	}
	for value, want := range map[string]store.Term{
		"NAME":              {Path: []string{"name"}, Fold: true},
		"ID":                {Path: []string{"id"}},
		"PROJECTS_COUNT":    {Rel: o.Type("Actor").Field("projects").Rel},
		"EDGE_ROLE":         {On: store.OnEdge, Path: []string{"role"}},
		"EDGE_CONTRIBUTION": {On: store.OnEdge, Path: []string{"contribution"}},
	} {
		if d := cmp.Diff(want, partners.List.Terms[value]); d != "" {
			t.Errorf("%s: %s", value, d)
		}
	}
	if d := cmp.Diff(store.Term{Path: []string{"composition", "startUps"}}, query("clusters").List.Terms["COMPOSITION_START_UPS"]); d != "" {
		t.Error(d)
	}
	for name, want := range map[string]ontology.Role{
		"Cluster.id": ontology.Property, "Cluster.formerIds": ontology.Property, "Actor.street": ontology.Property,
		"Cluster.statements": ontology.Statements, "Actor.partners": ontology.Analysis, "Money.value": ontology.Property,
		"Participation.statements": ontology.Statements, "Participation.role": ontology.Property, "Participation.key": ontology.Edge,
		"ActorParticipationEdge.node": ontology.Edge, "ActorParticipationEdge.cursor": ontology.Edge, "ActorParticipationEdge.since": ontology.Property,
		"PlaceRelationshipEdge.statements": ontology.Statements, "Partnership.sharedProjects": ontology.Analysis,
	} {
		typ, field, _ := strings.Cut(name, ".")
		if got := o.Type(typ).Field(field).Role; got != want {
			t.Errorf("%s: role %d, want %d", name, got, want)
		}
	}
	if f := o.Type("Cluster").Field("composition"); f.Of != o.Type("Composition") || f.Of.Field("smes").Type.Name != store.Int {
		t.Errorf("Cluster.composition: %+v", f)
	}
	if tree := o.Type("Place").Tree; tree == nil || tree.Type != "PART_OF" || o.Type("Event").Tree != nil {
		t.Error("places are a tree, events are not")
	}
	if o.Type("Node").Kinds != nil || !o.Type("Node").Has("Topic") || o.Type("Actor").Has("Topic") || o.Type("Money").Has("Topic") {
		t.Error("Node is any kind, Actor is not, Money is none")
	}
	if a := o.Type("Actor").Alone; len(a) != 3 || a["organisation"] != o.Type("Organisation") {
		t.Errorf("an actor alone: %v", a)
	}
	if k := o.KindOf("ORGANISATION"); k != o.Kind("Organisation") || k.One != "organisation" || k.Many != "organisations" || o.KindOf("ACTOR") != nil {
		t.Errorf("%+v", k)
	}
	if got := o.Type("Cluster").Is; !slices.Equal(got, []string{"Cluster", "Actor", "Node"}) {
		t.Error(got)
	}
}

// TestEveryOrder wants a term for each value of each order.
func TestEveryOrder(t *testing.T) {
	o := ontology.Served()
	lists := 0
	for _, typ := range o.Schema.Types {
		for _, def := range typ.Fields {
			f := o.Field(def)
			if f == nil || f.List == nil {
				continue
			}
			lists++
			order := o.Schema.Types[def.Arguments.ForName("orderBy").Type.Name()]
			values := o.Schema.Types[order.Fields.ForName("field").Type.Name()].EnumValues
			if len(values) != len(f.List.Terms) {
				t.Errorf("%s.%s: %d values, %d terms", typ.Name, def.Name, len(values), len(f.List.Terms))
			}
			for _, v := range values {
				if term, ok := f.List.Terms[v.Name]; !ok || term.Path == nil && term.Rel == nil {
					t.Errorf("%s.%s: %s cannot be ordered by", typ.Name, def.Name, v.Name)
				}
			}
		}
	}
	if lists < 100 {
		t.Errorf("only %d lists looked at", lists)
	}
}

// TestDescribed wants words for newcomers everywhere; only the form of a date explains
// itself.
func TestDescribed(t *testing.T) {
	for _, typ := range ontology.Served().Schema.Types {
		if typ.BuiltIn {
			continue
		}
		if typ.Description == "" {
			t.Errorf("%s is not described", typ.Name)
		}
		for _, f := range typ.Fields {
			if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s is not described", typ.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" && a.Name != "as" && !strings.HasPrefix(f.Name, "__") {
					t.Errorf("%s.%s(%s) is not described", typ.Name, f.Name, a.Name)
				}
			}
		}
	}
}

// TestRelay holds connections to the Relay specification.
func TestRelay(t *testing.T) {
	schema := ontology.Served().Schema
	for name, typ := range schema.Types {
		if !strings.HasSuffix(name, "Connection") {
			continue
		}
		for field, want := range map[string]string{"pageInfo": "PageInfo!", "totalCount": "Int!"} {
			if f := typ.Fields.ForName(field); f == nil || f.Type.String() != want {
				t.Errorf("%s.%s is no %s", name, field, want)
			}
		}
		edge := schema.Types[typ.Fields.ForName("edges").Type.Name()]
		if edge.Fields.ForName("cursor").Type.String() != "String!" || edge.Fields.ForName("node").Type.Name() != typ.Fields.ForName("nodes").Type.Name() {
			t.Errorf("%s is no edge of %s", edge.Name, name)
		}
	}
	for _, typ := range schema.Types {
		for _, f := range typ.Fields {
			if strings.HasSuffix(f.Type.Name(), "Connection") && (f.Arguments.ForName("first") == nil || f.Arguments.ForName("after") == nil) {
				t.Errorf("%s.%s cannot be paged", typ.Name, f.Name)
			}
		}
	}
}

// TestGrowth adds a kind, a property and a relation to a copy of schema.graphqls: nothing
// else has to change for them to be served.
func TestGrowth(t *testing.T) {
	b, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	written := strings.Replace(string(b), `  "whether it is a small or medium enterprise"`, `  "how many people work there"
  employees: Int @index
  "the patents it holds"
  patents: [Patent!]! @rel(type: "HOLDS")
  "whether it is a small or medium enterprise"`, 1) + `
"An invention that is protected."
type Patent implements Node @kind(one: "patent", many: "patents") {
  "when it was granted"
  granted: Date @index
  "who holds it"
  holders: [Organisation!]! @rel(type: "HOLDS", dir: IN)
}
"Holding a patent."
interface Holding implements Relationship @edge(type: "HOLDS", since: "since") {
  "the part that is held, in percent"
  share: Int
  "when it was acquired"
  since: Date
}
`
	sdl, err := derive.API(&ast.Source{Name: "schema.graphqls", Input: written})
	if err != nil {
		t.Fatal(err)
	}
	o, err := ontology.Parse(sdl)
	if err != nil {
		t.Fatal(err)
	}
	if !o.Links("HOLDS", "Organisation", "Patent") || o.Links("HOLDS", "Cluster", "Patent") {
		t.Error("organisations hold patents, clusters do not")
	}
	if d := cmp.Diff(store.Type{Name: store.Int, Index: true}, o.Store.Kinds["Organisation"].Props["employees"]); d != "" {
		t.Error("employees", d)
	}
	if got := o.Store.Edges["HOLDS"]; got.Since != "since" || got.Props["share"].Name != store.Int {
		t.Errorf("HOLDS: %+v", got)
	}
	for _, query := range []string{
		`{ patent(id: "x") { id name formerIds granted(as: FIRST_DAY) statements { nodes { property } } sources { totalCount } holders { edges { share since node { employees } } } } }`,
		`{ patents(filter: {granted: {gte: "2020"}, holders: {some: {edge: {share: {gt: 50}}, node: {sme: {eq: true}}}}}, orderBy: [{field: HOLDERS_COUNT, direction: DESC}, {field: GRANTED}], first: 3, asOf: "2021") { nodes { name } } }`,
		`{ organisations(filter: {employees: {gte: 10}, patents: {count: {gt: 0}}}, orderBy: {field: PATENTS_COUNT}) { nodes { patents(orderBy: {field: EDGE_SHARE}) { edges { ... on Holding { share } } } } } }`,
		`{ search(text: "x", kinds: [PATENT]) { edges { score matched node { ... on Patent { granted } } } } }`,
		`mutation { savePatents(input: [{name: "x", granted: "2020"}], batch: "b") { nodes { granted } revision } }`,
		`mutation { link(input: [{holds: {from: {id: "a"}, to: {id: "b"}, share: 50}}]) { revision } }`,
		`mutation { unlink(input: [{type: HOLDS, from: {id: "a"}, to: {id: "b"}}]) { revision } }`,
	} {
		if err := valid(o.Schema, query); err != nil {
			t.Errorf("%s\n%v", query, err)
		}
	}
}

// TestQuestions validates requests of people against the served API.
func TestQuestions(t *testing.T) {
	schema := ontology.Served().Schema
	for _, query := range []string{
		`query Q($a: [ID!]!, $b: [ID!]!) @atLeast(revision: "x-000000000001") { partnerships(between: [{membersOf: $a}, {membersOf: $b}], filter: {minProjects: 1, projects: {programmes: {some: {node: {under: ["h2020"]}}}}}, orderBy: [{field: PROJECT_COUNT, direction: DESC}], first: 10, during: {from: "2014", to: "2020"}) {
			totalCount edges { cursor node { a { id name } b { id name } projectCount since contribution { amount currency known of } viaA { name } viaB { name } sharedProjects(first: 5) { edges { roleA roleB node { name start } } } } } } }`,
		`{ cluster(id: "x") { partners(filter: {b: {kind: {eq: CLUSTER}}}, asOf: "2019-06") { nodes { b { name } } } composition { totalMembers smes } statements(property: "composition") { nodes { value source { name } place said confidence basis } } } }`,
		`{ actors(filter: {and: [{places: {some: {under: ["BG"]}}}, {not: {organisation: {type: {in: [HES, REC]}}}}], aliases: {some: {startsWith: "IKT"}}, identifiers: {some: {scheme: {eq: "PIC"}}}}, orderBy: [{field: PROJECTS_COUNT, direction: DESC}]) { nodes { __typename name } pageInfo { hasNextPage endCursor } } }`,
		`{ projects(filter: {totalCost: {amount: {gte: "100000"}, currency: {eq: "EUR"}}, partners: {every: {edge: {role: {ne: COORDINATOR}}}}}) { nodes { totalCost { amount value currency } partners(filter: {edge: {role: {eq: COORDINATOR}}}) { edges { role roleText contribution { amount } statements { totalCount } node { name } } } } } }`,
		`{ node(id: "x") { possiblySameAs { edges { confidence why } } subjectOf { nodes { name } } } nodes(ids: ["x"]) { id } byIdentifier(scheme: "PIC", value: "1") { id } revision }`,
		`mutation { saveOrganisations(input: [{identifiers: [{scheme: "PIC", value: "1"}], name: "x", type: PRC, sme: null}], source: {id: "s"}) { nodes { id } revision } merge(keep: "a", drop: "b") { revision } erase(ids: ["p"]) { revision } }`,
		`mutation { link(input: [{participatesIn: {from: {identifier: {scheme: "PIC", value: "1"}}, to: {id: "p"}, role: COORDINATOR, contribution: {amount: "10.50", currency: "EUR"}}}, {locatedIn: {from: {id: "a"}, to: {id: "b"}}}]) { nodes { id } revision } }`,
	} {
		if err := valid(schema, query); err != nil {
			t.Errorf("%s\n%v", query, err)
		}
	}
}

func valid(schema *ast.Schema, query string) error {
	if _, errs := gqlparser.LoadQueryWithRules(schema, query, nil); len(errs) > 0 {
		return gqlerror.List(errs)
	}
	return nil
}

// TestFaults wants an error, with its line, for what a served schema cannot mean.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ sdl, want string }{
		{`type Query { a: Unknown }`, "Undefined type Unknown"},
		{`directive @kind(one: String!, many: String!) on OBJECT scalar Decimal type Query { a: Int } interface Node { id: ID! }
		  type K implements Node @kind(one: "k", many: "ks") { id: ID!
		  d: Decimal }`, "graph/api.graphqls:3: d: a property cannot be a Decimal"},
	} {
		if _, err := ontology.Parse(tt.sdl); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v does not say %q", err, tt.want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	sdl, err := os.ReadFile("../../graph/api.graphqls")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ontology.Parse(string(sdl)); err != nil {
			b.Fatal(err)
		}
	}
}
