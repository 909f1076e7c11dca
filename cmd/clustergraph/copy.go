package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
	"clustergraph/internal/store/neo4j"
	"clustergraph/internal/store/sqlite"
)

func (p *program) copyCommand() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use:   "copy --from STORE --to STORE",
		Short: "Copy a store into another, empty one: a file into Neo4j, and back",
		Long: `copy brings all of a store into another one: the graph and who says what of it, merges,
what was removed, the change log and its position. Both are written as for --store; the
one that is copied into must be empty. In the end both are read and compared.

  clustergraph copy --from sqlite:graph.db --to neo4j://neo4j@localhost:7687/neo4j

A copy that was interrupted goes on where it was when the same command is given again; if
the first store has changed since, it begins anew. Until it is finished, nothing else opens
what it was copied into. An SQLite file may be written meanwhile (what comes later is not
copied); a Neo4j database must not.

On a terminal a bar tells how it goes; otherwise it is told in lines of JSON.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.copy(c, from, to) },
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "the store to copy: "+stores)
	f.StringVar(&to, "to", "", "the empty store to copy into")
	return c
}

func (p *program) copy(c *cobra.Command, from, to string) error {
	if from == "" || to == "" {
		return usagef("copy needs both ends: --from STORE --to STORE; a store is %s", stores)
	}
	source, err := p.placeOf(c, "--from", from)
	if err != nil {
		return err
	}
	target, err := p.placeOf(c, "--to", to)
	if err != nil {
		return err
	}
	if source.same(target) {
		return usagef("--from and --to name the same store, %s", source.shown)
	}
	if err := source.exists(); err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	one, err := source.openMovable(c.Context(), false)
	if err != nil {
		return err
	}
	defer one.Close()
	other, err := target.openMovable(c.Context(), true)
	if err != nil {
		return err
	}
	defer other.Close()
	m := &move{from: one, to: other, tell: p.newMoveReport()}
	return m.run(c.Context(), target.shown)
}

// same tells whether two places are one. Two names of one server are not seen through; then
// the target is not empty.
func (pl place) same(other place) bool {
	if pl.server != nil && other.server != nil {
		return pl.server.Address == other.server.Address && pl.server.Database == other.server.Database
	}
	if pl.server != nil || other.server != nil {
		return false
	}
	a, err := os.Stat(pl.file)
	if err != nil {
		return pl.file == other.file
	}
	b, err := os.Stat(other.file)
	return err == nil && os.SameFile(a, b)
}

// openMovable opens a store to copy it, or to copy into it.
func (pl place) openMovable(ctx context.Context, copying bool) (commit.Movable, error) {
	schema := ontology.Served().Store
	if pl.server == nil {
		return sqlite.Open(ctx, pl.file, schema, sqlite.Options{Copying: copying})
	}
	o := *pl.server
	o.Copying = copying
	s, err := neo4j.Open(ctx, schema, o)
	if err != nil {
		return nil, pl.explain(err)
	}
	return s, nil
}

// move is one run of copy.
type move struct {
	from, to commit.Movable
	tell     *moveReport
}

func (m *move) run(ctx context.Context, shown string) error {
	began := time.Now()
	all, err := m.from.Rows(ctx)
	if err != nil {
		return err
	}
	var of commit.Now
	var read *commit.Sum // of the source, if all of it is read now
	err = m.from.Dump(ctx, func(now commit.Now) (commit.Mark, error) {
		of = now
		mark, err := m.to.BeginCopy(ctx, now)
		if err != nil {
			return mark, err
		}
		done := 0
		if mark.Part == 0 && mark.After == nil {
			read = &commit.Sum{}
		} else if done, err = m.to.Rows(ctx); err != nil {
			return mark, err
		}
		return mark, m.tell.begin("copying", done, all)
	}, func(piece *commit.Piece) error {
		if read != nil {
			read.Add(piece)
		}
		if err := m.to.TakePiece(ctx, of, piece); err != nil {
			return err
		}
		return m.tell.add(piece.Rows())
	})
	if err != nil {
		return resumable(err)
	}
	if err := m.to.EndCopy(ctx, of); err != nil {
		return resumable(err)
	}
	one, err := m.compare(ctx, of, read, all)
	if err != nil {
		return err
	}
	return m.tell.end(moved{Done: true, Nodes: one.Nodes(), Edges: one.Edges(), Statements: one.Statements(), Rows: one.Counts(), Hash: one.Hash(),
		Revision: of.Revision.String(), Seconds: time.Since(began).Seconds()}, shown)
}

// resumable adds to an error that all is not lost.
func resumable(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return err
	}
	return fmt.Errorf("%w; what was copied is kept: the same command goes on from there", err)
}

// compare reads the copy, and the source if it was not read as a whole before: both must
// hold the same.
func (m *move) compare(ctx context.Context, of commit.Now, read *commit.Sum, all int) (*commit.Sum, error) {
	stores, sums := []commit.Movable{m.to}, []*commit.Sum{{}}
	if read == nil {
		read = &commit.Sum{}
		stores, sums = append(stores, m.from), append(sums, read)
	}
	if err := m.tell.begin("comparing", 0, len(stores)*all); err != nil {
		return nil, err
	}
	for i, s := range stores {
		if err := sum(ctx, s, sums[i], of, m.tell); err != nil {
			return nil, fmt.Errorf("everything was copied, but not compared: %w", err)
		}
	}
	if d := read.Differences(sums[0]); len(d) > 0 {
		return nil, fmt.Errorf("the two stores do not hold the same: they differ in %s; do not use the copy", strings.Join(d, ", "))
	}
	return read, nil
}

// sum is what a store comes to, which must still be at a revision.
func sum(ctx context.Context, s commit.Movable, into *commit.Sum, at commit.Now, tell *moveReport) error {
	return s.Dump(ctx, func(now commit.Now) (commit.Mark, error) {
		if now.Revision != at.Revision {
			return commit.Mark{}, fmt.Errorf("%w: one of the stores was written to since (it is at %s, not at %s)", store.ErrConflict, now.Revision, at.Revision)
		}
		return commit.Mark{}, nil
	}, func(p *commit.Piece) error {
		into.Add(p)
		return tell.add(p.Rows())
	})
}

// moved is how a copy is told to programs.
type moved struct {
	Step  string `json:"step,omitempty"` // copying, comparing
	Count int    `json:"done,omitempty"` // rows of this step
	Of    int    `json:"of,omitempty"`

	Done       bool     `json:"same,omitempty"` // both stores hold the same
	Nodes      int      `json:"nodes,omitempty"`
	Edges      int      `json:"edges,omitempty"`
	Statements int      `json:"records,omitempty"`
	Rows       []string `json:"rows,omitempty"`
	Hash       string   `json:"hash,omitempty"`
	Revision   string   `json:"revision,omitempty"`
	Seconds    float64  `json:"seconds,omitempty"`
}

// moveReport tells how a copy goes: people by a bar, programs by a line of JSON for the
// beginning, each second, and the end.
type moveReport struct {
	out, err io.Writer
	bar      *progressbar.ProgressBar
	json     *json.Encoder
	now      moved
	told     time.Time
}

func (p *program) newMoveReport() *moveReport {
	r := &moveReport{out: p.out, err: p.err}
	if file, ok := p.out.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		r.json = json.NewEncoder(p.out)
	}
	return r
}

func (r *moveReport) begin(step string, done, of int) error {
	r.now, r.told = moved{Step: step, Count: done, Of: of}, time.Time{}
	if r.json != nil {
		return r.json.Encode(r.now)
	}
	r.bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(r.err), progressbar.OptionSetDescription(step), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return r.bar.Set(done)
}

func (r *moveReport) add(rows int) error {
	r.now.Count = min(r.now.Count+rows, r.now.Of)
	if r.json == nil {
		return r.bar.Set(r.now.Count)
	}
	if time.Since(r.told) < time.Second {
		return nil
	}
	r.told = time.Now()
	return r.json.Encode(r.now)
}

func (r *moveReport) end(m moved, shown string) error {
	if r.json != nil {
		return r.json.Encode(m)
	}
	if err := r.bar.Clear(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(r.out, "%s holds the same now, at revision %s: %s\n", shown, m.Revision, strings.Join(m.Rows, ", "))
	return err
}
