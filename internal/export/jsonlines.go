package export

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Records is a truth that tells all that it keeps: a [commit.Movable].
type Records interface {
	Dump(ctx context.Context, begin func(commit.Now) (commit.Mark, error), tell func(*commit.Piece) error) error
}

// JSONLines writes everything that is said, one record a line, in the form that
// docs/jsonlines.md tells and the package jsonlines reads: who says it, where, when, how it
// is known; then who was merged, marked as distinct, and taken away. Read into an empty store
// this makes the same graph, and the same lines again.
//
// Not told are: who applied a record, in which run and at which revision, the change log, and
// the hashes that keep erased people away. Marks that nothing else speaks of are left out.
//
// All that is kept is read three times; if it changes meanwhile, that is an ErrConflict. In
// memory are what is said of sources, of merged nodes, and marks.
func JSONLines(ctx context.Context, w io.Writer, from Records) error {
	l := &lines{ctx: ctx, from: from, out: bufio.NewWriterSize(w, 64<<10), schema: ontology.Served().Store,
		sources: map[string][]*commit.Record{}, into: map[string]string{}, marked: map[string]*commit.Record{}, deniedEdges: map[store.EdgeID]bool{},
		early: map[string]bool{}, told: map[string]map[[2]string]bool{}}
	for _, step := range []func() error{l.look, l.lookAtMarked, l.tellSources, l.tellEarlyMerges, l.tellRecords, l.tellMarks} {
		if err := step(); err != nil {
			return err
		}
	}
	return l.out.Flush()
}

// lines is one export.
type lines struct {
	ctx    context.Context
	from   Records
	out    *bufio.Writer
	buf    []byte
	schema store.Schema
	at     *store.Revision // that all is told of

	sources     map[string][]*commit.Record // of nodes of kind Source, by id
	into        map[string]string           // merges: who became whom
	denied      []string
	deniedEdges map[store.EdgeID]bool         // taken away, and whether something is said of them
	distinct    [][2]string                   //
	marked      map[string]*commit.Record     // of merged, denied and distinct nodes, the first record; nil: there is none
	early       map[string]bool               // nodes that were made of several that say one identifier
	told        map[string]map[[2]string]bool // of sources, what was told before the others: by source and place
}

var errSeen = errors.New("all of it was seen")

// dump reads everything once.
func (l *lines) dump(tell func(*commit.Piece) error) error {
	err := l.from.Dump(l.ctx, func(now commit.Now) (commit.Mark, error) {
		if l.at != nil && *l.at != now.Revision {
			return commit.Mark{}, fmt.Errorf("%w: the store was written to while it was exported; export it again", store.ErrConflict)
		}
		l.at = &now.Revision
		return commit.Mark{}, nil
	}, func(p *commit.Piece) error {
		if len(p.Batches)+len(p.Log)+len(p.Put.Erased) > 0 {
			return errSeen
		}
		return tell(p)
	})
	if errors.Is(err, errSeen) {
		return nil
	}
	return err
}

// subjects tells the records of every subject, which stand side by side.
func (l *lines) subjects(tell func(store.Subject, []*commit.Record) error, others func(*commit.Delta)) error {
	var open []*commit.Record
	end := func() error {
		if len(open) == 0 {
			return nil
		}
		all := open
		open = nil
		return tell(all[0].Subject, forms(all))
	}
	err := l.dump(func(p *commit.Piece) error {
		for _, r := range p.Put.Records {
			if len(open) > 0 && open[0].Subject != r.Subject {
				if err := end(); err != nil {
					return err
				}
			}
			open = append(open, r)
		}
		if others != nil {
			others(&p.Put)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return end()
}

// forms puts together what was said in one form at different revisions, and orders it: first
// what tells a name and a kind; at one place what was said by hand before the rest, which
// would otherwise take its place.
func forms(all []*commit.Record) []*commit.Record {
	type form struct {
		source, place string
		at            store.Date
		rank          store.Rank
		confidence    float64
		derived       bool
	}
	byForm := map[form]*commit.Record{}
	var out []*commit.Record
	for _, r := range all {
		f := form{r.Source, r.Place, r.At, r.Rank, r.Confidence, r.Derived}
		was := byForm[f]
		if was == nil {
			one := *r
			byForm[f] = &one
			out = append(out, &one)
			continue
		}
		was.Kind = cmp.Or(was.Kind, r.Kind)
		was.States = was.States || r.States
		was.Props = slices.Concat(was.Props, r.Props)
		slices.SortFunc(was.Props, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
	}
	told := func(r *commit.Record) int {
		if r.Subject.Node != "" && (r.Kind == "" || r.Props.Text("name") == "") {
			return 1
		}
		return 0
	}
	first := map[[2]string]int{} // by source and place, so that forms of one place stay together
	for _, r := range out {
		k := [2]string{r.Source, r.Place}
		if n, met := first[k]; !met || told(r) < n {
			first[k] = told(r)
		}
	}
	slices.SortFunc(out, func(a, b *commit.Record) int {
		return cmp.Or(cmp.Compare(first[[2]string{a.Source, a.Place}], first[[2]string{b.Source, b.Place}]), strings.Compare(a.Source, b.Source), strings.Compare(a.Place, b.Place),
			-cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.At.First, b.At.First), cmp.Compare(a.At.Last, b.At.Last), cmp.Compare(a.Confidence, b.Confidence), compareBool(a.Derived, b.Derived))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// look finds sources and marks.
func (l *lines) look() error {
	return l.subjects(func(of store.Subject, records []*commit.Record) error {
		if of.Node != "" && slices.ContainsFunc(records, func(r *commit.Record) bool { return r.Kind == "Source" }) {
			l.sources[of.Node] = records
		}
		return nil
	}, func(d *commit.Delta) {
		for _, m := range d.Merges {
			l.into[m.Former] = m.Into
			l.marked[m.Former], l.marked[m.Into] = nil, nil
		}
		for _, s := range d.Denied {
			if s.Node != "" {
				l.denied = append(l.denied, s.Node)
				l.marked[s.Node] = nil
			} else {
				l.deniedEdges[s.Edge] = false
			}
		}
		for _, p := range d.Distinct {
			l.distinct = append(l.distinct, p)
			l.marked[p[0]], l.marked[p[1]] = nil, nil
		}
	})
}

// lookAtMarked finds out of which marked nodes and edges something is said, and which merged
// nodes say the same identifier.
func (l *lines) lookAtMarked() error {
	if len(l.marked)+len(l.deniedEdges) == 0 {
		return nil
	}
	isRoot := map[string]bool{}
	for former := range l.into {
		isRoot[l.root(former)] = true
	}
	claimed := map[store.Identifier]string{}
	return l.subjects(func(of store.Subject, records []*commit.Record) error {
		if _, is := l.marked[of.Node]; is && of.Node != "" {
			l.marked[of.Node] = records[0]
		}
		if _, is := l.deniedEdges[of.Edge]; is && of.Node == "" {
			l.deniedEdges[of.Edge] = true
		}
		return nil
	}, func(d *commit.Delta) {
		for _, c := range d.Claims {
			root := l.root(c.Node)
			if _, merged := l.into[c.Node]; !merged && !isRoot[root] {
				continue
			}
			if by, met := claimed[c.Identifier]; met && by != c.Node {
				l.early[root] = true
			}
			claimed[c.Identifier] = c.Node
		}
	})
}

// tellSources tells sources before all else, each after those that speak of it, as what is
// said names them. What a source says of one that stands before it is told later.
func (l *lines) tellSources() error {
	begun := map[string]bool{}
	var tell func(id string) error
	tell = func(id string) error {
		records := l.sources[id]
		if begun[id] || records == nil {
			return nil
		}
		begun[id] = true
		by := records[0]
		for _, r := range records { // rather by itself, or by one that is there
			if r.Source == id || l.told[r.Source] != nil && by.Source != id {
				by = r
			}
		}
		if err := tell(by.Source); err != nil {
			return err
		}
		if l.early[l.root(id)] { // with all it says only when it is merged
			l.told[id] = map[[2]string]bool{}
			return l.name(by)
		}
		now := map[[2]string]bool{}
		for _, r := range records {
			if r.Source != id && r.Source != "" && l.told[r.Source] == nil {
				continue
			}
			now[[2]string{r.Source, r.Place}] = true
			if err := l.record(r, "Source"); err != nil {
				return err
			}
		}
		l.told[id] = now
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(l.sources)) {
		if err := tell(id); err != nil {
			return err
		}
	}
	return nil
}

// tellEarlyMerges merges nodes that say the same identifier before they say it, as it would
// be a conflict until they are one.
func (l *lines) tellEarlyMerges() error {
	members := map[string]bool{}
	for former, into := range l.into {
		if l.early[l.root(former)] {
			members[former], members[into] = true, true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(members)) {
		if r := l.marked[id]; r != nil && l.told[id] == nil {
			if err := l.name(r); err != nil {
				return err
			}
		}
	}
	return l.tellMerges(true)
}

// tellMerges tells merges in the order in which they can be made again: first those of nodes
// that were merged on.
func (l *lines) tellMerges(early bool) error {
	depth := func(id string) int {
		n := 0
		for into, is := l.into[id]; is; into, is = l.into[into] {
			n++
		}
		return n
	}
	formers := slices.SortedFunc(maps.Keys(l.into), func(a, b string) int {
		return cmp.Or(-cmp.Compare(depth(a), depth(b)), strings.Compare(a, b))
	})
	for _, former := range formers {
		into := l.into[former]
		if l.early[l.root(former)] != early || l.marked[former] == nil || l.marked[into] == nil {
			continue
		}
		if err := l.object("same", func() { l.pair(into, former) }); err != nil {
			return err
		}
	}
	return nil
}

// name tells of a node only that it is there, at a place where more is said of it later.
func (l *lines) name(r *commit.Record) error {
	short := *r
	short.Props = nil
	if name := r.Props.Text("name"); name != "" {
		short.Props = store.Props{{Name: "name", Value: name}}
	}
	short.Rank, short.At, short.Confidence, short.Derived = store.FromText, store.Date{}, 1, false
	return l.record(&short, r.Kind)
}

// tellRecords tells all records that were not told before.
func (l *lines) tellRecords() error {
	return l.subjects(func(of store.Subject, records []*commit.Record) error {
		kind := ""
		for _, r := range records {
			kind = cmp.Or(kind, r.Kind)
		}
		for _, r := range records {
			if of.Node != "" && l.told[of.Node][[2]string{r.Source, r.Place}] {
				continue
			}
			if err := l.record(r, kind); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

// tellMarks tells who was merged, marked as distinct, or taken away.
func (l *lines) tellMarks() error {
	if err := l.tellMerges(false); err != nil {
		return err
	}
	slices.SortFunc(l.distinct, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, p := range l.distinct {
		if l.marked[p[0]] != nil && l.marked[p[1]] != nil {
			if err := l.object("distinct", func() { l.pair(p[0], p[1]) }); err != nil {
				return err
			}
		}
	}
	for _, e := range slices.SortedFunc(maps.Keys(l.deniedEdges), store.EdgeID.Compare) {
		if l.deniedEdges[e] {
			if err := l.object("unlink", func() { l.ends(e) }); err != nil {
				return err
			}
		}
	}
	gone := map[string]bool{} // whoever they are merged with goes with them
	for _, id := range l.denied {
		if l.marked[id] != nil {
			gone[l.root(id)] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(gone)) {
		if err := l.object("remove", func() { l.address(id) }); err != nil {
			return err
		}
	}
	return nil
}

func (l *lines) root(id string) string {
	for into, is := l.into[id]; is; into, is = l.into[id] {
		id = into
	}
	return id
}

// object writes a line of one member; value writes the rest.
func (l *lines) object(member string, value func()) error {
	l.buf = append(l.buf[:0], '{')
	l.member(member)
	value()
	l.buf = append(l.buf, "}\n"...)
	_, err := l.out.Write(l.buf)
	return err
}

func (l *lines) member(name string) {
	if l.buf[len(l.buf)-1] != '{' {
		l.buf = append(l.buf, ',')
	}
	l.string(name)
	l.buf = append(l.buf, ':')
}

func (l *lines) string(s string) { l.buf = codec.AppendString(l.buf, s) }

func (l *lines) address(id string) {
	l.buf = append(l.buf, `{"id":`...)
	l.string(id)
	l.buf = append(l.buf, '}')
}

func (l *lines) pair(a, b string) {
	l.buf = append(l.buf, '[')
	l.address(a)
	l.buf = append(l.buf, ',')
	l.address(b)
	l.buf = append(l.buf, ']')
}

// ends writes the type, the ends and the key of an edge.
func (l *lines) ends(e store.EdgeID) {
	l.string(e.Type)
	l.member("from")
	l.address(e.From)
	l.member("to")
	l.address(e.To)
	if e.Key != "" {
		l.member("key")
		l.string(e.Key)
	}
}

var rankNames = map[store.Rank]string{store.FromText: "TEXT", store.FromField: "FIELD", store.FromRegister: "REGISTER", store.ByHand: "HAND"}

// record writes a record of a node of a kind, or of an edge.
func (l *lines) record(r *commit.Record, kind string) error {
	l.buf = append(l.buf[:0], '{')
	if r.Source != "" {
		l.member("source")
		l.address(r.Source)
	}
	props, types := r.Props, l.schema.Edges[r.Edge.Type].Props
	if id := r.Subject.Node; id != "" {
		types = l.schema.Kinds[kind].Props
		l.member("node")
		l.buf = append(l.buf, `{"id":`...)
		l.string(id)
		if r.Kind != "" {
			l.member("kind")
			l.string(r.Kind)
		}
		if name, ok := props.Get("name").(string); ok {
			l.member("name")
			l.string(name)
			props = props.With("name", nil)
		}
		if ids, ok := props.Get("identifiers").(store.List); ok {
			l.member("ids")
			l.identifiers(ids)
			props = props.With("identifiers", nil)
		}
		l.buf = append(l.buf, '}')
	} else {
		l.member("edge")
		l.ends(r.Edge)
	}
	if r.Place != "" {
		l.member("place")
		l.string(r.Place)
	}
	l.member("rank")
	l.string(rankNames[r.Rank])
	if r.At != (store.Date{}) {
		l.member("said")
		if text := r.At.String(); sameDate(text, r.At) {
			l.string(text)
		} else {
			l.buf = codec.Append(l.buf, r.At)
		}
	}
	if r.Confidence != 1 {
		l.member("confidence")
		l.buf = strconv.AppendFloat(l.buf, r.Confidence, 'g', -1, 64)
	}
	if r.Derived {
		l.member("derived")
		l.buf = append(l.buf, "true"...)
	}
	var other store.Props // what the schema does not know, or knows otherwise
	begun := false
	for _, p := range props {
		t, known := types[p.Name]
		mark := len(l.buf)
		if !begun {
			l.member("say")
			l.buf = append(l.buf, '{')
		}
		l.member(p.Name)
		var ok bool
		if l.buf, ok = appendValue(l.buf, p.Value, t); known && ok {
			begun = true
			continue
		}
		l.buf = l.buf[:mark]
		other = append(other, p)
	}
	if begun {
		l.buf = append(l.buf, '}')
	}
	if other != nil {
		l.member("other")
		l.buf = codec.Append(l.buf, other)
	}
	l.buf = append(l.buf, "}\n"...)
	_, err := l.out.Write(l.buf)
	return err
}

func (l *lines) identifiers(ids store.List) {
	l.buf = append(l.buf, '[')
	for i, x := range ids {
		id, _ := x.(store.Props)
		if i > 0 {
			l.buf = append(l.buf, ',')
		}
		scheme, value := id.Text("scheme"), id.Text("value")
		if !strings.Contains(scheme, ":") {
			l.string(scheme + ":" + value)
			continue
		}
		l.buf = append(l.buf, `{"scheme":`...)
		l.string(scheme)
		l.buf = append(l.buf, `,"value":`...)
		l.string(value)
		l.buf = append(l.buf, '}')
	}
	l.buf = append(l.buf, ']')
}

func sameDate(text string, d store.Date) bool {
	read, err := store.ParseDate(text)
	return err == nil && read == d
}

// appendValue adds a value as JSON that is read back by its type; ok is false if that would
// not be the same value.
func appendValue(b []byte, v store.Value, t store.Type) (_ []byte, ok bool) {
	if v == nil {
		return append(b, "null"...), true
	}
	if t.List {
		list, isList := v.(store.List)
		if !isList {
			return b, false
		}
		t.List = false
		b = append(b, '[')
		for i, x := range list {
			if i > 0 {
				b = append(b, ',')
			}
			if b, ok = appendValue(b, x, t); !ok || x == nil {
				return b, false
			}
		}
		return append(b, ']'), true
	}
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v), t.Name == store.Bool
	case int64:
		return strconv.AppendInt(b, v, 10), t.Name == store.Int || t.Name == store.Float && v == int64(float64(v)) && v < math.MaxInt64
	case float64:
		raw, err := json.Marshal(v)
		return append(b, raw...), err == nil && t.Name == store.Float
	case string:
		return codec.AppendString(b, v), t.Name == store.String || t.Name == store.Text
	case store.Date:
		text := v.String()
		return codec.AppendString(b, text), t.Name == store.DateOf && sameDate(text, v)
	case store.Money:
		text := v.Amount.String()
		c, err := store.ParseCents(text)
		b = codec.AppendString(append(b, `{"amount":`...), text)
		b = codec.AppendString(append(b, `,"currency":`...), v.Currency)
		return append(b, '}'), t.Name == store.MoneyOf && err == nil && c == v.Amount
	case store.Props:
		b = append(b, '{')
		for i, p := range v {
			part, known := t.Parts[p.Name]
			if !known {
				return b, false
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = append(codec.AppendString(b, p.Name), ':')
			if b, ok = appendValue(b, p.Value, part); !ok {
				return b, false
			}
		}
		return append(b, '}'), t.Name == store.Record
	}
	return b, false
}
