package export

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Column is one thing told of every node or edge. Its values are nil, bool, int64, float64,
// string, store.Date or store.Cents.
type Column struct {
	Name string // the path of the property: "composition.smes", "totalCost.amount"
	Type store.TypeName

	path []string
}

// cents is the type of amounts of money, which stores keep as parts of Money only.
const cents store.TypeName = "Decimal"

// value is what a node or an edge has in the column. Lists are joined by "; ".
func (c Column) value(p store.Props) store.Value {
	v := store.Part(p, c.path)
	switch v.(type) {
	case store.List, store.Props:
		return text(v)
	}
	return v
}

// text is a value in words: lists joined by "; ", a value of two parts as "PIC:986451977",
// one of other parts as JSON.
func text(v store.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	case store.Date:
		return v.String()
	case store.Cents:
		return v.String()
	case store.Money:
		return v.Amount.String() + " " + v.Currency
	case store.List:
		all := make([]string, len(v))
		for i := range v {
			all[i] = text(v[i])
		}
		return strings.Join(all, "; ")
	case store.Props:
		if len(v) == 2 {
			return text(v[0].Value) + ":" + text(v[1].Value)
		}
		out, _ := json.Marshal(store.JSON(v)) // which was made for it
		return string(out)
	}
	return ""
}

// columnsOf are the properties of some types, each path once, in the order of the schema.
// Where two types mean different things by one path, it is told as text.
func columnsOf(types []*ontology.Type, without ...string) []Column {
	var out []Column
	at := map[string]int{}
	var add func(t *ontology.Type, path []string)
	put := func(typ store.TypeName, path ...string) {
		name := strings.Join(path, ".")
		if i, met := at[name]; met {
			if out[i].Type != typ {
				out[i].Type = store.String
			}
			return
		}
		at[name] = len(out)
		out = append(out, Column{name, typ, append([]string(nil), path...)})
	}
	add = func(t *ontology.Type, path []string) {
		for _, def := range t.Def.Fields {
			f := t.Field(def.Name)
			if f == nil || f.Role != ontology.Property || f.Type.Name == "" || len(path) == 0 && slices.Contains(without, f.Name) {
				continue
			}
			here := append(path[:len(path):len(path)], f.Name)
			switch {
			case f.Type.List:
				put(store.String, here...)
			case f.Type.Name == store.MoneyOf:
				put(cents, append(here[:len(here):len(here)], "amount")...)
				put(store.String, append(here[:len(here):len(here)], "currency")...)
			case f.Type.Name == store.Record:
				add(f.Of, here)
			default:
				put(f.Type.Name, here...)
			}
		}
	}
	for _, t := range types {
		if t != nil {
			add(t, nil)
		}
	}
	return out
}

// edgeTypeOf is what stands on the edges of a type; nil if nothing does.
func edgeTypeOf(o *ontology.Ontology, typ string) *ontology.Type {
	for _, k := range o.Kinds {
		t := o.Type(k.Name)
		for _, def := range t.Def.Fields {
			if f := t.Field(def.Name); f != nil && f.Role == ontology.Relation && f.Rel.Type == typ && f.List.Edge != nil {
				return f.List.Edge
			}
		}
	}
	return nil
}

// unbounded is a span of which neither end is known.
var unbounded = store.Period{First: math.MinInt32, Last: math.MaxInt32}

// The properties by which a node begins and ends.
var (
	begins = []string{"start", "founded", "established"}
	ends   = []string{"end", "ended"}
)

// spanOf is when a node is known to have been there.
func spanOf(p store.Props) store.Period {
	span := unbounded
	for _, name := range begins {
		if d, ok := p.Get(name).(store.Date); ok {
			span.First = d.First
			break
		}
	}
	for _, name := range ends {
		if d, ok := p.Get(name).(store.Date); ok {
			span.Last = d.Last
			break
		}
	}
	if span.First > span.Last { // sources disagree
		span.Last = math.MaxInt32
	}
	return span
}

// days are the first and the last day of a span as text, empty where they are unknown.
func days(p store.Period) (first, last string) {
	if p.First != math.MinInt32 {
		first = dayText(p.First)
	}
	if p.Last != math.MaxInt32 && p.Last >= p.First {
		last = dayText(p.Last)
	}
	return first, last
}

func dayText(day int32) string {
	return time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly)
}
