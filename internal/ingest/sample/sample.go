// Package sample reads the ecosystem that comes with the program: facts in the project's
// own form of JSON Lines, each with its source. The form is told in samples/README.md.
package sample

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/samples"
)

// Batches are the embedded samples, one batch for each file, in the order they are to be
// applied in. A batch's id is that of its content: applying it again changes nothing.
func Batches() ([]store.Batch, error) {
	names, err := fs.Glob(samples.Files, "*.jsonl")
	if err != nil {
		return nil, err
	}
	out := make([]store.Batch, 0, len(names))
	for _, name := range names {
		raw, err := samples.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		b, err := Read(name, bytes.NewReader(raw), ontology.Served().Store)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(raw)
		b.ID = "sample/" + name + "/" + hex.EncodeToString(sum[:8])
		out = append(out, b)
	}
	return out, nil
}

// node is how a line names a node.
type node struct {
	Kind string   `json:"kind"`
	Name string   `json:"name"`
	IDs  []string `json:"ids"`
}

// entry is one line.
type entry struct {
	Define     string                     `json:"define"`
	Source     string                     `json:"source"`
	Node       *node                      `json:"node"`
	Edge       string                     `json:"edge"`
	From       string                     `json:"from"`
	To         string                     `json:"to"`
	Say        map[string]json.RawMessage `json:"say"`
	Rank       string                     `json:"rank"`
	Place      string                     `json:"place"`
	Confidence float64                    `json:"confidence"`
	Derived    bool                       `json:"derived"`
}

var ranks = map[string]store.Rank{"TEXT": store.FromText, "FIELD": store.FromField, "REGISTER": store.FromRegister}

// reader gathers the lines of one file.
type reader struct {
	schema  store.Schema
	batch   store.Batch
	sources map[string]source
	nodes   map[string]store.Ref // by "Kind/name"
}

type source struct {
	ref  store.Ref
	rank store.Rank
}

// Read reads one file; name tells it in errors, each with its line. Properties are read by
// the types that the schema gives them.
func Read(name string, in io.Reader, schema store.Schema) (store.Batch, error) {
	r := reader{schema: schema, sources: map[string]source{}, nodes: map[string]store.Ref{}}
	r.batch.By = "import sample"
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), 1<<20)
	no := 0
	for lines.Scan() {
		no++
		raw := bytes.TrimSpace(lines.Bytes())
		if len(raw) == 0 || bytes.HasPrefix(raw, []byte("//")) {
			continue
		}
		if err := r.line(raw); err != nil {
			return store.Batch{}, fmt.Errorf("%s: line %d: %w", name, no, err)
		}
	}
	if err := lines.Err(); err != nil {
		return store.Batch{}, fmt.Errorf("%s: line %d: %w", name, no+1, err)
	}
	return r.batch, nil
}

func (r *reader) line(raw []byte) error {
	var e entry
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return err
	}
	if e.Define != "" {
		return r.define(e)
	}
	src, ok := r.sources[e.Source]
	if !ok {
		return fmt.Errorf("the source %q is not defined above", e.Source)
	}
	said := store.Said{Source: src.ref, Place: e.Place, Rank: src.rank, Confidence: e.Confidence, Derived: e.Derived}
	if e.Rank != "" {
		if said.Rank, ok = ranks[e.Rank]; !ok {
			return fmt.Errorf("%q is no rank; write REGISTER, FIELD or TEXT", e.Rank)
		}
	}
	switch {
	case e.Node != nil && e.Edge == "":
		return r.node(*e.Node, said, e.Say)
	case e.Edge != "" && e.Node == nil:
		return r.edge(e, said)
	}
	return fmt.Errorf("is about neither a node nor an edge, or about both")
}

func (r *reader) define(e entry) error {
	rank, ok := ranks[e.Rank]
	if !ok || e.Node == nil || e.Node.Kind != "Source" || r.sources[e.Define].rank != 0 {
		return fmt.Errorf("define needs a new key, a node of kind Source, and a rank (REGISTER, FIELD or TEXT)")
	}
	ref, err := r.ref(*e.Node)
	if err != nil {
		return err
	}
	r.sources[e.Define] = source{ref, rank}
	return r.node(*e.Node, store.Said{Source: ref, Rank: rank}, e.Say)
}

func (r *reader) ref(n node) (store.Ref, error) {
	ref := store.Ref{Kind: n.Kind, Name: n.Name}
	if _, ok := r.schema.Kinds[n.Kind]; !ok {
		return ref, fmt.Errorf("there is no kind %q", n.Kind)
	}
	for _, s := range n.IDs {
		scheme, value, _ := strings.Cut(s, ":")
		id, err := store.Identifier{Scheme: scheme, Value: value}.Normal()
		if err != nil {
			return ref, err
		}
		ref.Identifiers = append(ref.Identifiers, id)
	}
	return ref, nil
}

func (r *reader) node(n node, said store.Said, say map[string]json.RawMessage) error {
	ref, err := r.ref(n)
	if err != nil {
		return err
	}
	key := n.Kind + "/" + n.Name
	if known, ok := r.nodes[key]; !ok {
		r.nodes[key] = ref
	} else if len(ref.Identifiers) == 0 {
		ref = known
	}
	props, err := propsOf(say, r.schema.Kinds[n.Kind].Props)
	if err != nil {
		return err
	}
	r.batch.Nodes = append(r.batch.Nodes, store.NodeRecord{Ref: ref, Said: said, Props: props})
	return nil
}

func (r *reader) edge(e entry, said store.Said) error {
	kind, ok := r.schema.Edges[e.Edge]
	if !ok {
		return fmt.Errorf("there is no relation %q", e.Edge)
	}
	from, ok := r.nodes[e.From]
	if !ok {
		return fmt.Errorf("%q stands in no line above", e.From)
	}
	to, ok := r.nodes[e.To]
	if !ok {
		return fmt.Errorf("%q stands in no line above", e.To)
	}
	props, err := propsOf(e.Say, kind.Props)
	if err != nil {
		return err
	}
	r.batch.Edges = append(r.batch.Edges, store.EdgeRecord{Type: e.Edge, From: from, To: to, Said: said, Props: props})
	return nil
}

func propsOf(say map[string]json.RawMessage, types map[string]store.Type) (store.Props, error) {
	m := map[string]any{}
	for name, raw := range say {
		t, ok := types[name]
		if !ok {
			return nil, fmt.Errorf("there is no property %q here", name)
		}
		v, err := value(raw, t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		m[name] = v
	}
	return store.PropsOf(m), nil
}

// value reads JSON as a value of a type.
func value(raw json.RawMessage, t store.Type) (store.Value, error) {
	if t.List {
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, fmt.Errorf("a list belongs here: %w", err)
		}
		one := t
		one.List = false
		out := make(store.List, len(items))
		for i, item := range items {
			v, err := value(item, one)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	read := func(v any) error { return json.Unmarshal(raw, v) }
	switch t.Name {
	case store.Bool:
		var v bool
		err := read(&v)
		return v, err
	case store.Int:
		var v int64
		err := read(&v)
		return v, err
	case store.Float:
		var v float64
		err := read(&v)
		if math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is too large", raw)
		}
		return v, err
	case store.DateOf:
		var s string
		if err := read(&s); err != nil {
			return nil, err
		}
		return store.ParseDate(s)
	case store.MoneyOf:
		var m struct{ Amount, Currency string }
		if err := read(&m); err != nil {
			return nil, err
		}
		cents, err := store.ParseCents(m.Amount)
		return store.Money{Amount: cents, Currency: m.Currency}, err
	case store.Record:
		var parts map[string]json.RawMessage
		if err := read(&parts); err != nil {
			return nil, err
		}
		return propsOf(parts, t.Parts)
	}
	var s string
	err := read(&s)
	return s, err
}
