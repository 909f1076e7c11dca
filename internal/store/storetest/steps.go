package storetest

import (
	"strings"

	"clustergraph/internal/store"
)

// before remembers all that can be read, revisions apart, to see that it comes back.
func (p *pair) before() func(what string) {
	p.Helper()
	read := func() everything {
		all := same(p, "everything", p.everything(&p.base))
		for _, l := range all.Statements {
			for i := range l {
				l[i].Revision = store.Revision{}
			}
		}
		return all
	}
	was := read()
	return func(what string) {
		p.Helper()
		p.equal(what, read(), was)
	}
}

func person(name string, identifiers ...string) store.NodeRecord {
	return store.NodeRecord{Ref: named("Person", name, identifiers...)}
}

var stepTests = []test{
	{"remove takes a node and its edges", "Remove denies a node, by hand; its edges go with it.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Network", "n"), edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "b", "n"), edge("MEMBER_OF", "n", "n"))
		was := p.before()
		r := p.say(store.Remove{Node: at("n")})
		p.equal("gone", [2]int{r.NodeCount.Gone, r.EdgeCount.Gone}, [2]int{1, 3})
		if p.find("n") != nil || len(p.edges("MEMBER_OF", "a")) != 0 {
			p.Error("it is still there")
		}
		p.say(store.NodeRecord{Ref: at("n")})
		was("said of by hand")
	}},
	{"removing twice is as once", "Remove denies a node", func(p *pair) {
		first := p.say(node("Organisation", "a"), store.Remove{Node: at("a")})
		p.equal("revision", p.say(store.Remove{Node: at("a")}).Revision, first.Revision)
	}},
	{"what others say of a denied node stays without effect", "what is said of it later stays without effect until someone says something of it by hand", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", size(1)), "s1", "", store.FromRegister), node("Network", "n"), store.Remove{Node: at("a")})...)
		p.say(from(node("Organisation", "a", size(2)), "s1", "", store.FromRegister), from(edge("MEMBER_OF", "a", "n"), "s1", "", store.FromRegister), edge("MEMBER_OF", "a", "n"))
		if p.find("a") != nil || len(p.expand("n", store.Rel{Type: "MEMBER_OF", Dir: store.In}, store.Window{First: store.All}).Hits) != 0 {
			p.Error("it is back")
		}
		p.say(store.NodeRecord{Ref: at("a")})
		p.equal("size", p.prop("a", "size"), int64(2))
		p.equal("edges", len(p.edges("MEMBER_OF", "a")), 1)
	}},
	{"unlink takes an edge, linking by hand brings it back", "Unlink denies an edge, by hand. Linking by hand brings it back.", func(p *pair) {
		p.say(withSources(node("Organisation", "a"), node("Network", "n"), from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s1", "", store.FromText), from(edge("MEMBER_OF", "a", "n"), "", "", store.ByHand))...)
		was := p.before()
		link := store.Unlink{Type: "MEMBER_OF", From: at("a"), To: at("n")}
		p.equal("gone", p.say(link).EdgeCount, store.Tally{Gone: 1})
		p.say(from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s2", "", store.FromRegister))
		p.equal("said by a source", len(p.edges("MEMBER_OF", "a")), 0)
		p.say(edge("MEMBER_OF", "a", "n"), store.Withdraw{Source: at("s2"), Run: "next"})
		was("linked by hand")
	}},
	{"unlink takes the one edge", "Unlink denies an edge", func(p *pair) {
		keyed := edge("MEMBER_OF", "a", "n")
		keyed.Key = "2"
		p.say(node("Organisation", "a"), node("Network", "n"), edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "n", "a"), keyed, edge("ABOUT", "a", "n"))
		p.say(store.Unlink{Type: "MEMBER_OF", From: at("a"), To: at("n")})
		p.equal("parallel", len(p.edges("MEMBER_OF", "a")), 1)
		p.equal("back", len(p.edges("MEMBER_OF", "n")), 1)
		p.equal("of another type", len(p.edges("ABOUT", "a")), 1)
	}},
	{"an edge nobody speaks of cannot be unlinked", "An edge that nobody speaks of is an ErrNotFound.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Network", "n"), edge("MEMBER_OF", "a", "n"))
		p.fails(batch(store.Unlink{Type: "MEMBER_OF", From: at("n"), To: at("a")}), store.ErrNotFound)
		p.fails(batch(store.Unlink{Type: "MEMBER_OF", Key: "2", From: at("a"), To: at("n")}), store.ErrNotFound)
		p.fails(batch(store.Unlink{Type: "NO_TYPE", From: at("a"), To: at("n")}), store.ErrInvalid)
	}},
	{"steps happen in order, after the records", "Steps happen after the records, in their order.", func(p *pair) {
		b := batch(store.Merge{Keep: at("b"), Drop: at("a")}, store.Unmerge{Former: "a"}, store.Merge{Keep: at("a"), Drop: at("b")}, node("Organisation", "a"), node("Organisation", "b"))
		p.apply(b)
		p.equal("former", p.prop("a", "formerIds"), list("b"))
	}},

	{"a step meets what earlier steps left", "Steps happen after the records, in their order.", func(p *pair) {
		berta := named("Organisation", "Berta")
		start := func() {
			p.say(withSources(node("Cluster", "a"), from(node("Organisation", "b", m{"aliases": []string{"Berta"}}), "s1", "", store.FromText), node("Network", "n"), edge("MEMBER_OF", "b", "n"))...)
		}
		start()
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.say(store.Unmerge{Former: "b"}, store.Remove{Node: berta})
		p.equal("unmerged, then removed by name", []bool{p.find("a") != nil, p.find("b") == nil}, []bool{true, true})
		p.say(store.NodeRecord{Ref: at("b")})
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.Remove{Node: berta})
		p.equal("merged, then removed by name", p.find("a"), (*store.Node)(nil))
		p.say(store.NodeRecord{Ref: at("a")})
		p.say(store.Unmerge{Former: "b"}, store.Merge{Keep: berta, Drop: at("a")}, store.Unlink{Type: "MEMBER_OF", From: berta, To: at("n")})
		p.equal("merged the other way round", p.node("a").ID, "b")
		p.say(store.Unmerge{Former: "a"}, store.Distinct{A: at("a"), B: berta})
		p.fails(batch(store.Merge{Keep: at("a"), Drop: berta}), store.ErrConflict)
		p.say(edge("MEMBER_OF", "a", "n"))
		p.fails(batch(store.Unlink{Type: "MEMBER_OF", From: at("a"), To: at("n")}, store.Remove{Node: berta}, store.Unmerge{Former: "b"}), store.ErrNotFound)
		p.equal("all or nothing", []int{len(p.edges("MEMBER_OF", "a")), len(p.ids(store.Window{First: store.All}, "Organisation"))}, []int{1, 1})
	}},
	{"a step does not meet what earlier steps took", "Steps happen after the records, in their order.", func(p *pair) {
		p.say(withSources(from(node("Organisation", "b", m{"aliases": []string{"Berta"}}), "s1", "", store.FromText), person("Jane Doe", "ORCID", "1"))...)
		p.fails(batch(store.Withdraw{Source: at("s1"), Run: "x"}, store.Remove{Node: named("Organisation", "Berta")}), store.ErrNotFound)
		p.fails(batch(store.Withdraw{Source: at("s1"), Run: "x"}, store.Remove{Node: at("b")}), store.ErrNotFound)
		p.fails(batch(store.Erase{Node: at("orcid:1")}, store.Remove{Node: named("Person", "Jane Doe")}), store.ErrNotFound)
		p.fails(batch(store.Erase{Node: at("orcid:1")}, store.Remove{Node: named("", "", "ORCID", "1")}), store.ErrNotFound)
		p.fails(batch(store.Erase{Node: at("orcid:1")}, store.Remove{Node: at("orcid:1")}), store.ErrNotFound)
	}},

	{"merging makes one of two", "Keep's id stays, Drop's becomes a former id and goes on answering. All records of both speak of one node then", func(p *pair) {
		p.say(withSources(
			from(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation", Name: "Anna", Identifiers: named("", "", "PIC", "1").Identifiers}, Props: store.PropsOf(m{"size": 1})}, "s1", "line 1", store.FromText),
			from(store.NodeRecord{Ref: store.Ref{ID: "b", Kind: "Cluster", Name: "Berta", Identifiers: named("", "", "ROR", "2").Identifiers}, Props: store.PropsOf(m{"score": 2.5, "size": 7})}, "s1", "line 1", store.FromField),
			node("Network", "n"), edge("MEMBER_OF", "b", "n"))...)
		r := p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("nodes", r.NodeCount, store.Tally{Changed: 1, Gone: 1})
		p.equal("edges", r.EdgeCount, store.Tally{New: 1, Gone: 1})
		p.equal("node", p.node("b"), &store.Node{ID: "a", Kind: "Cluster", Props: store.PropsOf(m{"name": "Berta", "aliases": []string{"Anna"}, "size": 7, "score": 2.5,
			"identifiers": []m{{"scheme": "ROR", "value": "2"}, {"scheme": "PIC", "value": "1"}}, "formerIds": []string{"b"}})})
		p.equal("edges", len(p.edges("MEMBER_OF", "b")), 1)
		p.equal("found by both", p.met(named("", "", "PIC", "1"))+p.met(named("", "", "ROR", "2")), "aa")
	}},
	{"edges between the two go, equal edges are one", "edges between the two go (not those from one to itself), edges that become equal are one", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Network", "n"), edge("MEMBER_OF", "a", "n", m{"role": "X"}), edge("MEMBER_OF", "b", "n", m{"since": date("2020")}),
			edge("MEMBER_OF", "n", "b"), edge(possiblySame, "a", "b"), edge(possiblySame, "b", "a"), edge("MEMBER_OF", "a", "a"))
		was := p.before()
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("one", len(p.edges("MEMBER_OF", "n")), 1)
		p.equal("between", len(p.edges(possiblySame, "a")), 0)
		l := p.edges("MEMBER_OF", "a")
		p.equal("out", len(l), 2)
		p.equal("both say", l[1].Props, store.PropsOf(m{"role": "X", "since": date("2020")}))
		p.say(store.Unmerge{Former: "b"})
		was("undone")
	}},
	{"a denied edge between the two denies no self-loop", "edges between the two go (not those from one to itself)", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), edge("MEMBER_OF", "a", "b"), edge("MEMBER_OF", "a", "a"), store.Unlink{Type: "MEMBER_OF", From: at("a"), To: at("b")})
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("edges", len(p.edges("MEMBER_OF", "a")), 1)
		p.say(store.Unlink{Type: "MEMBER_OF", From: at("a"), To: at("a")})
		p.equal("denied", len(p.edges("MEMBER_OF", "a")), 0)
		p.say(edge("MEMBER_OF", "a", "a"), store.Unmerge{Former: "b"})
		p.equal("the other stays denied", p.edges("MEMBER_OF", "a")[0].To, "a")
		p.equal("the other stays denied", len(p.edges("MEMBER_OF", "a")), 1)
	}},
	{"merging asks for one family", "Of one family, else ErrInvalid", func(p *pair) {
		p.say(node("Organisation", "a"), node("Project", "p"))
		p.fails(batch(store.Merge{Keep: at("a"), Drop: at("p")}), store.ErrInvalid)
	}},
	{"merging what is one already changes nothing", "Merging what is one already changes nothing.", func(p *pair) {
		r := p.say(node("Organisation", "a"), node("Organisation", "b"), store.Merge{Keep: at("a"), Drop: at("b")})
		for _, s := range []store.Merge{{Keep: at("a"), Drop: at("b")}, {Keep: at("b"), Drop: at("a")}, {Keep: at("a"), Drop: at("a")}} {
			p.equal("revision", p.say(s).Revision, r.Revision)
		}
	}},
	{"unmerging brings back exactly what was", "the node comes back with what was said of it, before and after", func(p *pair) {
		p.say(withSources(
			from(node("Organisation", "a", m{"size": 1, "aliases": []string{"A"}}), "s1", "", store.FromText), from(node("Cluster", "b", m{"score": 1.5}), "s2", "", store.FromText),
			node("Network", "n"), from(edge("MEMBER_OF", "b", "n", m{"role": "X"}), "s1", "", store.FromText), edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "a", "b"))...)
		was := p.before()
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.say(store.Unmerge{Former: "b"})
		was("after both")
		p.say(store.Merge{Keep: at("b"), Drop: at("a")})
		p.say(store.Unmerge{Former: "a"})
		was("the other way round")
		p.fails(batch(store.Unmerge{Former: "a"}), store.ErrNotFound)
		p.fails(batch(store.Unmerge{Former: ""}), store.ErrNotFound)
	}},
	{"what is said after a merge goes where it was addressed", "with what was said of it, before and after", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Network", "n"), store.Merge{Keep: at("a"), Drop: at("b")})
		p.say(node("Organisation", "b", size(2)), edge("MEMBER_OF", "b", "n"), node("Organisation", "a", m{"sme": true}), edge("ABOUT", "a", "n"))
		p.equal("together", []any{p.prop("a", "size"), p.prop("a", "sme")}, []any{int64(2), true})
		p.say(store.Unmerge{Former: "b"})
		p.equal("a", []any{p.prop("a", "size"), p.prop("a", "sme"), len(p.edges("MEMBER_OF", "a")), len(p.edges("ABOUT", "a"))}, []any{nil, true, 0, 1})
		p.equal("b", []any{p.prop("b", "size"), p.prop("b", "sme"), len(p.edges("MEMBER_OF", "b")), len(p.edges("ABOUT", "b"))}, []any{int64(2), nil, 1, 0})
	}},
	{"chains of merges", "with the nodes that were merged into it", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Organisation", "c"), node("Organisation", "d"), edge("MEMBER_OF", "c", "d"))
		was := p.before()
		p.say(store.Merge{Keep: at("b"), Drop: at("c")})
		middle := p.before()
		p.say(store.Merge{Keep: at("a"), Drop: at("c")}) // b, by its former id
		p.equal("former", p.prop("c", "formerIds"), list("b", "c"))
		p.equal("id", p.node("c").ID, "a")
		p.say(store.Unmerge{Former: "b"})
		middle("b with c")
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.Unmerge{Former: "c"})
		p.equal("former", p.prop("a", "formerIds"), list("b"))
		p.equal("edges", len(p.edges("MEMBER_OF", "c")), 1)
		p.say(store.Unmerge{Former: "b"})
		was("all undone")
	}},
	{"an identifier cannot come to belong to two", "ErrConflict if an identifier would belong to both", func(p *pair) {
		p.say(node("Organisation", "a"), store.NodeRecord{Ref: store.Ref{ID: "b", Kind: "Organisation", Name: "b", Identifiers: named("", "", "PIC", "1").Identifiers}})
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.NodeRecord{Ref: at("a")})
		p.say(store.NodeRecord{Ref: store.Ref{ID: "a", Identifiers: named("", "", "PIC", "1").Identifiers}})
		p.fails(batch(store.Unmerge{Former: "b"}), store.ErrConflict)
	}},
	{"a merged node is denied if one of those it was made of is", "A merged node or edge is denied if one of those it was made of is; to deny or to bring it back is to do so with all of them.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), store.Remove{Node: at("b")})
		was := p.before()
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		if p.find("a") != nil || p.find("b") != nil {
			p.Error("it is not denied")
		}
		p.say(store.Unmerge{Former: "b"})
		was("undone")
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.NodeRecord{Ref: at("a")})
		p.say(store.NodeRecord{Ref: at("a")}, store.Unmerge{Former: "b"})
		if p.find("a") == nil || p.find("b") == nil {
			p.Error("both are back")
		}
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.Remove{Node: at("a")}, store.Unmerge{Former: "b"})
		if p.find("a") != nil || p.find("b") != nil {
			p.Error("both are denied")
		}
	}},
	{"a merged edge is denied if one of those it was made of is", "A merged node or edge is denied if one of those it was made of is", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Network", "n"), edge("MEMBER_OF", "a", "n"), edge("MEMBER_OF", "b", "n"), store.Unlink{Type: "MEMBER_OF", From: at("b"), To: at("n")})
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("denied", len(p.edges("MEMBER_OF", "a")), 0)
		p.say(edge("MEMBER_OF", "a", "n"))
		p.equal("back", len(p.edges("MEMBER_OF", "a")), 1)
		p.say(store.Unmerge{Former: "b"})
		p.equal("back", len(p.edges("MEMBER_OF", "b")), 1)
	}},
	{"merges, marks and denials outlive the records", "Merges, marks and denials outlive the records: who comes back finds them.", func(p *pair) {
		all := []any{from(node("Organisation", "a"), "s1", "1", store.FromText), from(node("Organisation", "b"), "s1", "2", store.FromText),
			from(node("Organisation", "c"), "s1", "3", store.FromText), from(node("Organisation", "d"), "s1", "4", store.FromText),
			from(edge("MEMBER_OF", "a", "c"), "s1", "5", store.FromText)}
		p.say(withSources(all...)...)
		p.say(store.Merge{Keep: at("a"), Drop: at("b")}, store.Unlink{Type: "MEMBER_OF", From: at("b"), To: at("c")}, store.Remove{Node: at("d")}, store.Distinct{A: at("b"), B: at("c")})
		was := p.before()
		p.say(store.Withdraw{Source: at("s1"), Run: "next"})
		p.equal("left", p.ids(store.Window{First: store.All}), []string{"s1", "s2", "s3"})
		p.fails(batch(edge("MEMBER_OF", "a", "b")), store.ErrNotFound)
		p.say(all...)
		was("said again")
		p.fails(batch(store.Merge{Keep: at("c"), Drop: at("a")}), store.ErrConflict)
	}},
	{"distinct nodes are not merged", "Distinct says that two nodes are not one: ... merging them is an ErrConflict. ErrInvalid if they are one.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Organisation", "c"), store.Distinct{A: at("a"), B: at("b")})
		told := p.fails(batch(store.Merge{Keep: at("a"), Drop: at("b")}), store.ErrConflict)
		p.fails(batch(store.Merge{Keep: at("b"), Drop: at("a")}), store.ErrConflict)
		if !strings.Contains(told, "a") || !strings.Contains(told, "b") {
			p.Errorf("%q does not name them", told)
		}
		p.say(store.Merge{Keep: at("c"), Drop: at("a")})
		p.fails(batch(store.Merge{Keep: at("b"), Drop: at("c")}), store.ErrConflict)
		p.fails(batch(store.Distinct{A: at("a"), B: at("c")}), store.ErrInvalid)
		p.fails(batch(store.Distinct{A: at("a"), B: at("a")}), store.ErrInvalid)
	}},
	{"marking twice is as once", "Distinct says that two nodes are not one", func(p *pair) {
		r := p.say(node("Organisation", "a"), node("Organisation", "b"), store.Distinct{A: at("a"), B: at("b")})
		p.equal("revision", p.say(store.Distinct{A: at("b"), B: at("a")}).Revision, r.Revision)
	}},
	{"distinct nodes are not possibly the same", "no POSSIBLY_SAME_AS stands between them from then on, whoever says so", func(p *pair) {
		keyed := edge(possiblySame, "b", "a")
		keyed.Key = "x"
		p.say(withSources(node("Organisation", "a"), node("Organisation", "b"), node("Organisation", "c"), edge(possiblySame, "a", "b"), keyed, edge(possiblySame, "a", "c"), edge("MEMBER_OF", "a", "b"))...)
		p.equal("gone", p.say(store.Distinct{A: at("a"), B: at("b")}).EdgeCount, store.Tally{Gone: 2})
		p.say(edge(possiblySame, "b", "a"), from(edge(possiblySame, "a", "b"), "s1", "", store.FromText))
		p.equal("left", len(p.edges(possiblySame, "a")), 1)
		p.say(store.Merge{Keep: at("b"), Drop: at("c")})
		p.equal("of merged nodes", len(p.edges(possiblySame, "a")), 0)
		p.equal("other edges", len(p.edges("MEMBER_OF", "a")), 1)
	}},

	{"withdraw takes back what a source said in other runs", "Withdraw takes back what a source said in other runs than Run: records go, and nodes and edges nobody speaks of any more.", func(p *pair) {
		first := batch(withSources(
			from(node("Organisation", "a", size(1)), "s1", "line 1", store.FromText), from(node("Organisation", "b"), "s1", "line 2", store.FromText),
			from(node("Organisation", "c"), "s2", "", store.FromText), from(edge("MEMBER_OF", "a", "b"), "s1", "line 3", store.FromText),
			from(edge("MEMBER_OF", "a", "c"), "s1", "line 4", store.FromText), from(node("Organisation", "c", size(3)), "s1", "line 5", store.FromText))...)
		first.Run = "1"
		p.apply(first)
		second := batch(from(node("Organisation", "a", size(2)), "s1", "line 9", store.FromText), from(edge("MEMBER_OF", "a", "c"), "s1", "line 4", store.FromText))
		second.Run = "2"
		p.apply(second)
		p.equal("size, still", p.prop("a", "size"), int64(1))
		r := p.say(store.Withdraw{Source: at("s1"), Run: "2"})
		p.equal("nodes", p.ids(store.Window{First: store.All}, "Organisation"), []string{"a", "c"})
		p.equal("edges", len(p.edges("MEMBER_OF", "a")), 1)
		p.equal("size", p.prop("a", "size"), int64(2))
		p.equal("what only it said", p.prop("c", "size"), nil)
		p.equal("counts", r.NodeCount, store.Tally{Changed: 2, Gone: 1})
		p.equal("again", p.say(store.Withdraw{Source: at("s1"), Run: "2"}).Revision, r.Revision)
	}},
	{"what is said again in a run is not withdrawn", "What is said again in the same form changes nothing, though it counts as said in the new Run", func(p *pair) {
		b := batch(withSources(from(node("Organisation", "a", size(1)), "s1", "line 1", store.FromText))...)
		b.Run = "1"
		p.apply(b)
		b.Run = "2"
		p.apply(b)
		p.say(store.Withdraw{Source: at("s1"), Run: "2"})
		p.equal("size", p.prop("a", "size"), int64(1))
	}},
	{"what was said by hand is not withdrawn", "What was said ByHand stays", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", m{"size": 1, "sme": true}), "s1", "line 1", store.FromText), node("Organisation", "n"),
			from(node("Organisation", "a", size(2)), "s1", "line 2", store.ByHand), from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s1", "", store.ByHand),
			from(edge("MEMBER_OF", "n", "a"), "s1", "", store.FromRegister))...)
		p.say(store.Withdraw{Source: at("s1"), Run: "x"})
		p.equal("node", p.node("a"), &store.Node{ID: "a", Kind: "Organisation", Props: store.PropsOf(m{"name": "a", "size": 2})})
		p.equal("edges", []int{len(p.edges("MEMBER_OF", "a")), len(p.edges("MEMBER_OF", "n"))}, []int{1, 0})
	}},
	{"a node that others' edges stand on is not withdrawn", "so does what would go of a node of which nothing else is said, while a record of an edge that stays stands on it", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", size(1)), "s1", "", store.FromText), from(node("Organisation", "b", size(1)), "s1", "", store.FromText),
			from(node("Organisation", "b"), "s2", "", store.FromText), from(node("Organisation", "c"), "s1", "", store.FromText),
			from(edge("MEMBER_OF", "a", "b"), "s2", "", store.FromText), from(edge("MEMBER_OF", "c", "c"), "s1", "", store.FromText))...)
		p.say(store.Withdraw{Source: at("s1"), Run: "x"})
		p.equal("nothing else is said of a", p.prop("a", "size"), int64(1))
		p.equal("b is spoken of by another", p.prop("b", "size"), nil)
		p.equal("its own edge does not hold c", p.find("c"), (*store.Node)(nil))
	}},
	{"only sources are withdrawn", "Withdraw takes back what a source said", func(p *pair) {
		p.say(node("Organisation", "a"))
		p.fails(batch(store.Withdraw{Source: at("a")}), store.ErrInvalid)
	}},
	{"withdrawing a source leaves the source", "Withdraw takes back what a source said", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a"), "s1", "", store.FromText))...)
		first := p.last
		p.equal("no run is a run, too", p.say(store.Withdraw{Source: at("s1")}).Revision, first)
		p.say(store.Withdraw{Source: at("s1"), Run: "next"})
		p.equal("nodes", p.ids(store.Window{First: store.All}), []string{"s1", "s2", "s3"})
	}},

	{"erase takes a person out of everything", "Erase takes a node of kind Person out of nodes, edges, records, merges, batches and the log", func(p *pair) {
		p.say(withSources(node("Organisation", "o"), person("Jane Doe", "ORCID", "1"), from(store.NodeRecord{Ref: named("Person", "J. Doe", "ORCID", "1")}, "s1", "", store.FromText),
			person("Janet Doe", "ORCID", "2"), edge("AFFILIATED_WITH", "orcid:1", "o", m{"role": "chair of Jane"}))...)
		b := batch(store.Merge{Keep: at("orcid:1"), Drop: at("orcid:2")}, node("Organisation", "o"), store.NodeRecord{Ref: named("Person", "Jane Doe")}, edge("AFFILIATED_WITH", "orcid:2", "o"))
		b.ID = "told"
		p.apply(b)
		r := p.say(store.Erase{Node: named("Person", "jane doe")})
		p.equal("counts", []store.Tally{r.NodeCount, r.EdgeCount}, []store.Tally{{Gone: 1}, {Gone: 1}})
		for _, id := range []string{"orcid:1", "orcid:2"} {
			if p.find(id) != nil || len(p.statements(store.Subject{Node: id}, "")) != 0 {
				p.Errorf("%s is still there", id)
			}
			p.fails(batch(store.NodeRecord{Ref: at(id)}), store.ErrNotFound)
			p.fails(batch(store.Unmerge{Former: id}), store.ErrNotFound)
		}
		p.equal("statements of an edge", len(p.statements(store.Subject{Edge: store.EdgeID{Type: "AFFILIATED_WITH", From: "orcid:1", To: "o"}}, "")), 0)
		p.equal("identified", same(p, "Identified", func(r store.Reader) ([]*store.Node, error) {
			return r.Identified(p.ctx, named("", "", "ORCID", "1", "ORCID", "2").Identifiers)
		}), []*store.Node{nil, nil})
		p.equal("search", p.search("jane", store.SearchWindow{First: 10}).Total, 0)
		again := p.apply(b)
		p.equal("the batch that told of it", again.Nodes, []string{"o", ""})
		p.equal("and of its edge", again.Edges, []store.EdgeID{{}})
		p.fails(batch(store.Erase{Node: named("Person", "jane doe")}), store.ErrNotFound)
	}},
	{"what is said of an erased person later is left out", "what later batches say of a Person with one of its identifiers or names is left out (Result.Withheld)", func(p *pair) {
		p.say(node("Organisation", "o"), person("Jane Doe", "ORCID", "1"), store.NodeRecord{Ref: named("Person", "Жана Доу", "ORCID", "1"), Said: store.Said{Place: "x"}}, store.Erase{Node: at("orcid:1")})
		link := func(r store.Ref) store.EdgeRecord {
			return store.EdgeRecord{Type: "AFFILIATED_WITH", From: r, To: at("o")}
		}
		jane := store.NodeRecord{Ref: named("Person", "Somebody"), Props: store.PropsOf(m{"aliases": []string{"Jane DOE"}})}
		r := p.say(person("JANE DOE"), person("x", "ORCID", "1"), person("zhana dou", "ORCID", "9"), node("Organisation", "Jane Doe"), person("Jane Roe"), jane,
			store.NodeRecord{Ref: store.Ref{ID: "new", Kind: "Person", Name: "Jane Doe"}}, store.NodeRecord{Ref: named("", "", "ORCID", "1")},
			link(named("Person", "Jane Doe")), link(named("", "", "orcid", "1")), link(named("Person", "Jane Roe")))
		p.equal("withheld", r.Withheld, 8)
		p.equal("nodes", r.Nodes, []string{"", "", "", "Jane Doe", "name:jane-roe", "", "", ""})
		p.equal("edges", r.Edges, []store.EdgeID{{}, {}, {Type: "AFFILIATED_WITH", From: "name:jane-roe", To: "o"}})
		p.fails(batch(link(store.Ref{ID: "orcid:1"})), store.ErrNotFound)
	}},
	{"only people are erased", "Other kinds are an ErrInvalid.", func(p *pair) {
		p.say(node("Organisation", "o"))
		p.fails(batch(store.Erase{Node: at("o")}), store.ErrInvalid)
		if p.find("o") == nil {
			p.Error("it is gone")
		}
	}},
	{"a removed person can be erased", "Denied nodes are met as others are.", func(p *pair) {
		p.say(person("Jane Doe"), store.Remove{Node: named("Person", "Jane Doe")})
		p.say(store.Erase{Node: named("Person", "Jane Doe")})
		p.equal("withheld", p.say(person("Jane Doe")).Withheld, 1)
	}},
}
