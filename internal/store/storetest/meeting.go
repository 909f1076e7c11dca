package storetest

import (
	"strings"
	"sync"

	"clustergraph/internal/store"
)

// met applies a record of a Ref and returns the id of the node that it met or made.
func (p *pair) met(r store.Ref) string {
	p.Helper()
	return p.say(store.NodeRecord{Ref: r, Said: store.Said{Place: r.Name}}).Nodes[0]
}

var meetingTests = []test{
	{"by id, identifier, name, in this order", "It is resolved ...: by ID (or former id), else by the first of Identifiers that is known, else by name.", func(p *pair) {
		p.say(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation", Name: "Anna", Identifiers: named("", "", "PIC", "1").Identifiers}},
			node("Organisation", "b"), node("Organisation", "c"))
		p.equal("by id", p.met(store.Ref{ID: "b", Kind: "Organisation", Name: "Anna"}), "b")
		p.equal("by an identifier", p.met(named("Organisation", "Carla", "ROR", "nobody's", "pic", "1")), "a")
		p.equal("an unknown id", p.met(store.Ref{ID: "new", Kind: "Organisation", Name: "x", Identifiers: named("", "", "PIC", "1").Identifiers}), "a")
		p.equal("an unknown id with a name", p.met(store.Ref{ID: "new", Kind: "Organisation", Name: "c"}), "c")
		p.equal("by name", p.met(named("Organisation", "B")), "b")
	}},
	{"by a former id", "by ID (or former id)", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("met", p.met(at("b")), "a")
		p.say(edge("MEMBER_OF", "b", "b"))
		p.equal("edge", len(p.edges("MEMBER_OF", "b")), 1)
	}},
	{"schemes are in upper case, without spaces around", "Normal is the identifier as it is kept", func(p *pair) {
		p.equal("made", p.met(named("Organisation", "", " pic ", " 9 ")), "pic:9")
		p.equal("met", p.met(named("Organisation", "", "Pic", "9")), "pic:9")
		p.equal("values are told apart by case", p.met(named("Organisation", "", "PIC", "a")) == p.met(named("Organisation", "", "PIC", "A")), false)
	}},
	{"placeholders and VAT identify nothing", "It is an ErrInvalid if the scheme is empty or VAT ..., if the value is a placeholder ..., or if either is longer than 200 bytes.", func(p *pair) {
		for _, id := range [][2]string{{"", "1"}, {"vat", "1"}, {"PIC", "missing"}, {"PIC", "N/A"}, {"PIC", " "}, {"PIC", "0"}, {"PIC", strings.Repeat("9", 201)}, {strings.Repeat("S", 201), "1"}} {
			p.fails(batch(store.NodeRecord{Ref: named("Organisation", "x", id[0], id[1])}), store.ErrInvalid)
			p.fails(batch(store.NodeRecord{Ref: named("Organisation", "x", "ROR", "fine", id[0], id[1])}), store.ErrInvalid)
		}
		p.met(named("Organisation", "x", "PIC", strings.Repeat("9", 200)))
		p.equal("Namibia", p.met(named("Place", "Namibia", "ISO3166", "NA")), "iso3166:NA")
	}},
	{"names meet without regard to case, accents and script", "folded (text.Keys; an empty key meets nobody)", func(p *pair) {
		id := p.met(named("Cluster", "ИКТ Клъстер"))
		for _, name := range []string{"ИКТ Клъстер", "ikt klaster", "IKT  Kluster", "IKT-Klaster", "«ИКТ клъстер»"} {
			p.equal(name, p.met(named("Cluster", name)), id)
		}
		if p.met(named("Cluster", "IKT Klaster Serbia")) == id {
			p.Error("a name that contains another is not the same name")
		}
	}},
	{"aliases are met", "that has this name as its name or among its aliases", func(p *pair) {
		p.say(node("Cluster", "a", m{"aliases": []string{"Uno"}, "legalName": "Legal"}), withName("a", "Eins"), withName("a", "Zwei"))
		p.equal("an alias", p.met(named("Cluster", "UNO")), "a")
		p.equal("the name", p.met(named("Cluster", "Zwei")), "a")
		if p.met(named("Cluster", "Legal")) == "a" {
			p.Error("met by a property that is neither name nor alias")
		}
	}},
	{"a name that stands in is met", "that has this name as its name", func(p *pair) {
		p.say(store.NodeRecord{Ref: named("Project", "", "CORDIS", "1"), Props: store.PropsOf(m{"acronym": "GIVE"})})
		p.equal("by an acronym", p.met(named("Project", "Give")), "cordis:1")
	}},
	{"names meet within a family", "By name it meets a node of the same family", func(p *pair) {
		a := p.met(named("Organisation", "Same"))
		p.equal("another kind of the family", p.met(named("Cluster", "same")), a)
		p.equal("kind", p.node(a).Kind, "Cluster")
		if p.met(named("Project", "Same")) == a {
			p.Error("a project is no organisation")
		}
		b := p.met(named("Programme", "SAME"))
		p.equal("two families", []string{a, b}, []string{"name:same", "name:same-3"})
		p.equal("each its own", []string{p.met(named("Network", "same")), p.met(named("Programme", "same"))}, []string{a, b})
	}},
	{"identifiers of one scheme tell bodies apart", "unless both have identifiers of one scheme and none in common", func(p *pair) {
		a := p.met(named("Organisation", "Same", "PIC", "1"))
		if p.met(named("Organisation", "Same", "PIC", "2")) == a {
			p.Error("two PICs are two bodies")
		}
		if p.met(named("Organisation", "Same", "ROR", "r", "PIC", "3")) == a {
			p.Error("another scheme beside does not help")
		}
	}},
	{"identifiers of other schemes do not", "unless both have identifiers of one scheme and none in common", func(p *pair) {
		a := p.met(named("Organisation", "Same", "PIC", "1"))
		p.equal("another scheme", p.met(named("Organisation", "Same", "ROR", "r")), a)
		p.equal("no identifiers", p.met(named("Cluster", "Same")), a)
		p.equal("the new identifier is known now", p.met(named("Organisation", "", "ROR", "r")), a)
	}},
	{"a property tells bodies apart", "or the node holds another value of a property that tells bodies apart (Kind.Apart) than the NodeRecord with the Ref says", func(p *pair) {
		in := func(kind, country string, ids ...string) store.NodeRecord {
			r := store.NodeRecord{Ref: named(kind, "Ministry", ids...)}
			if country != "" {
				r.Props = store.PropsOf(m{"country": country})
			}
			return r
		}
		ids := p.say(in("Organisation", "BG"), in("Organisation", "RO"), in("Cluster", "BG"), in("Network", "RO", "PIC", "1"), in("Organisation", "")).Nodes
		p.equal("met", ids, []string{"name:ministry", "name:ministry-2", "name:ministry", "name:ministry-2", "name:ministry"})
		p.equal("an edge says nothing of its ends", p.say(edge("MEMBER_OF", "name:ministry", "name:ministry-2")).Edges[0].To, "name:ministry-2")
		p.equal("an identifier meets all the same", p.say(in("Organisation", "DE", "PIC", "1")).Nodes, []string{"name:ministry-2"})
	}},
	{"of several, one of the same kind, then the smallest id", "of several, one of the same kind, then the smallest id", func(p *pair) {
		p.say(store.NodeRecord{Ref: named("Organisation", "Same", "PIC", "1")}, store.NodeRecord{Ref: named("Organisation", "Same", "PIC", "2")},
			store.NodeRecord{Ref: named("Network", "Same", "PIC", "3")}, store.NodeRecord{Ref: named("Network", "Same", "PIC", "4")})
		p.equal("the same kind", p.met(named("Network", "Same")), "pic:3")
		p.equal("the smallest id", p.met(named("Cluster", "Same")), "pic:1")
	}},
	{"kinds that do not meet by name", "Kinds that do not meet by name (Kind.Meets) do so only if the Ref has no identifiers, and only with a node of the same kind.", func(p *pair) {
		a := p.met(named("Project", "Same", "CORDIS", "1"))
		p.equal("without identifiers", p.met(named("Project", "same")), a)
		p.equal("with identifiers", p.met(named("Project", "same", "KEEP", "1")), "keep:1")
		p.equal("of several", p.met(named("Project", "same")), a)
		o, c := p.met(named("Organisation", "Both")), p.met(named("Consortium", "Both"))
		p.equal("not with another kind of the family", []string{o, c}, []string{"name:both", "name:both-2"})
		p.equal("nor the other way round", p.met(named("Network", "Both")), o)
		p.equal("with its own", p.met(named("Consortium", "both")), c)
	}},
	{"an exact Ref meets nobody by name", "A Ref without a Kind, or that is Exact, meets nobody by name.", func(p *pair) {
		exact := func(name string, ids ...string) store.Ref {
			r := named("Organisation", name, ids...)
			r.Exact = true
			return r
		}
		a := p.met(named("Organisation", "Same"))
		b := p.met(exact("Same", "PIC", "1"))
		p.equal("another", []string{a, b}, []string{"name:same", "pic:1"})
		p.equal("by identifier", p.met(exact("Other", "PIC", "1")), b)
		p.equal("each makes its own", p.met(exact("Same")), "name:same-2")
		p.fails(batch(store.EdgeRecord{Type: "MEMBER_OF", From: exact("Same"), To: at(a)}), store.ErrNotFound)
	}},
	{"a Ref without a kind meets nobody by name", "A Ref without a Kind, or that is Exact, meets nobody by name.", func(p *pair) {
		p.say(node("Organisation", "a"))
		p.fails(batch(store.EdgeRecord{Type: "MEMBER_OF", From: store.Ref{Name: "a"}, To: at("a")}), store.ErrNotFound)
		p.fails(batch(store.NodeRecord{Ref: store.Ref{Name: "a"}}), store.ErrInvalid)
	}},
	{"a new node has the id that was given", "makes a new node ..., whose id is ID", func(p *pair) {
		p.equal("with a name", p.met(store.Ref{ID: "my id", Kind: "Organisation", Name: "x"}), "my id")
		p.equal("with identifiers", p.met(store.Ref{ID: "other", Kind: "Organisation", Identifiers: named("", "", "PIC", "1").Identifiers}), "other")
		p.equal("identifiers", p.met(named("", "", "PIC", "1")), "other")
	}},
	{"or one made of its first identifier", `else made of the first identifier (its scheme in lower case: "pic:986451977")`, func(p *pair) {
		p.equal("id", p.met(named("Organisation", "x", "PIC", "986451977", "ROR", "r")), "pic:986451977")
		p.equal("the value as it is", p.met(named("Organisation", "y", "WikiData", "Q 1")), "wikidata:Q 1")
	}},
	{"or of its name", `else of the name ("name:cluj-it-cluster", by text.Slug); with -2, -3 ... if records of another node have that id`, func(p *pair) {
		p.equal("id", p.met(named("Cluster", "Cluj IT Cluster")), "name:cluj-it-cluster")
		p.equal("another family", p.met(named("Project", "Cluj IT Cluster")), "name:cluj-it-cluster-2")
		p.equal("and another", p.met(named("Place", "CLUJ it cluster")), "name:cluj-it-cluster-3")
		p.equal("in another script", p.met(named("Cluster", "Łódź 北京")), "name:lodz-bei-jing")
	}},
	{"an id that is taken gets a number, too", "with -2, -3 ... if records of another node have that id", func(p *pair) {
		p.say(withSources(from(store.NodeRecord{Ref: named("Organisation", "x", "PIC", "1")}, "s1", "", store.FromText))...)
		p.say(from(store.NodeRecord{Ref: store.Ref{ID: "pic:1", Identifiers: named("", "", "PIC", "2").Identifiers}}, "s1", "", store.FromText))
		p.equal("PIC 1 is free again", p.met(named("Organisation", "y", "PIC", "1")), "pic:1-2")
	}},
	{"a node without a kind, or a name that says nothing", "A new node without a kind is an ErrInvalid, and so is one without ID and identifiers whose name has no letter or digit.", func(p *pair) {
		p.fails(batch(store.NodeRecord{Ref: named("", "x")}), store.ErrInvalid)
		p.fails(batch(store.NodeRecord{Ref: named("", "", "PIC", "1")}), store.ErrInvalid)
		p.fails(batch(store.NodeRecord{Ref: store.Ref{ID: "a", Name: "x"}}), store.ErrInvalid)
		p.fails(batch(store.NodeRecord{}), store.ErrInvalid)
		for _, name := range []string{"", " ", "---", "😀", "…"} {
			p.fails(batch(store.NodeRecord{Ref: named("Organisation", name)}), store.ErrInvalid)
		}
		p.equal("with an id", p.met(store.Ref{ID: "a", Kind: "Organisation", Name: "😀"}), "a")
		p.equal("an empty key meets nobody", p.met(store.Ref{ID: "b", Kind: "Organisation", Name: "🎉"}), "b")
	}},
	{"elsewhere a Ref must meet somebody", "Elsewhere a Ref that meets nobody is an ErrNotFound.", func(p *pair) {
		p.say(node("Organisation", "a"))
		nobody := named("Organisation", "nobody", "PIC", "1")
		for _, r := range []any{
			store.EdgeRecord{Type: "MEMBER_OF", From: nobody, To: at("a")}, store.EdgeRecord{Type: "MEMBER_OF", From: at("a"), To: nobody},
			store.NodeRecord{Ref: at("a"), Said: store.Said{Source: named("Source", "nobody")}},
			store.Remove{Node: nobody}, store.Remove{}, store.Unlink{Type: "MEMBER_OF", From: at("a"), To: nobody}, store.Erase{Node: nobody},
			store.Merge{Keep: at("a"), Drop: nobody}, store.Merge{Keep: nobody, Drop: at("a")}, store.Distinct{A: at("a"), B: nobody}, store.Withdraw{Source: nobody},
		} {
			p.fails(batch(r), store.ErrNotFound)
		}
	}},
	{"refs meet what earlier records made", "Refs of one batch meet the nodes that earlier records of it make.", func(p *pair) {
		r := p.say(store.NodeRecord{Ref: named("Organisation", "Anna", "PIC", "1")}, store.NodeRecord{Ref: named("Organisation", "Anna")},
			store.NodeRecord{Ref: named("Cluster", "anna", "ROR", "r")}, store.NodeRecord{Ref: named("", "", "ROR", "r")},
			store.EdgeRecord{Type: "MEMBER_OF", From: named("Organisation", "ANNA"), To: named("", "", "ror", "r")})
		p.equal("nodes", r.Nodes, []string{"pic:1", "pic:1", "pic:1", "pic:1"})
	}},
	{"identifiers of different nodes are a conflict", "Identifiers that belong to different nodes, or to another than the one with the ID, are an ErrConflict that names the nodes.", func(p *pair) {
		p.met(named("Organisation", "Anna", "PIC", "1"))
		p.met(named("Organisation", "Berta", "ROR", "2"))
		both := named("Organisation", "x", "PIC", "1", "ROR", "2")
		for _, b := range []store.Batch{
			batch(store.NodeRecord{Ref: both}), batch(store.EdgeRecord{Type: "MEMBER_OF", From: both, To: at("pic:1")}), batch(store.Remove{Node: both}),
			batch(store.NodeRecord{Ref: store.Ref{ID: "pic:1", Identifiers: both.Identifiers[1:]}}),
		} {
			told := p.fails(b, store.ErrConflict)
			if !strings.Contains(told, "pic:1") || !strings.Contains(told, "ror:2") {
				p.Errorf("%q does not name both nodes", told)
			}
		}
	}},
	{"an id alone that nobody has", "An ID alone that nobody has is an ErrNotFound; with identifiers or a name it is a new node's.", func(p *pair) {
		p.fails(batch(store.NodeRecord{Ref: at("a")}), store.ErrNotFound)
		p.fails(batch(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation"}}), store.ErrNotFound)
	}},
	{"a kind of another family", "A Kind of another family than that of the node it meets is an ErrInvalid.", func(p *pair) {
		p.met(named("Organisation", "Anna", "PIC", "1"))
		p.fails(batch(store.NodeRecord{Ref: store.Ref{ID: "pic:1", Kind: "Project"}}), store.ErrInvalid)
		p.fails(batch(store.NodeRecord{Ref: named("Project", "x", "PIC", "1")}), store.ErrInvalid)
		p.fails(batch(store.Remove{Node: store.Ref{ID: "pic:1", Kind: "Project"}}), store.ErrInvalid)
	}},
	{"denied nodes are met", "Denied nodes are met as others are.", func(p *pair) {
		p.say(withSources(from(store.NodeRecord{Ref: named("Organisation", "Anna", "PIC", "1")}, "s1", "", store.FromText), store.Remove{Node: named("", "", "PIC", "1")})...)
		for _, r := range []store.Ref{at("pic:1"), named("Organisation", "anna"), named("", "", "PIC", "1")} {
			p.equal("met", p.say(from(store.NodeRecord{Ref: r}, "s2", "", store.FromText)).Nodes[0], "pic:1")
		}
		if p.find("pic:1") != nil {
			p.Error("what others say brings it back")
		}
	}},
	{"two writers meet in one node", "Batches of concurrent callers happen one after another.", func(p *pair) {
		var wait sync.WaitGroup
		ids := make([]string, 16)
		for i := range ids {
			wait.Go(func() {
				r, err := p.store.Apply(p.ctx, batch(store.NodeRecord{Ref: named("Organisation", "Anna", "PIC", "1"), Props: store.PropsOf(size(i))}))
				if err != nil {
					p.Errorf("writer %d: %v", i, err)
					return
				}
				ids[i] = r.Nodes[0]
			})
		}
		wait.Wait()
		for _, id := range ids {
			p.equal("id", id, "pic:1")
		}
		var found store.Page
		_ = p.store.View(p.ctx, store.Revision{}, func(r store.Reader) (err error) {
			found, err = r.Find(p.ctx, nil, store.Window{First: store.All})
			return err
		})
		p.equal("nodes", idsOf(found), []string{"pic:1"})
	}},
	{"the original subject is the one that was addressed", "A record's original subject is what it addressed, merges apart", func(p *pair) {
		p.say(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation", Name: "Anna", Identifiers: named("", "", "PIC", "1").Identifiers}},
			store.NodeRecord{Ref: store.Ref{ID: "b", Kind: "Organisation", Name: "Berta", Identifiers: named("", "", "PIC", "2").Identifiers}},
			store.NodeRecord{Ref: store.Ref{ID: "c", Kind: "Organisation", Name: "Carla"}},
			store.Merge{Keep: at("a"), Drop: at("b")}, store.Merge{Keep: at("a"), Drop: at("c")})
		p.say(store.NodeRecord{Ref: at("b"), Props: store.PropsOf(m{"size": 1})},
			store.NodeRecord{Ref: named("", "", "PIC", "2"), Props: store.PropsOf(m{"sme": true})},
			store.NodeRecord{Ref: named("Organisation", "BERTA"), Props: store.PropsOf(m{"type": "PRC"})},
			store.NodeRecord{Ref: named("Organisation", "carla"), Props: store.PropsOf(m{"legalName": "Carla Ltd"})},
			store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"url": "u"})})
		p.say(store.Unmerge{Former: "b"}, store.Unmerge{Former: "c"})
		p.equal("b", p.node("b").Props.With("identifiers", nil), store.PropsOf(m{"name": "BERTA", "size": 1, "sme": true, "type": "PRC"}))
		p.equal("c", p.node("c").Props, store.PropsOf(m{"name": "carla", "legalName": "Carla Ltd"}))
		p.equal("a", p.node("a").Props.With("identifiers", nil), store.PropsOf(m{"name": "Anna", "url": "u"}))
	}},
}

func withName(id, name string) store.NodeRecord {
	r := store.NodeRecord{Ref: store.Ref{ID: id, Name: name}}
	r.Place = name
	return r
}
