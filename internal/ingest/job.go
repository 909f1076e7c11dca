package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// Truth is what of a store.Truth an import needs.
type Truth interface {
	Apply(ctx context.Context, b store.Batch) (store.Result, error)
	Load(ctx context.Context, node func(*store.Node) error, edge func(*store.Edge) error) (store.Revision, error)
}

// Options are the settings of a Job.
type Options struct {
	// By is who applies, for the log: "import cordis".
	By     string
	Schema store.Schema
	// Run names this run. A run that was killed goes on under its own name: what it had
	// stored is recognised by it. Another name makes another run.
	Run string
	// Records is how many records go into a batch, and fewer of those that say long texts; 0:
	// [BatchSize].
	Records int
	// Replace withdraws at the end what earlier runs said in the name of sources that this
	// one told completely.
	Replace bool
	// Decisions tell who is who; nil: the shipped ones.
	Decisions *identity.Decisions
	// AsSaid leaves nodes of one name apart that the files keep apart: they are a copy of a
	// graph, whose merges they tell themselves.
	AsSaid bool
	// LeftOut are files that belong to the import and cannot even be opened: they count as unread.
	LeftOut []Problem
	// Rejects is told every problem; stored tells whether the rest of the row is stored.
	Rejects func(p Problem, stored bool) error
	// Progress is told now and then how far the reading is.
	Progress func(Progress)
}

// BatchSize is how many records go into a batch unless told otherwise. More make an import
// little faster, and what has to be done again after a kill longer.
const BatchSize = 4000

// MostRejected is the part of the rows above which nothing is withdrawn: so many faults mean
// that the file is broken, not that its source says less.
const MostRejected = 0.01

// Progress is how far an import is.
type Progress struct {
	Rows, Rejected int
	// Bytes are those read, Of those there are; Of is -1 if that is unknown.
	Bytes, Of int64
}

// Summary is what became of an import.
type Summary struct {
	// Rows are those read, Rejected those of them that are not stored, Left what [Row] has
	// under that name of those that are.
	Rows, Rejected, Left int
	// Unread counts files that could not be read.
	Unread int
	// Nodes and Edges count each once, however many rows speak of it.
	Nodes, Edges store.Tally
	// Withheld counts records left out because they speak of an erased person.
	Withheld int
	// United counts nodes that became one with another of the same name.
	United   int
	Revision store.Revision
	// Resumed tells that a part had been stored by this run before it was interrupted.
	Resumed bool
	// Kept says why nothing was withdrawn although it was asked for; empty otherwise.
	Kept string
}

// Run imports files. An error is that of the importer, of the context, or of a store that
// cannot be reached: what was stored before stays, and to run it again with the same Run goes
// on from there. Reading and writing go side by side. It costs what the rows say; memory
// grows with the distinct nodes and edges, by some 20 bytes each.
func Run(ctx context.Context, importer Importer, files []tabular.File, to Truth, o Options) (Summary, error) {
	if o.Decisions == nil {
		o.Decisions = identity.Shipped()
	}
	if o.Records <= 0 {
		o.Records = BatchSize
	}
	if tell := o.Rejects; tell != nil {
		var one sync.Mutex // reading and writing both find problems
		o.Rejects = func(p Problem, stored bool) error {
			one.Lock()
			defer one.Unlock()
			return tell(p, stored)
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	j := &job{Options: o, to: to, nodes: newCount(), edges: newCount(), lost: map[string]store.NodeRecord{}}
	g := &gatherer{Options: o, out: make(chan bundle, 1), stopped: ctx.Done(), decided: map[*identity.Body][]store.Identifier{}}
	g.size(files)
	for i := range files {
		files[i] = files[i].Watched(g.advance(i))
	}
	done := make(chan error, 1)
	go func() {
		defer close(done)
		for b := range g.out {
			if err := j.store(ctx, b, fmt.Sprint(b.number)); err != nil {
				stop(err)
				done <- err
				return
			}
		}
	}()
	err := read(ctx, importer, files, g)
	close(g.out)
	if stored := <-done; stored != nil {
		err = stored // the reader was only told to stop
	} else if errors.Is(err, errStopped) {
		err = context.Cause(ctx)
	}
	g.show(true)
	s := j.summary(g)
	if err != nil {
		return s, err
	}
	if o.Replace {
		if err := j.withdraw(ctx, g, &s); err != nil {
			return s, err
		}
	}
	kept := s.Kept
	if !o.AsSaid {
		err = j.unite(ctx)
	}
	s = j.summary(g)
	s.Kept = kept
	return s, err
}

// read tells a gatherer all that there is to tell.
func read(ctx context.Context, importer Importer, files []tabular.File, g *gatherer) error {
	for _, p := range g.LeftOut {
		if err := g.Reject(p); err != nil {
			return err
		}
	}
	if err := importer.Read(ctx, files, g); err != nil {
		return err
	}
	return g.flush()
}

// job writes bundles and keeps account.
type job struct {
	Options
	to           Truth
	nodes, edges *count
	rejected     int
	withheld     int
	united       int
	revision     store.Revision
	resumed      bool
	lost         map[string]store.NodeRecord // of rows that were refused, by address
}

// mostLost limits them: a file of which more rows are refused is broken.
const mostLost = 10_000

// address is what a Ref of a node's first record and those of its edges have in common.
func address(r store.Ref) string {
	if len(r.Identifiers) > 0 {
		return r.Identifiers[0].Scheme + "\x00" + r.Identifiers[0].Value
	}
	return r.ID + "\x00" + r.Kind + "\x00" + r.Name
}

// lostTo are the records of refused rows that tell of the nodes that a row's edges lead
// between, and that its own records do not tell of.
func (j *job) lostTo(row Row) (out []store.NodeRecord) {
	own := map[string]bool{}
	for _, n := range row.Nodes {
		own[address(n.Ref)] = true
	}
	for _, e := range row.Edges {
		for _, end := range []store.Ref{e.From, e.To} {
			if n, ok := j.lost[address(end)]; ok && !own[address(end)] {
				own[address(end)] = true
				out = append(out, n)
			}
		}
	}
	return out
}

func (j *job) summary(g *gatherer) Summary {
	return Summary{Rows: g.rows, Rejected: g.rejected + j.rejected, Left: g.left, Unread: g.unread,
		Nodes: j.nodes.Tally, Edges: j.edges.Tally, Withheld: j.withheld, United: j.united, Revision: j.revision, Resumed: j.resumed}
}

// store applies a bundle. If the store refuses it, halves are tried, until the rows at fault
// are alone.
func (j *job) store(ctx context.Context, b bundle, part string) error {
	batch := b.batch()
	batch.ID, batch.By, batch.Run = "import/"+j.Run+"/"+part, j.By, j.Run
	r, err := j.apply(ctx, batch)
	if err == nil {
		j.count(r)
		return nil
	}
	if !refused(err) {
		return err
	}
	if len(b.rows) == 0 || len(b.rows) == 1 && len(b.nodes)+len(b.edges) == 0 {
		if len(b.rows) == 0 || b.rows[0].At == (Place{}) {
			return fmt.Errorf("what the import says of its sources: %w", err)
		}
		if errors.Is(err, store.ErrNotFound) {
			// A refused row may have been the first to tell of a node that this one is about.
			if lost := j.lostTo(b.rows[0]); len(lost) > 0 {
				b.rows[0].Nodes = slices.Concat(lost, b.rows[0].Nodes)
				batch := b.batch()
				batch.ID, batch.By, batch.Run = "import/"+j.Run+"/"+part+".again", j.By, j.Run
				if r, err := j.apply(ctx, batch); err == nil {
					j.count(r)
					return nil
				} else if !refused(err) {
					return err
				}
			}
		}
		for _, n := range b.rows[0].Nodes {
			if len(j.lost) < mostLost {
				j.lost[address(n.Ref)] = n
			}
		}
		j.rejected++
		return j.reject(ProblemAt(b.rows[0].At, "", "", "%s", strings.TrimSpace(err.Error())), false)
	}
	for i, half := range b.halves() {
		if err := j.store(ctx, half, part+"."+fmt.Sprint(i)); err != nil {
			return err
		}
	}
	return nil
}

// refused tells whether a store finds fault with what a batch says.
func refused(err error) bool {
	return errors.Is(err, store.ErrInvalid) || errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound)
}

// Pauses before a batch is tried again that a store could not take.
var pauses = []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// apply waits for a store that is away: its batches have ids, so that to try again is safe.
func (j *job) apply(ctx context.Context, b store.Batch) (store.Result, error) {
	for i := 0; ; i++ {
		r, err := j.to.Apply(ctx, b)
		if err == nil || !errors.Is(err, store.ErrUnavailable) || i == len(pauses) || ctx.Err() != nil {
			return r, err
		}
		select {
		case <-ctx.Done():
			return r, ctx.Err()
		case <-time.After(pauses[i]):
		}
	}
}

func (j *job) reject(p Problem, stored bool) error {
	if j.Rejects == nil {
		return nil
	}
	return j.Rejects(p, stored)
}

func (j *job) count(r store.Result) {
	j.nodes.add(r.NodeCount, r.Nodes, touchedNodes(r), r.Repeated)
	j.edges.add(r.EdgeCount, edgeKeys(r.Edges), touchedEdges(r), r.Repeated)
	j.withheld += r.Withheld
	j.revision = r.Revision
	j.resumed = j.resumed || r.Repeated
}

// withdraw takes back what earlier runs said in the name of the sources told completely.
func (j *job) withdraw(ctx context.Context, g *gatherer, s *Summary) error {
	if float64(s.Rejected) > MostRejected*float64(s.Rows) {
		s.Kept = fmt.Sprintf("%d of %d rows were rejected: nothing that earlier imports said was taken back, as the file may be broken", s.Rejected, s.Rows)
		return nil
	}
	if s.Unread > 0 {
		s.Kept = fmt.Sprintf("%d of the files could not be read: nothing that earlier imports said was taken back", s.Unread)
		return nil
	}
	if len(g.complete) == 0 {
		s.Kept = "these files are only a part of what their source publishes: nothing that earlier imports said was taken back"
		return nil
	}
	for i, source := range g.complete {
		r, err := j.apply(ctx, store.Batch{ID: fmt.Sprintf("import/%s/withdraw/%d", j.Run, i), By: j.By, Run: j.Run, Steps: []store.Step{store.Withdraw{Source: source, Run: j.Run}}})
		if err != nil {
			return err
		}
		j.count(r)
	}
	return nil
}
