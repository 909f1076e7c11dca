package commit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// loadRefs loads whom Refs may meet: made are those that make a node if they meet nobody,
// met all others.
func (s *state) loadRefs(made, met []store.Ref) error {
	refs := slices.Concat(made, met)
	var ids []string
	var claimed []store.Identifier
	for _, r := range refs {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
		for _, id := range r.Identifiers {
			if id, err := id.Normal(); err == nil {
				claimed = append(claimed, id)
			}
		}
	}
	if err := s.loadClaims(claimed); err != nil {
		return err
	}
	for _, id := range claimed {
		ids = append(ids, s.claims[id]...)
	}
	if err := s.loadHeads(ids); err != nil {
		return err
	}
	var wanted []string
	for _, r := range refs {
		if r.Name != "" && !r.Exact && !s.certain(r) {
			wanted = append(wanted, s.nameKeys(r.Name)...)
		}
	}
	if err := s.loadNames(wanted); err != nil {
		return err
	}
	for _, k := range wanted {
		ids = append(ids, s.keyed[k]...)
	}
	// Whom a record is said of is loaded whole, and so is who may be met by name, as the
	// name must be his own by then. Of others a head is enough.
	ids = ids[:0]
	for _, k := range wanted {
		ids = append(ids, s.keyed[k]...)
	}
	for _, r := range made {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
		for _, id := range r.Identifiers {
			if id, err := id.Normal(); err == nil {
				ids = append(ids, s.claims[id]...)
			}
		}
		if !s.certain(r) {
			if id, err := madeID(r); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return s.loadNodes(ids)
}

// certain tells whether a Ref meets someone by id or identifier, so that its name does not
// matter.
func (s *state) certain(r store.Ref) bool {
	if r.ID != "" && s.known(r.ID) {
		return true
	}
	return slices.ContainsFunc(r.Identifiers, func(id store.Identifier) bool {
		id, err := id.Normal()
		return err == nil && len(s.claims[id]) > 0
	})
}

func (s *state) checkRef(r store.Ref) error {
	if _, known := s.schema.Kinds[r.Kind]; r.Kind != "" && !known {
		return fmt.Errorf("%w: there is no kind %q", store.ErrInvalid, r.Kind)
	}
	if !utf8.ValidString(r.ID) || !utf8.ValidString(r.Name) {
		return fmt.Errorf("%w: the id %q or the name %q is not UTF-8", store.ErrInvalid, r.ID, r.Name)
	}
	for _, id := range r.Identifiers {
		n, err := id.Normal()
		if err != nil {
			return err
		}
		if !utf8.ValidString(n.Scheme) || !utf8.ValidString(n.Value) {
			return fmt.Errorf("%w: the identifier %q is not UTF-8", store.ErrInvalid, n)
		}
	}
	return nil
}

// meet is the original node that a Ref addresses, of which says is said with it; empty if it
// meets nobody.
func (s *state) meet(r store.Ref, says store.Props) (string, error) {
	if err := s.checkRef(r); err != nil {
		return "", err
	}
	var owners []string
	for _, id := range r.Identifiers {
		id, _ = id.Normal()
		if o := s.owner(id); o != "" {
			owners = append(owners, o)
		}
	}
	met := ""
	switch {
	case r.ID != "" && s.known(r.ID):
		met = r.ID
	case len(owners) > 0:
		met = owners[0]
	case r.Name != "" && r.Kind != "" && !r.Exact:
		var err error
		if met, err = s.byName(r, says); err != nil {
			return "", err
		}
	}
	for _, o := range owners {
		if s.merged.root(o) != s.merged.root(met) {
			return "", fmt.Errorf("%w: the identifiers belong to different nodes, %s and %s; merge them if they are one", store.ErrConflict,
				s.merged.root(met), s.merged.root(o))
		}
	}
	if met != "" && r.Kind != "" {
		root := s.merged.root(met)
		if kind := s.kind(root); s.schema.Kinds[kind].Family != s.schema.Kinds[r.Kind].Family {
			return "", fmt.Errorf("%w: %s is of the kind %s, not %s", store.ErrInvalid, root, kind, r.Kind)
		}
	}
	return met, nil
}

// need is meet where somebody must be met.
func (s *state) need(r store.Ref) (string, error) {
	met, err := s.meet(r, nil)
	if err == nil && met == "" {
		err = fmt.Errorf("%w: there is no %s", store.ErrNotFound, describe(r))
	}
	return met, err
}

// describe names whom a Ref addresses, for errors.
func describe(r store.Ref) string {
	var by []string
	if r.ID != "" {
		by = append(by, "id "+strconv.Quote(r.ID))
	}
	for _, id := range r.Identifiers {
		by = append(by, id.Scheme+" "+id.Value)
	}
	if r.Name != "" {
		by = append(by, "name "+strconv.Quote(r.Name))
	}
	kind := r.Kind
	if kind == "" {
		kind = "node"
	}
	if len(by) == 0 {
		return kind + " without id, identifier or name"
	}
	return kind + " with " + strings.Join(by, ", ")
}

// byName is the original node that a Ref meets by name, by the rules of store.Ref.
func (s *state) byName(r store.Ref, says store.Props) (string, error) {
	wanted, kind := s.nameKeys(r.Name), s.schema.Kinds[r.Kind]
	// Most are loaded; not those of a Ref that was certain before the batch took back
	// whom it met.
	if err := s.loadNames(wanted); err != nil {
		return "", err
	}
	var candidates []string
	for _, k := range wanted {
		if err := s.loadNodes(s.keyed[k]); err != nil {
			return "", err
		}
		for _, id := range slices.Concat(s.keyed[k], s.saidKeys[k]) {
			candidates = append(candidates, s.merged.root(id))
		}
	}
	slices.Sort(candidates)
	var met *store.Node
	for _, id := range slices.Compact(candidates) {
		n := s.fold(id)
		if n == nil || !s.meets(wanted, s.names(id)) {
			continue
		}
		of := s.schema.Kinds[n.Kind]
		switch {
		case of.Family != kind.Family:
		case (!kind.Meets || !of.Meets) && (n.Kind != r.Kind || len(r.Identifiers) > 0):
		case contradicts(n, r.Identifiers), isApart(of.Apart, n.Props, says):
		case met == nil || n.Kind == r.Kind && met.Kind != r.Kind:
			met = n
		}
	}
	if met == nil {
		return "", nil
	}
	var named []string
	for _, x := range s.said(met.ID) {
		if s.meets(wanted, append(texts(x.Props.Get("name")), texts(x.Props.Get("aliases"))...)) {
			named = append(named, x.Node)
		}
	}
	return cmp.Or(s.stayed(named), met.ID), nil
}

func (s *state) meets(keys, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(s.nameKeys(name), func(k string) bool { return slices.Contains(keys, k) })
	})
}

// contradicts tells whether a node has another identifier of a scheme; those it has in
// common with the Ref would have been met first.
func contradicts(n *store.Node, ids []store.Identifier) bool {
	own := identifiers(n.Props.Get("identifiers"))
	return slices.ContainsFunc(ids, func(id store.Identifier) bool {
		id, _ = id.Normal()
		return slices.ContainsFunc(own, func(o store.Identifier) bool { return o.Scheme == id.Scheme })
	})
}

// isApart tells whether two bodies are known to differ in a property that tells bodies apart.
func isApart(by []string, a, b store.Props) bool {
	return slices.ContainsFunc(by, func(name string) bool {
		x, y := a.Get(name), b.Get(name)
		return x != nil && y != nil && !store.Equal(x, y)
	})
}

// madeID is the id that a Ref asks for a new node, if it is free.
func madeID(r store.Ref) (string, error) {
	switch {
	case r.ID != "" && len(r.Identifiers) == 0 && r.Name == "":
		return "", fmt.Errorf("%w: there is no %s", store.ErrNotFound, describe(r))
	case r.Kind == "":
		return "", fmt.Errorf("%w: nobody is met, and a new node needs a kind: %s", store.ErrInvalid, describe(r))
	case r.ID != "":
		return r.ID, nil
	case len(r.Identifiers) > 0:
		first, err := r.Identifiers[0].Normal()
		return strings.ToLower(first.Scheme) + ":" + first.Value, err
	case text.Key(r.Name) == "":
		return "", fmt.Errorf("%w: a new node needs an identifier, or a name with a letter or digit, not %q", store.ErrInvalid, r.Name)
	}
	return "name:" + text.Slug(r.Name), nil
}

// newID is the id of the node that a Ref makes.
func (s *state) newID(r store.Ref) (string, error) {
	id, err := madeID(r)
	if err != nil {
		return "", err
	}
	if r.ID != "" {
		return id, s.loadNodes([]string{id})
	}
	free := id
	for n := 2; ; n++ {
		if err := s.loadNodes([]string{free}); err != nil {
			return "", err
		}
		if len(s.records(node(free))) == 0 {
			return free, nil
		}
		if n%8 == 2 { // several at once, as the next may be taken, too
			var more []string
			for i := n; i < n+8; i++ {
				more = append(more, id+"-"+strconv.Itoa(i))
			}
			if err := s.loadNodes(more); err != nil {
				return "", err
			}
		}
		free = id + "-" + strconv.Itoa(n)
	}
}

// loadErased loads which of some Refs, and other names that their records say, are of
// erased people.
func (s *state) loadErased(refs []store.Ref, others []string) error {
	var ask []Hash
	for _, r := range refs {
		ask = append(ask, s.hashes(r, nil)...)
	}
	ask = append(ask, s.hashes(store.Ref{}, others)...)
	if len(ask) == 0 {
		return nil
	}
	found, err := s.facts.Erased(s.ctx, ask)
	for _, h := range found {
		s.erased[h] = true
	}
	return err
}

// hashes are those by which an erased person would be known; none for other kinds. A Ref
// without a kind is known by identifier alone.
func (s *state) hashes(r store.Ref, names []string) []Hash {
	if r.Kind != "" && !s.schema.Kinds[r.Kind].Personal {
		return nil
	}
	var out []Hash
	for _, id := range r.Identifiers {
		if id, err := id.Normal(); err == nil {
			out = append(out, s.hashID(id))
		}
	}
	if r.Kind != "" {
		names = append(slices.Clone(names), r.Name)
	}
	for _, name := range names {
		for _, k := range s.nameKeys(name) {
			out = append(out, s.hash("name", k))
		}
	}
	return out
}

// withheld tells whether a Ref, with other names that its record says, speaks of an erased
// person.
func (s *state) withheld(r store.Ref, others []string) bool {
	if len(s.erased) == 0 {
		return false
	}
	if r.Kind == "" {
		others = nil
	}
	return slices.ContainsFunc(s.hashes(r, others), func(h Hash) bool { return s.erased[h] })
}
