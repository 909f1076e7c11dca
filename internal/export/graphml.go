package export

import (
	"io"
	"strconv"

	"clustergraph/internal/store"
)

// graphML writes GraphML (http://graphml.graphdrawing.org): label, kind and columns as data
// of nodes; relation, weight and columns as data of edges.
type graphML struct {
	*markup
	l Layout
}

func newGraphML(w io.Writer, l Layout, _ string) (writer, error) {
	x := &graphML{newMarkup(w), l}
	x.start("graphml", "xmlns", "http://graphml.graphdrawing.org/xmlns", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd")
	key := func(id, of, name, typ string) {
		x.empty("key", "id", id, "for", of, "attr.name", name, "attr.type", typ)
	}
	key("label", "node", "label", "string")
	key("kind", "node", "kind", "string")
	key("color", "node", "color", "string")
	for i, c := range l.Nodes {
		key("n"+strconv.Itoa(i), "node", c.Name, xmlType(c.Type))
	}
	key("relation", "edge", "relation", "string")
	key("weight", "edge", "weight", "double")
	for i, c := range l.Edges {
		key("e"+strconv.Itoa(i), "edge", c.Name, xmlType(c.Type))
	}
	x.start("graph", "id", "clustergraph", "edgedefault", directedness(l))
	return x, x.err
}

func (x *graphML) node(n node) error {
	x.start("node", "id", n.ID)
	x.leaf("data", n.Name(), "key", "label")
	x.leaf("data", n.Kind, "key", "kind")
	x.leaf("data", x.l.colours[n.Kind].String(), "key", "color")
	x.values("n", n.values)
	x.end()
	return x.err
}

func (x *graphML) values(prefix string, values []store.Value) {
	for i, v := range values {
		if s := text(v); s != "" {
			x.leaf("data", s, "key", prefix+strconv.Itoa(i))
		}
	}
}

func (x *graphML) edge(e edge) error {
	x.start("edge", "id", e.id, "source", e.from.id, "target", e.to.id)
	x.leaf("data", e.typ, "key", "relation")
	x.leaf("data", strconv.FormatFloat(e.weight, 'f', -1, 64), "key", "weight")
	x.values("e", e.values)
	x.end()
	return x.err
}

func (x *graphML) close() error { return x.markup.close() }
