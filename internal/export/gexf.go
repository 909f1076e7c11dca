package export

import (
	"io"
	"strconv"

	"clustergraph/internal/store"
)

// gexf writes GEXF 1.3 (https://gexf.net/1.3): attributes by column, the time that nodes and
// edges are known to have been there as spells, weights, and a colour for each kind.
type gexf struct {
	*markup
	l       Layout
	inEdges bool
}

func newGEXF(w io.Writer, l Layout, _ string) (writer, error) {
	x := &gexf{markup: newMarkup(w), l: l}
	x.start("gexf", "xmlns", "http://gexf.net/1.3", "xmlns:viz", "http://gexf.net/1.3/viz", "version", "1.3")
	x.start("meta")
	x.leaf("creator", "clustergraph")
	x.leaf("description", "revision "+l.Revision)
	x.end()
	x.start("graph", "defaultedgetype", directedness(l), "mode", "dynamic", "timeformat", "date", "timerepresentation", "interval")
	x.columns("node", l.Nodes)
	x.columns("edge", l.Edges)
	x.start("nodes")
	return x, x.err
}

func directedness(l Layout) string {
	if l.Directed {
		return "directed"
	}
	return "undirected"
}

// columns declares attributes: the kind of nodes (of edges it has an XML attribute), then
// the columns.
func (x *gexf) columns(class string, columns []Column) {
	x.start("attributes", "class", class, "mode", "static")
	x.empty("attribute", "id", "kind", "title", "kind", "type", "string")
	for i, c := range columns {
		x.empty("attribute", "id", strconv.Itoa(i), "title", c.Name, "type", xmlType(c.Type))
	}
	x.end()
}

// xmlType is a type as GEXF calls it; GraphML has the same words but for double and long.
func xmlType(t store.TypeName) string {
	switch t {
	case store.Bool:
		return "boolean"
	case store.Int:
		return "long"
	case store.Float, cents:
		return "double"
	}
	return "string"
}

func (x *gexf) node(n node) error {
	x.start("node", "id", n.ID, "label", n.Name())
	x.values(n.Kind, x.l.Nodes, n.values)
	x.spell(n.span)
	c := x.l.colours[n.Kind]
	x.empty("viz:color", "r", strconv.Itoa(int(c.r)), "g", strconv.Itoa(int(c.g)), "b", strconv.Itoa(int(c.b)))
	x.end()
	return x.err
}

func (x *gexf) values(kind string, columns []Column, values []store.Value) {
	x.start("attvalues")
	x.empty("attvalue", "for", "kind", "value", kind)
	for i := range columns {
		if s := text(values[i]); s != "" {
			x.empty("attvalue", "for", strconv.Itoa(i), "value", s)
		}
	}
	x.end()
}

// spell tells when something was there; what is not known to begin or end always was.
func (x *gexf) spell(p store.Period) {
	var attrs []string
	first, last := days(p)
	if first != "" {
		attrs = append(attrs, "start", first)
	}
	if last != "" {
		attrs = append(attrs, "end", last)
	}
	if attrs != nil {
		x.start("spells")
		x.empty("spell", attrs...)
		x.end()
	}
}

func (x *gexf) edge(e edge) error {
	x.begin()
	x.start("edge", "id", e.id, "source", e.from.id, "target", e.to.id, "kind", e.typ, "weight", strconv.FormatFloat(e.weight, 'f', -1, 64))
	x.values(e.typ, x.l.Edges, e.values)
	x.spell(e.span)
	x.end()
	return x.err
}

// begin begins the edges.
func (x *gexf) begin() {
	if !x.inEdges {
		x.inEdges = true
		x.end()
		x.start("edges")
	}
}

func (x *gexf) close() error {
	x.begin()
	return x.markup.close()
}
