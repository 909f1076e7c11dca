package commit

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
)

// batch takes in what a batch says, and makes its steps.
func (s *state) batch(b store.Batch) error {
	if len(b.ID) > 200 || !utf8.ValidString(b.ID) || !utf8.ValidString(b.By) || !utf8.ValidString(b.Run) {
		return fmt.Errorf("%w: the batch's id, by and run must be UTF-8, and its id at most 200 bytes", store.ErrInvalid)
	}
	if err := s.load(b); err != nil {
		return err
	}
	for i, r := range b.Nodes {
		if err := s.sayNode(b, r); err != nil {
			return fmt.Errorf("nodes[%d], %s: %w", i, describe(r.Ref), err)
		}
	}
	if err := s.sayEdges(b); err != nil {
		return err
	}
	for i, step := range b.Steps {
		if err := s.step(step); err != nil {
			return fmt.Errorf("steps[%d], %s: %w", i, strings.TrimPrefix(fmt.Sprintf("%T", step), "store."), err)
		}
	}
	return nil
}

// load asks at once for everyone whom the batch may speak of.
func (s *state) load(b store.Batch) error {
	var made, met []store.Ref
	var names []string
	for _, r := range b.Nodes {
		if name, ok := r.Props.Get("name").(string); ok {
			r.Name = name
		}
		made = append(made, r.Ref)
		if s.schema.Kinds[r.Kind].Personal {
			names = append(names, texts(r.Props.Get("aliases"))...)
		}
	}
	for _, r := range b.Edges {
		met = append(met, r.From, r.To)
	}
	if err := s.loadErased(slices.Concat(made, met), names); err != nil {
		return err
	}
	for _, r := range b.Nodes {
		met = append(met, r.Source)
	}
	for _, r := range b.Edges {
		met = append(met, r.Source)
	}
	var former, stepped []string
	for _, step := range b.Steps {
		refs := refsOf(step)
		met = append(met, refs...)
		if u, ok := step.(store.Unmerge); ok {
			former = append(former, u.Former)
		}
	}
	if err := s.loadRefs(made, met); err != nil {
		return err
	}
	if len(b.Steps) == 0 {
		return nil
	}
	for _, step := range b.Steps {
		if _, ok := step.(store.Withdraw); ok {
			continue // it finds its own subjects
		}
		for _, r := range refsOf(step) {
			if id, err := s.meet(r, nil); err == nil && id != "" {
				stepped = append(stepped, id)
			}
		}
	}
	if err := s.loadHeads(former); err != nil {
		return err
	}
	stepped = append(stepped, former...)
	if err := s.loadNodes(stepped); err != nil {
		return err
	}
	return s.loadEdgesAt(s.groups(stepped))
}

// groups are all ids of the nodes that some ids belong to.
func (s *state) groups(ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, s.group(id)...)
	}
	return out
}

func (s *state) sayNode(b store.Batch, r store.NodeRecord) error {
	for _, p := range r.Props {
		switch p.Name {
		case "id", "identifiers", "formerIds", "kind":
			return fmt.Errorf("%w: %q does not stand among the properties of a record", store.ErrInvalid, p.Name)
		case "name":
			name, isText := p.Value.(string)
			if p.Value != nil && !isText || r.Name != "" && r.Name != name {
				return fmt.Errorf("%w: the name among the properties, %v, is no text or another than the Ref's", store.ErrInvalid, p.Value)
			}
			r.Name = name
		}
	}
	aliases := r.Props.Get("aliases")
	if err := (store.Type{Name: store.Text, List: true}).Check(aliases); aliases != nil && err != nil {
		return fmt.Errorf("%w: aliases: %w", store.ErrInvalid, err)
	}
	if s.withheld(r.Ref, texts(aliases)) {
		s.answer.nodes = append(s.answer.nodes, "")
		return nil
	}
	id, err := s.meet(r.Ref, r.Props)
	if err != nil {
		return err
	}
	kind := r.Kind
	switch {
	case id == "":
		if id, err = s.newID(r.Ref); err != nil {
			return err
		}
	case kind == "":
		kind = s.kind(s.merged.root(id))
	}
	if err := s.loadNodes([]string{id}); err != nil { // met by what the batch itself said
		return err
	}
	told, err := check(r.Said, r.Props, s.schema.Kinds[kind].Props)
	if err != nil {
		return err
	}
	if r.Name != "" {
		told = told.With("name", r.Name)
	}
	if len(r.Identifiers) > 0 {
		var ids union
		for _, i := range r.Identifiers {
			i, _ = i.Normal()
			ids.add(store.Props{{Name: "scheme", Value: i.Scheme}, {Name: "value", Value: i.Value}})
		}
		told = told.With("identifiers", ids.list)
	}
	record := s.record(b, r.Said, node(id))
	record.Kind, record.Props = kind, told
	if record.Source, err = s.source(r.Source, record); err != nil {
		return err
	}
	was := identifiersOf(s.records(record.Subject))
	s.say(record, r.Kind == "")
	if err := s.reclaim(id, was); err != nil {
		return err
	}
	s.meetBy(id, append(texts(told.Get("aliases")), r.Name, told.Text("acronym"), told.Text("code")))
	if r.Name == "" { // perhaps it goes by something else now
		s.meetBy(id, s.names(id))
	}
	if record.Rank == store.ByHand {
		for _, one := range s.group(id) {
			s.deny(node(one), false)
		}
	}
	s.answer.nodes = append(s.answer.nodes, id)
	s.cite(record)
	return nil
}

// meetBy notes names by which a node may be met by now, so that later Refs look at it.
func (s *state) meetBy(id string, names []string) {
	for _, name := range names {
		for _, k := range s.nameKeys(name) {
			s.saidKeys[k] = append(s.saidKeys[k], id)
		}
	}
}

// names are those of the node that an id belongs to.
func (s *state) names(id string) []string {
	n := s.fold(s.merged.root(id))
	if n == nil {
		return nil
	}
	return append(texts(n.Props.Get("aliases")), n.Name())
}

// reclaim brings up to date who says identifiers, after the records of a node changed.
func (s *state) reclaim(id string, was []store.Identifier) error {
	is := identifiersOf(s.records(node(id)))
	lost := notIn(was, is)
	if err := s.loadClaims(lost); err != nil {
		return err
	}
	for _, i := range lost {
		s.claims[i] = slices.DeleteFunc(slices.Clone(s.claims[i]), func(x string) bool { return x == id })
	}
	for _, i := range notIn(is, was) {
		s.claims[i] = append(slices.Clone(s.claims[i]), id)
	}
	return nil
}

// notIn are those of some sorted identifiers that others, also sorted, are not.
func notIn(some, others []store.Identifier) []store.Identifier {
	var out []store.Identifier
	for _, i := range some {
		if _, in := slices.BinarySearchFunc(others, i, compareIDs); !in {
			out = append(out, i)
		}
	}
	return out
}

// deny changes whether an original node or edge is denied.
func (s *state) deny(of store.Subject, denied bool) {
	if s.denied[of] == denied {
		return
	}
	s.denied[of] = denied
	if of.Node != "" {
		s.touch(of.Node)
	} else {
		s.edges[of.Edge] = true
	}
}

// sayEdges resolves all edges before it says any, as what one says changes nothing for the
// others' ends; so the records of all are asked for at once.
func (s *state) sayEdges(b store.Batch) error {
	records := make([]*Record, len(b.Edges)) // nil where withheld
	var edges []store.EdgeID
	for i, r := range b.Edges {
		record, err := s.checkEdge(b, r)
		if err != nil {
			return fmt.Errorf("edges[%d], %s from %s to %s: %w", i, r.Type, describe(r.From), describe(r.To), err)
		}
		records[i] = record
		if record != nil {
			edges = append(edges, record.Edge)
		}
	}
	if err := s.loadEdges(edges); err != nil {
		return err
	}
	for _, record := range records {
		if record == nil {
			s.answer.edges = append(s.answer.edges, store.EdgeID{})
			continue
		}
		s.say(record, false)
		if record.Rank == store.ByHand {
			for _, one := range s.same(record.Edge) {
				s.deny(edge(one), false)
			}
		}
		s.answer.edges = append(s.answer.edges, record.Edge)
		s.cite(record)
	}
	return nil
}

func (s *state) checkEdge(b store.Batch, r store.EdgeRecord) (*Record, error) {
	if s.withheld(r.From, nil) || s.withheld(r.To, nil) {
		return nil, nil
	}
	id, err := s.edgeID(r.Type, r.Key, r.From, r.To)
	if err != nil {
		return nil, err
	}
	record := s.record(b, r.Said, edge(id))
	record.States = true
	if record.Props, err = check(r.Said, r.Props, s.schema.Edges[r.Type].Props); err != nil {
		return nil, err
	}
	record.Source, err = s.source(r.Source, nil)
	return record, err
}

// edgeID is the original edge between two Refs.
func (s *state) edgeID(typ, key string, from, to store.Ref) (store.EdgeID, error) {
	if _, known := s.schema.Edges[typ]; !known || !utf8.ValidString(key) {
		return store.EdgeID{}, fmt.Errorf("%w: there is no edge type %q, or the key %q is not UTF-8", store.ErrInvalid, typ, key)
	}
	a, err := s.need(from)
	if err != nil {
		return store.EdgeID{}, err
	}
	z, err := s.need(to)
	return store.EdgeID{Type: typ, From: a, To: z, Key: key}, err
}

// same are the original edges that are one with an edge by now, itself among them.
func (s *state) same(e store.EdgeID) []store.EdgeID {
	var out []store.EdgeID
	for _, from := range s.group(e.From) {
		for _, to := range s.group(e.To) {
			one := store.EdgeID{Type: e.Type, From: from, To: to, Key: e.Key}
			if s.merged.within(one) == s.merged.within(e) {
				out = append(out, one)
			}
		}
	}
	return out
}

// cite notes the source of a record that the batch says.
func (s *state) cite(r *Record) {
	if of := s.saidBy[r.Subject]; r.Source != "" && !slices.Contains(of, r.Source) {
		s.saidBy[r.Subject] = append(of, r.Source)
	}
}

// record is a record without what it says.
func (s *state) record(b store.Batch, said store.Said, of store.Subject) *Record {
	r := &Record{Subject: of, Place: said.Place, At: said.At, Rank: rankOf(said), Confidence: said.Confidence, Derived: said.Derived,
		By: b.By, Run: b.Run, Revision: s.next}
	if r.Confidence == 0 {
		r.Confidence = 1
	}
	return r
}

func rankOf(s store.Said) store.Rank {
	if s.Rank == 0 {
		return store.ByHand
	}
	return s.Rank
}

// source is the original node of a source. The node of the record itself may be meant.
func (s *state) source(r store.Ref, own *Record) (string, error) {
	if r.ID == "" && len(r.Identifiers) == 0 && r.Kind == "" && r.Name == "" {
		return "", nil
	}
	met, err := s.meet(r, nil)
	if err != nil {
		return "", fmt.Errorf("its source: %w", err)
	}
	in := s
	if met == "" && own != nil {
		in = s.with(own)
	}
	if met == "" {
		if met, err = in.need(r); err != nil {
			return "", fmt.Errorf("its source: %w", err)
		}
	}
	if root := in.merged.root(met); in.kind(root) != "Source" {
		return "", fmt.Errorf("%w: its source: %s is of the kind %s, not Source", store.ErrInvalid, root, in.kind(root))
	}
	return met, nil
}

// with is a state that knows one node alone, with one record more.
func (s *state) with(own *Record) *state {
	id := own.Subject.Node
	with := newState(s.ctx, s.facts, s.schema, s.before, 1)
	with.merged, with.former = s.merged, s.former
	for _, one := range s.group(id) {
		with.found[node(one)] = s.records(node(one))
	}
	with.found[own.Subject] = append(slices.Clone(with.found[own.Subject]), own)
	for _, i := range identifiers(own.Props.Get("identifiers")) {
		with.claims[i] = []string{id}
	}
	for _, name := range append(texts(own.Props.Get("name")), texts(own.Props.Get("aliases"))...) {
		for _, k := range s.nameKeys(name) {
			with.keyed[k] = []string{id}
		}
	}
	return with
}

// check tells whether something can be said, and what it mentions.
func check(said store.Said, props store.Props, types map[string]store.Type) (store.Props, error) {
	switch {
	case said.Rank > store.ByHand:
		return nil, fmt.Errorf("%w: there is no rank %d", store.ErrInvalid, said.Rank)
	case !(said.Confidence >= 0 && said.Confidence <= 1):
		return nil, fmt.Errorf("%w: the confidence is %v, not from 0 to 1", store.ErrInvalid, said.Confidence)
	case said.At.First > said.At.Last:
		return nil, fmt.Errorf("%w: it was said at a date that ends before it begins", store.ErrInvalid)
	case !utf8.ValidString(said.Place):
		return nil, fmt.Errorf("%w: the place %q is not UTF-8", store.ErrInvalid, said.Place)
	}
	if err := valid(props, false); err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrInvalid, err)
	}
	out := make(store.Props, 0, len(props)+2) // name and identifiers may follow
	for _, p := range props {
		known := withoutNil(p.Value)
		if t, typed := types[p.Name]; typed && known != nil {
			if err := t.Check(known); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", store.ErrInvalid, p.Name, err)
			}
		}
		if rankOf(said) == store.ByHand {
			out = append(out, p)
		} else if known != nil {
			out = append(out, store.Prop{Name: p.Name, Value: known})
		}
	}
	return out, nil
}

// valid tells why a value cannot stand in a graph. Parts may be nil, but not within a list.
func valid(v store.Value, inList bool) error {
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
		return valid(v.Currency, inList)
	case store.List:
		for i, x := range v {
			if err := valid(x, true); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case store.Props:
		for i, p := range v {
			if !utf8.ValidString(p.Name) || i > 0 && v[i-1].Name >= p.Name {
				return fmt.Errorf("the properties are not sorted by name, each once and in UTF-8, at %q", p.Name)
			}
			if p.Value == nil && !inList {
				continue
			}
			if err := valid(p.Value, inList); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
	default:
		return fmt.Errorf("a %T cannot stand in a graph", v)
	}
	return nil
}

// withoutNil is what a value says, apart from what it says to be unknown.
func withoutNil(v store.Value) store.Value {
	p, ok := v.(store.Props)
	if !ok || !hasNil(p) {
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

func hasNil(p store.Props) bool {
	return slices.ContainsFunc(p, func(x store.Prop) bool {
		inner, _ := x.Value.(store.Props)
		return x.Value == nil || hasNil(inner)
	})
}

// fact is one property as one part of a record says it; the name is empty where it is the
// kind of a node, or that an edge is there.
type fact struct {
	name  string
	value store.Value
	form
}

// form is how a part of a record says what it says.
type form struct {
	at         store.Date
	rank       store.Rank
	confidence float64
	derived    bool
	by, run    string
	revision   uint64
}

func (r *Record) facts() []fact {
	f := form{r.At, r.Rank, r.Confidence, r.Derived, r.By, r.Run, r.Revision}
	out := make([]fact, 0, len(r.Props)+1)
	if r.States {
		out = append(out, fact{form: f})
	} else if r.Kind != "" {
		out = append(out, fact{value: r.Kind, form: f})
	}
	for _, p := range r.Props {
		out = append(out, fact{p.Name, p.Value, f})
	}
	return out
}

func (f fact) sameAs(g fact) bool {
	return f.name == g.name && f.at == g.at && f.rank == g.rank && f.confidence == g.confidence && f.derived == g.derived && store.Equal(f.value, g.value)
}

// say puts a record in the place of an earlier one, except for what was said by hand and
// is not mentioned. What the batch found said in the same form is as old as it was,
// whatever the batch said in between. If the record implies the kind, it does not take the
// place of one that was said by hand.
func (s *state) say(r *Record, implied bool) {
	var others, old []*Record
	for _, x := range s.records(r.Subject) {
		if x.at() == r.at() {
			old = append(old, x)
		} else {
			others = append(others, x)
		}
	}
	if _, loaded := s.found[r.Subject]; !loaded && r.Subject.Node == "" {
		s.found[r.Subject] = nil
		s.indexEdge(r.Edge)
	}
	if old == nil {
		s.set(r.Subject, append(others, r))
		return
	}
	told := r.facts()
	var found []*Record
	for _, x := range s.found[r.Subject] {
		if x.at() != r.at() {
			continue
		}
		found = append(found, x)
		for _, o := range x.facts() {
			for i := range told {
				if f := &told[i]; o.sameAs(*f) {
					f.revision, f.by = o.revision, o.by
				}
			}
		}
	}
	var rest []fact
	for _, x := range old {
		for _, o := range x.facts() {
			stays := o.rank == store.ByHand
			again := slices.IndexFunc(told, func(f fact) bool { return f.name == o.name })
			if again >= 0 {
				f := &told[again]
				if f.name != "" || r.Rank == store.ByHand && !implied {
					stays = false
				} else if stays && implied && r.Rank == store.ByHand {
					told = slices.Delete(told, again, again+1)
				}
			}
			if stays {
				rest = append(rest, o)
			}
		}
	}
	s.set(r.Subject, append(others, regroup(r, found, append(rest, told...))...))
}

// regroup makes the parts of a record of its facts: one for each form. Parts that are as
// they were found stay the same in memory, so that nothing is written for them.
func regroup(like *Record, found []*Record, facts []fact) []*Record {
	var parts []*Record
	byForm := map[form]*Record{}
	for _, f := range facts {
		p := byForm[f.form]
		if p == nil {
			p = &Record{Subject: like.Subject, Source: like.Source, Place: like.Place, Part: len(parts),
				At: f.at, Rank: f.rank, Confidence: f.confidence, Derived: f.derived, By: f.by, Run: f.run, Revision: f.revision}
			byForm[f.form] = p
			parts = append(parts, p)
		}
		switch {
		case f.name != "":
			p.Props = append(p.Props, store.Prop{Name: f.name, Value: f.value})
		case like.Subject.Node != "":
			p.Kind = f.value.(string)
		default:
			p.States = true
		}
	}
	for i, p := range parts {
		slices.SortFunc(p.Props, func(a, b store.Prop) int { return strings.Compare(a.Name, b.Name) })
		for _, o := range found {
			if o.equals(p) {
				parts[i] = o
			}
		}
	}
	return parts
}

func (r *Record) equals(o *Record) bool {
	return r.Part == o.Part && r.Kind == o.Kind && r.States == o.States && r.At == o.At && r.Rank == o.Rank && r.Confidence == o.Confidence &&
		r.Derived == o.Derived && r.By == o.By && r.Run == o.Run && r.Revision == o.Revision && store.Equal(r.Props, o.Props)
}
