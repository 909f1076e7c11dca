package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestBreakdownPages walks groups one by one, those of unknown sums and keys too.
func TestBreakdownPages(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	ask := func(page string) (rows, cursors []string) {
		var answer struct {
			Data struct {
				B struct {
					Edges []struct {
						Cursor string
						Node   json.RawMessage
					}
				}
			}
		}
		got := post(h, `{b:breakdown(of:PARTICIPATION,by:[ACTOR_TYPE,YEAR],measure:CONTRIBUTION,`+page+`){edges{cursor node{keys{code} count value}}}}`, `{}`)
		if err := json.Unmarshal([]byte(got), &answer); err != nil {
			t.Fatal(err, got)
		}
		for _, e := range answer.Data.B.Edges {
			rows, cursors = append(rows, string(e.Node)), append(cursors, e.Cursor)
		}
		return rows, cursors
	}
	whole, cursors := ask("first:1000")
	if len(whole) != 4 {
		t.Fatal(whole)
	}
	for i := range whole[1:] {
		if next, _ := ask(fmt.Sprintf("first:1,after:%q", cursors[i])); len(next) != 1 || next[0] != whole[i+1] {
			t.Errorf("after %s: %s, want %s", whole[i], next, whole[i+1])
		}
	}
}

func TestBreakdownRefused(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	for _, c := range []struct{ args, code, says string }{
		{`by:[YEAR],within:"nobody"`, "NOT_FOUND", `there is no node \"nobody\"`},
		{`by:[YEAR],within:""`, "NOT_FOUND", `there is no node \"\"`},
		{`by:[YEAR],within:"p:ufo"`, "BAD_USER_INPUT", `within: \"p:ufo\" is of kind Project; give ids of kind Cluster, Network, Programme, Place`},
		{`by:[YEAR,YEAR]`, "BAD_USER_INPUT", "give two different ones"},
		{`by:[YEAR,ROLE,TOPIC]`, "BAD_USER_INPUT", "3 dimensions are too many"},
		{`by:[YEAR],currency:"euro"`, "BAD_USER_INPUT", "write three capital letters"},
	} {
		got := post(h, `{breakdown(of:PROJECT,`+c.args+`){totalCount}}`, `{}`)
		if !strings.Contains(got, c.says) || !strings.Contains(got, `"code":"`+c.code+`"`) {
			t.Errorf("%s: %s", c.args, got)
		}
	}
}
