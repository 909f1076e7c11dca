// Package commit works out what a batch changes, for any truth.
//
// A truth keeps records (who says what of which original subject), merges and denials, and
// beside them what these make: nodes, edges, the names and identifiers by which they are
// met. [Plan] asks for what it needs through [Facts], in bulk, and answers with a [Delta]:
// the rows to put and to delete. It keeps nothing itself, so a truth calls it within its
// transaction and writes the delta there.
package commit

import (
	"context"
	"strings"

	"clustergraph/internal/store"
)

// Record is what one record says in one form: of one original subject, according to one
// source, at one place in it. A record has several forms where properties said by hand
// stayed while later records took the place of the others, or where only some of what is
// said again is new; Part tells these apart.
type Record struct {
	store.Subject // the original one: as it was addressed, merges apart
	Source, Place string
	Part          int

	// Kind is the kind that it says a node has; empty if another part says it.
	Kind string
	// States tells of an edge that this part says that the edge is there.
	States bool
	Props  store.Props // "name" and "identifiers" among them

	At         store.Date
	Rank       store.Rank
	Confidence float64
	Derived    bool
	By, Run    string
	Revision   uint64 // at which it was first said in this form
}

// place tells the records of one subject apart.
type place struct{ source, place string }

func (r *Record) at() place { return place{r.Source, r.Place} }

// Merge is one merge: Former is answered by Into.
type Merge struct{ Former, Into string }

// Claim is an identifier that records say an original node has.
type Claim struct {
	store.Identifier
	Node string
}

// Name is a key by which a node is met.
type Name struct{ Key, Node string }

// Head is what is known of a node without what it holds.
type Head struct {
	ID, Kind string
	Denied   bool
}

// Node is a node as records make it; denied ones are not in the graph, but are met.
type Node struct {
	*store.Node
	Denied bool
}

// Facts answers what Plan asks, as of the beginning of the batch's transaction. Each
// method answers for everything it is asked at once; repeated arguments may be answered
// once. Rows come in any order.
type Facts interface {
	// Merges are all merges of the groups that some ids belong to: whoever was merged,
	// directly or by others, with one of them.
	Merges(ctx context.Context, ids []string) ([]Merge, error)
	// Heads are the heads of nodes by their present ids, former ones apart.
	Heads(ctx context.Context, ids []string) ([]Head, error)
	// NodeRecords are the records of original nodes, and which of these are denied.
	NodeRecords(ctx context.Context, ids []string) (records []*Record, denied []string, err error)
	// EdgeRecords are the records of original edges, and which of these are denied.
	EdgeRecords(ctx context.Context, edges []store.EdgeID) (records []*Record, denied []store.EdgeID, err error)
	// EdgeRecordsAt are those of all original edges that begin or end at original nodes.
	EdgeRecordsAt(ctx context.Context, ids []string) (records []*Record, denied []store.EdgeID, err error)
	// SaidBy are the original subjects of the records of some sources; if run is not nil,
	// only of those of other runs and not said by hand.
	SaidBy(ctx context.Context, sources []string, run *string) ([]store.Subject, error)
	// Claims are who some identifiers belong to.
	Claims(ctx context.Context, ids []store.Identifier) ([]Claim, error)
	// Named are the nodes that some keys meet.
	Named(ctx context.Context, keys []string) ([]Name, error)
	// Distinct are the pairs of nodes marked as distinct in which some ids stand.
	Distinct(ctx context.Context, ids []string) ([][2]string, error)
	// Erased are those of some hashes that are of erased people.
	Erased(ctx context.Context, hashes []Hash) ([]Hash, error)
}

// Now is where a store stands as a batch begins.
type Now struct {
	Revision store.Revision // the last commit's
	Salt     []byte         // of the hashes of erased people; never changes
}

// Delta is what a batch changes: rows to put (new or in the place of one with the same
// key) and rows to delete. Where a truth checks that edges have ends, it does so at the
// end.
type Delta struct {
	// Result is the answer to the batch, with the commit for the log; only Commit.At is
	// the truth's to set. If Result.Commit.Revision is zero, nobody can see a difference
	// and there is no commit; rows may differ all the same (in their runs).
	Result store.Result
	// Changes are what an entry of the log tells of the commit; nothing of who was erased.
	Changes []store.Change

	Nodes       []Node
	GoneNodes   []string
	Edges       []*store.Edge
	GoneEdges   []store.EdgeID
	Names       []Name
	GoneNames   []Name
	Records     []*Record
	GoneRecords []*Record // by subject, source, place and part
	// Renewed are those of Records that take the place of one; the others are new.
	Renewed      map[*Record]bool
	Claims       []Claim
	GoneClaims   []Claim
	Merges       []Merge
	GoneMerges   []string // by Former
	Denied       []store.Subject
	GoneDenied   []store.Subject
	Distinct     [][2]string
	GoneDistinct [][2]string

	// Erased are to be kept. The nodes of the ids in Scrub, and edges at them, are to be
	// taken out of the log and out of the results of earlier batches, and the bytes of all
	// that was deleted out of the files.
	Erased []Hash
	Scrub  []string
}

// Plan works out what a batch changes in the graph that facts tell of. The errors of the
// batch are ErrInvalid, ErrNotFound and ErrConflict and say which record or step is at
// fault; those of facts are passed on. Cost: with what the batch says, what else is said
// of the same nodes and edges, and the edges of nodes that come, go, or are merged; it asks
// a fixed number of times, and a few times for each step.
func Plan(ctx context.Context, facts Facts, schema store.Schema, now Now, b store.Batch) (*Delta, error) {
	s := newState(ctx, facts, schema, now, len(b.Nodes)+len(b.Edges))
	if err := s.batch(b); err != nil {
		return nil, err
	}
	return s.finish(b)
}

// merges are who became whom.
type merges map[string]string

// root is the id that stayed of the nodes that id was merged with.
func (m merges) root(id string) string {
	for {
		into, former := m[id]
		if !former {
			return id
		}
		id = into
	}
}

func (m merges) edge(e store.EdgeID) store.EdgeID {
	e.From, e.To = m.root(e.From), m.root(e.To)
	return e
}

// within tells whether an edge lies between two nodes that have become one.
func (m merges) within(e store.EdgeID) bool {
	return e.From != e.To && m.root(e.From) == m.root(e.To)
}

func compareSubjects(a, b store.Subject) int {
	if c := strings.Compare(a.Node, b.Node); c != 0 {
		return c
	}
	return a.Edge.Compare(b.Edge)
}
