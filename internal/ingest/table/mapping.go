package table

import (
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// mapping is a mapping file as read and checked.
type mapping struct {
	about      string
	parameters []Parameter
	source     *node
	rank       store.Rank
	reading    reading
	empty      map[string]bool // folded texts that stand for no value
	tables     []*sheet
	slots      int    // how many columns are spoken of
	shared     []*ref // columns that every table has: those of the source
}

// Parameter is what a mapping is told with --set.
type Parameter struct {
	Name, About string
	Default     string
	Required    bool
}

// sheet is one of the tables that a mapping reads.
type sheet struct {
	name    string // empty if it is the only one
	options tabular.RowOptions
	when    []condition
	place   *value
	said    *value
	nodes   []*node
	edges   []*edge
	refs    []*ref
}

// node says which node a row makes.
type node struct {
	name     string // in the mapping
	at       position
	when     []condition
	each     *each
	optional bool
	kind     *value
	kinds    []string // that it can be
	key      []*value
	title    []*value
	ids      []identifier
	country  *value
	region   *value
	set      []setting
}

type identifier struct {
	scheme string
	value  []*value
}

// each makes a node of each item of a cell.
type each struct {
	from       *value
	separators []string
	forms      []form
}

// edge says which edge a row makes between its nodes.
type edge struct {
	at       position
	when     []condition
	types    []string // all that it can be
	chosen   *choice  // by the row; nil: the first of types that fits
	either   bool     // it may also lead from the other to the one
	from, to *node
	key      *value
	set      []setting
}

// choice is which relations an edge can be by what a row says: of several the first that may
// lead from one kind to the other.
type choice struct {
	value           *value
	words           map[string][]string // by folded word
	other, fallback []string            // of words that are not listed, and of nothing
}

// setting is a property and what says it.
type setting struct {
	name   string
	at     position
	values []*value
	types  map[string]typed // by kind or relation
}

// value is what a cell says.
type value struct {
	at         position
	from       []pattern // the first that is filled
	words      map[string]string
	other      *string // of words that are not listed
	fallback   string  // of nothing
	as         string
	separators []string
	decimal    byte
	currency   *pattern
	parts      []setting
}

// condition must hold of a row for something to be made of it.
type condition struct {
	value   *value
	is, not map[string]bool // folded
	filled  *bool
}

// position is where something stands in a mapping file.
type position struct{ line, column int }

// The ways a value can be read before its type is.
const (
	asSlug    = "slug"
	asCountry = "country"
	asStart   = "start"
	asEnd     = "end"
)

var (
	ranks       = map[string]store.Rank{"text": store.FromText, "field": store.FromField, "register": store.FromRegister}
	readings    = []string{asSlug, asCountry, asStart, asEnd}
	retrieved   = Parameter{Name: "retrieved", About: "the day the file was fetched, as in 2026-01-31"}
	skipRows    = Parameter{Name: "skipRows", About: "how many rows stand above the header, as in 3"}
	everywhere  = []Parameter{retrieved, skipRows}
	sourceProps = []string{"description", "url", "type", "publisher", "published", "retrieved", "licence"}
)

const (
	sourceKind = "Source"
	// mostMapping is how large a mapping file may be, in bytes.
	mostMapping = 1 << 20
	// mostFaults is how many faults of a mapping are told at once.
	mostFaults = 10
)
