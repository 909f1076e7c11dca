package export

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
)

// VOSviewer (https://www.vosviewer.com, its manual tells of map and network files) reads
// items with numbers as ids, and links as two ids and a strength a line, with tabs between
// columns; VOSviewer Online reads one JSON file of both. Links have no direction, there is
// one between two items, and none from an item to itself: [graph.links]. The clusters that
// colour the items are their kinds.

// vosFiles writes the map and the network file.
type vosFiles struct {
	*files
	l       Layout
	out     *bufio.Writer
	inLinks bool
}

func newVOSFiles(w io.Writer, l Layout, part string) (writer, error) {
	v := &vosFiles{files: newFiles(w, part), l: l}
	return v, v.open("map", "id\tlabel\tsublabel\turl\tcluster\n")
}

func (v *vosFiles) open(part, header string) error {
	w, err := v.begin(part, part+".txt")
	if err != nil {
		return err
	}
	v.out = bufio.NewWriterSize(w, 64<<10)
	_, err = v.out.WriteString(header)
	return err
}

func (v *vosFiles) node(n node) error {
	line := strings.Join([]string{strconv.Itoa(n.number), oneLine(n.Name()), n.Kind, oneLine(n.Props.Text("url")), strconv.Itoa(v.l.cluster(n.Kind))}, "\t")
	_, err := v.out.WriteString(line + "\n")
	return err
}

// cluster is the number of a kind, from 1.
func (l Layout) cluster(kind string) int { return slices.Index(l.kinds, kind) + 1 }

// oneLine has spaces in the place of tabs and line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

func (v *vosFiles) edge(e edge) error {
	if err := v.toLinks(); err != nil {
		return err
	}
	_, err := v.out.WriteString(strconv.Itoa(e.from.number) + "\t" + strconv.Itoa(e.to.number) + "\t" + strconv.FormatFloat(e.weight, 'f', -1, 64) + "\n")
	return err
}

func (v *vosFiles) toLinks() error {
	if v.inLinks {
		return nil
	}
	v.inLinks = true
	if err := v.out.Flush(); err != nil {
		return err
	}
	return v.open("network", "")
}

func (v *vosFiles) close() error {
	if err := v.toLinks(); err != nil {
		return err
	}
	if err := v.out.Flush(); err != nil {
		return err
	}
	return v.files.close()
}

// vosJSON writes {"network": {"items": [...], "links": [...]}}.
type vosJSON struct {
	out     *bufio.Writer
	l       Layout
	some    bool // of the list that is open
	inLinks bool
}

func newVOSJSON(w io.Writer, l Layout, _ string) (writer, error) {
	v := &vosJSON{out: bufio.NewWriterSize(w, 64<<10), l: l}
	_, err := v.out.WriteString("{\"network\": {\"items\": [")
	return v, err
}

func (v *vosJSON) item(x any) error {
	raw, err := json.Marshal(x)
	if err != nil {
		return err
	}
	between := ",\n"
	if !v.some {
		between = "\n"
	}
	v.some = true
	_, _ = v.out.WriteString(between) // bufio keeps the error
	_, err = v.out.Write(raw)
	return err
}

func (v *vosJSON) node(n node) error {
	return v.item(struct {
		ID          int    `json:"id"`
		Label       string `json:"label"`
		Description string `json:"description,omitempty"`
		URL         string `json:"url,omitempty"`
		Cluster     int    `json:"cluster"`
	}{n.number, printable(n.Name()), n.Kind, n.Props.Text("url"), v.l.cluster(n.Kind)})
}

func (v *vosJSON) edge(e edge) error {
	v.toLinks()
	return v.item(struct {
		From     int     `json:"source_id"`
		To       int     `json:"target_id"`
		Strength float64 `json:"strength"`
	}{e.from.number, e.to.number, e.weight})
}

func (v *vosJSON) toLinks() {
	if !v.inLinks {
		v.inLinks, v.some = true, false
		_, _ = v.out.WriteString("\n], \"links\": [") // bufio keeps the error
	}
}

func (v *vosJSON) close() error {
	v.toLinks()
	_, _ = v.out.WriteString("\n]}}\n")
	return v.out.Flush()
}
