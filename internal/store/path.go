package store

import "context"

// Pathfinder is a [Reader] that finds paths by itself. One that has to ask a database elsewhere
// for each step is; one that has the graph at hand need not be.
type Pathfinder interface {
	// Shortest tells the first of the shortest ways that a route allows: all of these are
	// equally long. Each is the slots of its nodes, from one end to the other, and they come in
	// the order of the ids of their nodes, one after the other. If an id of the route is not
	// that of a node (but a former one), or if there are more ways than are put in order, known
	// is false, and nothing is told: whoever wants them goes step by step. Cost: with the nodes
	// and edges that are no further from one end than half of the way, and with a bounded
	// number of ways.
	Shortest(ctx context.Context, r Route) (ways [][]Slot, known bool, err error)

	// Joining are the edges of some types (one or more) that hold in a period between the two nodes of each
	// pair, either way, in the order of EdgeIDs, at the same places. The slots were returned
	// before. Cost: with the pairs, and the edges between them.
	Joining(ctx context.Context, pairs [][2]Slot, types []string, when Period) ([][]*Edge, error)
}

// Route says which ways from one node to another count.
type Route struct {
	From, To string // ids of two nodes
	// Types are those of the edges (one or more), which are gone either way, and When is the
	// period that each of them must hold in.
	Types []string
	When  Period
	// Through are the kinds of the nodes in between (nil: any), and Avoid are the ids of nodes
	// that are not among these.
	Through []string
	Avoid   []string
	// Longest is how many edges a way has at most, and First how many ways are told at most.
	// Both are 1 or more.
	Longest, First int
}
