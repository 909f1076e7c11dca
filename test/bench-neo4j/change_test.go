package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"clustergraph/internal/store"
)

// afterChanges measures the first answer after a change, which what a side keeps of an older
// revision cannot give: in each round a participation is paid a cent more, and every side is
// asked once. In the end it is paid what it was, and all answers are equal again.
func afterChanges(b *testing.B, d database, all *data, sides []*side, a asked, rounds, neo4jPID int) [][]cell {
	b.Helper()
	s, err := d.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	i := slices.IndexFunc(all.participations, func(x participation) bool {
		_, err := store.ParseCents(x.contribution)
		return err == nil
	})
	x := all.participations[i]
	was, _ := store.ParseCents(x.contribution)
	pay := func(cents store.Cents) {
		x.contribution = fmt.Sprintf("%d.%02d", cents/100, cents%100)
		edge := store.EdgeRecord{Type: "PARTICIPATES_IN", From: store.Ref{Identifiers: picOf(x.pic)}, To: store.Ref{Identifiers: grantOf(x.project)},
			Said: at("organization.csv", x.row), Props: x.props()}
		result, err := s.Apply(b.Context(), store.Batch{By: "bench-neo4j", Edges: []store.EdgeRecord{edge}})
		if err != nil {
			b.Fatal(err)
		}
		for _, side := range sides {
			await(b, side, result.Revision)
		}
	}
	out := make([][]cell, len(sides))
	for r := range rounds {
		pay(was + store.Cents(r) + 1)
		for i := range sides {
			i := (i + r) % len(sides)
			cpu, neo, begin := processorTime(sides[i].pid), processorTime(neo4jPID), time.Now()
			if _, err := ask(sides[i], a.question, a.variables[0]); err != nil {
				b.Fatalf("%s, %s: %v", a.name, sides[i].name, err)
			}
			took := time.Since(begin).Seconds()
			out[i] = append(out[i], cell{1 / took, processorTime(sides[i].pid) - cpu, processorTime(neo4jPID) - neo})
		}
		checkEqual(b, sides, a)
	}
	pay(was)
	checkEqual(b, sides, a)
	return out
}

// await waits until a side of ours answers from a revision.
func await(b *testing.B, s *side, want store.Revision) {
	b.Helper()
	if s.name != sideService && s.name != sideMirror {
		return
	}
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		raw, err := ask(s, lookup, map[string]any{"id": "pic:0"})
		if err != nil {
			b.Fatal(err)
		}
		var answer struct{ Extensions struct{ Revision string } }
		if err := json.Unmarshal(raw, &answer); err != nil {
			b.Fatal(err)
		}
		if answer.Extensions.Revision == want.String() {
			return
		}
	}
	b.Fatalf("%s did not come to revision %s within a minute", s.name, want)
}
