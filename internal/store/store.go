// Package store is the property graph as the service sees it: values, conditions, batches,
// errors, and the interfaces of those who keep a graph and answer from it. The comments
// here are the contract; each sentence is tested in storetest, which every store passes.
package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Errors of every store. Their messages are for users; what is wrapped in other errors is
// not.
var (
	ErrNotFound    = errors.New("not found")
	ErrInvalid     = errors.New("invalid")
	ErrConflict    = errors.New("conflict")
	ErrUnavailable = errors.New("unavailable")
	// ErrBehind says that the change log no longer reaches back so far, or that the
	// store's content was replaced: load anew.
	ErrBehind = errors.New("behind the change log")
)

// Revision is a point in the history of one store: each commit makes the next. The zero
// Revision is before all.
type Revision struct {
	Epoch  string // of letters and digits; a store whose content is replaced has a new one
	Number uint64
}

// String is the token users see: within an epoch, later ones are greater as strings. The
// zero Revision's is empty.
func (r Revision) String() string {
	if r == (Revision{}) {
		return ""
	}
	return fmt.Sprintf("%s-%012x", r.Epoch, r.Number)
}

// ParseRevision reads a token; a malformed one is an ErrInvalid.
func ParseRevision(token string) (Revision, error) {
	epoch, number, ok := strings.Cut(token, "-")
	n, err := strconv.ParseUint(number, 16, 64)
	r := Revision{epoch, n}
	if !ok || err != nil || epoch == "" || r.String() != token {
		return Revision{}, fmt.Errorf("%w: %q is not a revision; use one that an answer carried", ErrInvalid, token)
	}
	return r, nil
}

// Reader answers from one revision of a graph: everything it is asked in one view is
// consistent, or Consistent says that it is not; except that Statements may be of a later
// revision (never an earlier one).
//
// Every method gives up with the context's error soon after the context ends. Ids may be
// repeated in a request; each is answered. What is returned is shared: it must not be
// changed.
type Reader interface {
	// Revision is the one that the view shows.
	Revision() Revision

	// Consistent is false if a commit came between the answers of this view, so that they
	// may be of several revisions. Only stores that cannot hold still say so, and only after
	// they have called read again to no avail.
	Consistent() bool

	// Nodes are the nodes of some ids or former ids, at the same places; nil where there
	// is none. Cost: with the ids.
	Nodes(ctx context.Context, ids []string) ([]*Node, error)

	// Identified are the nodes that identifiers belong to, likewise. Schemes are blind to
	// case.
	Identified(ctx context.Context, ids []Identifier) ([]*Node, error)

	// Find cuts a page of the nodes of some kinds (nil: all; unknown ones have none).
	// Cost: with the page, if no Where is set and the Order is that of ids, or by one
	// property declared as indexed; with the nodes that pass one indexed condition all
	// must pass; else with the nodes of these kinds.
	Find(ctx context.Context, kinds []string, w Window) (Page, error)

	// Expand follows a relation from some ids (or former ids), all at once; the window
	// cuts each list on its own, and the pages stand at the same places as the ids. An id
	// that nobody has leads nowhere. Cost: with the rows of the lists.
	Expand(ctx context.Context, ids []string, rel Rel, w Window) ([]Page, error)

	// Search finds nodes by name: every word of text must begin a word of the same one of
	// the node's names ([Kind.Names]), without regard to case, accents or script. Hits are
	// ranked by [Score], then by id. Text without a word finds nothing. Of more than
	// [Candidates] nodes only those count that have the same name, then the shortest of
	// the names that match (in words of its key), then the smallest ids.
	Search(ctx context.Context, text string, kinds []string, w SearchWindow) (Matches, error)

	// Statements are what is said of some subjects, a page for each, at the same places.
	// Nothing is said of a subject nobody has.
	Statements(ctx context.Context, of []Subject, w StatementWindow) ([]StatementPage, error)

	// Log tells the entries of the change log after a point in the history, up to the view's
	// revision, in their order, each once. It returns ErrBehind if entries after that point
	// are no longer in the log, or if it is of another epoch: who keeps a copy reads
	// everything anew; ErrConflict if it lies after the view's revision; and what tell
	// returns if that is not nil. Cost: with the entries.
	Log(ctx context.Context, since Since, tell func(Entry) error) error

	// Slots are the slots of some ids or former ids, at the same places; 0 where there is
	// none. What speaks of slots is for analysis: it follows edges without looking at the
	// nodes they lead to, unless their kind is asked for.
	Slots(ctx context.Context, ids []string) ([]Slot, error)

	// IDs are the ids of the nodes of some slots that were returned before; empty for 0.
	IDs(slots []Slot) []string

	// Step follows a relation from some slots, all at once, over the edges that hold in a
	// period. From one slot the edges are in the order of the far ends' ids, then of from,
	// to and key. Cost: with the edges followed.
	Step(ctx context.Context, from []Slot, rel Rel, when Period) (Fan, error)

	// Meet tells where groups meet: what Step tells from the members of all groups, but it may
	// leave out edges to far ends that could not be where a member of one group meets another
	// member, of another group (of the same, if there is one group alone). If it leaves out
	// one edge to a far end, it leaves out all. Cost: with the edges of the members; what is
	// read grows with what is told.
	//
	// Of two groups just the first pairs may be wanted (0: all): of a member of the first group
	// and another node that is a member of the second; of two that are members of both groups,
	// the one with the smaller id comes first. Those that meet at more far ends come before
	// others, then those with smaller ids, of the first, then of the second. Then Meet may leave
	// out all but what tells of these: the edges of both to far ends where they meet, and those
	// by which the one is a member of the first group and the other of the second.
	Meet(ctx context.Context, groups []Group, rel Rel, when Period, pairs int) (Meeting, error)

	// Gather tells who the members of a group are and, of each, what some ways tell: over the
	// edges that hold in a period. A sum over a property that the type of edges does not declare
	// as one amount of money is an ErrInvalid. Cost: with the edges; what is read grows with the
	// members and with what is told of them, not with the edges that are summed up.
	Gather(ctx context.Context, of Group, ways []Way, when Period) (Gathering, error)

	// At are the nodes of some slots that were returned before; nil for 0.
	At(ctx context.Context, slots []Slot) ([]*Node, error)

	// Pass tells which of some slots' nodes pass a condition, at the same places; 0 passes
	// none. What the condition says of edges is as for nodes that no edge led to.
	Pass(ctx context.Context, slots []Slot, t Test, when Period) ([]bool, error)
}

// Store keeps a graph and answers from it. All methods may be called at once.
type Store interface {
	// View calls read with one revision of the graph, at least the given one: it waits for
	// that to be visible, as long as the context allows. A revision of another epoch is an
	// ErrConflict; the zero Revision is any. The reader is good until read returns; read
	// may be called again after it failed or its view was found to be torn: then methods
	// may fail, and what read returned does not count. A view never waits for a writer.
	View(ctx context.Context, atLeast Revision, read func(Reader) error) error

	// Apply makes a batch's changes, all of them or none. When it returns, a View at least
	// at Result.Revision can be had. ErrInvalid, ErrNotFound and ErrConflict say which
	// record or step is at fault; ErrUnavailable says that the batch may or may not have
	// happened, and that applying it again (with its ID) is safe. A batch costs what it
	// says, not what is stored. Batches of concurrent callers happen one after another.
	Apply(ctx context.Context, b Batch) (Result, error)

	// Revision is the newest that View would show.
	Revision(ctx context.Context) (Revision, error)

	// Ready is nil if the store can answer, and ErrUnavailable with the reason if not.
	Ready(ctx context.Context) error

	// Check looks for what should not be: edges without ends, identifiers of two nodes,
	// values that are not the preferred ones, a mirror that differs from its truth. It
	// reports each problem, and only fails if it could not look. Cost: with the graph.
	Check(ctx context.Context, report func(Problem)) error

	// Close releases the store; views that are open are finished first. From then on
	// everything but Close is an ErrUnavailable.
	Close() error
}

// Problem is something Check found.
type Problem struct {
	Subject string // an id, an edge, a file
	What    string // what is wrong, and what to do
}

// Truth keeps a graph and tells what changed. A mirror makes a Store of it.
type Truth interface {
	// Apply, Ready, Check and Close are as those of Store.
	Apply(ctx context.Context, b Batch) (Result, error)
	Ready(ctx context.Context) error
	Check(ctx context.Context, report func(Problem)) error
	Close() error

	// Revision is that of the last commit, by anyone.
	Revision(ctx context.Context) (Revision, error)

	// Load tells every node and then every edge, in any order, as of one revision, which
	// it returns. Cost: with the graph.
	Load(ctx context.Context, node func(*Node) error, edge func(*Edge) error) (Revision, error)

	// Follow tells every commit after a revision, by this process or another, in their
	// order, each once, and waits for more until the context ends: then it returns the
	// context's error. It returns ErrBehind if commits after the revision are no longer
	// in the log or the epoch is another one, and what tell returns if that is not nil. A
	// commit is told within a second.
	Follow(ctx context.Context, after Revision, tell func(Commit) error) error

	// Log is as that of Reader, up to a revision in the place of the view's; it is an
	// ErrBehind, too, if that is of another epoch.
	Log(ctx context.Context, since Since, until Revision, tell func(Entry) error) error

	// Statements are as those of Reader.
	Statements(ctx context.Context, of []Subject, w StatementWindow) ([]StatementPage, error)
}
