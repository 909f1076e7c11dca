package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// bare is what a program would be that knows the questions beforehand: each is one Cypher
// statement, run by the driver in the cheapest way there is (a read session that commits by
// itself, the database named), and written with encoding/json.
type bare struct {
	driver    neo4j.DriverWithContext
	database  string
	questions map[string]question
}

func newBare(driver neo4j.DriverWithContext, database string) *bare {
	b := &bare{driver: driver, database: database, questions: map[string]question{}}
	for _, q := range questions() {
		b.questions[q.name] = q
	}
	return b
}

// ServeHTTP answers {"question": ..., "variables": {...}}.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Question  string
		Variables map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	q, known := b.questions[in.Question]
	if !known {
		http.Error(w, fmt.Sprintf("there is no question %q", in.Question), http.StatusBadRequest)
		return
	}
	rows, err := b.run(r.Context(), q.cypher, in.Variables)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	out, err := json.Marshal(struct {
		Data any `json:"data"`
	}{q.build(rows, in.Variables)})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = w.Write(out)
}

func (b *bare) run(ctx context.Context, cypher string, variables map[string]any) ([][]any, error) {
	session := b.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, DatabaseName: b.database})
	defer session.Close(ctx)
	result, err := session.Run(ctx, cypher, variables)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for result.Next(ctx) {
		rows = append(rows, result.Record().Values)
	}
	return rows, result.Err()
}
