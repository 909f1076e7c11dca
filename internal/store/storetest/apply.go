package storetest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// apply makes a batch's changes. touched are the subjects of its records, in their order;
// those of withheld ones are zero.
func (s *state) apply(b store.Batch) (touched applied, err error) {
	if len(b.ID) > 200 || !utf8.ValidString(b.ID) || !utf8.ValidString(b.By) || !utf8.ValidString(b.Run) {
		return touched, fmt.Errorf("%w: the batch's id is too long, or no UTF-8", store.ErrInvalid)
	}
	for i, r := range b.Nodes {
		id, source, err := s.sayNode(b, r)
		if err != nil {
			return touched, fmt.Errorf("nodes[%d]: %w", i, err)
		}
		touched.nodes = append(touched.nodes, id)
		touched.sources = append(touched.sources, source)
	}
	for i, r := range b.Edges {
		id, source, err := s.sayEdge(b, r)
		if err != nil {
			return touched, fmt.Errorf("edges[%d]: %w", i, err)
		}
		touched.edges = append(touched.edges, id)
		touched.sources = append(touched.sources, source)
	}
	for i, step := range b.Steps {
		gone, err := s.step(step)
		if err != nil {
			return touched, fmt.Errorf("steps[%d]: %w", i, err)
		}
		touched.erased = append(touched.erased, gone...)
	}
	return touched, nil
}

type applied struct {
	nodes, sources []string
	edges          []store.EdgeID
	erased         []string // original subjects
}

func (s *state) sayNode(b store.Batch, r store.NodeRecord) (id, source string, err error) {
	for _, p := range r.Props {
		switch p.Name {
		case "id", "identifiers", "formerIds", "kind":
			return "", "", fmt.Errorf("%w: %s does not stand among the properties of a record", store.ErrInvalid, p.Name)
		case "name":
			name, isText := p.Value.(string)
			if p.Value != nil && !isText || r.Name != "" && r.Name != name {
				return "", "", fmt.Errorf("%w: the name is %v", store.ErrInvalid, p.Value)
			}
			r.Name = name
		}
	}
	aliases := r.Props.Get("aliases")
	if err := (store.Type{Name: store.Text, List: true}).Check(aliases); aliases != nil && err != nil {
		return "", "", fmt.Errorf("%w: aliases: %v", store.ErrInvalid, err)
	}
	if s.withheld(r.Ref, saidNames(aliases)...) {
		return "", "", nil
	}
	if id, err = s.meet(r.Ref, r.Props); err != nil {
		return "", "", err
	}
	kind := r.Kind
	if kind == "" && id != "" {
		kind = s.node(s.root(id)).Kind
	}
	if id == "" {
		if id, err = s.newID(r.Ref); err != nil {
			return "", "", err
		}
	}
	mentioned, err := s.check(r.Said, r.Props, s.schema.Kinds[kind].Props)
	if err != nil {
		return "", "", err
	}
	if r.Name != "" {
		mentioned["name"] = r.Name
	}
	if len(r.Identifiers) > 0 {
		var ids store.List
		for _, i := range r.Identifiers {
			i, _ = i.Normal()
			ids = appendNew(ids, store.List{store.PropsOf(map[string]any{"scheme": i.Scheme, "value": i.Value})})
		}
		mentioned["identifiers"] = ids
	}
	mentioned[""] = kind
	source, err = s.say(b, fact{node: id}, r.Said, mentioned, r.Kind == "")
	if err == nil && rankOf(r.Said) == store.ByHand {
		for denied := range s.noNode {
			if s.root(denied) == s.root(id) {
				delete(s.noNode, denied)
			}
		}
	}
	return id, source, err
}

// newID is the id of the node that a Ref makes.
func (s *state) newID(r store.Ref) (string, error) {
	id := r.ID
	switch {
	case id != "" && len(r.Identifiers) == 0 && r.Name == "":
		return "", fmt.Errorf("%w: no node has the id %q", store.ErrNotFound, id)
	case r.Kind == "":
		return "", fmt.Errorf("%w: a new node needs a kind: %+v", store.ErrInvalid, r)
	case id != "":
		return id, nil
	case len(r.Identifiers) > 0:
		first, _ := r.Identifiers[0].Normal()
		id = strings.ToLower(first.Scheme) + ":" + first.Value
	case text.Key(r.Name) == "":
		return "", fmt.Errorf("%w: the name %q has no letter or digit", store.ErrInvalid, r.Name)
	default:
		id = "name:" + text.Slug(r.Name)
	}
	free := id
	for n := 2; slices.ContainsFunc(s.facts, func(f fact) bool { return f.node == free }); n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free, nil
}

func (s *state) sayEdge(b store.Batch, r store.EdgeRecord) (store.EdgeID, string, error) {
	none := store.EdgeID{}
	if s.withheld(r.From) || s.withheld(r.To) {
		return none, "", nil
	}
	id, err := s.edge(r.Type, r.Key, r.From, r.To)
	if err != nil {
		return none, "", err
	}
	mentioned, err := s.check(r.Said, r.Props, s.schema.Edges[r.Type].Props)
	if err != nil {
		return none, "", err
	}
	mentioned[""] = nil
	source, err := s.say(b, fact{edge: id}, r.Said, mentioned, false)
	if err != nil {
		return none, "", err
	}
	if rankOf(r.Said) == store.ByHand {
		for denied := range s.noEdge {
			if s.rootEdge(denied) == s.rootEdge(id) && s.merged(denied) == s.merged(id) {
				delete(s.noEdge, denied)
			}
		}
	}
	return id, source, nil
}

// edge is the edge between two Refs, as an original subject.
func (s *state) edge(typ, key string, from, to store.Ref) (store.EdgeID, error) {
	if _, known := s.schema.Edges[typ]; !known || !utf8.ValidString(key) {
		return store.EdgeID{}, fmt.Errorf("%w: no edge type %q, or the key %q is not UTF-8", store.ErrInvalid, typ, key)
	}
	a, err := s.need(from)
	if err != nil {
		return store.EdgeID{}, err
	}
	z, err := s.need(to)
	return store.EdgeID{Type: typ, From: a, To: z, Key: key}, err
}

func rankOf(s store.Said) store.Rank {
	if s.Rank == 0 {
		return store.ByHand
	}
	return s.Rank
}

// check tells whether what is said can be said, and what it mentions.
func (s *state) check(said store.Said, props store.Props, types map[string]store.Type) (map[string]store.Value, error) {
	switch {
	case said.Rank > store.ByHand, !(said.Confidence >= 0 && said.Confidence <= 1), said.At.First > said.At.Last, !utf8.ValidString(said.Place):
		return nil, fmt.Errorf("%w: %+v", store.ErrInvalid, said)
	}
	if err := valid(props); err != nil {
		return nil, fmt.Errorf("%w: %v", store.ErrInvalid, err)
	}
	out := map[string]store.Value{}
	for _, p := range props {
		known := withoutNil(p.Value)
		if t, typed := types[p.Name]; typed && known != nil {
			if err := t.Check(known); err != nil {
				return nil, fmt.Errorf("%w: %s: %v", store.ErrInvalid, p.Name, err)
			}
		}
		if rankOf(said) == store.ByHand {
			out[p.Name] = p.Value
		} else if known != nil {
			out[p.Name] = known
		}
	}
	return out, nil
}

// valid tells whether a value can stand in a graph at all.
func valid(v store.Value) error {
	switch v := v.(type) {
	case bool, int64, store.Date, store.Cents:
	case float64:
		if v-v != 0 {
			return fmt.Errorf("%v is no number", v)
		}
	case string:
		if !utf8.ValidString(v) {
			return fmt.Errorf("%q is not UTF-8", v)
		}
	case store.Money:
		return valid(v.Currency)
	case store.List:
		for _, x := range v {
			if err := validInList(x); err != nil {
				return err
			}
		}
	case store.Props:
		for i, p := range v {
			if !utf8.ValidString(p.Name) || i > 0 && v[i-1].Name >= p.Name {
				return fmt.Errorf("the name %q is out of order, or not UTF-8", p.Name)
			}
			if p.Value == nil {
				continue
			}
			if err := valid(p.Value); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
	default:
		return fmt.Errorf("a %T cannot stand in a graph", v)
	}
	return nil
}

// validInList is valid where nothing may be nil.
func validInList(v store.Value) error {
	if p, ok := v.(store.Props); ok {
		for _, x := range p {
			if x.Value == nil {
				return fmt.Errorf("%s is nil within a list", x.Name)
			}
		}
	}
	return valid(v)
}

// withoutNil is what a value says, apart from what it says to be unknown.
func withoutNil(v store.Value) store.Value {
	p, ok := v.(store.Props)
	if !ok {
		return v
	}
	out := store.Props{}
	for _, x := range p {
		if known := withoutNil(x.Value); known != nil {
			out = append(out, store.Prop{Name: x.Name, Value: known})
		}
	}
	return out
}

// say puts a record in the place of an earlier one, and returns the id of its source. If it
// implies the kind, it does not take the place of one that was said by hand.
func (s *state) say(b store.Batch, subject fact, said store.Said, mentioned map[string]store.Value, implied bool) (string, error) {
	subject.place, subject.at, subject.derived, subject.by, subject.run = said.Place, said.At, said.Derived, b.By, b.Run
	subject.rank, subject.confidence, subject.revision = rankOf(said), said.Confidence, s.number+1
	if said.Confidence == 0 {
		subject.confidence = 1
	}
	var told []fact
	for property, value := range mentioned {
		f := subject
		f.property, f.value = property, value
		told = append(told, f)
	}
	source, err := s.source(said.Source, told)
	if err != nil {
		return "", err
	}
	subject.source = source
	rest := make([]fact, 0, len(s.facts)+len(told))
	for _, o := range s.facts {
		if !o.sameRecord(&subject) {
			rest = append(rest, o)
			continue
		}
		stays := o.rank == store.ByHand
		for _, f := range told {
			if o.property == f.property && (f.property != "" || f.rank == store.ByHand && !implied) {
				stays = false
			}
		}
		if stays && o.property == "" && implied && subject.rank == store.ByHand {
			told = slices.DeleteFunc(told, func(f fact) bool { return f.property == "" })
		}
		if stays {
			rest = append(rest, o)
		}
	}
	for _, f := range told {
		f.source = source
		for i := range s.old { // what the batch itself said before does not count
			if o := &s.old[i]; o.sameRecord(&f) && o.sameForm(f) {
				f.revision, f.by = o.revision, o.by
			}
		}
		rest = append(rest, f)
	}
	s.facts = rest
	return source, nil
}

// source is the original subject of a source. The record's own node may be meant, so its
// facts are looked at, too.
func (s *state) source(r store.Ref, told []fact) (string, error) {
	if r.ID == "" && len(r.Identifiers) == 0 && r.Kind == "" && r.Name == "" {
		return "", nil
	}
	met, err := s.meet(r, nil)
	if err == nil && met == "" {
		with := s.copy()
		with.facts = append(with.facts, told...)
		s = with
		met, err = s.need(r)
	}
	if err != nil {
		return "", fmt.Errorf("its source: %w", err)
	}
	if n := s.node(s.root(met)); n.Kind != "Source" {
		return "", fmt.Errorf("%w: %s is of the kind %s, not Source", store.ErrInvalid, n.ID, n.Kind)
	}
	return met, nil
}
