package graph

import (
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph"
)

// TestServedSchema makes sure that what is served is what is written: to gqlgen's
// generator, kinds are scalars, and a change of its templates could serve them as such.
func TestServedSchema(t *testing.T) {
	schema := NewExecutableSchema(Config{}).Schema()
	for name, want := range map[string]ast.DefinitionKind{
		"Cluster": ast.Object, "Actor": ast.Interface, "ActorParticipationEdge": ast.Object, "ClusterFilter": ast.InputObject, "Kind": ast.Enum, "Date": ast.Scalar,
	} {
		if got := schema.Types[name].Kind; got != want {
			t.Errorf("%s is served as %s, not %s", name, got, want)
		}
	}
	if len(schema.Query.Fields.ForName("clusters").Arguments) != 8 {
		t.Error("Query.clusters lost its arguments")
	}
	if len(sources) != 1 || sources[0].Input != clustergraph.API {
		t.Error("what gqlgen serves is not graph/api.graphqls")
	}
}
