package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"clustergraph/internal/analysis"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
)

// direct asks the analysis what a question asks the service, without GraphQL: it works out
// the rows of the answer, but does not read the nodes on them.
type direct func(ctx context.Context, a *analysis.Analyst, r store.Reader, variables map[string]any) error

func directHeadline(ctx context.Context, a *analysis.Analyst, r store.Reader, v map[string]any) error {
	sides := []analysis.Side{{By: analysis.MembersOf, IDs: []string{v["a"].(string)}}, {By: analysis.MembersOf, IDs: []string{v["b"].(string)}}}
	const first = 20
	p, err := a.Partnerships(ctx, r, sides, analysis.PartnershipQuery{First: first + 1}) // as the service: is there a next page?
	if err != nil {
		return err
	}
	for i := range min(first, p.Len()) {
		if _, err := p.At(i).Shared(); err != nil {
			return err
		}
	}
	return nil
}

func directPaths(first int) direct {
	return func(ctx context.Context, a *analysis.Analyst, r store.Reader, v map[string]any) error {
		_, err := a.Paths(ctx, r, analysis.PathQuery{From: v["a"].(string), To: v["b"].(string),
			Via: []string{"MEMBER_OF", "PARTICIPATES_IN"}, MaxLength: far, First: first})
		return err
	}
}

func directContribution(ctx context.Context, a *analysis.Analyst, r store.Reader, v map[string]any) error {
	q := analysis.BreakdownQuery{Of: analysis.OfParticipations, By: []analysis.Dimension{analysis.Country}, Measure: analysis.Contribution}
	if of, given := v["of"].(string); given {
		q.Within = &of
	}
	b, err := a.Breakdown(ctx, r, q)
	if err != nil {
		return err
	}
	for i := range b.Len() {
		b.At(i)
	}
	return nil
}

// inProcess is the service with its mirror in this process, where its parts can be timed
// by themselves.
type inProcess struct {
	store   store.Store
	analyst *analysis.Analyst
	handler http.Handler
}

func openInProcess(b *testing.B, d database) *inProcess {
	b.Helper()
	truth, err := d.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	s, err := mirror.Open(b.Context(), truth, ontology.Served().Store, mirror.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	handler, err := service(s)
	if err != nil {
		b.Fatal(err)
	}
	return &inProcess{s, analysis.New(ontology.Served()), handler}
}

// apart is what an answer takes, in seconds: the analysis alone; with GraphQL and JSON; over
// HTTP.
type apart struct{ analysis, handled, sent float64 }

// tellApart times a question in these three ways: each thing that is asked is asked in one
// way after the other, so that what else the machine does burdens all, and counts with its
// median. The last way leads to a side that is a process of its own, by one client.
func (p *inProcess) tellApart(b *testing.B, over *side, a asked, rounds int, each time.Duration) []apart {
	b.Helper()
	ways := make([]func(i int) error, 3)
	ways[0] = func(i int) error {
		return p.store.View(b.Context(), store.Revision{}, func(r store.Reader) error {
			return a.direct(b.Context(), p.analyst, r, a.variables[i])
		})
	}
	bodies, requests := make([][]byte, len(a.variables)), make([][]byte, len(a.variables))
	for i, v := range a.variables {
		var err error
		if bodies[i], err = json.Marshal(askService(a.question, v)); err != nil {
			b.Fatal(err)
		}
		if requests[i], err = requestOf(over.address, over.path, over.body(a.question, v)); err != nil {
			b.Fatal(err)
		}
	}
	ways[1] = func(i int) error {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, over.path, bytes.NewReader(bodies[i]))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		if p.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			return fmt.Errorf("%d: %.500s", w.Code, w.Body)
		}
		return nil
	}
	c, err := dial(over.address)
	if err != nil {
		b.Fatal(err)
	}
	defer c.close()
	ways[2] = func(i int) error { return c.send(requests[i], discard) }
	out := make([]apart, rounds)
	for round := range rounds {
		took := make([][][]float64, len(ways)) // by way, by what is asked
		for way := range took {
			took[way] = make([][]float64, len(a.variables))
		}
		for begin, n := time.Now(), 0; n < 3 || time.Since(begin) < time.Duration(len(ways))*each; n++ {
			for i := range a.variables {
				for way := range ways {
					way := (way + n) % len(ways)
					begin := time.Now()
					if err := ways[way](i); err != nil {
						b.Fatalf("%s: %v", a.name, err)
					}
					took[way][i] = append(took[way][i], time.Since(begin).Seconds())
				}
			}
		}
		sum := func(way int) (s float64) {
			for _, t := range took[way] {
				s += spreadOf(t).median
			}
			return s / float64(len(a.variables))
		}
		out[round] = apart{sum(0), sum(1), sum(2)}
	}
	return out
}
