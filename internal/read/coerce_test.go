package read

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"clustergraph/internal/ontology"
)

// TestCoerce gives the same values as literals and as JSON: both become the same, or are
// refused. Where the two roads differ by the specification, they are told apart.
func TestCoerce(t *testing.T) {
	s := &schema{Ontology: ontology.Served()}
	for _, c := range []struct{ typ, literal, json, want string }{
		{"Int", `7`, `7`, `7`},
		{"Int", ``, `7.0`, `7`}, // JSON has one sort of number
		{"Int", ``, `1e2`, `100`},
		{"Int", `7.5`, `7.5`, `!7.5 is not a`},
		{"Int", `"7"`, `"7"`, `!"7" is not an Int`},
		{"Int", `2147483648`, `2147483648`, `!2147483648 is not a whole number`},
		{"Int", `-2147483648`, `-2147483648`, `-2147483648`},
		{"Int", `99999999999999999999`, `99999999999999999999`, `!99999999999999999999 is not a whole number`},
		{"Int", `true`, `true`, `!true is not an Int`},
		{"Int", `null`, `null`, `<nil>`},
		{"Int!", `null`, `null`, `!Int! cannot be null`},
		{"[Int!]", `1`, `1`, `[1]`},
		{"[Int!]", `[1, null]`, `[1, null]`, `![1]: Int! cannot be null`},
		{"[Int!]", `[1, "2"]`, `[1, "2"]`, `![1]: "2" is not an Int`},
		{"[[Int]]", `1`, `1`, `[[1]]`},
		{"[[Int]]", `[[1], null]`, `[[1], null]`, `[[1] <nil>]`},
		{"Float", `7`, `7`, `7`},
		{"Float", `-1.5e3`, `-1.5e3`, `-1500`},
		{"Float", `1e999`, `1e999`, `!1e999 is too large for a Float`},
		{"Float", `"1"`, `"1"`, `!"1" is not a Float`},
		{"Boolean", `false`, `false`, `false`},
		{"Boolean", `0`, `0`, `!0 is not a Boolean`},
		{"ID", `"a"`, `"a"`, `a`},
		{"ID", `7`, `7`, `7`},
		{"ID", `7.5`, `7.5`, `!7.5 is not an ID`},
		{"String", `"é\n"`, `"é\n"`, "é\n"},
		{"String", `"""a"""`, `"a"`, `a`},
		{"String", `7`, `7`, `!7 is not a String`},
		{"String", `A`, `["a"]`, `!is not a String`},
		{"ProjectStatus", `CLOSED`, `"CLOSED"`, `CLOSED`},
		{"ProjectStatus", `"CLOSED"`, `"closed"`, `!is not a ProjectStatus`},
		{"Date", `"2020-Q2"`, `"2020-Q2"`, `2020-Q2`},
		{"Date", `"2020-13"`, `"2020-13"`, `!"2020-13" is not a date`},
		{"Date", `2020`, `2020`, `!2020 is not a Date`},
		{"Decimal", `"1.5"`, `"1.5"`, `1.50`},
		{"Decimal", `1.5`, `1.5`, `1.50`},
		{"Decimal", `"1.555"`, `1.555`, `!"1.555" is not a decimal number`},
		{"URL", `"https://a.b/c"`, `"https://a.b/c"`, `https://a.b/c`},
		{"URL", `"a.b"`, `"a.b"`, `!"a.b" is not an absolute URL`},
		{"Period", `{from: "2020"}`, `{"from": "2020"}`, `{from:2020}`},
		{"Period", `{from: 1}`, `{"from": 1}`, `!from: 1 is not a Date`},
		{"Period", ``, `{"until": null}`, `!Period has no field "until"; it has from, to`},
		{"Period", ``, `{"form": null}`, `!Period has no field "form". Did you mean "from"?`},
		{"Period", `1`, `1`, `!1 is not a Period`},
		{"ProjectOrder", `{field: START}`, `{"field": "START"}`, `{field:START direction:ASC}`},
		{"ProjectOrder", `{direction: DESC}`, `{"direction": "DESC"}`, `!field: it is required: ProjectOrderField!`},
		{"ProjectOrder", `{field: START, direction: null}`, `{"field": "START", "direction": null}`, `!direction: OrderDirection! cannot be null`},
		{"Side", `{place: "a"}`, `{"place": "a"}`, `{place:a}`},
		{"Side", `{}`, `{}`, `!Side takes exactly one field, not 0`},
		{"Side", `{place: "a", actors: []}`, `{"place": "a", "actors": []}`, `!Side takes exactly one field, not 2`},
		{"Side", `{place: null}`, `{"place": null}`, `!place cannot be null`},
		{"Side", `{membersOf: "a"}`, `{"membersOf": "a"}`, `{membersOf:[a]}`},
	} {
		typ := typeOf(t, c.typ)
		if c.literal != "" {
			v, _, e := s.literal(typ, literalOf(t, c.literal), nil)
			expect(t, c.typ+" "+c.literal, c.want, v, e)
		}
		var in any
		d := json.NewDecoder(strings.NewReader(c.json))
		d.UseNumber()
		if err := d.Decode(&in); err != nil {
			t.Fatal(err)
		}
		v, e := s.variable(typ, in)
		expect(t, c.typ+" "+c.json+" in JSON", c.want, v, e)
	}
}

func expect(t *testing.T, what, want string, v any, e *badValue) {
	t.Helper()
	if part, bad := strings.CutPrefix(want, "!"); bad {
		if e == nil || !strings.Contains(e.Error(), part) {
			t.Errorf("%s: %v, %v; want the error %s", what, v, e, part)
		}
		return
	}
	if got := shownAs(v); e != nil || got != want {
		t.Errorf("%s: %s, %v; want %s", what, got, e, want)
	}
}

func shownAs(v any) string {
	switch v := v.(type) {
	case Args:
		var out []string
		for _, name := range v.Names() {
			out = append(out, name+":"+shownAs(v.Get(name)))
		}
		return "{" + strings.Join(out, " ") + "}"
	case []any:
		out := make([]string, len(v))
		for i := range v {
			out[i] = shownAs(v[i])
		}
		return fmt.Sprint(out)
	}
	return fmt.Sprint(v)
}

func typeOf(t *testing.T, s string) *ast.Type {
	doc, err := parser.ParseQuery(&ast.Source{Input: "query($v:" + s + "){a}"})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Operations[0].VariableDefinitions[0].Type
}

func literalOf(t *testing.T, s string) *ast.Value {
	doc, err := parser.ParseQuery(&ast.Source{Input: "{a(v:" + s + ")}"})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value
}
