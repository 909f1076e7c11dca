package commit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// Movable is a truth that can be copied into another: the one tells all that it keeps, piece
// by piece, and the other takes the pieces and notes with each how far it has come, so that
// what was interrupted goes on there. The copy has the source's epoch and revision: it is
// the same history, and tokens of the one are good for the other.
type Movable interface {
	// Rows counts what Dump would tell. Cost: small; databases know, or count fast.
	Rows(ctx context.Context) (int, error)

	// Dump calls begin with where the store stands, and then tell with everything after the
	// mark that begin returned (the zero Mark: all), in pieces of some thousand rows, in an
	// order that is the same each time. All of it is of one revision: if that changes
	// meanwhile, and the store cannot tell the old one, it is an ErrConflict.
	Dump(ctx context.Context, begin func(Now) (Mark, error), tell func(*Piece) error) error

	// BeginCopy prepares the store to become a copy of one that stands somewhere. It must be
	// empty, or hold an unfinished copy; else it is an ErrConflict. It returns how far a copy
	// of just that has come. One of another revision of the same source is thrown away. A
	// store with an unfinished copy cannot be opened but for copying.
	BeginCopy(ctx context.Context, of Now) (Mark, error)

	// TakePiece adds a piece, and notes its mark. It is an ErrConflict if someone wrote to
	// the store since BeginCopy.
	TakePiece(ctx context.Context, of Now, p *Piece) error

	// EndCopy makes the store what it is a copy of.
	EndCopy(ctx context.Context, of Now) error

	Close() error
}

// Mark is a place in what Dump tells. It means something to the store that told it.
type Mark struct {
	Part  int      `json:"part"`
	After []string `json:"after,omitempty"` // the key of the last row told
}

// Piece is some of what a truth keeps.
type Piece struct {
	At      Mark  // after its last row
	Put     Delta // its rows to put: nodes, edges, names, records, claims, merges, denials, marks, hashes
	Batches []Applied
	Log     []Entry
}

// Applied is a batch that had an id.
type Applied struct {
	ID       string
	Revision uint64
	Time     time.Time
	By       string
	Answer   string // JSON, as the package changelog has it
}

// Entry is an entry of the change log.
type Entry struct {
	store.Commit
	Erases bool // it erased someone, of whom it does not tell
	// Changes are what the commit did; nil: an earlier version wrote the entry, and nobody knows.
	Changes []store.Change
}

// Rows counts the rows of a piece.
func (p *Piece) Rows() int {
	d := &p.Put
	return len(d.Nodes) + len(d.Edges) + len(d.Names) + len(d.Claims) + len(d.Records) + len(d.Merges) + len(d.Denied) +
		len(d.Distinct) + len(d.Erased) + len(p.Batches) + len(p.Log)
}

// The sorts of rows that a Sum tells apart.
var sorts = [...]string{"nodes", "edges", "names", "identifiers", "statements of nodes", "statements of edges", "merges", "denials", "distinct pairs", "erased people's hashes", "batches", "log entries"}

// Sum is what a whole store comes to: how many rows of each sort, and a hash of them, in
// whatever order they are told.
type Sum struct {
	rows [len(sorts)]int
	hash [len(sorts)][4]uint64
	buf  []byte
}

// Add adds the rows of a piece.
func (s *Sum) Add(p *Piece) {
	for _, n := range p.Put.Nodes {
		s.row(0, func() { s.text(n.ID, n.Kind); s.number(yes(n.Denied)); s.props(n.Props) })
	}
	for _, e := range p.Put.Edges {
		s.row(1, func() { s.edge(e.EdgeID); s.props(e.Props) })
	}
	for _, n := range p.Put.Names {
		s.row(2, func() { s.text(n.Key, n.Node) })
	}
	for _, c := range p.Put.Claims {
		s.row(3, func() { s.text(c.Scheme, c.Value, c.Node) })
	}
	for _, r := range p.Put.Records {
		sort := 4
		if r.Subject.Node == "" {
			sort = 5
		}
		s.row(sort, func() {
			s.subject(r.Subject)
			s.text(r.Source, r.Place, r.Kind, r.By, r.Run)
			s.number(uint64(r.Part), yes(r.States), uint64(uint32(r.At.First)), uint64(uint32(r.At.Last)), uint64(r.Rank), math.Float64bits(r.Confidence), yes(r.Derived), r.Revision)
			s.props(r.Props)
		})
	}
	for _, m := range p.Put.Merges {
		s.row(6, func() { s.text(m.Former, m.Into) })
	}
	for _, d := range p.Put.Denied {
		s.row(7, func() { s.subject(d) })
	}
	for _, d := range p.Put.Distinct {
		s.row(8, func() { s.text(d[0], d[1]) })
	}
	for _, h := range p.Put.Erased {
		s.row(9, func() { s.text(hex.EncodeToString(h[:])) })
	}
	for _, b := range p.Batches {
		s.row(10, func() { s.text(b.ID, b.By, b.Answer); s.number(b.Revision, uint64(b.Time.UnixNano())) })
	}
	for _, e := range p.Log {
		s.row(11, func() {
			s.number(e.Revision.Number, uint64(e.At.UnixNano()), yes(e.Erases), uint64(len(e.Sources)), uint64(len(e.Nodes)), uint64(len(e.Edges)), uint64(len(e.GoneEdges)))
			s.text(e.Batch, e.By)
			s.text(e.Sources...)
			for _, n := range e.Nodes {
				s.text(n.ID, n.Kind)
				s.props(n.Props)
			}
			for _, x := range e.Edges {
				s.edge(x.EdgeID)
				s.props(x.Props)
			}
			s.text(e.GoneNodes...)
			for _, x := range e.GoneEdges {
				s.edge(x)
			}
			s.number(yes(e.Changes != nil), uint64(len(e.Changes)))
			for _, x := range e.Changes {
				s.subject(x.Subject)
				s.number(uint64(x.What), uint64(len(x.Sources)), uint64(len(x.Props)))
				s.text(x.Kind)
				s.text(x.Sources...)
				s.text(x.Props...)
			}
		})
	}
}

// row adds one row: its hash is added to that of the others, which does not mind their order.
func (s *Sum) row(sort int, write func()) {
	s.buf = s.buf[:0]
	write()
	h := sha256.Sum256(s.buf)
	s.rows[sort]++
	for i := range s.hash[sort] {
		s.hash[sort][i] += binary.BigEndian.Uint64(h[8*i:])
	}
}

func (s *Sum) text(of ...string) {
	for _, x := range of {
		s.number(uint64(len(x)))
		s.buf = append(s.buf, x...)
	}
}

func (s *Sum) number(of ...uint64) {
	for _, x := range of {
		s.buf = binary.BigEndian.AppendUint64(s.buf, x)
	}
}

func (s *Sum) props(p store.Props) {
	if len(p) > 0 {
		s.buf = codec.Append(s.buf, p)
	}
}

func (s *Sum) edge(e store.EdgeID) { s.text(e.Type, e.From, e.To, e.Key) }

func (s *Sum) subject(x store.Subject) {
	s.text(x.Node)
	s.edge(x.Edge)
}

func yes(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Counts tells how many rows there are of each sort, those that there are.
func (s *Sum) Counts() []string {
	var out []string
	for i, n := range s.rows {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, sorts[i]))
		}
	}
	return out
}

// Nodes and Edges count those; denied nodes are nodes here.
func (s *Sum) Nodes() int { return s.rows[0] }
func (s *Sum) Edges() int { return s.rows[1] }

// Statements counts what is said of nodes and edges.
func (s *Sum) Statements() int { return s.rows[4] + s.rows[5] }

// Hash stands for everything.
func (s *Sum) Hash() string {
	h := sha256.New()
	for i := range s.hash {
		_ = binary.Write(h, binary.BigEndian, uint64(s.rows[i])) // a hash never fails
		_ = binary.Write(h, binary.BigEndian, s.hash[i][:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Differences tells in which sorts of rows two stores differ; none if they hold the same.
func (s *Sum) Differences(other *Sum) []string {
	var out []string
	for i, sort := range sorts {
		switch {
		case s.rows[i] != other.rows[i]:
			out = append(out, fmt.Sprintf("%s (%d and %d)", sort, s.rows[i], other.rows[i]))
		case s.hash[i] != other.hash[i]:
			out = append(out, sort+" (other contents)")
		}
	}
	return out
}
