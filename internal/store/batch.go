package store

import "time"

// Batch is a set of changes that happen all or not at all.
//
// What a graph holds is worked out from what is said of it. A batch adds records, each of
// which says something of one node or edge; the node or edge holds, property by property,
// the preferred value. So an import never overwrites what someone else said, what a source
// no longer says can be withdrawn, and a merge can be undone.
//
// Preferred is what is said at the higher [Rank], then at the later At (unknown is the
// earliest), then by the smaller source id (as it is now), then with more confidence, then at the smaller
// place (numbers within a place are compared as numbers), then of the smaller original
// subject. Single values, and the parts of a value with parts one by one, are the
// preferred ones. A list holds what anyone says, the preferred first, each value once; but
// if it is said ByHand, only what is said so. A property of an unknown name has the shape
// of the preferred value. Lists and values with parts that are empty are not held. The
// name is the preferred one; every other name said, by whomever, is an alias (a record's
// own aliases count as names said, after its name). Identifiers and former ids are of
// everyone; former ids are sorted. The kind is the most telling one said
// ([Kind.Telling]), then the preferred.
//
// A node is in the graph while a record says something of it and nobody denies it; an edge
// likewise, if both its ends are. A denied node or edge keeps its records, and what is
// said of it later stays without effect until someone says something of it by hand. A
// merged node or edge is denied if one of those it was made of is; to deny or to bring it
// back is to do so with all of them. Merges, marks and denials outlive the records: who
// comes back finds them.
//
// A record's original subject is what it addressed, merges apart: of the nodes that were
// merged, the one with the Ref's id, else with the identifier, else with the name (each as
// records of it say; of several, the one whose id stayed, then the smallest id), else the
// one whose id stayed.
//
// Strings are valid UTF-8, numbers finite, Props sorted by name with each name once; all
// else is an ErrInvalid, as are values that are not of their property's type (of the kind
// the Ref names, else of the kind the node has), and kinds and edge types that the schema
// does not have.
type Batch struct {
	// ID makes the batch happen once: one that was applied already changes nothing and
	// answers as it did then (Result.Repeated). Empty: it has none. At most 200 bytes.
	ID string
	By string // who applies it: told in the log
	// Run marks the records of a longer import, for Withdraw. Empty: none.
	Run   string
	Nodes []NodeRecord
	Edges []EdgeRecord
	// Steps happen after the records, in their order.
	Steps []Step
}

// Ref addresses a node. It is resolved within the batch's transaction: by ID (or former
// id), else by the first of Identifiers that is known, else by name.
//
// By name it meets a node of the same family ([Kind.Family]) that has this name as its
// name or among its aliases, folded ([text.Keys]; an empty key meets nobody), unless both
// have identifiers of one scheme and none in common, or the node holds another value of a
// property that tells bodies apart ([Kind.Apart]) than the NodeRecord with the Ref says; of
// several, one of the same kind, then the smallest id. Kinds that do not meet by name ([Kind.Meets]) do so only if the Ref
// has no identifiers, and only with a node of the same kind. A Ref without a Kind, or that is
// Exact, meets nobody by name. Denied nodes are met as others are.
//
// A Ref that meets nobody makes a new node where it stands in a NodeRecord, whose id is
// ID, else made of the first identifier (its scheme in lower case: "pic:986451977"), else
// of the name ("name:cluj-it-cluster", by [text.Slug]); with -2, -3 ... if records of
// another node have that id. A new node without a kind is an ErrInvalid, and so is one
// without ID and identifiers whose name has no letter or digit. Elsewhere a Ref that meets
// nobody is an ErrNotFound. Refs of one batch meet the nodes that earlier records of it
// make.
//
// Identifiers that belong to different nodes, or to another than the one with the ID, are
// an ErrConflict that names the nodes. An ID alone that nobody has is an ErrNotFound; with
// identifiers or a name it is a new node's. A Kind of another family than that of the node
// it meets is an ErrInvalid.
type Ref struct {
	ID          string
	Identifiers []Identifier
	Kind, Name  string // the name of a concrete kind of the ontology
	// Exact refs meet by ID and Identifiers alone: whoever states many bodies of which some
	// share a name says so, and leaves it to a Merge, which can be undone, to make them one.
	Exact bool
}

// Rank is how a record knows what it says.
type Rank uint8

// The ranks, the preferred last.
const (
	FromText     Rank = iota + 1 // read in running text
	FromField                    // a labelled field
	FromRegister                 // a register with identifiers
	ByHand                       // set by a person
)

// Said is where what a record says comes from.
type Said struct {
	// Source is a node of kind Source (else ErrInvalid), which may be the record's own
	// node; the zero Ref: nobody but By.
	Source Ref
	Place  string // where in the source: "line 12", "row 7"
	At     Date   // when the source said it; the zero Date: unknown
	Rank   Rank   // 0 is ByHand
	// Confidence is from 0 to 1 (else ErrInvalid); 0 stands for 1.
	Confidence float64
	// Derived marks what was computed from other facts, such as an end from a start and a
	// duration.
	Derived bool
}

// NodeRecord says something of a node. There is one record for each node as addressed (a
// merged node keeps the records of both), source and place: a later one takes the place
// of an earlier one, except that ByHand properties (name, kind and identifiers, too) that
// are not mentioned stay. A Ref without a kind says the kind that the node has; a kind
// said ByHand stays until a hand says another.
type NodeRecord struct {
	Ref
	Said
	// Props are what is said. "name" is taken from the Ref, or may stand here instead;
	// "id", "identifiers", "formerIds" and "kind" may not (ErrInvalid). ByHand, a nil
	// value says that the value, or the part of a value, is unknown: it hides what others
	// say. Otherwise a nil says nothing.
	Props Props
}

// EdgeRecord says something of an edge, like NodeRecord. Its nodes must exist, or be made
// by the batch.
type EdgeRecord struct {
	Type, Key string
	From, To  Ref
	Said
	Props Props
}

// Step is one of Remove, Unlink, Erase, Merge, Unmerge, Distinct, Withdraw.
type Step interface{ step() }

type (
	// Remove denies a node, by hand; its edges go with it. Saying something of it by hand
	// brings it back, with its edges.
	Remove struct{ Node Ref }

	// Unlink denies an edge, by hand. Linking by hand brings it back. An edge that nobody
	// speaks of is an ErrNotFound.
	Unlink struct {
		Type, Key string
		From, To  Ref
	}

	// Erase takes a node of kind Person out of nodes, edges, records, merges, batches and
	// the log, and out of the bytes of the store's files; what later batches say of a
	// Person with one of its identifiers or names is left out (Result.Withheld). For this
	// only salted hashes are kept. Other kinds are an ErrInvalid. It costs what is stored.
	Erase struct{ Node Ref }

	// Merge says that two nodes are one: Keep's id stays, Drop's becomes a former id
	// and goes on answering. All records of both speak of one node then; edges between
	// the two go (not those from one to itself), edges that become equal are one. Of one
	// family, else ErrInvalid; ErrConflict if the two were marked as distinct. Merging
	// what is one already changes nothing.
	Merge struct{ Keep, Drop Ref }

	// Unmerge undoes the merge by which Former became a former id: the node comes back
	// with what was said of it, before and after, and with the nodes that were merged
	// into it. ErrNotFound if it is no former id; ErrConflict if an identifier would
	// belong to both.
	Unmerge struct{ Former string }

	// Distinct says that two nodes are not one: no POSSIBLY_SAME_AS stands between them
	// from then on, whoever says so, and merging them is an ErrConflict. ErrInvalid if
	// they are one.
	Distinct struct{ A, B Ref }

	// Withdraw takes back what a source said in other runs than Run: records go, and
	// nodes and edges nobody speaks of any more. What was said ByHand stays; so does what
	// would go of a node of which nothing else is said, while a record of an edge that
	// stays stands on it.
	Withdraw struct {
		Source Ref
		Run    string
	}
)

func (Remove) step()   {}
func (Unlink) step()   {}
func (Erase) step()    {}
func (Merge) step()    {}
func (Unmerge) step()  {}
func (Distinct) step() {}
func (Withdraw) step() {}

// Result tells what a batch did.
type Result struct {
	// Revision is the first at which the batch can be seen. A batch that changes nothing
	// has that of the graph it met. What is said again in the same form changes nothing,
	// though it counts as said in the new Run; a new statement, mark or denial changes
	// something, even if no node or edge looks different.
	Revision Revision
	// Nodes and Edges are what the batch's records speak of, in their order, by the ids
	// they have after the batch; empty ids where a record was withheld, or speaks of a person
	// whom the batch erases.
	Nodes []string
	Edges []EdgeID
	// The counts are of the distinct nodes and edges that the batch's records speak of or
	// that it changed, by what happened to them as a reader sees it.
	NodeCount, EdgeCount Tally
	Withheld             int  // records left out because they speak of an erased person
	Repeated             bool // the batch had been applied before
	// Commit is what changed, for a mirror in the same process; its Revision is zero if
	// nothing did.
	Commit Commit
}

// Tally counts what became of nodes or edges.
type Tally struct{ New, Changed, Unchanged, Gone int }

// Commit is one entry of the change log: what is true after it. A node that was erased is
// gone in every entry that told of it. GoneNodes' edges are all among GoneEdges.
type Commit struct {
	Revision  Revision
	Batch     string
	By        string
	Sources   []string // ids of the sources that the batch's records name, each once, sorted
	At        time.Time
	Nodes     []*Node // after-images of new and changed nodes, by id
	Edges     []*Edge // the same of edges, by EdgeID
	GoneNodes []string
	GoneEdges []EdgeID
}

// Since is a point in the history of a store: that after Revision (the zero one is before
// all); or if Time is set, that before the first entry of the log that was made after it.
type Since struct {
	Revision Revision
	Time     time.Time
}

// Entry is what the change log tells of a commit without what nodes and edges hold.
type Entry struct {
	Revision Revision
	Batch    string
	By       string
	At       time.Time
	// Changes are what the commit did to nodes, by id, and then to edges, by EdgeID. Of a
	// node that was erased, and of edges at it, no entry tells.
	Changes []Change
	Erases  bool // it erased someone, of whom it does not tell
}

// Change is what a commit did to a node or an edge, as a reader sees it.
type Change struct {
	Subject
	Kind string // of a node: the kind it has, or had before it was gone
	What What
	// Props are the names of the properties of what is Changed that are other than before,
	// sorted; "kind" may be one of them.
	Props []string
	// Sources are the ids, as they are after the commit, of the sources whose records on it
	// the batch said or withdrew, sorted. It is the records on what it consists of after the
	// commit that count; of what is Gone, those on what it consisted of before.
	Sources []string
}

// What says what became of a node or an edge.
type What uint8

// What may become of a node or an edge.
const (
	New     What = iota + 1 // it was not in the graph before
	Changed                 // it holds something else, or is of another kind
	Gone                    // it is not in the graph any more
)

// Statement is one thing said of a node or an edge.
type Statement struct {
	Property string // of a value with parts: "composition.smes"
	Value    Value  // nil: said to be unknown
	Source   string // id, of a source that was merged the one that stayed; empty: without a source
	Place    string
	At       Date // zero: unknown
	Rank     Rank
	// Confidence is from 0 to 1.
	Confidence float64
	Derived    bool
	By         string // who applied it
	// Revision is the one at which the property was first said in this form: with this
	// value (all its parts), At, rank, confidence and Derived, without a pause (but within
	// a batch). By is who said it then.
	Revision Revision
}

// Subject is what statements are about: a node by id or former id, or an edge (whose ends
// may be former ids).
type Subject struct {
	Node string
	Edge EdgeID
}

// StatementWindow cuts a page of a subject's statements. They are in the order of
// Property, then the preferred first. A record of lists makes one statement for each list.
// Kinds are not told.
type StatementWindow struct {
	Property string // only those of this property (of a value with parts: and of its parts)
	First    int    // below 0: ErrInvalid
	Skip     int    // likewise
}

// StatementPage is a page of statements.
type StatementPage struct {
	Statements []Statement
	Total      int
}
