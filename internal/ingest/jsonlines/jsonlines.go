// Package jsonlines reads facts in the project's own form of JSON Lines: a record a line, with
// its source, place, rank and date. The samples are written in it, and "export --format jsonl"
// writes all that a store holds. The form is told in docs/jsonlines.md.
package jsonlines

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// Importer reads files in the form. What it costs in memory grows by some bytes with each
// node; by some hundred if nodes are to be met.
type Importer struct {
	Schema store.Schema
	// Meet has nodes that the store knows by an identifier or a name met, whatever id they
	// have there. Else a node of the file that has an id is the node of this id and no
	// other, as a copy of a store wants it.
	Meet bool
}

// Read implements ingest.Importer.
func (i Importer) Read(ctx context.Context, files []tabular.File, to ingest.Sink) error {
	for _, f := range files {
		in, err := f.Text(ctx)
		if err != nil {
			return err
		}
		r := newReader(i.Schema, i.Meet)
		var first error // why the first of the lines that are none is none
		read := 0
		err = scan(in, func(line int, raw []byte, fault error) error {
			at := ingest.Place{File: f.Name, Line: line}
			row, err := ingest.Row{}, fault
			if err == nil {
				row, err = r.line(raw)
			}
			if err != nil {
				if first == nil {
					first = fmt.Errorf("%s: no line of it is a record in the form of an export; line %d: %w (a table is read by \"import table\")", f.Name, line, err)
				}
				return to.Reject(ingest.ProblemAt(at, "", string(raw[:min(len(raw), 2*ingest.MostText)]), "%s", strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": ")))
			}
			read++
			row.At = at
			return to.Row(row)
		})
		if err == nil && read == 0 {
			err = first
		}
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Read reads one file as a batch; name tells the file in errors, each with its line. The
// first fault ends it.
func Read(name string, in io.Reader, schema store.Schema) (store.Batch, error) {
	r := newReader(schema, false)
	var b store.Batch
	err := scan(in, func(line int, raw []byte, fault error) error {
		row, err := ingest.Row{}, fault
		if err == nil {
			row, err = r.line(raw)
		}
		if err == nil && len(b.Steps) > 0 && len(row.Steps) == 0 {
			err = errors.New("a record stands below what changes others; in one batch these come last")
		}
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", name, line, err)
		}
		b.Nodes, b.Edges, b.Steps = append(b.Nodes, row.Nodes...), append(b.Edges, row.Edges...), append(b.Steps, row.Steps...)
		return nil
	})
	if err != nil {
		return store.Batch{}, err
	}
	return b, nil
}

// mostLine is how long a line may be, in bytes.
const mostLine = 32 << 20

// scan tells the lines that are no comments, by number from 1; fault is set for one that is
// too long to be read.
func scan(in io.Reader, tell func(line int, raw []byte, fault error) error) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	var long []byte
	for no := 1; ; no++ {
		long = long[:0]
		length := 0
		var err error
		for {
			var piece []byte
			piece, err = lines.ReadSlice('\n')
			if length += len(piece); length <= mostLine {
				long = append(long, piece...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && err != io.EOF {
			return err
		}
		raw := bytes.TrimSpace(long)
		if no == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
		}
		var fault error
		if length > mostLine {
			fault = fmt.Errorf("the line has %d bytes; at most %d are read", length, mostLine)
		}
		if len(raw) > 0 && !bytes.HasPrefix(raw, []byte("//")) {
			if err := tell(no, raw, fault); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// identifier is a name in a register: "PIC:986451977", or as an object.
type identifier struct{ Scheme, Value string }

// UnmarshalJSON reads either form.
func (i *identifier) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		i.Scheme, i.Value, _ = strings.Cut(text, ":")
		return nil
	}
	var parts struct{ Scheme, Value string }
	err := strict(raw, &parts)
	*i = identifier(parts)
	return err
}

// address says which node is meant: by name "Kind/name" of a line above, the key of a source
// that was defined, or as an object.
type address struct {
	key  string
	ID   string       `json:"id"`
	Kind string       `json:"kind"`
	Name string       `json:"name"`
	IDs  []identifier `json:"ids"`
}

// UnmarshalJSON reads either form.
func (a *address) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &a.key)
	}
	type plain address
	return strict(raw, (*plain)(a))
}

func strict(raw []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// entry is one line.
type entry struct {
	Define     string                     `json:"define"`
	Source     *address                   `json:"source"`
	Node       *address                   `json:"node"`
	Edge       string                     `json:"edge"`
	From       *address                   `json:"from"`
	To         *address                   `json:"to"`
	Key        string                     `json:"key"`
	Say        map[string]json.RawMessage `json:"say"`
	Other      json.RawMessage            `json:"other"`
	Rank       string                     `json:"rank"`
	Place      string                     `json:"place"`
	Said       json.RawMessage            `json:"said"`
	Confidence float64                    `json:"confidence"`
	Derived    bool                       `json:"derived"`

	Same     []address `json:"same"`
	Distinct []address `json:"distinct"`
	Remove   *address  `json:"remove"`
	Unlink   string    `json:"unlink"`
}

// about counts what the line is about: one thing, if it is right.
func (e *entry) about() int {
	n := 0
	for _, is := range []bool{e.Node != nil, e.Edge != "", e.Same != nil, e.Distinct != nil, e.Remove != nil, e.Unlink != ""} {
		if is {
			n++
		}
	}
	return n
}

var ranks = map[string]store.Rank{"TEXT": store.FromText, "FIELD": store.FromField, "REGISTER": store.FromRegister, "HAND": store.ByHand}

// reader knows what the lines of one file have named.
type reader struct {
	schema  store.Schema
	meet    bool
	sources map[string]source
	nodes   map[string]store.Ref // by "Kind/name"
	ids     map[string]store.Ref // by id, if nodes are met
	seed    maphash.Seed
	seen    map[uint64]bool // hashes of ids, if they are not
	values  *codec.Decoder
}

type source struct {
	ref  store.Ref
	rank store.Rank
}

func newReader(schema store.Schema, meet bool) *reader {
	return &reader{schema: schema, meet: meet, sources: map[string]source{}, nodes: map[string]store.Ref{}, ids: map[string]store.Ref{},
		seed: maphash.MakeSeed(), seen: map[uint64]bool{}, values: codec.NewDecoder()}
}

func (r *reader) line(raw []byte) (row ingest.Row, err error) {
	var e entry
	if err := strict(raw, &e); err != nil {
		return row, err
	}
	if e.about() != 1 {
		return row, errors.New("is about neither a node nor an edge, or about both; give one of node, edge, same, distinct, remove, unlink")
	}
	switch {
	case e.Define != "":
		return r.define(e)
	case e.Node != nil:
		said, err := r.said(e)
		if err != nil {
			return row, err
		}
		return r.node(*e.Node, said, e)
	case e.Edge != "":
		return r.edge(e)
	case e.Same != nil:
		var pair [2]store.Ref
		pair, err = r.pair("same", e.Same)
		row.Steps = []store.Step{store.Merge{Keep: pair[0], Drop: pair[1]}}
	case e.Distinct != nil:
		var pair [2]store.Ref
		pair, err = r.pair("distinct", e.Distinct)
		row.Steps = []store.Step{store.Distinct{A: pair[0], B: pair[1]}}
	case e.Remove != nil:
		var ref store.Ref
		ref, err = r.known(e.Remove, "remove")
		row.Steps = []store.Step{store.Remove{Node: ref}}
	default:
		u := store.Unlink{Type: e.Unlink, Key: e.Key}
		if u.From, u.To, err = r.ends(e.Unlink, e); err == nil {
			row.Steps = []store.Step{u}
		}
	}
	return row, err
}

// said is where the line has it from.
func (r *reader) said(e entry) (store.Said, error) {
	said := store.Said{Place: e.Place, Confidence: e.Confidence, Derived: e.Derived}
	switch {
	case e.Source == nil && e.Rank == "":
		return said, errors.New(`has no source; what is said by hand without one has "rank": "HAND"`)
	case e.Source != nil && e.Source.key != "":
		src, ok := r.sources[e.Source.key]
		if !ok {
			return said, fmt.Errorf("the source %q is not defined above", e.Source.key)
		}
		said.Source, said.Rank = src.ref, src.rank
	case e.Source != nil:
		ref, err := r.known(e.Source, "source")
		if err != nil {
			return said, err
		}
		if said.Source = ref; e.Rank == "" {
			return said, errors.New("has no rank; write HAND, REGISTER, FIELD or TEXT")
		}
	}
	if e.Rank != "" {
		var ok bool
		if said.Rank, ok = ranks[e.Rank]; !ok {
			return said, fmt.Errorf("%q is no rank; write HAND, REGISTER, FIELD or TEXT", e.Rank)
		}
	}
	if e.Said != nil {
		v, err := r.plain(e.Said)
		if text, is := v.(string); err == nil && is {
			v, err = store.ParseDate(text)
		}
		d, ok := v.(store.Date)
		if err != nil || !ok {
			return said, fmt.Errorf("said: %s is no date; write 2005, 2020-Q2, 2005-01 or 2005-01-31", e.Said)
		}
		said.At = d
	}
	return said, nil
}

// plain reads a value in the form of package codec.
func (r *reader) plain(raw json.RawMessage) (store.Value, error) {
	p, err := r.values.Props(append(append([]byte(`{"v":`), raw...), '}'))
	return p.Get("v"), err
}

func (r *reader) define(e entry) (ingest.Row, error) {
	rank, ok := ranks[e.Rank]
	if !ok || e.Node == nil || e.Node.Kind != "Source" || r.sources[e.Define].rank != 0 || e.Source != nil {
		return ingest.Row{}, errors.New("define needs a new key, a node of kind Source, and a rank (REGISTER, FIELD or TEXT)")
	}
	ref, err := r.ref(*e.Node)
	if err != nil {
		return ingest.Row{}, err
	}
	r.sources[e.Define] = source{ref, rank}
	return r.node(*e.Node, store.Said{Source: ref, Rank: rank}, e)
}

// ref is how the store is asked for the node of an object.
func (r *reader) ref(a address) (store.Ref, error) {
	ref := store.Ref{ID: a.ID, Kind: a.Kind, Name: a.Name}
	if _, ok := r.schema.Kinds[a.Kind]; !ok && (a.Kind != "" || a.ID == "") {
		return ref, fmt.Errorf("there is no kind %q", a.Kind)
	}
	for _, i := range a.IDs {
		id, err := store.Identifier(i).Normal()
		if err != nil {
			return ref, err
		}
		ref.Identifiers = append(ref.Identifiers, id)
	}
	return ref, nil
}

// known is a node that stands in a line above, or that an object addresses.
func (r *reader) known(a *address, what string) (store.Ref, error) {
	if a == nil {
		return store.Ref{}, fmt.Errorf("%s is missing", what)
	}
	if a.key == "" {
		ref, err := r.ref(*a)
		if met, ok := r.ids[ref.ID]; ok && err == nil {
			return met, nil
		}
		return ref, err
	}
	ref, ok := r.nodes[a.key]
	if !ok {
		return ref, fmt.Errorf("%q stands in no line above", a.key)
	}
	return ref, nil
}

func (r *reader) pair(what string, of []address) (out [2]store.Ref, err error) {
	if len(of) != 2 {
		return out, fmt.Errorf("%s needs two nodes, not %d", what, len(of))
	}
	for i := range of {
		if out[i], err = r.known(&of[i], what); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (r *reader) ends(typ string, e entry) (from, to store.Ref, err error) {
	if _, ok := r.schema.Edges[typ]; !ok {
		return from, to, fmt.Errorf("there is no relation %q", typ)
	}
	if from, err = r.known(e.From, "from"); err == nil {
		to, err = r.known(e.To, "to")
	}
	return from, to, err
}

func (r *reader) node(a address, said store.Said, e entry) (ingest.Row, error) {
	if a.key != "" {
		return ingest.Row{}, fmt.Errorf("node is %q; write an object with kind and name", a.key)
	}
	ref, err := r.ref(a)
	if err != nil {
		return ingest.Row{}, err
	}
	if ref.ID == "" {
		key := a.Kind + "/" + a.Name
		if known, ok := r.nodes[key]; !ok {
			r.nodes[key] = ref
		} else if len(ref.Identifiers) == 0 {
			ref = known
		}
	}
	rec := store.NodeRecord{Ref: ref, Said: said}
	rec.Exact = ref.ID != "" && !r.meet
	if rec.Props, err = r.props(e, r.schema.Kinds[a.Kind].Props); err != nil {
		return ingest.Row{}, err
	}
	return ingest.Row{Nodes: append(r.first(rec), rec)}, nil
}

// first is what comes before the first record of a node with an id that tells neither a name
// nor an identifier, without which no node is made: a record at the same place, whose place
// the true one takes at once.
func (r *reader) first(rec store.NodeRecord) []store.NodeRecord {
	id := rec.ID
	if id == "" {
		return nil
	}
	if r.meet {
		known := r.ids[id]
		if known.ID == "" || len(known.Identifiers) == 0 && len(rec.Identifiers) > 0 {
			r.ids[id] = rec.Ref
		}
		return nil
	}
	hash := maphash.String(r.seed, id)
	seen := r.seen[hash]
	r.seen[hash] = true
	if seen || rec.Name != "" || len(rec.Identifiers) > 0 || rec.Kind == "" || r.schema.Kinds[rec.Kind].Personal { // an erased person is known by name
		return nil
	}
	return []store.NodeRecord{{Ref: store.Ref{ID: id, Kind: rec.Kind, Name: id, Exact: true}, Said: store.Said{Source: rec.Source, Place: rec.Place, Rank: store.FromText}}}
}

func (r *reader) edge(e entry) (row ingest.Row, err error) {
	rec := store.EdgeRecord{Type: e.Edge, Key: e.Key}
	if rec.Said, err = r.said(e); err != nil {
		return row, err
	}
	if rec.From, rec.To, err = r.ends(e.Edge, e); err != nil {
		return row, err
	}
	if rec.Props, err = r.props(e, r.schema.Edges[e.Edge].Props); err != nil {
		return row, err
	}
	row.Edges = []store.EdgeRecord{rec}
	return row, nil
}

// props are what the line says.
func (r *reader) props(e entry, types map[string]store.Type) (store.Props, error) {
	m := map[string]any{}
	if e.Other != nil {
		other, err := r.values.Props(e.Other)
		if err != nil {
			return nil, fmt.Errorf("other: %w", err)
		}
		for _, p := range other {
			m[p.Name] = p.Value
		}
	}
	said, err := propsOf(e.Say, types)
	if err != nil {
		return nil, err
	}
	for _, p := range said {
		m[p.Name] = p.Value
	}
	return store.PropsOf(m), nil
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

// value reads JSON as a value of a type; null is nil.
func value(raw json.RawMessage, t store.Type) (store.Value, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	if t.List {
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, fmt.Errorf("a list belongs here: %w", err)
		}
		t.List = false
		out := make(store.List, len(items))
		for i, item := range items {
			v, err := value(item, t)
			if err == nil && v == nil {
				err = errors.New("null does not stand in a list")
			}
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
		if err := strict(raw, &m); err != nil {
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
