package identity

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"clustergraph/internal/store"
)

// Of is the body that a name or one of some identifiers is decided to be of; nil if nothing
// is decided. Identifiers count first.
func (d *Decisions) Of(family, name string, ids []store.Identifier) *Body {
	if d == nil || len(d.bodies) == 0 {
		return nil
	}
	for _, id := range ids {
		if id, err := id.Normal(); err == nil {
			if b := d.bodies[family+"\x00"+Term{Identifier: id}.key()]; b != nil {
				return b
			}
		}
	}
	if name == "" {
		return nil
	}
	return d.Body(family, name)
}

// Bridge is an identifier from the decisions that the first record of the body needs beside
// its own, ids, where these and the name (if meets says that nodes of its kind are met by
// names beside identifiers) would not meet the node that the decisions speak of. A nil Body
// needs none.
func (b *Body) Bridge(meets bool, ids []store.Identifier) []store.Identifier {
	if b == nil || len(ids) == 0 || len(b.Identifiers) == 0 {
		return nil
	}
	apart := !meets
	for _, given := range b.Identifiers {
		if slices.Contains(ids, given) {
			return nil
		}
		apart = apart || slices.ContainsFunc(ids, func(id store.Identifier) bool { return id.Scheme == given.Scheme })
	}
	if !apart {
		return nil
	}
	return b.Identifiers[:1]
}

const scheme = "IDENTITY_DECISIONS"

// Records are what the decisions on a body say of it, each said by its line of the file it
// stands in: its names and identifiers. They come before the first record of a source on the
// body, of a kind and with identifiers of its own, which meets the node that they make. The
// records of the files themselves are among them, before the others.
func (b *Body) Records(schema store.Schema, kind string, ids []store.Identifier) []store.NodeRecord {
	of := schema.Kinds[kind]
	var files, bodies []store.NodeRecord
	name := cmp.Or(b.KnownAs, b.Names[0])
	for _, x := range b.Decided {
		source := file(x.File)
		if !slices.ContainsFunc(files, func(f store.NodeRecord) bool { return f.Name == source.Name }) {
			files = append(files, store.NodeRecord{Ref: source, Said: store.Said{Source: source, Rank: store.FromField, Confidence: 1}, Props: store.PropsOf(map[string]any{"type": "DOCUMENT"})})
		}
		ref := store.Ref{Kind: leastTelling(schema, kind), Name: name, Identifiers: b.address(of.Meets, ids)}
		var aliases store.List
		for _, t := range x.Terms {
			switch {
			case t.Name == "":
				if !slices.Contains(ref.Identifiers, t.Identifier) {
					ref.Identifiers = append(ref.Identifiers, t.Identifier)
				}
			case t.Name != name:
				aliases = append(aliases, t.Name)
			}
		}
		// A person has compared the sources: this counts as much as a register does. It is
		// dated, so that the name that the body is known by comes before the older one of a register.
		bodies = append(bodies, store.NodeRecord{Ref: ref, Said: store.Said{Source: source, Place: fmt.Sprintf("line %d", x.Line), At: x.At, Rank: store.FromRegister, Confidence: 1},
			Props: store.PropsOf(map[string]any{"aliases": aliases})})
	}
	return append(files, bodies...)
}

// leastTelling is the kind to say where a decision tells no more than the family.
func leastTelling(schema store.Schema, kind string) string {
	of := schema.Kinds[kind]
	for name, k := range schema.Kinds {
		if k.Family == of.Family && k.Meets == of.Meets && (k.Telling < schema.Kinds[kind].Telling || k.Telling == schema.Kinds[kind].Telling && name < kind) {
			kind = name
		}
	}
	return kind
}

// address is what the records of several decisions on one body have in common: its first
// identifier. A body that decisions know by names only is addressed by a source's own
// identifier if its kind does not meet by name.
func (b *Body) address(meets bool, ids []store.Identifier) []store.Identifier {
	switch {
	case len(b.Identifiers) > 0:
		return slices.Clone(b.Identifiers[:1])
	case len(ids) > 0 && !meets:
		return slices.Clone(ids[:1])
	}
	return nil
}

// file is a file of identity decisions as a node. Where it lies is nobody's business.
func file(name string) store.Ref {
	if name == "" {
		return store.Ref{Kind: "Source", Name: "Identity decisions that come with clustergraph", Identifiers: []store.Identifier{{Scheme: scheme, Value: "shipped"}}}
	}
	name = filepath.Base(name)
	ref := store.Ref{Kind: "Source", Name: "Identity decisions of " + name}
	if id, err := (store.Identifier{Scheme: scheme, Value: "file/" + name}).Normal(); err == nil {
		ref.Identifiers = []store.Identifier{id}
	}
	return ref
}
