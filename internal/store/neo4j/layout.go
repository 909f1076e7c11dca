package neo4j

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/text"
)

// How the graph lies in the database. A user of Neo4j Browser finds what he expects: a node
// of a kind has the labels Node, its kind, and the kind's family if that is another (Node,
// Actor, Cluster); an edge is a relationship of its type; both have plain properties:
//
//	text, number, bool       name: "ICT Cluster"
//	date                     start: "2020-05", start_first and start_last: its days, as DATE
//	money                    totalCost: 1.5, totalCost_cents: 150 (exact), totalCost_currency: "EUR"
//	value with parts         composition_smes: 280
//	list                     aliases: ["a", "b"]
//	list of values with      labels_name: ["a", "b"], labels_level: ["", "c"]: one list for
//	parts                    each part, equally long; what is unknown has "", 0, false there
//
// What begins with "_" is the service's own:
//
//	_props            everything that the node or edge holds, exactly, as JSON: what is read
//	_kind             of a node: its kind, which is also one of its labels
//	_key              of an edge: tells parallel ones apart; mostly empty
//	_name             the folded twin of a text, which is what conditions look at
//	                  (of a list: of its elements)
//	_start            the twin of an indexed property that is no text, as one value that is
//	                  ordered and equal as [store.Compare] tells: of dates and money see
//	                  [dateTwin] and [moneyTwin], else the value. Indexed properties always
//	                  have a twin: infinity where the value is unknown, which comes after
//	                  texts, booleans and numbers
//	_name_long        the whole twin, where an index could not hold it: the twin is cut then
//	_labels_level_has which elements of a list are known, where not all are
//	_labels_size      of values with parts: how many there are (0 of one that is no list)
//	_names            the keys of all names that the node is searched by
//
// Properties that the schema does not know lie as their values ask for: a text as a Text.
// Lists of them whose elements are of several types stand in _props alone.
//
// Each label of nodes has a range index on (id), for the order of ids, and one on (_p, id)
// for each property p that all its kinds have as the same indexed type.
const (
	propsName = "_props"
	kindName  = "_kind"
	keyName   = "_key"
	namesName = "_names"

	nodeLabel = "Node"
)

func twinName(p string) string  { return "_" + p }
func longName(p string) string  { return "_" + p + "_long" }
func hasName(p string) string   { return "_" + p + "_has" }
func firstName(p string) string { return p + "_first" }
func lastName(p string) string  { return p + "_last" }
func centsName(p string) string { return p + "_cents" }
func moneyName(p string) string { return p + "_currency" }
func sizeName(p string) string  { return "_" + p + "_size" }
func partName(p, part string) string {
	return p + "_" + part
}

// longest is how many bytes of a text its indexed twin has; Neo4j's indexes hold 8 kB for
// all properties of an entry together.
const longest = 1000

// unknown is the twin of an indexed property without a value.
var unknown = math.Inf(1)

// layout is how a schema's graph lies in the database.
type layout struct {
	schema store.Schema
	kinds  []string            // sorted
	labels map[string][]string // by kind, the widest first: Node, Actor, Cluster
	family map[string][]string // the kinds of families that have several, sorted
}

// newLayout is an ErrInvalid if two properties would have the same name in the database.
func newLayout(schema store.Schema) (*layout, error) {
	l := &layout{schema: schema, labels: map[string][]string{}, family: map[string][]string{}}
	for name, k := range schema.Kinds {
		l.kinds = append(l.kinds, name)
		l.labels[name] = []string{nodeLabel, name}
		if k.Family != name {
			l.labels[name] = []string{nodeLabel, k.Family, name}
			l.family[k.Family] = append(l.family[k.Family], name)
		}
		if err := distinctNames(name, k.Props, "id"); err != nil {
			return nil, err
		}
	}
	slices.Sort(l.kinds)
	for _, kinds := range l.family {
		slices.Sort(kinds)
	}
	for name, e := range schema.Edges {
		if err := distinctNames(name, e.Props); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func distinctNames(of string, props map[string]store.Type, taken ...string) error {
	met := map[string]bool{propsName: true, kindName: true, keyName: true, namesName: true}
	for _, name := range taken {
		met[name] = true
	}
	var clash string
	var meet func(p string, t store.Type)
	meet = func(p string, t store.Type) {
		names := []string{p, twinName(p)}
		switch t.Name {
		case store.DateOf:
			names = append(names, firstName(p), lastName(p))
		case store.MoneyOf:
			names = append(names, centsName(p), moneyName(p))
		case store.Record:
			for part, t := range t.Parts {
				meet(partName(p, part), t)
			}
		}
		for _, n := range names {
			if met[n] {
				clash = n
			}
			met[n] = true
		}
	}
	for p, t := range props {
		meet(p, t)
	}
	if clash != "" {
		return fmt.Errorf("%w: two properties of %s would be called %q in Neo4j; rename one of them in the schema", store.ErrInvalid, of, clash)
	}
	return nil
}

// node is what a node has in the database.
func (l *layout) node(n *store.Node) map[string]any {
	kind := l.schema.Kinds[n.Kind]
	out := make(map[string]any, 3*len(n.Props)+4)
	out["id"], out[kindName] = n.ID, n.Kind
	out[propsName] = string(codec.Append(nil, n.Props))
	put(out, "", kind.Props, n.Props)
	putUnknown(out, kind.Props, n.Props)
	for p, t := range kind.Props {
		if t.Index {
			if _, known := out[twinName(p)]; !known {
				out[twinName(p)] = unknown
			}
		}
	}
	var keys []string
	for _, name := range kind.NamesOf(n) {
		for _, k := range text.Keys(name) {
			if k != "" && !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	if len(keys) > 0 {
		out[namesName] = keys
	}
	return out
}

// edge is what an edge has in the database.
func (l *layout) edge(e *store.Edge) map[string]any {
	out := make(map[string]any, 2*len(e.Props)+2)
	out[keyName] = e.Key
	if len(e.Props) > 0 {
		out[propsName] = string(codec.Append(nil, e.Props))
		put(out, "", l.schema.Edges[e.Type].Props, e.Props)
		putUnknown(out, l.schema.Edges[e.Type].Props, e.Props)
	}
	return out
}

// putUnknown adds the properties of which the schema knows nothing. What the schema knows
// keeps its name where two want the same.
func putUnknown(out map[string]any, types map[string]store.Type, props store.Props) {
	var more map[string]any
	for _, p := range props {
		if _, known := types[p.Name]; known || p.Value == nil || !canName(p.Name) {
			continue
		}
		if t, ok := typeOf(p.Value); ok {
			if more == nil {
				more = map[string]any{}
			}
			put(more, "", map[string]store.Type{p.Name: t}, store.Props{p})
		}
	}
	for name, v := range more {
		if _, taken := out[name]; !taken && !reserved[name] {
			out[name] = v
		}
	}
}

var reserved = map[string]bool{"id": true, propsName: true, kindName: true, keyName: true, namesName: true}

// canName tells whether Neo4j can call a property so. What it cannot stands in _props alone.
func canName(name string) bool {
	return name != "" && len(name) <= longest && !strings.ContainsRune(name, 0)
}

// typeOf is the type that a value of an unknown property is laid out as; false if that is
// none.
func typeOf(v store.Value) (store.Type, bool) {
	switch v := v.(type) {
	case bool:
		return store.Type{Name: store.Bool}, true
	case int64, float64, store.Cents:
		return store.Type{Name: store.Float}, true
	case string:
		return store.Type{Name: store.Text}, true
	case store.Date:
		return store.Type{Name: store.DateOf}, true
	case store.Money:
		return store.Type{Name: store.MoneyOf}, true
	case store.Props:
		t := store.Type{Name: store.Record, Parts: map[string]store.Type{}}
		for _, p := range v {
			if part, ok := typeOf(p.Value); ok && canName(p.Name) {
				t.Parts[p.Name] = part
			}
		}
		return t, true
	case store.List:
		t := store.Type{}
		for _, x := range v {
			one, ok := typeOf(x)
			if _, cents := x.(store.Cents); !ok || cents || one.List || t.Name != "" && t.Name != one.Name {
				return t, false
			}
			if t.Name == "" {
				t = one
			}
			for name, part := range one.Parts {
				if was, met := t.Parts[name]; met && was.Name != part.Name {
					return t, false
				}
				t.Parts[name] = part
			}
		}
		t.List = true
		return t, len(v) > 0
	}
	return store.Type{}, false
}

// put adds the properties of which the schema knows the types.
func put(out map[string]any, prefix string, types map[string]store.Type, props store.Props) {
	for _, p := range props {
		t, known := types[p.Name]
		if !known || p.Value == nil {
			continue
		}
		name := prefix + p.Name
		if l, ok := p.Value.(store.List); ok && t.List {
			putList(out, name, t, l)
			continue
		}
		switch v := p.Value.(type) {
		case store.Date:
			out[name], out[firstName(name)], out[lastName(name)] = v.String(), day(v.First), day(v.Last)
			if t.Index {
				out[twinName(name)] = dateTwin(v)
			}
		case store.Money:
			out[name], out[centsName(name)], out[moneyName(name)] = float64(v.Amount)/100, int64(v.Amount), v.Currency
			if t.Index {
				out[twinName(name)] = moneyTwin(v)
			}
		case store.Cents:
			out[name], out[centsName(name)] = float64(v)/100, int64(v)
		case store.Props:
			out[sizeName(name)] = int64(0)
			put(out, name+"_", t.Parts, v)
		case string:
			out[name] = v
			if t.Name == store.Text {
				v = text.Fold(v)
			}
			switch {
			case t.Index:
				out[twinName(name)] = cut(v)
				if len(v) > longest {
					out[longName(name)] = v
				}
			case t.Name == store.Text:
				out[twinName(name)] = v
			}
		default:
			out[name] = v
			if t.Index {
				out[twinName(name)] = v
			}
		}
	}
}

// putList adds a list. Neo4j's lists have elements of one type, and no nulls.
func putList(out map[string]any, name string, t store.Type, l store.List) {
	switch t.Name {
	case store.Record:
		out[sizeName(name)] = int64(len(l))
		for part, pt := range t.Parts {
			if pt.List || pt.Name == store.Record {
				continue // no list of lists
			}
			values, has := make(store.List, len(l)), make([]bool, len(l))
			all := true
			for i, x := range l {
				p, _ := x.(store.Props)
				values[i] = p.Get(part)
				has[i] = values[i] != nil
				all = all && has[i]
			}
			if !slices.Contains(has, true) {
				continue
			}
			putList(out, partName(name, part), store.Type{Name: pt.Name}, values)
			if !all {
				out[hasName(partName(name, part))] = has
			}
		}
	case store.Text, store.String:
		values := column[string](l)
		out[name] = values
		if t.Name == store.Text {
			twins := make([]string, len(values))
			for i, v := range values {
				twins[i] = text.Fold(v)
			}
			out[twinName(name)] = twins
		}
	case store.Bool:
		out[name] = column[bool](l)
	case store.Int:
		out[name] = column[int64](l)
	case store.Float:
		values := make([]float64, len(l))
		for i, x := range l {
			switch x := x.(type) {
			case float64:
				values[i] = x
			case int64:
				values[i] = float64(x)
			}
		}
		out[name] = values
	case store.DateOf:
		texts, firsts, lasts := make([]string, len(l)), make([]neo4j.Date, len(l)), make([]neo4j.Date, len(l))
		for i, x := range l {
			d, known := x.(store.Date)
			if known {
				texts[i] = d.String()
			}
			firsts[i], lasts[i] = day(d.First), day(d.Last)
		}
		out[name], out[firstName(name)], out[lastName(name)] = texts, firsts, lasts
	case store.MoneyOf:
		values, cents, currencies := make([]float64, len(l)), make([]int64, len(l)), make([]string, len(l))
		for i, x := range l {
			m, _ := x.(store.Money)
			values[i], cents[i], currencies[i] = float64(m.Amount)/100, int64(m.Amount), m.Currency
		}
		out[name], out[centsName(name)], out[moneyName(name)] = values, cents, currencies
	}
}

// column is a list as a typed one, with the zero value for what is unknown.
func column[T any](l store.List) []T {
	out := make([]T, len(l))
	for i, x := range l {
		out[i], _ = x.(T)
	}
	return out
}

// day is a day as Neo4j has it.
func day(days int32) neo4j.Date {
	return neo4j.Date(time.Unix(int64(days)*24*60*60, 0).UTC())
}

// dateTwin orders dates by their first day, then by their last.
func dateTwin(d store.Date) int64 { return int64(d.First)<<32 + int64(d.Last) - int64(d.First) }

// moneyTwin orders money by amount, then by currency.
func moneyTwin(m store.Money) string {
	return fmt.Sprintf("%016x%s", uint64(m.Amount)^1<<63, m.Currency)
}

// cut is as much of a text as an index holds.
func cut(s string) string {
	if len(s) <= longest {
		return s
	}
	end := longest
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// quoted is a label, type or property name as Cypher wants it.
func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
