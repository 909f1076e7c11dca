package storetest

import (
	"fmt"
	"maps"
	"slices"

	"clustergraph/internal/store"
)

// world is a graph with something of everything: nulls, dates of each precision, equal
// values, parallel edges, edges both ways, self-loops, a tree, former ids.
func (p *pair) world() {
	p.Helper()
	keyed := func(key string, e store.EdgeRecord) store.EdgeRecord { e.Key = key; return e }
	eur := func(n int) store.Money { return store.Money{Amount: store.Cents(n), Currency: "EUR"} }
	p.say(
		node("Cluster", "c1", m{"established": date("2005"), "score": 2.5, "languages": []string{"en", "bg"}, "composition": m{"total": 293, "smes": 280},
			"labels": []m{{"name": "ECEI Silver", "level": "SILVER", "awarded": date("2013-05")}, {"name": "Émail", "level": "GOLD"}}}),
		node("Cluster", "c2", m{"established": date("2005-01-01"), "score": 2, "composition": m{"total": 10}}),
		node("Cluster", "c3", m{"established": date("2020-Q2"), "score": -1, "languages": []string{}}),
		node("Cluster", "c4"),
		node("Organisation", "o1", m{"type": "PRC", "sme": true, "size": 5, "legalName": "Élan Ltd"}),
		node("Organisation", "o2", m{"type": "PRC", "sme": false, "size": 50, "legalName": "ELAN LTD"}),
		node("Organisation", "o3", m{"type": "HES", "size": 5, "aliases": []string{"Ö Three"}}),
		node("Organisation", "o4", m{"type": "hes", "sme": true, "legalName": "Фондация"}),
		node("Organisation", "o5"), identified("o2", "PIC", "1", "ROR", "r"), identified("o3", "ROR", "1", "PIC", "2"),
		node("Organisation", "old"),
		node("Network", "n1", m{"founded": date("2011-11")}), node("Network", "n2"),
		node("Project", "p1", m{"start": date("2019"), "end": date("2021-06-30"), "totalCost": eur(500_00), "acronym": "GIVE"}),
		node("Project", "p2", m{"start": date("2019-01-01"), "totalCost": eur(500_01)}),
		node("Project", "p3", m{"end": date("2010"), "totalCost": store.Money{Amount: 500_00, Currency: "RSD"}}),
		node("Project", "p4"),
		node("Place", "rs", m{"code": "RS"}), node("Place", "rs1", m{"code": "RS1"}), node("Place", "rs11", m{"code": "RS11"}), node("Place", "bg", m{"code": "BG"}),
		person("Anna"), person("Berta"),
		edge("MEMBER_OF", "c1", "n1", m{"role": "FOUNDER", "since": date("2011-11")}), edge("MEMBER_OF", "c2", "n1", m{"since": date("2012"), "until": date("2015")}),
		edge("MEMBER_OF", "c3", "n1"), edge("MEMBER_OF", "c1", "n2", m{"until": date("2010-05-05")}), edge("MEMBER_OF", "o1", "c1"), edge("MEMBER_OF", "o2", "c1", m{"since": date("2025")}),
		edge("MEMBER_OF", "n1", "n1"), edge("MEMBER_OF", "n2", "n1"), edge("MEMBER_OF", "n1", "n2"), edge("MEMBER_OF", "o3", "c2"),
		edge("PARTICIPATES_IN", "c1", "p1", m{"role": "COORDINATOR", "contribution": eur(100), "tags": []string{"a", "b"}}),
		keyed("2", edge("PARTICIPATES_IN", "c1", "p1", m{"role": "PARTICIPANT", "contribution": eur(99)})),
		edge("PARTICIPATES_IN", "o1", "p1", m{"role": "PARTICIPANT", "roleText": "Führer"}), edge("PARTICIPATES_IN", "o2", "p1", m{"contribution": eur(7), "since": date("2020-02"), "until": date("2020-03")}),
		edge("PARTICIPATES_IN", "o1", "p2", m{"role": "COORDINATOR"}), edge("PARTICIPATES_IN", "o3", "p3"), edge("PARTICIPATES_IN", "o1", "p3", m{"until": date("2030")}),
		edge("PARTICIPATES_IN", "n1", "p4", m{"since": date("2022")}),
		edge("PART_OF", "rs1", "rs"), edge("PART_OF", "rs11", "rs1"), edge("PART_OF", "rs", "rs11"), // a ring, which must not hang
		edge("LOCATED_IN", "c1", "rs11"), edge("LOCATED_IN", "c2", "rs"), edge("LOCATED_IN", "o1", "bg"), edge("LOCATED_IN", "o2", "rs1"),
		edge("ABOUT", "name:anna", "c1"), edge("ABOUT", "name:anna", "p1"), edge("ABOUT", "name:anna", "name:anna"), edge("ABOUT", "p1", "name:anna"),
		edge("OPERATES", "old", "p1"), edge("OPERATES", "old", "o5"),
		store.Merge{Keep: at("o5"), Drop: at("old")},
	)
}

// identified is a record of a node by id that gives it identifiers.
func identified(id string, identifiers ...string) store.NodeRecord {
	r := store.NodeRecord{Ref: named("", "", identifiers...)}
	r.ID = id
	return r
}

var readingTests = []test{
	{"nodes of ids, at the same places", "Nodes are the nodes of some ids or former ids, at the same places; nil where there is none. ... Ids may be repeated in a request; each is answered.", func(p *pair) {
		p.world()
		ids := []string{"c1", "nobody", "old", "c1", "", "o5", "c1"}
		got := same(p, "Nodes", func(r store.Reader) ([]*store.Node, error) { return r.Nodes(p.ctx, ids) })
		var found []string
		for _, n := range got {
			if n == nil {
				found = append(found, "")
			} else {
				found = append(found, n.ID)
			}
		}
		p.equal("ids", found, []string{"c1", "", "o5", "c1", "", "o5", "c1"})
		none := same(p, "Nodes", func(r store.Reader) ([]*store.Node, error) { return r.Nodes(p.ctx, nil) })
		p.equal("none asked", len(none), 0)
	}},
	{"nodes of identifiers", "Identified are the nodes that identifiers belong to, likewise. Schemes are blind to case.", func(p *pair) {
		p.met(named("Organisation", "a", "PIC", "1", "ROR", "r"))
		p.met(named("Cluster", "b", "ROR", "R"))
		p.say(store.Merge{Keep: at("ror:R"), Drop: at("pic:1")})
		got := same(p, "Identified", func(r store.Reader) ([]*store.Node, error) {
			return r.Identified(p.ctx, named("", "", "pic", "1", "ROR", "r", "Ror", "R", "PIC", "2", "PIC", "1", "", "", " pic ", " 1 ").Identifiers)
		})
		for i, there := range []bool{true, true, true, false, true, false, true} {
			if (got[i] != nil) != there {
				p.Errorf("[%d] is %v", i, got[i])
			}
		}
	}},
	{"nodes of kinds", "Find cuts a page of the nodes of some kinds (nil: all; unknown ones have none).", func(p *pair) {
		p.world()
		all := store.Window{First: store.All, Count: true}
		p.equal("two kinds", p.ids(all, "Network", "Cluster", "Network"), []string{"c1", "c2", "c3", "c4", "n1", "n2"})
		p.equal("unknown", p.ids(all, "Actor", "Place"), []string{"bg", "rs", "rs1", "rs11"})
		p.equal("all", len(p.ids(all)), 21)
		p.equal("none", same(p, "Find", func(r store.Reader) (store.Page, error) { return r.Find(p.ctx, []string{}, all) }).Total, 0)
	}},
	{"ids that are asked for twice are answered twice", "Ids may be repeated in a request; each is answered.", func(p *pair) {
		p.world()
		ids := []string{"c1", "nobody", "old", "c1", "o5", "n1", ""}
		for _, dir := range []store.Dir{store.Out, store.In, store.Both} {
			for i, typ := range slices.Sorted(maps.Keys(Schema().Edges)) {
				for j, w := range []store.Window{{First: store.All, Count: true}, {First: 1, Count: true, Keys: true}} {
					if !p.share.takes(int(dir) + i + j) {
						continue
					}
					pages := same(p, "Expand", func(r store.Reader) ([]store.Page, error) {
						return r.Expand(p.ctx, ids, store.Rel{Type: typ, Dir: dir}, w)
					})
					p.equal("former ids", pages[2], pages[4])
					p.equal("twice", pages[0], pages[3])
					p.equal("nobody", []int{pages[1].Total, pages[6].Total, len(pages)}, []int{0, 0, 7})
				}
			}
		}
		p.equal("none asked", len(same(p, "Expand", func(r store.Reader) ([]store.Page, error) {
			return r.Expand(p.ctx, nil, store.Rel{Type: "MEMBER_OF"}, store.Window{First: 1})
		})), 0)
	}},
	{"each way, with self-loops", "Out follows edges from their start, In against their direction, Both either way. A self-loop is one row for Out, one for In and one for Both.", func(p *pair) {
		p.world()
		all := store.Window{First: store.All, Count: true}
		for _, tc := range []struct {
			dir  store.Dir
			want []string
		}{
			{store.Out, []string{"n1", "n2"}}, {store.In, []string{"c1", "c2", "c3", "n1", "n2"}}, {store.Both, []string{"c1", "c2", "c3", "n1", "n2", "n2"}},
		} {
			p.equal(fmt.Sprint(tc.dir), idsOf(p.expand("n1", store.Rel{Type: "MEMBER_OF", Dir: tc.dir}, all)), tc.want)
		}
		page := p.expand("n1", store.Rel{Type: "MEMBER_OF", Dir: store.Both}, all)
		p.equal("by from, to", []string{page.Hits[4].Edge.From, page.Hits[5].Edge.From}, []string{"n1", "n2"})
	}},
	{"parallel edges are rows of their own", "then by the edge's from, to and key", func(p *pair) {
		p.world()
		page := p.expand("c1", store.Rel{Type: "PARTICIPATES_IN"}, store.Window{First: store.All, Count: true})
		p.equal("ids", idsOf(page), []string{"p1", "p1"})
		p.equal("keys", []string{page.Hits[0].Edge.Key, page.Hits[1].Edge.Key}, []string{"", "2"})
	}},
	{"to nodes of some kinds", "of the far end; nil is any", func(p *pair) {
		p.world()
		all := store.Window{First: store.All, Count: true}
		p.equal("one", idsOf(p.expand("n1", store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: []string{"Network", "Person"}}, all)), []string{"n1", "n2"})
		p.equal("none", p.expand("n1", store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: []string{}}, all).Total, 0)
		p.equal("unknown", p.expand("n1", store.Rel{Type: "MEMBER_OF", Dir: store.In, Kinds: []string{"Actor"}}, all).Total, 0)
		p.equal("an unknown type", p.expand("n1", store.Rel{Type: "NO_TYPE"}, all).Total, 0)
	}},
	{"edges come with their properties and ends", "Hit is a node and the edge that led to it", func(p *pair) {
		p.world()
		for _, h := range p.expand("p1", store.Rel{Type: "PARTICIPATES_IN", Dir: store.In}, store.Window{First: store.All}).Hits {
			p.equal("from", h.Edge.From, h.Node.ID)
			p.equal("to", h.Edge.To, "p1")
		}
	}},
	{"slots lead as edges do", "Slots are the slots of some ids or former ids, at the same places; 0 where there is none. ... At are the nodes of some slots", func(p *pair) {
		p.world()
		ids := []string{"n1", "nobody", "old", "c1", "o5", "n1", "p1", "name:anna"}
		slots := func(r store.Reader) []store.Slot {
			s, err := r.Slots(p.ctx, ids)
			if err != nil {
				p.Fatal(err)
			}
			return s
		}
		p.view(func(r store.Reader) error {
			s := slots(r)
			if s[1] != 0 || s[2] != s[4] || s[0] != s[5] || s[0] == s[3] || s[0] == 0 {
				p.Errorf("slots %v", s)
			}
			nodes, err := r.At(p.ctx, s)
			if err != nil || nodes[1] != nil || nodes[2].ID != "o5" || nodes[0].ID != "n1" {
				p.Errorf("At: %v %v", nodes, err)
			}
			return nil
		})
		// A third of all: every three of the four together. Of these each run asks its share.
		for t, typ := range slices.Sorted(maps.Keys(Schema().Edges)) {
			for d, dir := range []store.Dir{store.Out, store.In, store.Both} {
				for k, kinds := range [][]string{nil, {}, {"Network"}, {"Cluster", "Project"}} {
					for w, when := range []store.Period{{}, period("2013", "2013"), period("", "2009"), period("2026", "")} {
						if n := t + d + k + w; n%3 > 0 || !p.share.takes(n/3) {
							continue
						}
						rel := store.Rel{Type: typ, Dir: dir, Kinds: kinds}
						same(p, fmt.Sprintf("Step %+v %+v", rel, when), func(r store.Reader) ([]string, error) { return fan(p.ctx, r, slots(r), rel, when) })
					}
				}
			}
		}
	}},
	{"a step is what an expansion is", "From one slot the edges are in the order of the far ends' ids, then of from, to and key.", func(p *pair) {
		p.world()
		p.view(func(r store.Reader) error {
			for _, dir := range []store.Dir{store.Out, store.In, store.Both} {
				rel := store.Rel{Type: "MEMBER_OF", Dir: dir}
				pages, err := r.Expand(p.ctx, []string{"n1"}, rel, store.Window{First: store.All})
				if err != nil {
					return err
				}
				slots, err := r.Slots(p.ctx, []string{"n1"})
				if err != nil {
					return err
				}
				f, err := r.Step(p.ctx, slots, rel, store.Period{})
				if err != nil {
					return err
				}
				var stepped, expanded []store.EdgeID
				for _, e := range f.Edge {
					stepped = append(stepped, e.EdgeID)
				}
				for _, h := range pages[0].Hits {
					expanded = append(expanded, h.Edge.EdgeID)
				}
				p.equal("edges", stepped, expanded)
			}
			return nil
		})
	}},
	{"slots are of one view and dense", "Slot numbers the nodes of one view densely, from 1", func(p *pair) {
		p.world()
		all := p.ids(store.Window{First: store.All})
		p.view(func(r store.Reader) error {
			slots, err := r.Slots(p.ctx, all)
			sorted := slices.Clone(slots)
			slices.Sort(sorted)
			if len(slices.Compact(sorted)) != len(all) || sorted[0] == 0 || int(sorted[len(sorted)-1]) > 2*len(all) {
				p.Errorf("slots %v", slots)
			}
			return err
		})
	}},
	{"slots have ids", "IDs are the ids of the nodes of some slots that were returned before; empty for 0.", func(p *pair) {
		p.world()
		ids := same(p, "IDs", func(r store.Reader) ([]string, error) {
			slots, err := r.Slots(p.ctx, []string{"n1", "nobody", "old"})
			if err != nil {
				return nil, err
			}
			f, err := r.Step(p.ctx, slots, members, store.Period{})
			return append(r.IDs(slots), r.IDs(f.To)...), err
		})
		p.equal("ids", ids[:3], []string{"n1", "", "o5"})
	}},
	{"who passes", "Pass tells which of some slots' nodes pass a condition, at the same places; 0 passes none.", func(p *pair) {
		p.world()
		ids := []string{"n1", "nobody", "c1", "old", "p1", "c1"}
		for name, t := range map[string]store.Test{
			"all": nil, "none": store.Or{}, "by name": folds("name", store.Ne, "n1"),
			"related": store.Related{Rel: members}, "on an edge": store.Is{On: store.OnEdge, Path: []string{"role"}, Op: store.IsNull, Value: true},
		} {
			for _, when := range []store.Period{{}, period("", "2009")} {
				same(p, name, func(r store.Reader) ([]bool, error) {
					slots, err := r.Slots(p.ctx, ids)
					if err != nil {
						return nil, err
					}
					return r.Pass(p.ctx, slots, t, when)
				})
			}
		}
	}},
	{"where groups meet", "Meet tells where groups meet: what Step tells from the members of all groups, but it may leave out edges to far ends that could not be where a member of one group meets another member, of another group (of the same, if there is one group alone). If it leaves out one edge to a far end, it leaves out all.", func(p *pair) {
		p.world()
		for g, groups := range [][][]string{nil, {{}}, {{"n1"}}, {{"n1"}, {"n2"}}, {{"n1", "n2"}, {"n2"}}, {{"n2", "nobody", "n2"}, {"n1"}, {"n1", "n2"}}, {{"c1"}, {"c2", "old"}}} {
			for b, by := range []*store.Rel{nil, &members, {Type: "LOCATED_IN", Dir: store.In}} {
				for w, when := range []store.Period{{}, period("2013", "2013")} {
					if !p.share.takes(g + b + w) {
						continue
					}
					same(p, fmt.Sprintf("Meet %q by %v %v", groups, by, when), meeting(p, groups, by, store.Rel{Type: "PARTICIPATES_IN"}, when))
				}
			}
		}
	}},
	{"where two groups meet, the first pairs", "Of two groups just the first pairs may be wanted (0: all): of a member of the first group and another node that is a member of the second; of two that are members of both groups, the one with the smaller id comes first. Those that meet at more far ends come before others, then those with smaller ids, of the first, then of the second. Then Meet may leave out all but what tells of these: the edges of both to far ends where they meet, and those by which the one is a member of the first group and the other of the second.", func(p *pair) {
		p.pairs()
		// Half of all: every four of the five together. Of these each run asks its share.
		for g, groups := range [][2][]string{{{"n1"}, {"n2"}}, {{"n2"}, {"n1"}}, {{"n1"}, {"n1"}}, {{"n1", "n2"}, {"n2"}}, {{"n1", "nobody", "n1"}, {"n3", "n2"}}, {{"a", "c"}, {"b", "d", "c"}}, {{}, {"n1"}}} {
			for b, by := range []*store.Rel{nil, &members} {
				for w, when := range []store.Period{{}, period("2013", "2013")} {
					for k, rel := range []store.Rel{{Type: "PARTICIPATES_IN"}, {Type: "PARTICIPATES_IN", Kinds: []string{"Project"}}, {Type: "MEMBER_OF", Dir: store.Both}} {
						for n, pairs := range []int{1, 2, 3, 20} {
							if at := g + b + w + k + n; at%2 > 0 || !p.share.takes(at/2) {
								continue
							}
							same(p, fmt.Sprintf("Meet %q by %v, %v %v: the first %d", groups, by, rel, when, pairs), firstPairs(p, groups, by, rel, when, pairs))
						}
					}
				}
			}
		}
	}},
	{"ten thousand ids in one call", "Ids may be repeated in a request; each is answered.", func(p *pair) {
		p.world()
		ids := slices.Repeat([]string{"c1", "nobody", "n1", "old"}, 2500)
		w := store.Window{First: 2, Count: true, Order: []store.Term{{Path: []string{"name"}, Desc: true}}, Where: store.Is{Path: []string{"name"}, Op: store.Ne, Value: "c2"}}
		same(p, "Expand", func(r store.Reader) ([]store.Page, error) {
			return r.Expand(p.ctx, ids, store.Rel{Type: "MEMBER_OF", Dir: store.In}, w)
		})
		same(p, "Nodes", func(r store.Reader) ([]*store.Node, error) { return r.Nodes(p.ctx, ids) })
		same(p, "Step", func(r store.Reader) ([]string, error) {
			slots, err := r.Slots(p.ctx, ids)
			if err != nil {
				return nil, err
			}
			return fan(p.ctx, r, slots, store.Rel{Type: "MEMBER_OF", Dir: store.In}, store.Period{})
		})
		var subjects []store.Subject
		for _, id := range ids {
			subjects = append(subjects, store.Subject{Node: id})
		}
		same(p, "Statements", func(r store.Reader) (int, error) {
			pages, err := r.Statements(p.ctx, subjects, store.StatementWindow{First: 1})
			if err != nil {
				return 0, err
			}
			total := 0
			for _, page := range pages {
				total += page.Total
			}
			return total, nil
		})
	}},
}
