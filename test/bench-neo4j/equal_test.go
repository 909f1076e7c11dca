package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// checkEqual asks all sides everything, and fails if two of them answer otherwise. It tells
// how many bytes the first side's answers have on average, and how long each side's first
// answer took: statements are planned for it, and what is kept of the graph is read.
func checkEqual(b *testing.B, sides []*side, a asked) int {
	b.Helper()
	bytes, empty := 0, 0
	var took []string
	for turn, variables := range a.variables {
		var first any
		for i, s := range sides {
			begin := time.Now()
			raw, err := ask(s, a.question, variables)
			if err != nil {
				b.Fatalf("%s, %s, %v: %v", a.name, s.name, variables, err)
			}
			if turn == 0 {
				took = append(took, fmt.Sprintf("%s %.0f ms", s.name, 1000*time.Since(begin).Seconds()))
			}
			got, err := normal(raw, a.one)
			if err != nil {
				b.Fatalf("%s, %s, %v: %v", a.name, s.name, variables, err)
			}
			if i == 0 {
				first, bytes = got, bytes+len(raw)
				if size(got) < 2 {
					empty++
				}
			} else if at := differ(first, got, ""); at != "" {
				b.Fatalf("%s, %v: %s and %s differ%s\n%s: %.1000s\n%s: %.1000s", a.name, variables, sides[0].name, s.name, at, sides[0].name, brief(first), s.name, brief(got))
			}
		}
	}
	if empty == len(a.variables) {
		b.Logf("%s: nothing is found at all", a.name)
	}
	progress("%s, the first answers: %s", a.name, strings.Join(took, ", "))
	return bytes / len(a.variables)
}

// ask asks once.
func ask(s *side, q question, variables map[string]any) (raw []byte, err error) {
	c, err := dial(s.address)
	if err != nil {
		return nil, err
	}
	defer c.close()
	request, err := requestOf(s.address, s.path, s.body(q, variables))
	if err != nil {
		return nil, err
	}
	err = c.send(request, func(r io.Reader) (err error) {
		raw, err = io.ReadAll(r)
		return err
	})
	return raw, err
}

// normal is the data of an answer without what the form of an API adds: lists that are
// wrapped as nodes or edges, edges that only hold a node, the peer's properties of an edge,
// its list for one node, and revisions.
func normal(raw []byte, one string) (any, error) {
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	if len(answer.Errors) > 0 || answer.Data == nil {
		return nil, fmt.Errorf("%.1000s", raw)
	}
	if l, ok := answer.Data[one].([]any); ok && len(l) == 1 {
		answer.Data[one] = l[0]
	}
	return unwrapped(answer.Data), nil
}

func unwrapped(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = unwrapped(v[i])
		}
		return v
	case map[string]any:
		if p, ok := v["properties"].(map[string]any); ok {
			delete(v, "properties")
			for name, x := range p {
				v[name] = x
			}
		}
		for name, x := range v {
			v[name] = unwrapped(x)
		}
		for _, wrap := range []string{"edges", "node", "nodes"} {
			if x, ok := v[wrap]; ok && len(v) == 1 {
				return x
			}
		}
		// A list that is counted: {totalCount, edges: [{node}]} is {totalCount, nodes}.
		if x, ok := v["edges"]; ok {
			delete(v, "edges")
			v["nodes"] = x
		}
		return v
	}
	return v
}

// differ says where two answers are not equal; numbers may differ by the last digit.
func differ(x, y any, at string) string {
	switch x := x.(type) {
	case float64:
		if y, ok := y.(float64); ok && math.Abs(x-y) <= 1e-9*max(1, math.Abs(x)) {
			return ""
		}
	case []any:
		y, ok := y.([]any)
		if !ok || len(x) != len(y) {
			return fmt.Sprintf(" at %s: lists of other lengths", at)
		}
		for i := range x {
			if d := differ(x[i], y[i], fmt.Sprintf("%s[%d]", at, i)); d != "" {
				return d
			}
		}
		return ""
	case map[string]any:
		y, ok := y.(map[string]any)
		if !ok || len(x) != len(y) {
			return fmt.Sprintf(" at %s: objects of other fields", at)
		}
		for name := range x {
			if d := differ(x[name], y[name], at+"."+name); d != "" {
				return d
			}
		}
		return ""
	default:
		if x == y {
			return ""
		}
	}
	return fmt.Sprintf(" at %s: %v and %v", at, x, y)
}

// size counts the values of an answer.
func size(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += size(x)
		}
	case map[string]any:
		for _, x := range v {
			n += size(x)
		}
	case nil:
	default:
		n = 1
	}
	return n
}

func brief(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
