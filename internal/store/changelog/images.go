// Package changelog is what truths have in common about their change logs: how an entry is
// written, how the answer to a batch is kept, and how commits reach those who follow.
package changelog

import (
	"encoding/json"
	"slices"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// Images are what an entry of the log tells, as JSON that any tool can read.
type Images struct{ Sources, Nodes, Edges, GoneNodes, GoneEdges string }

// Encode writes what a commit tells. props writes what a node or edge holds, which whoever
// keeps it has written already.
func Encode(c store.Commit, props func(of any, p store.Props) string) Images {
	nodes := []byte{'['}
	for i, n := range c.Nodes {
		if i > 0 {
			nodes = append(nodes, ',')
		}
		nodes = codec.AppendString(append(nodes, `{"id":`...), n.ID)
		nodes = codec.AppendString(append(nodes, `,"kind":`...), n.Kind)
		nodes = append(nodes, `,"props":`...)
		nodes = append(append(nodes, props(n, n.Props)...), '}')
	}
	edges := []byte{'['}
	for i, e := range c.Edges {
		if i > 0 {
			edges = append(edges, ',')
		}
		edges = codec.AppendString(append(edges, `{"from":`...), e.From)
		edges = codec.AppendString(append(edges, `,"type":`...), e.Type)
		edges = codec.AppendString(append(edges, `,"to":`...), e.To)
		edges = codec.AppendString(append(edges, `,"key":`...), e.Key)
		edges = append(edges, `,"props":`...)
		edges = append(append(edges, props(e, e.Props)...), '}')
	}
	return Images{Sources: Strings(c.Sources), Nodes: string(append(nodes, ']')), Edges: string(append(edges, ']')), GoneNodes: Strings(c.GoneNodes), GoneEdges: Edges(c.GoneEdges)}
}

// Plain writes what a node or edge holds, for those who have not written it yet.
func Plain(_ any, p store.Props) string { return string(codec.Append(nil, p)) }

// Strings are strings as a JSON list.
func Strings(values []string) string { return string(codec.AppendStrings(nil, values)) }

// Edges are edges as a JSON list of lists: from, type, to, key.
func Edges(edges []store.EdgeID) string {
	b := []byte{'['}
	for i, e := range edges {
		if i > 0 {
			b = append(b, ',')
		}
		b = codec.AppendStrings(b, []string{e.From, e.Type, e.To, e.Key})
	}
	return string(append(b, ']'))
}

// Decode adds to a commit what the columns of an entry tell. Its errors say that they are
// not as Encode writes them.
func Decode(d *codec.Decoder, c *store.Commit, sources, nodes, edges, goneNodes, goneEdges []byte) error {
	if err := json.Unmarshal(sources, &c.Sources); err != nil {
		return err
	}
	v, err := d.Value(nodes)
	if err != nil {
		return err
	}
	l, _ := v.(store.List)
	for _, x := range l {
		p, _ := x.(store.Props)
		props, _ := p.Get("props").(store.Props)
		c.Nodes = append(c.Nodes, &store.Node{ID: p.Text("id"), Kind: p.Text("kind"), Props: props})
	}
	if v, err = d.Value(edges); err != nil {
		return err
	}
	l, _ = v.(store.List)
	for _, x := range l {
		p, _ := x.(store.Props)
		props, _ := p.Get("props").(store.Props)
		c.Edges = append(c.Edges, &store.Edge{EdgeID: store.EdgeID{Type: p.Text("type"), From: p.Text("from"), To: p.Text("to"), Key: p.Text("key")}, Props: props})
	}
	if err := json.Unmarshal(goneNodes, &c.GoneNodes); err != nil {
		return err
	}
	var gone [][4]string
	if err := json.Unmarshal(goneEdges, &gone); err != nil {
		return err
	}
	for _, e := range gone {
		c.GoneEdges = append(c.GoneEdges, store.EdgeID{From: e[0], Type: e[1], To: e[2], Key: e[3]})
	}
	return nil
}

// Scrub takes a node and its edges out of what a commit tells.
func Scrub(c *store.Commit, id string) {
	at := func(e store.EdgeID) bool { return e.From == id || e.To == id }
	c.Nodes = slices.DeleteFunc(c.Nodes, func(n *store.Node) bool { return n.ID == id })
	c.GoneNodes = slices.DeleteFunc(c.GoneNodes, func(n string) bool { return n == id })
	c.Edges = slices.DeleteFunc(c.Edges, func(e *store.Edge) bool { return at(e.EdgeID) })
	c.GoneEdges = slices.DeleteFunc(c.GoneEdges, at)
}
