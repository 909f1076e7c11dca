package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"clustergraph/internal/ingest/values"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// typed is the type of a property as a mapping sees it: what a store keeps, and what the
// schema says beyond that.
type typed struct {
	store.Type
	about string
	enum  []string // the only texts that it may be
	url   bool
	must  bool // of a part: the value makes no sense without it
	parts map[string]typed
}

// model is what mappings are checked against.
type model struct {
	*ontology.Ontology
	kinds     []string
	relations []string                    // sorted
	props     map[string]map[string]typed // of kinds and of relations
}

// notSet are properties that a mapping says in another way, or not at all.
var notSet = map[string]string{
	"id": "ids are given by the store; use identifiers", "formerIds": "former ids come from merging",
	"name": "write name: beside set", "identifiers": "write identifiers: beside set",
	"country": "write country: beside set; it also says where the node is", "kind": "write kind: beside set",
}

var served = sync.OnceValue(func() *model {
	o := ontology.Served()
	m := &model{Ontology: o, props: map[string]map[string]typed{}}
	for _, k := range o.Kinds {
		m.kinds = append(m.kinds, k.Name)
		m.props[k.Name] = m.of(o.Type(k.Name), o.Store.Kinds[k.Name].Props)
	}
	for name := range o.Store.Edges {
		m.relations = append(m.relations, name)
		m.props[name] = map[string]typed{}
	}
	slices.Sort(m.relations)
	for name, def := range o.Schema.Types {
		if e := def.Directives.ForName("edge"); e != nil && o.Type(name) != nil {
			if of, ok := e.ArgumentMap(nil)["type"].(string); ok {
				m.props[of] = m.of(o.Type(name), o.Store.Edges[of].Props)
			}
		}
	}
	return m
})

func (m *model) of(t *ontology.Type, props map[string]store.Type) map[string]typed {
	out := map[string]typed{}
	for name, p := range props {
		if f := t.Field(name); f != nil {
			out[name] = m.typed(f, p)
		}
	}
	return out
}

func (m *model) typed(f *ontology.Field, p store.Type) typed {
	t := typed{Type: p, about: f.Def.Description, url: f.Def.Type.Name() == "URL", must: f.Def.Type.NonNull}
	if p.Name == store.Record {
		t.parts = m.of(f.Of, p.Parts)
	}
	if def := m.Schema.Types[f.Def.Type.Name()]; p.Name == store.String && def != nil {
		for _, v := range def.EnumValues {
			t.enum = append(t.enum, v.Name)
		}
	}
	return t
}

// reading is how values are written.
type reading struct {
	decimal  byte
	currency string
	serial   bool // dates may be the serial numbers of spreadsheets
}

// read reads one value of the type; with a [values.ErrRounded] the value is good.
func (t typed) read(s string, r reading) (store.Value, error) {
	switch t.Name {
	case store.Bool:
		return values.Bool(s)
	case store.Int:
		return values.Integer(s)
	case store.Float:
		return values.Number(s, r.decimal)
	case store.DateOf:
		return values.Date(s, r.serial)
	case store.MoneyOf:
		if known := values.Currency("1 " + r.currency); known != r.currency {
			if known == "" {
				return nil, fmt.Errorf("%q is no currency; write a code such as EUR", r.currency)
			}
			r.currency = known
		}
		amount, err := values.Amount(s, r.decimal)
		if err != nil && !errors.Is(err, values.ErrRounded) {
			return nil, err
		}
		currency := values.Currency(s) // what stands beside the amount counts
		if currency == "" {
			currency = r.currency
		}
		return store.Money{Amount: amount, Currency: currency}, err
	case store.Record:
		if t.isPoint() {
			return values.Coordinates(s)
		}
		return nil, fmt.Errorf("it has parts (%s), which one text cannot say", strings.Join(sortedKeys(t.parts), ", "))
	}
	switch {
	case t.url:
		return values.URL(s)
	case t.enum != nil:
		if v := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(s)); slices.Contains(t.enum, v) {
			return v, nil
		}
		return nil, fmt.Errorf("it is none of %s", strings.Join(t.enum, ", "))
	}
	return s, nil
}

// isPoint tells whether the type is that of coordinates, which are also written in one text.
func (t typed) isPoint() bool {
	_, latitude := t.parts["latitude"]
	_, longitude := t.parts["longitude"]
	return len(t.parts) == 2 && latitude && longitude
}

// whole checks a value made of parts.
func (t typed) whole(p store.Props) error {
	if t.isPoint() {
		lat, long := number(p.Get("latitude")), number(p.Get("longitude"))
		if math.Abs(lat) > 90 || math.Abs(long) > 180 {
			return fmt.Errorf("there is no place at latitude %v and longitude %v", lat, long)
		}
	}
	return t.Check(p)
}

func number(v store.Value) float64 { f, _ := v.(float64); return f }

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
