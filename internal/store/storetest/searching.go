package storetest

import (
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

func (p *pair) search(text string, w store.SearchWindow, kinds ...string) store.Matches {
	p.Helper()
	return same(p, "Search "+text, func(r store.Reader) (store.Matches, error) { return r.Search(p.ctx, text, kinds, w) })
}

// found are the ids that a search finds, in their order.
func (p *pair) found(text string, kinds ...string) []string {
	p.Helper()
	var out []string
	for _, h := range p.search(text, store.SearchWindow{First: store.All}, kinds...).Hits {
		out = append(out, h.Node.ID)
	}
	return out
}

func (p *pair) clusters() {
	p.Helper()
	p.say(
		node("Cluster", "ict", m{"name": "ict", "aliases": []string{"ICT Cluster", "IKT Klaster"}, "legalName": "Foundation “Cluster Information and Communication Technologies”", "nativeName": "ИКТ Клъстер"}),
		node("Cluster", "cs", m{"nativeName": "ICT Cluster of Central Serbia"}), node("Cluster", "vo", m{"aliases": []string{"Vojvodina ICT Cluster"}}),
		node("Cluster", "net", m{"aliases": []string{"ICT Network"}}), node("Network", "3b", m{"aliases": []string{"3B ICT Clusters' Network"}}),
		node("Organisation", "uni", m{"legalName": "Université de Łódź"}), node("Project", "p", m{"acronym": "GIVE", "title": "Green ICT"}), node("Place", "nis", m{"aliases": []string{"Ниш"}}),
	)
}

var searchTests = []test{
	{"every word must begin a word of one name", "every word of text must begin a word of the same one of the node's names (Kind.Names)", func(p *pair) {
		p.clusters()
		for _, tc := range []struct{ text, want string }{
			{"ict cluster", "3b cs ict vo"}, {"clus ic", "3b cs ict vo"}, {"information techno", "ict"}, {"klaster information", ""}, {"luster", ""},
			{"serbia central", "cs"}, {"ict ict", "3b cs ict net p vo"}, {"3b", "3b"}, {"3b ict clusters network", "3b"}, {"give green", ""}, {"green", "p"},
		} {
			found := p.found(tc.text)
			slices.Sort(found)
			p.equal(tc.text, strings.Join(found, " "), tc.want)
		}
	}},
	{"without regard to case, accents and script", "without regard to case, accents or script", func(p *pair) {
		p.clusters()
		for _, text := range []string{"IKT Klaster", "ИКТ Клъстер", "ict cluster", "Foundation \"Cluster Information and Communication Technologies\"", "ikt kluster", "икт кластер"} {
			if got := p.found(text); len(got) == 0 || got[0] != "ict" {
				p.Errorf("%q finds %v", text, got)
			}
		}
		p.equal("accents", p.found("UNIVERSITE lodz"), []string{"uni"})
		p.equal("Cyrillic", p.found("nis"), []string{"nis"})
		p.equal("Latin for Cyrillic", p.found("Ниш"), []string{"nis"})
		p.equal("punctuation", p.found("3b ict clusters’ network"), []string{"3b"})
	}},
	{"hits are ranked by Score, then by id", "Hits are ranked by Score, then by id.", func(p *pair) {
		p.clusters()
		p.say(node("Cluster", "b"), node("Cluster", "a"), withName("b", "Twin"), withName("a", "Twin"), node("Cluster", "aa", m{"aliases": []string{"Twin"}}))
		p.equal("equals", p.found("twin"), []string{"a", "aa", "b"})
		page := p.search("ict", store.SearchWindow{First: store.All})
		for i, h := range page.Hits {
			names := Schema().Kinds[h.Node.Kind].NamesOf(h.Node)
			best := 0.0
			for _, name := range names {
				best = max(best, store.Score("ict", name))
			}
			p.equal(h.Node.ID, []any{h.Score, store.Score("ict", h.Name)}, []any{best, best})
			if i > 0 && page.Hits[i-1].Score < h.Score {
				p.Errorf("%s is out of order", h.Node.ID)
			}
		}
		p.equal("the same name is 1", page.Hits[0].Score, 1.0)
	}},
	{"the name that matched best", "the name that matched best, as it is written; of equals the first", func(p *pair) {
		p.clusters()
		p.equal("name", p.search("икт клъстер", store.SearchWindow{First: 1}).Hits[0].Name, "IKT Klaster")
		p.equal("name", p.search("ict CLUSTER", store.SearchWindow{First: 1}).Hits[0].Name, "ICT Cluster")
	}},
	{"names are those of the kind", "one of the node's names (Kind.Names)", func(p *pair) {
		p.say(node("Project", "p", m{"acronym": "GIVE", "description": "about ships"}), node("Person", "x", m{"acronym": "GIVE"}))
		p.equal("an acronym of a project", p.found("give"), []string{"p"})
		p.equal("no name", len(p.found("ships")), 0)
	}},
	{"text without a word finds nothing", "Text without a word finds nothing.", func(p *pair) {
		p.clusters()
		for _, text := range []string{"", " ", "-", "😀", "“”", "\x00", "\xff"} {
			p.equal(text, len(p.found(text)), 0)
		}
	}},
	{"of some kinds", "Search finds nodes by name", func(p *pair) {
		p.clusters()
		p.equal("network", p.found("ict", "Network"), []string{"3b"})
		p.equal("unknown", len(p.found("ict", "Actor")), 0)
		p.equal("none", same(p, "Search", func(r store.Reader) (store.Matches, error) {
			return r.Search(p.ctx, "ict", []string{}, store.SearchWindow{First: 9})
		}).Total, 0)
	}},
	{"pages", "SearchWindow cuts a page of matches. ... only what comes later ... of all pages", func(p *pair) {
		p.clusters()
		p.say(node("Cluster", "t1", m{"aliases": []string{"ICT"}}), node("Cluster", "t2", m{"aliases": []string{"ICT"}}), node("Cluster", "t3", m{"aliases": []string{"ICT"}}))
		whole := p.search("ict", store.SearchWindow{First: store.All})
		for size := 1; size <= len(whole.Hits)+1; size++ {
			var hits []store.Match
			w := store.SearchWindow{First: size}
			for {
				page := p.search("ict", w)
				p.equal("total", page.Total, whole.Total)
				hits = append(hits, page.Hits...)
				if !page.Next {
					break
				}
				last := page.Hits[len(page.Hits)-1]
				w.After = &store.MatchPosition{Score: last.Score, Node: last.Node.ID}
			}
			p.equal(fmt.Sprint("pages of ", size), hits, whole.Hits)
		}
		p.equal("none", p.search("ict", store.SearchWindow{}), store.Matches{Total: whole.Total, Next: true})
		p.search("ict", store.SearchWindow{First: 2, After: &store.MatchPosition{Score: 0.5, Node: "gone"}})
		if _, err := sameOrError(p, "Search", func(r store.Reader) (store.Matches, error) {
			return r.Search(p.ctx, "ict", nil, store.SearchWindow{First: -1})
		}); class(err) != store.ErrInvalid {
			p.Errorf("%v", err)
		}
	}},
	{"names that change are found as they are", "Search finds nodes by name", func(p *pair) {
		p.say(node("Organisation", "a", m{"legalName": "Before"}))
		p.say(node("Organisation", "a", m{"legalName": "After"}))
		p.equal("before", len(p.found("before")), 0)
		p.equal("after", p.found("after"), []string{"a"})
		p.say(node("Organisation", "b", m{"legalName": "Elsewhere"}), store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("merged", p.found("b"), []string{"a"})
		p.say(store.Remove{Node: at("a")})
		p.equal("removed", len(p.found("after")), 0)
	}},
	{"of too many the same name, the shortest, the smallest ids", "Of more than Candidates nodes only those count that have the same name, then the shortest of the names that match (in words of its key), then the smallest ids.", func(p *pair) {
		b := store.Batch{}
		for i := range store.Candidates + 30 {
			name := "Common long name"
			switch {
			case i > store.Candidates+20:
				name = "Common"
			case i > store.Candidates:
				name = "Common name"
			}
			var more store.Props
			if i == store.Candidates { // a short name beside a long one
				more = store.PropsOf(m{"aliases": []string{"Common too"}})
			}
			b.Nodes = append(b.Nodes, store.NodeRecord{Props: more, Ref: store.Ref{Kind: "Project", Name: name, Identifiers: named("", "", "PIC", fmt.Sprintf("%05d", i)).Identifiers}})
		}
		_, err := p.store.Apply(p.ctx, b)
		if err != nil {
			p.Fatal(err)
		}
		var page store.Matches
		if err := p.store.View(p.ctx, store.Revision{}, func(r store.Reader) error {
			page, err = r.Search(p.ctx, "common", nil, store.SearchWindow{First: store.All})
			return err
		}); err != nil {
			p.Fatal(err)
		}
		p.equal("counts", []int{page.Total, len(page.Hits)}, []int{store.Candidates, store.Candidates})
		p.equal("the same name first", []string{page.Hits[0].Node.ID, page.Hits[8].Node.ID}, []string{"pic:01021", "pic:01029"})
		// Of two short names the shorter scores more.
		p.equal("then the shortest", []string{page.Hits[9].Node.ID, page.Hits[10].Node.ID, page.Hits[29].Node.ID}, []string{"pic:01000", "pic:01001", "pic:01020"})
		p.equal("then the smallest ids", []string{page.Hits[30].Node.ID, page.Hits[store.Candidates-1].Node.ID}, []string{"pic:00000", "pic:00969"})
	}},
}

var statementTests = []test{
	{"by property, then the preferred first", "They are in the order of Property, then the preferred first.", func(p *pair) {
		p.say(withSources(
			from(node("Cluster", "a", m{"score": 1, "composition": m{"total": 10, "smes": 5}}), "s2", "line 2", store.FromText, on("2020"), sure(0.5)),
			from(node("Cluster", "a", m{"score": 2, "composition": m{"total": 293}}), "s1", "line 10", store.FromText, on("2020")),
			from(node("Cluster", "a", m{"score": 3, "url": "u"}), "s1", "line 9", store.FromField, func(s *store.Said) { s.Derived = true }))...)
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"score": nil})})
		l := p.statements(store.Subject{Node: "a"}, "")
		var told []string
		for _, s := range l {
			told = append(told, fmt.Sprintf("%s=%v@%s %s", s.Property, s.Value, s.Source, s.Place))
		}
		p.equal("statements", told, []string{
			"composition.smes=5@s2 line 2", "composition.total=293@s1 line 10", "composition.total=10@s2 line 2", "name=a@s1 line 9", "name=a@s1 line 10", "name=a@s2 line 2",
			"score=<nil>@ ", "score=3@s1 line 9", "score=2@s1 line 10", "score=1@s2 line 2", "url=u@s1 line 9"})
		p.equal("all of it", l[0], store.Statement{Property: "composition.smes", Value: int64(5), Source: "s2", Place: "line 2", At: date("2020"), Rank: store.FromText, Confidence: 0.5, By: "tester", Revision: store.Revision{Number: 1}})
		p.equal("derived", []any{l[10].Derived, l[10].Confidence, l[6].Rank, l[6].Revision.Number}, []any{true, 1.0, store.ByHand, uint64(2)})
	}},
	{"of one property", "only those of this property (of a value with parts: and of its parts)", func(p *pair) {
		p.say(node("Cluster", "a", m{"composition": m{"total": 10, "smes": 5}, "compositionx": 1, "x": m{"y": m{"z": 1}, "yy": 2}}))
		for property, n := range map[string]int{"composition": 2, "composition.smes": 1, "comp": 0, "x": 2, "x.y": 1, "x.y.z": 1, "name": 1, "": 6, "kind": 0} {
			p.equal(property, len(p.statements(store.Subject{Node: "a"}, property)), n)
		}
	}},
	{"a list is one statement", "A record of lists makes one statement for each list.", func(p *pair) {
		p.say(node("Cluster", "a", m{"languages": []string{"b", "a", "b"}, "labels": []m{{"name": "x"}}, "composition": m{"sectors": []string{"x", "y"}, "total": 1}}))
		p.equal("languages", p.statements(store.Subject{Node: "a"}, "languages")[0].Value, list("b", "a", "b"))
		p.equal("sectors", p.statements(store.Subject{Node: "a"}, "composition.sectors")[0].Value, list("x", "y"))
		p.equal("all", len(p.statements(store.Subject{Node: "a"}, "")), 5)
	}},
	{"identifiers are stated, too", `"name" is taken from the Ref`, func(p *pair) {
		p.say(store.NodeRecord{Ref: named("Organisation", "Anna", "pic", "1")})
		p.equal("identifiers", p.statements(store.Subject{Node: "pic:1"}, "identifiers")[0].Value, list(store.PropsOf(m{"scheme": "PIC", "value": "1"})))
	}},
	{"of an edge", "a node by id or former id, or an edge (whose ends may be former ids)", func(p *pair) {
		p.say(withSources(node("Organisation", "a"), node("Organisation", "b"), node("Network", "n"), from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s1", "", store.FromText), from(edge("MEMBER_OF", "b", "n", m{"role": "Y"}), "s1", "", store.FromText))...)
		id := store.EdgeID{Type: "MEMBER_OF", From: "b", To: "n"}
		p.equal("one", len(p.statements(store.Subject{Edge: id}, "")), 1)
		p.say(store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("by a former id", len(p.statements(store.Subject{Edge: id}, "role")), 2)
		p.equal("of the merged node", len(p.statements(store.Subject{Node: "b"}, "name")), 2)
	}},
	{"of an edge from a merged node to itself", "edges between the two go (not those from one to itself)", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), edge("MEMBER_OF", "a", "b", m{"role": "X"}), edge("MEMBER_OF", "a", "a", m{"role": "Y"}), store.Merge{Keep: at("a"), Drop: at("b")})
		l := p.statements(store.Subject{Edge: store.EdgeID{Type: "MEMBER_OF", From: "a", To: "b"}}, "role")
		p.equal("roles", []any{len(l), l[0].Value}, []any{1, "Y"})
	}},
	{"a merged source is told by the id that stayed", "id, of a source that was merged the one that stayed", func(p *pair) {
		p.say(withSources(node("Source", "s0"), from(node("Organisation", "a", size(2)), "s2", "", store.FromText), from(node("Organisation", "a", size(3)), "s3", "", store.FromText))...)
		p.equal("the smaller id", p.prop("a", "size"), int64(2))
		r := p.say(store.Merge{Keep: at("s0"), Drop: at("s3")})
		p.equal("the smaller id now", p.prop("a", "size"), int64(3))
		p.equal("what it says may look different", r.NodeCount, store.Tally{Changed: 2, Gone: 1})
		p.equal("source", p.statements(store.Subject{Node: "a"}, "size")[0].Source, "s0")
		p.say(store.Unmerge{Former: "s3"})
		p.equal("undone", p.prop("a", "size"), int64(2))
	}},
	{"of nobody", "Nothing is said of a subject nobody has.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), edge("MEMBER_OF", "a", "b", m{"role": "X"}), store.Remove{Node: at("a")})
		pages := same(p, "Statements", func(r store.Reader) ([]store.StatementPage, error) {
			return r.Statements(p.ctx, []store.Subject{{Node: "a"}, {Node: "nobody"}, {}, {Edge: store.EdgeID{Type: "MEMBER_OF", From: "a", To: "b"}}, {Edge: store.EdgeID{Type: "MEMBER_OF", From: "b", To: "b"}}}, store.StatementWindow{First: 9})
		})
		for i, page := range pages {
			p.equal(fmt.Sprint(i), page.Total, 0)
		}
	}},
	{"pages of statements, for each subject", "Statements are what is said of some subjects, a page for each, at the same places.", func(p *pair) {
		p.world()
		of := []store.Subject{{Node: "c1"}, {Node: "nobody"}, {Node: "c1"}, {Edge: store.EdgeID{Type: "PARTICIPATES_IN", From: "c1", To: "p1", Key: "2"}}, {Node: "old"}}
		whole := len(p.statements(of[0], ""))
		for first := range whole + 2 {
			for skip := range whole + 2 {
				same(p, "Statements", func(r store.Reader) ([][]store.Statement, error) {
					pages, err := r.Statements(p.ctx, of, store.StatementWindow{First: first, Skip: skip})
					if err != nil {
						return nil, err
					}
					var out [][]store.Statement
					for _, page := range pages {
						out = append(out, plainStatements(page.Statements, r.Revision().Epoch, &p.base))
					}
					p.equal("total", pages[0].Total, whole)
					p.equal("page", len(out[0]), max(0, min(first, whole-skip)))
					p.equal("twice", out[0], out[2])
					return out, nil
				})
			}
		}
		for _, w := range []store.StatementWindow{{First: -1}, {First: 1, Skip: -1}} {
			for _, of := range [][]store.Subject{of, nil} {
				if _, err := sameOrError(p, "Statements", func(r store.Reader) ([]store.StatementPage, error) { return r.Statements(p.ctx, of, w) }); class(err) != store.ErrInvalid {
					p.Errorf("%v: %v", w, err)
				}
			}
		}
	}},
	{"the revision at which it was first said so", "the one at which the property was first said in this form: with this value (all its parts), At, rank, confidence and Derived, without a pause (but within a batch). By is who said it then.", func(p *pair) {
		r := func(props m, more ...func(*store.Said)) any {
			return from(node("Cluster", "a", props), "s1", "line 1", store.FromText, more...)
		}
		say := func(by string, records ...any) { b := batch(records...); b.By = by; p.apply(b) }
		say("1", withSources(r(m{"score": 1, "languages": []string{"en"}, "composition": m{"total": 1, "smes": 2}}))...)
		say("2", r(m{"score": 1, "languages": []string{"bg"}, "composition": m{"total": 1, "smes": 3}}))
		told := func() (out []string) {
			for _, s := range p.statements(store.Subject{Node: "a"}, "") {
				out = append(out, fmt.Sprint(s.Property, " ", s.Revision.Number, " by ", s.By))
			}
			return out
		}
		p.equal("changed", told(), []string{"composition.smes 2 by 2", "composition.total 2 by 2", "languages 2 by 2", "name 1 by 1", "score 1 by 1"})
		say("3", r(m{"score": 1}, on("2020")))
		p.equal("another date", told(), []string{"name 3 by 3", "score 3 by 3"})
		say("4", r(m{}, on("2020")))
		say("5", r(m{"score": 1}, on("2020")))
		p.equal("after a pause", told(), []string{"name 3 by 3", "score 5 by 5"})
	}},
	{"later batches' statements by hand", "except that ByHand properties ... that are not mentioned stay", func(p *pair) {
		p.say(node("Organisation", "a", m{"size": 1, "sme": true}))
		b := batch(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(size(2)), Said: store.Said{At: date("2024")}})
		b.By = "another"
		p.apply(b)
		l := p.statements(store.Subject{Node: "a"}, "")
		p.equal("by", []string{l[0].By, l[1].By, l[2].By}, []string{"tester", "another", "tester"})
		p.equal("at", []store.Date{l[1].At, l[2].At}, []store.Date{date("2024"), {}})
	}},
}
