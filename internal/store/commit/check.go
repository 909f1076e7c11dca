package commit

import (
	"fmt"

	"clustergraph/internal/store"
)

// Remedy is what to do where something of our own is not as we wrote it.
const Remedy = "; it was changed by another program, or is damaged: restore a backup"

// Check reports where what a truth keeps is not what its records make, and identifiers that
// belong to two nodes.
func Check(want, kept Made, report func(store.Problem)) {
	Differ(want.Nodes, kept.Nodes, "node", func(n Node) string { return n.ID }, func(a, b Node) bool {
		return a.Kind == b.Kind && a.Denied == b.Denied && store.Equal(a.Props, b.Props)
	}, report)
	Differ(want.Edges, kept.Edges, "edge", func(e *store.Edge) string { return EdgeName(e.EdgeID) }, func(a, b *store.Edge) bool { return store.Equal(a.Props, b.Props) }, report)
	CheckKeys(want, kept, report)
}

// CheckKeys is Check for all but nodes and edges.
func CheckKeys(want, kept Made, report func(store.Problem)) {
	Differ(want.Names, kept.Names, "name", func(n Name) string { return n.Node + " " + n.Key }, func(a, b Name) bool { return true }, report)
	Differ(want.Claims, kept.Claims, "identifier", func(x Claim) string { return x.Node + " " + x.Scheme + " " + x.Value }, func(a, b Claim) bool { return true }, report)
	owner := map[store.Identifier]string{}
	for _, n := range want.Nodes {
		for _, id := range identifiers(n.Props.Get("identifiers")) {
			if other := owner[id]; other != "" {
				report(store.Problem{Subject: n.ID, What: fmt.Sprintf("%s %s belongs to %s, too; merge the two, or withdraw what is wrong", id.Scheme, id.Value, other)})
			}
			owner[id] = n.ID
		}
	}
}

// Differ reports what is missing, too much, or different. name tells things apart.
func Differ[T any](want, kept []T, what string, name func(T) string, same func(want, kept T) bool, report func(store.Problem)) {
	had := make(map[string]T, len(kept))
	for _, x := range kept {
		had[name(x)] = x
	}
	for _, x := range want {
		switch y, is := had[name(x)]; {
		case !is:
			report(store.Problem{Subject: name(x), What: "the " + what + " is missing, though records make it" + Remedy})
		case !same(x, y):
			report(store.Problem{Subject: name(x), What: "the " + what + " does not hold the preferred values" + Remedy})
		}
		delete(had, name(x))
	}
	for _, x := range kept {
		if _, left := had[name(x)]; left {
			report(store.Problem{Subject: name(x), What: "no record makes the " + what + Remedy})
		}
	}
}

// EdgeName is an edge in words.
func EdgeName(e store.EdgeID) string {
	s := e.Type + " " + e.From + " -> " + e.To
	if e.Key != "" {
		s += " (" + e.Key + ")"
	}
	return s
}
