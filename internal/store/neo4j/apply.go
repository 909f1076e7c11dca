package neo4j

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/commit"
)

// Apply implements store.Truth and store.Store. Writers, of this process and of others, go
// one after another, as the first thing each does is to lock the node that says where the
// store stands; so the order of commits is that of revisions. What passes by itself (a
// deadlock with foreign Cypher, a leader that changed, a server that is started anew) is
// tried again as long as the context and Options.Patience allow. A commit whose
// acknowledgement was lost is asked for once the server answers again, so that it is
// neither lost nor made twice, whether the batch has an ID or not. A batch that is too
// large for a transaction of the server is an ErrInvalid.
//
// Erasing a person costs what is stored, once: the log and the answers to earlier batches
// are searched for him. See erase.go on the bytes of the server's files.
func (s *Store) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return store.Result{}, err
	}
	defer leave()
	a := applying{Store: s, batch: b}
	if err := s.write(ctx, transaction{what: "apply", by: b.By, id: b.ID}, a.apply); err != nil {
		return store.Result{}, err
	}
	if a.answer.Commit.Revision.Number > 0 && !a.answer.Repeated {
		s.feed.Tell(a.answer.Commit)
	}
	return a.answer, nil
}

// applying is one call of Apply.
type applying struct {
	*Store
	batch  store.Batch
	answer store.Result
	tries  []try // that nobody knows the end of
}

// try is one attempt at a batch: what it would answer, and by what it is known in the
// database if it was committed.
type try struct {
	mark   string
	answer store.Result
}

// apply is what happens in one transaction.
func (a *applying) apply(t *tx) error {
	now, f, again, err := a.begin(t)
	if err != nil {
		return err
	}
	if again != nil {
		a.answer = *again
		return nil
	}
	d, err := commit.Plan(t.ctx, f, a.schema, now, a.batch)
	if err != nil {
		return err
	}
	mark := rand.Text()
	if err := a.put(f, d, mark); err != nil {
		return err
	}
	a.answer = d.Result
	a.tries = append(a.tries, try{mark, d.Result})
	return nil
}

// begin locks the store, and tells where it stands, what can be asked of it, and what the
// batch was answered if it was applied before.
func (a *applying) begin(t *tx) (now commit.Now, f *facts, again *store.Result, err error) {
	f = newFacts(t)
	met, before, result := false, store.Revision{}, ""
	mark := ""
	err = t.each(`MATCH (g:_Graph {id: 0}) SET g.lock = 0
		WITH g OPTIONAL MATCH (b:_Batch {id: $batch})
		RETURN g.epoch, g.revision, g.salt, g.merges, g.denials, g.distinct, g.erased, b.revision, b.result, b.attempt`, map[string]any{"batch": nilIfEmpty(a.batch.ID)}, func(v []any) error {
		met = true
		if err := unpack(v[8:9]); err != nil {
			return err
		}
		now, f.merges, f.denials, f.distinct, f.erased = nowOf(v), v[3] == true, v[4] == true, v[5] == true, v[6] == true
		before, result, mark = store.Revision{Epoch: now.Revision.Epoch, Number: uint64(num(v[7]))}, str(v[8]), str(v[9])
		return nil
	})
	if err == nil && !met {
		err = errEmptied
	}
	if err != nil {
		return now, f, nil, err
	}
	if result == "" && len(a.tries) > 0 {
		if mark, err = a.committed(t); err != nil {
			return now, f, nil, err
		}
	}
	for _, x := range a.tries {
		if x.mark == mark {
			return now, f, &x.answer, nil
		}
	}
	if result == "" {
		return now, f, nil, nil
	}
	answer, err := changelog.ParseAnswer([]byte(result))
	if err != nil {
		return now, f, nil, damaged(err)
	}
	return now, f, answer.Repeated(before), nil
}

// errEmptied is met if someone deleted everything while the store is open.
var errEmptied = fmt.Errorf("%w: the database was emptied by another program; start the service anew, or restore a backup", store.ErrUnavailable)

func nowOf(v []any) (now commit.Now) {
	now.Revision = store.Revision{Epoch: str(v[0]), Number: uint64(num(v[1]))}
	now.Salt, _ = v[2].([]byte)
	return now
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// committed is the mark of the try that was committed; empty if none was. What is lost on
// its way has ended by the time that the store is locked by another.
func (a *applying) committed(t *tx) (mark string, err error) {
	var revisions []int64
	for _, x := range a.tries {
		revisions = append(revisions, int64(x.answer.Commit.Revision.Number))
	}
	err = t.each(`UNWIND $revisions AS r MATCH (c:_Commit {revision: r}) RETURN c.attempt`, map[string]any{"revisions": revisions}, func(v []any) error {
		for _, x := range a.tries {
			if x.mark == str(v[0]) {
				mark = x.mark
			}
		}
		return nil
	})
	return mark, err
}

// put writes what a batch changes.
func (a *applying) put(f *facts, d *commit.Delta, mark string) error {
	t, w := f.tx, newWriter(f, a.layout)
	c := &d.Result.Commit
	at := a.now().UTC()
	w.rows(d)
	var batches []any
	if a.batch.ID != "" {
		batches = []any{[]any{a.batch.ID, pack(changelog.AnswerOf(d.Result).String())}}
	}
	if c.Revision.Number == 0 {
		if len(batches) > 0 {
			w.do(`UNWIND $batches AS b CREATE (:_Batch {id: b[0], revision: $revision, time: $time, by: $by, result: b[1], attempt: $mark})`,
				map[string]any{"batches": batches, "revision": int64(d.Result.Revision.Number), "time": at, "by": a.batch.By, "mark": mark})
		}
		return w.err
	}
	c.At = at
	told := *c
	if len(d.Scrub) > 0 {
		told.GoneNodes, told.GoneEdges = nil, nil // of one that erased someone the log keeps all but whom
	}
	i := changelog.Encode(told, w.props)
	w.do(`MATCH (g:_Graph {id: 0}) SET g.revision = $revision, g.merges = g.merges OR $merges, g.denials = g.denials OR $denials, g.distinct = g.distinct OR $distinct, g.erased = g.erased OR $erased
		CREATE (:_Commit {revision: $revision, time: $time, batch: $batch, by: $by, sources: $sources, nodes: $nodes, edges: $edges, goneNodes: $goneNodes, goneEdges: $goneEdges, erases: $erases, changes: $changes, attempt: $mark})
		WITH 1 AS one UNWIND $batches AS b CREATE (:_Batch {id: b[0], revision: $revision, time: $time, by: $by, result: b[1], attempt: $mark})`,
		map[string]any{"revision": int64(c.Revision.Number), "merges": len(d.Merges) > 0, "denials": len(d.Denied) > 0, "distinct": len(d.Distinct) > 0, "erased": len(d.Erased) > 0,
			"time": at, "batch": c.Batch, "by": c.By, "sources": i.Sources, "nodes": pack(i.Nodes), "edges": pack(i.Edges), "goneNodes": pack(i.GoneNodes), "goneEdges": pack(i.GoneEdges),
			"erases": len(d.Scrub) > 0, "changes": pack(changelog.EncodeChanges(d.Changes)), "mark": mark, "batches": batches})
	if w.err == nil && len(d.Scrub) > 0 {
		w.err = scrub(t, d.Scrub)
	}
	if w.err == nil && a.now().Sub(a.pruned) > time.Hour {
		w.err = a.prune(t)
	}
	return w.err
}

// prune takes old entries from the log, some at a time so that no batch waits for long.
func (a *applying) prune(t *tx) error {
	const some = 1000
	var deleted int64
	err := t.each(`MATCH (g:_Graph {id: 0}) MATCH (c:_Commit) WHERE c.time < $before AND c.revision < g.revision
		WITH c ORDER BY c.revision LIMIT $some DELETE c RETURN count(*)`, map[string]any{"before": a.now().Add(-a.opts.KeepLog).UTC(), "some": some}, func(v []any) error {
		deleted = num(v[0])
		return nil
	})
	if err == nil && deleted < some {
		a.pruned = a.now()
	}
	return err
}
