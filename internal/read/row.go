package read

import (
	"context"

	"clustergraph/internal/store"
)

// Row is a value that Go code works out, such as a pair of partners: not a node of the
// graph, but an object of the schema all the same.
//
// An analysis answers with rows, never with JSON: it says what stands in a field, and this
// package plans, fetches the nodes that rows name (one call for each field and level, over
// distinct nodes), cuts pages and writes.
type Row interface {
	// Field is the value of a field of the row's type, by the schema's name of it. It is
	// asked once for each place where the query selects it, and only then, in any order.
	// The value is one of
	//
	//	nil                                         null
	//	bool, int, int64, float64, string           a scalar, an id, an enum value by name
	//	store.Date, store.Cents, store.Money        Date, Decimal, Money
	//	store.List, store.Props                     what a property may hold besides
	//	Node, store.Slot, *store.Node               a node ("" and 0 are null)
	//	[]Node, []store.Slot                        nodes
	//	Row                                         an object (a nil interface is null)
	//	[]Row                                       objects
	//	*List                                       a connection
	//	store.Subject                               the connection of what is said of it
	//
	// A slot must be of the view that the analysis was given. An error stands in the
	// answer at the field's place: wrap an error of package store if its message is for
	// users; any other is told as INTERNAL.
	Field(name string, args Args) (any, error)
}

// Node is a node in a [Row], by its id or a former id.
type Node string

// List is a connection: rows (or nodes) in a total order. This package cuts the page that
// the field's first, after, last and before ask for, counts, and makes the cursors; what
// does not stand on the page is never made.
type List struct {
	// Len is the number of all rows: the connection's totalCount.
	Len int
	// Row is the i-th: a Row, a Node or a store.Slot.
	Row func(i int) any
	// Edge holds the fields of the i-th edge beside node and cursor. Nil: there are none.
	Edge func(i int) Row
	// Totals is what the connection tells of all rows beside their count, in its field totals.
	// Nil: it has no such field.
	Totals func() (Row, error)
	// Key is the place of the i-th row in the order: the values it is ordered by, and at
	// the end what makes the order total, such as ids. It goes into cursors, so it must
	// mean the same after a restart (no slots). Compared by store.CompareNull.
	Key func(i int) []store.Value
	// Desc says which values of Key descend, by place; missing ones ascend.
	Desc []bool
}

// Computed answers a field of nodes that is neither a property nor a relation, such as
// Actor.partners: for all nodes of one level at once. The values are as those of
// [Row.Field], at the same places as the nodes. It reads through g only, which shows the
// same revision as the rest of the answer.
type Computed func(ctx context.Context, g store.Reader, of []*store.Node, args Args) ([]any, error)
