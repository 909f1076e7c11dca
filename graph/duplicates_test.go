package graph

import (
	"context"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

func TestPossibleDuplicates(t *testing.T) {
	s := small(t)
	edge := func(a, b string, props map[string]any) store.EdgeRecord {
		return store.EdgeRecord{Type: "POSSIBLY_SAME_AS", From: store.Ref{ID: a}, To: store.Ref{ID: b}, Props: store.PropsOf(props)}
	}
	_, err := s.Apply(context.Background(), store.Batch{Edges: []store.EdgeRecord{
		edge("o:firm", "o:uni", map[string]any{"confidence": 0.25, "why": "names 70 % alike"}),
		edge("c:ict", "c:auto", map[string]any{"confidence": 0.75}),
		edge("c:ict", "o:firm", nil),
	}})
	if err != nil {
		t.Fatal(err)
	}
	h := handlerOf(t, s, Options{})
	for _, c := range []struct{ query, says string }{
		{`{p:possibleDuplicates{totalCount nodes{a{id} b{id} confidence why}}}`,
			`{"p":{"totalCount":3,"nodes":[{"a":{"id":"c:ict"},"b":{"id":"c:auto"},"confidence":0.75,"why":null},` +
				`{"a":{"id":"o:firm"},"b":{"id":"o:uni"},"confidence":0.25,"why":"names 70 % alike"},` +
				`{"a":{"id":"c:ict"},"b":{"id":"o:firm"},"confidence":null,"why":null}]}}`},
		{`{p:possibleDuplicates(minConfidence:0.5){totalCount nodes{a{id}}}}`, `{"p":{"totalCount":1,"nodes":[{"a":{"id":"c:ict"}}]}}`},
		{`{p:possibleDuplicates(minConfidence:1){totalCount}}`, `{"p":{"totalCount":0}}`},
		{`{p:possibleDuplicates(minConfidence:50){totalCount}}`, `minConfidence: 50 is no confidence`},
		{`{p:possibleDuplicates(kinds:[ORGANISATION]){nodes{b{id}}}}`, `{"p":{"nodes":[{"b":{"id":"o:uni"}}]}}`},
		{`{p:possibleDuplicates(kinds:[]){totalCount}}`, `{"p":{"totalCount":0}}`},
		{`{p:possibleDuplicates(first:1){pageInfo{hasNextPage} nodes{b{id}}}}`, `{"p":{"pageInfo":{"hasNextPage":true},"nodes":[{"b":{"id":"c:auto"}}]}}`},
	} {
		if got := post(h, c.query, `{}`); !strings.Contains(got, c.says) {
			t.Errorf("%s\n got %s\nwant %s", c.query, got, c.says)
		}
	}
	// One page after the other, those of unknown confidence too.
	after := ""
	for i, want := range []string{"c:auto", "o:uni", "o:firm"} {
		got := post(h, `{p:possibleDuplicates(first:1`+after+`){nodes{b{id}} pageInfo{endCursor}}}`, `{}`)
		if !strings.Contains(got, `"b":{"id":"`+want+`"}`) {
			t.Errorf("page %d: %s", i, got)
		}
		_, rest, _ := strings.Cut(got, `"endCursor":"`)
		cursor, _, _ := strings.Cut(rest, `"`)
		after = `,after:"` + cursor + `"`
	}
}
