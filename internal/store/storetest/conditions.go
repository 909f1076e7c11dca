package storetest

import (
	"fmt"

	"clustergraph/internal/store"
)

func is(path string, op store.Op, v store.Value) store.Is {
	return store.Is{Path: []string{path}, Op: op, Value: v}
}

func folds(path string, op store.Op, s string) store.Is {
	return store.Is{Path: []string{path}, Op: op, Value: store.Fold(s), Fold: true}
}

func onEdge(path string, op store.Op, v store.Value) store.Is {
	return store.Is{On: store.OnEdge, Path: []string{path}, Op: op, Value: v}
}

func elem(path string, quant store.Quant, t store.Test) store.Elem {
	return store.Elem{Path: []string{path}, Quant: quant, Test: t}
}

func onElem(path string, op store.Op, v store.Value) store.Is {
	return store.Is{On: store.OnElem, Path: []string{path}, Op: op, Value: v}
}

func identifier(scheme, value string) store.Elem {
	return elem("identifiers", store.Some, store.And{onElem("scheme", store.Eq, scheme), onElem("value", store.Eq, value)})
}

var (
	members  = store.Rel{Type: "MEMBER_OF", Dir: store.In}
	networks = store.Rel{Type: "MEMBER_OF"}
	partners = store.Rel{Type: "PARTICIPATES_IN", Dir: store.In}
	projects = store.Rel{Type: "PARTICIPATES_IN"}
	upward   = store.Rel{Type: "PART_OF"}
)

// passing are conditions on the world, and who passes them.
var passing = []struct {
	kind, reason string
	test         store.Test
	want         string
}{
	{"Cluster", "nil passes all", nil, "c1 c2 c3 c4"},
	{"Cluster", "the empty And holds", store.And{}, "c1 c2 c3 c4"},
	{"Cluster", "the empty Or does not", store.Or{}, ""},
	{"Cluster", "Not turns one into the other", store.Not{Test: store.Or{}}, "c1 c2 c3 c4"},
	{"Organisation", "And holds if all hold", store.And{is("size", store.Eq, int64(5)), is("type", store.Eq, "PRC")}, "o1"},
	{"Organisation", "Or holds if one holds", store.Or{is("size", store.Eq, int64(50)), is("type", store.Eq, "HES")}, "o2 o3"},
	{"Organisation", "on a nil value every operator but IsNull and Ne fails", is("size", store.Lt, int64(1000)), "o1 o2 o3"},
	{"Organisation", "two-valued: Not of what fails holds", store.Not{Test: is("size", store.Lt, int64(1000))}, "o4 o5"},
	{"Organisation", "Ne is Eq turned round", is("size", store.Ne, int64(5)), "o2 o4 o5"},
	{"Organisation", "Eq nil holds for nobody", is("size", store.Eq, nil), ""},
	{"Organisation", "Ne nil holds for everybody", is("size", store.Ne, nil), "o1 o2 o3 o4 o5"},
	{"Organisation", "IsNull true", is("size", store.IsNull, true), "o4 o5"},
	{"Organisation", "IsNull false", is("size", store.IsNull, false), "o1 o2 o3"},
	{"Organisation", "In", is("size", store.In_, list(int64(50), int64(7))), "o2"},
	{"Organisation", "In an empty list", is("size", store.In_, list()), ""},
	{"Organisation", "In a list with nil", is("size", store.In_, list(nil, int64(5))), "o1 o3"},
	{"Organisation", "not In", store.Not{Test: is("size", store.In_, list(int64(5)))}, "o2 o4 o5"},
	{"Organisation", "Lt", is("size", store.Lt, int64(50)), "o1 o3"},
	{"Organisation", "Lte", is("size", store.Lte, int64(50)), "o1 o2 o3"},
	{"Organisation", "Gt", is("size", store.Gt, int64(5)), "o2"},
	{"Organisation", "Gte", is("size", store.Gte, int64(5)), "o1 o2 o3"},
	{"Organisation", "numbers are one", is("size", store.Gt, 4.5), "o1 o2 o3"},
	{"Cluster", "numbers are one, the other way round", is("score", store.Eq, int64(2)), "c2"},
	{"Organisation", "only between values of one type", is("size", store.Lt, "x"), ""},
	{"Organisation", "bool", is("sme", store.Eq, true), "o1 o4"},
	{"Organisation", "false is not null", is("sme", store.Eq, false), "o2"},
	{"Organisation", "strings by code point", is("type", store.Lt, "a"), "o1 o2 o3"},
	{"Organisation", "not folded", is("type", store.Eq, "HES"), "o3"},
	{"Organisation", "folded", folds("type", store.Eq, "HES"), "o3 o4"},
	{"Organisation", "folded text", folds("legalName", store.Eq, "élan  ltd"), "o1 o2"},
	{"Organisation", "another script", folds("legalName", store.Contains, "FOND"), "o4"},
	{"Organisation", "Contains", is("legalName", store.Contains, "lan"), "o1"},
	{"Organisation", "Prefix", is("legalName", store.Prefix, "EL"), "o2"},
	{"Organisation", "Contains nothing holds for every text", is("legalName", store.Contains, ""), "o1 o2 o4"},
	{"Organisation", "the id", is("id", store.In_, list("o2", "o4")), "o2 o4"},
	{"Organisation", "the kind", is("kind", store.Eq, "Organisation"), "o1 o2 o3 o4 o5"},
	{"Cluster", "eq of a date is the same text", is("established", store.Eq, date("2005")), "c1"},
	{"Cluster", "lt: the whole interval lies before it", is("established", store.Lt, date("2005-12-31")), "c2"},
	{"Cluster", "lte: it ends no later", is("established", store.Lte, date("2005")), "c1 c2"},
	{"Cluster", "gt: after it", is("established", store.Gt, date("2005")), "c3"},
	{"Cluster", "gte: it begins no earlier", is("established", store.Gte, date("2005")), "c1 c2 c3"},
	{"Project", "money by amount", is("totalCost", store.Gt, store.Money{Amount: 500_00, Currency: "EUR"}), "p2 p3"},
	{"Project", "its amount", store.Is{Path: []string{"totalCost", "amount"}, Op: store.Eq, Value: store.Cents(500_00)}, "p1 p3"},
	{"Project", "its value", store.Is{Path: []string{"totalCost", "value"}, Op: store.Gt, Value: 500.0}, "p2"},
	{"Project", "its currency", store.Is{Path: []string{"totalCost", "currency"}, Op: store.Eq, Value: "EUR"}, "p1 p2"},
	{"Cluster", "a part of a value", store.Is{Path: []string{"composition", "smes"}, Op: store.Gte, Value: int64(280)}, "c1"},
	{"Cluster", "a part that is not there", store.Is{Path: []string{"composition", "nothing", "at all"}, Op: store.IsNull, Value: true}, "c1 c2 c3 c4"},
	{"Cluster", "some element", elem("languages", store.Some, store.Is{On: store.OnElem, Op: store.Eq, Value: "en"}), "c1"},
	{"Cluster", "none", elem("languages", store.None, store.Is{On: store.OnElem, Op: store.Eq, Value: "en"}), "c2 c3 c4"},
	{"Cluster", "every one, so of none, too", elem("languages", store.Every, store.Is{On: store.OnElem, Op: store.Eq, Value: "en"}), "c2 c3 c4"},
	{"Cluster", "every one of two", elem("languages", store.Every, store.Is{On: store.OnElem, Op: store.In_, Value: list("en", "bg")}), "c1 c2 c3 c4"},
	{"Cluster", "any at all", elem("languages", store.Some, nil), "c1"},
	{"Cluster", "none at all", elem("languages", store.None, nil), "c2 c3 c4"},
	{"Cluster", "every one passes nil", elem("languages", store.Every, nil), "c1 c2 c3 c4"},
	{"Cluster", "parts of elements", elem("labels", store.Some, store.And{
		store.Is{On: store.OnElem, Path: []string{"level"}, Op: store.Eq, Value: "SILVER"}, store.Is{On: store.OnElem, Path: []string{"awarded"}, Op: store.Lt, Value: date("2014")}}), "c1"},
	{"Cluster", "of one element, not of two", elem("labels", store.Some, store.And{
		store.Is{On: store.OnElem, Path: []string{"level"}, Op: store.Eq, Value: "GOLD"}, store.Is{On: store.OnElem, Path: []string{"awarded"}, Op: store.IsNull, Value: false}}), ""},
	{"Cluster", "folded in an element", elem("labels", store.Some, store.Is{On: store.OnElem, Path: []string{"name"}, Op: store.Prefix, Value: store.Fold("EMA"), Fold: true}), "c1"},
	{"Cluster", "an element beside its node", elem("labels", store.Some, is("score", store.Gt, 2.0)), "c1"},
	{"Organisation", "scheme and value of one identifier", identifier("PIC", "1"), "o2"},
	{"Organisation", "the other way round", elem("identifiers", store.Some, store.And{onElem("value", store.Eq, "1"), onElem("scheme", store.Eq, "ROR")}), "o3"},
	{"Organisation", "not of two", identifier("PIC", "r"), ""},
	{"Organisation", "schemes as they are kept", identifier("pic", "1"), ""},
	{"Organisation", "a value in any scheme", elem("identifiers", store.Some, onElem("value", store.Eq, "1")), "o2 o3"},
	{"Organisation", "no such identifier", elem("identifiers", store.None, identifier("PIC", "1").Test), "o1 o3 o4 o5"},
	{"Organisation", "every one, so of none, too", elem("identifiers", store.Every, identifier("PIC", "1").Test), "o1 o4 o5"},
	{"Organisation", "one that is not", store.Not{Test: identifier("PIC", "1")}, "o1 o3 o4 o5"},
	{"Organisation", "one of several values", elem("identifiers", store.Some, store.And{onElem("scheme", store.Eq, "PIC"), onElem("value", store.In_, list("1", "2"))}), "o2 o3"},
	{"Organisation", "either of two", store.Or{identifier("PIC", "2"), identifier("ROR", "r")}, "o2 o3"},
	{"Organisation", "an identifier and more", store.And{identifier("PIC", "1"), is("size", store.Gt, int64(50))}, ""},
	{"Organisation", "some ids", is("id", store.In_, list("o4", "o1", "nobody", "o1", int64(1))), "o1 o4"},
	{"Organisation", "an id", is("id", store.Eq, "o4"), "o4"},
	{"Organisation", "a former id is not the id", is("id", store.Eq, "old"), ""},
	{"Organisation", "an id folded", store.Is{Path: []string{"id"}, Op: store.Eq, Value: "o4", Fold: true}, "o4"},
	{"Organisation", "the kind of another", is("kind", store.Eq, "Cluster"), ""},
	{"Organisation", "a name", is("name", store.Eq, "o3"), "o3"},
	{"Organisation", "a name folded", folds("name", store.In_, "o3"), ""},
	{"Organisation", "the beginning of a name", folds("name", store.Prefix, "O"), "o1 o2 o3 o4 o5"},
	{"Organisation", "between", store.And{is("size", store.Gte, int64(6)), is("size", store.Lt, int64(51))}, "o2"},
	{"Organisation", "the end of what is indexed", is("type", store.Gte, "h"), "o4"},
	{"Cluster", "the end of a date", store.And{is("established", store.Gte, date("2005-01-01")), is("established", store.Lte, date("2005-01-01"))}, "c2"},
	{"Cluster", "some related", store.Related{Rel: members, Quant: store.Some}, "c1 c2"},
	{"Cluster", "none related", store.Related{Rel: members, Quant: store.None}, "c3 c4"},
	{"Cluster", "every one, so of none, too", store.Related{Rel: members, Test: is("size", store.Eq, int64(5)), Quant: store.Every}, "c2 c3 c4"},
	{"Cluster", "some of them", store.Related{Rel: members, Test: is("size", store.Eq, int64(5)), Quant: store.Some}, "c1 c2"},
	{"Cluster", "none of them", store.Related{Rel: members, Test: is("size", store.Eq, int64(5)), Quant: store.None}, "c3 c4"},
	{"Cluster", "the edge that leads there", store.Related{Rel: networks, Test: onEdge("role", store.Eq, "FOUNDER"), Quant: store.Some}, "c1"},
	{"Cluster", "edge and node together", store.Related{Rel: networks, Test: store.And{onEdge("role", store.Eq, "FOUNDER"), is("id", store.Eq, "n2")}, Quant: store.Some}, ""},
	{"Cluster", "related of related", store.Related{Rel: members, Test: store.Related{Rel: projects, Test: is("id", store.Eq, "p3"), Quant: store.Some}, Quant: store.Some}, "c1 c2"},
	{"Cluster", "of some kind", store.Related{Rel: store.Rel{Type: "ABOUT", Dir: store.In, Kinds: []string{"Project"}}, Quant: store.Some}, ""},
	{"Network", "a self-loop is a relation to oneself", store.Related{Rel: store.Rel{Type: "MEMBER_OF", Dir: store.Both, Kinds: []string{"Network"}}, Test: is("id", store.Eq, "n1"), Quant: store.Some}, "n1 n2"},
	{"Network", "Count compares the number of hits", store.Count{Rel: members, Op: store.Gte, Value: int64(5)}, "n1"},
	{"Network", "a self-loop counts once either way", store.Count{Rel: store.Rel{Type: "MEMBER_OF", Dir: store.Both}, Op: store.Eq, Value: int64(6)}, "n1"},
	{"Cluster", "Count none", store.Count{Rel: members, Op: store.Eq, Value: int64(0)}, "c3 c4"},
	{"Cluster", "parallel edges count", store.Count{Rel: projects, Op: store.Eq, Value: int64(2)}, "c1"},
	{"Cluster", "Count In", store.Count{Rel: members, Op: store.In_, Value: list(int64(1), int64(2))}, "c1 c2"},
	{"Place", "Under: anything at or below", store.Under{Rel: upward, IDs: []string{"rs1"}}, "rs rs1 rs11"},
	{"Place", "Under what nobody has", store.Under{Rel: upward, IDs: []string{"nobody", ""}}, ""},
	{"Place", "Under none", store.Under{Rel: upward}, ""},
	{"Place", "Under itself", store.Under{Rel: upward, IDs: []string{"bg"}}, "bg"},
	{"Cluster", "a relation to what is under", store.Related{Rel: store.Rel{Type: "LOCATED_IN"}, Test: store.Under{Rel: upward, IDs: []string{"rs"}}, Quant: store.Some}, "c1 c2"},
	{"Organisation", "Under a former id", store.Under{Rel: upward, IDs: []string{"old"}}, "o5"},
	{"Cluster", "no edge leads to what is found", onEdge("role", store.IsNull, true), "c1 c2 c3 c4"},
	{"Cluster", "outside of a list there is no element", store.Is{On: store.OnElem, Op: store.IsNull, Value: false}, ""},
}

var conditionTests = []test{
	{"each condition means one thing", "Test is a condition. Holds is its reference meaning: every store is held to it.", func(p *pair) {
		p.world()
		for i, tc := range passing {
			w := store.Window{Where: tc.test, First: store.All, Count: true}
			got := fmt.Sprint(p.ids(w, tc.kind))
			p.equal(fmt.Sprintf("%s: %#v", tc.reason, tc.test), got, "["+tc.want+"]")
			if tc.test == nil {
				continue
			}
			// The same beside others, in other orders, over all kinds: in two ways out of five,
			// in turn, as some stores have to plan each, and each of the two in one run.
			beside := []store.Test{
				store.And{tc.test, is("name", store.IsNull, false)}, store.And{is("size", store.Gte, int64(5)), tc.test}, store.Or{tc.test, is("score", store.Gt, 1.0)},
				store.Not{Test: store.And{tc.test}}, store.And{store.Or{is("type", store.Eq, "PRC"), is("kind", store.Eq, "Cluster")}, store.Not{Test: tc.test}},
			}
			for way, where := range []store.Test{beside[i%5], beside[(i+2)%5]} {
				if !p.share.takes(way) {
					continue
				}
				same(p, tc.reason, func(r store.Reader) (store.Page, error) {
					return r.Find(p.ctx, nil, store.Window{Where: where, First: 3, Count: true, Order: []store.Term{{Path: []string{"size"}, Desc: true}}})
				})
			}
		}
	}},
	{"conditions on what a relation leads to", "A condition looks at the node of a hit, at its edge", func(p *pair) {
		p.world()
		for _, tc := range []struct {
			id   string
			rel  store.Rel
			test store.Test
			want string
		}{
			{"p1", partners, onEdge("role", store.Eq, "PARTICIPANT"), "[c1 o1]"},
			{"p1", partners, onEdge("role", store.Ne, "PARTICIPANT"), "[c1 o2]"},
			{"p1", partners, store.Is{On: store.OnEdge, Path: []string{"contribution", "amount"}, Op: store.Lt, Value: store.Cents(100)}, "[c1 o2]"},
			{"p1", partners, store.Is{On: store.OnEdge, Path: []string{"roleText"}, Op: store.Eq, Value: "fuhrer", Fold: true}, "[o1]"},
			{"p1", partners, store.Elem{On: store.OnEdge, Path: []string{"tags"}, Test: store.Is{On: store.OnElem, Op: store.Eq, Value: "a"}}, "[c1]"},
			{"n1", members, is("score", store.Gt, 0.0), "[c1 c2]"},
			{"n1", members, store.Related{Rel: projects, Test: onEdge("role", store.Eq, "COORDINATOR"), Quant: store.Some}, "[c1]"},
			{"n1", members, store.Count{Rel: networks, Op: store.Gt, Value: int64(1)}, "[c1 n1]"},
		} {
			page := p.expand(tc.id, tc.rel, store.Window{Where: tc.test, First: store.All, Count: true})
			p.equal(fmt.Sprintf("%s %#v", tc.id, tc.test), fmt.Sprint(idsOf(page)), tc.want)
			p.equal("total", page.Total, len(page.Hits))
		}
	}},
}

var timeTests = []test{
	{"an edge counts unless it is known to have ended before or begun after", "When is valid time: an edge counts unless it is known to have ended before or begun after, by EdgeType", func(p *pair) {
		p.world()
		for _, tc := range []struct {
			id     string
			rel    store.Rel
			period [2]string
			want   string
		}{
			{"n1", members, [2]string{"2011-10-31", "2011-10-31"}, "[c3 n1 n2]"},
			{"n1", members, [2]string{"2011-11-01", "2011-11-01"}, "[c1 c3 n1 n2]"},
			{"n1", members, [2]string{"2013", "2013"}, "[c1 c2 c3 n1 n2]"},
			{"n1", members, [2]string{"2015-12-31", "2015-12-31"}, "[c1 c2 c3 n1 n2]"},
			{"n1", members, [2]string{"2016-01-01", "2016-01-01"}, "[c1 c3 n1 n2]"},
			{"n1", members, [2]string{"", "2010"}, "[c3 n1 n2]"},
			{"n1", members, [2]string{"2016", ""}, "[c1 c3 n1 n2]"},
			{"n1", members, [2]string{"", ""}, "[c1 c2 c3 n1 n2]"},
			{"c1", networks, [2]string{"2010-05-05", "2010-05-05"}, "[n2]"},
			{"c1", networks, [2]string{"2010-05-06", "2010-05-06"}, "[]"},
			// A participation without dates has its project's, each bound on its own.
			{"o1", projects, [2]string{"2018", "2018"}, "[p3]"},
			{"o1", projects, [2]string{"2020", "2020"}, "[p1 p2 p3]"},
			{"o1", projects, [2]string{"2021-07-01", ""}, "[p2 p3]"},
			{"o3", projects, [2]string{"2010-12-31", ""}, "[p3]"},
			{"o3", projects, [2]string{"2011", ""}, "[]"},
			{"p1", partners, [2]string{"2020-04", "2020-04"}, "[c1 c1 o1]"},
			{"p1", partners, [2]string{"2018", "2018"}, "[]"},
			{"n1", projects, [2]string{"2021", "2021"}, "[]"},
			// Other types are not bound.
			{"c1", store.Rel{Type: "LOCATED_IN"}, [2]string{"1800", "1800"}, "[rs11]"},
		} {
			when := period(tc.period[0], tc.period[1])
			page := p.expand(tc.id, tc.rel, store.Window{First: store.All, When: when, Count: true})
			p.equal(fmt.Sprint(tc.id, tc.rel, tc.period), fmt.Sprint(idsOf(page)), tc.want)
		}
	}},
	{"the epoch is a day like others", "Meets tells whether a day of p ... lies in q", func(p *pair) {
		day := m{"since": date("1970-01-01"), "until": date("1970-01-01")}
		p.say(node("Organisation", "a"), node("Network", "n"), edge("MEMBER_OF", "a", "n", day))
		p.equal("then", p.expand("a", networks, store.Window{First: 1, When: period("1970-01-01", "1970-01-02")}).Hits[0].Node.ID, "n")
		p.equal("later", len(p.expand("a", networks, store.Window{First: 1, When: period("2000", "2000")}).Hits), 0)
		p.equal("earlier", len(p.expand("a", networks, store.Window{First: 1, When: period("1969", "1969")}).Hits), 0)
	}},
	{"so do the edges that Where and Order look at", "so do the edges that Where and Order look at", func(p *pair) {
		p.world()
		when := period("2013", "2013")
		for _, tc := range []struct {
			test store.Test
			want string
		}{
			{store.Related{Rel: members, Quant: store.Some}, "[c1 c2 n1 n2]"},
			{store.Count{Rel: members, Op: store.Eq, Value: int64(1)}, "[c1 c2 n2]"}, // o2 joins c1 in 2025, c1 left n2 in 2010
			{store.Related{Rel: networks, Test: store.Count{Rel: members, Op: store.Gte, Value: int64(5)}, Quant: store.Some}, "[c1 c2 c3 n1 n2]"},
		} {
			p.equal(fmt.Sprintf("%#v", tc.test), fmt.Sprint(p.ids(store.Window{Where: tc.test, First: store.All, When: when}, "Cluster", "Network")), tc.want)
		}
		for _, tc := range []struct{ at, under, want string }{
			{"2013", "c1", "[c1 o1]"}, {"2026", "c1", "[c1 o1 o2]"}, {"2009", "n1", "[c1 c3 n1 n2 o1]"}, {"2013", "n2", "[c1 c2 c3 n1 n2 o1 o3]"}, {"2020", "n2", "[c1 c3 n1 n2 o1]"},
		} {
			where := store.And{store.Under{Rel: networks, IDs: []string{tc.under}}, store.Not{Test: is("kind", store.Eq, "Place")}}
			w := store.Window{Where: where, First: store.All, When: period(tc.at, tc.at)}
			p.equal("under "+tc.under+" in "+tc.at, fmt.Sprint(p.ids(w)), tc.want)
		}
		order := []store.Term{{Rel: &members, Desc: true}}
		page := same(p, "Find", func(r store.Reader) (store.Page, error) {
			return r.Find(p.ctx, []string{"Network", "Cluster"}, store.Window{Order: order, First: store.All, When: when, Keys: true})
		})
		p.equal("by count", fmt.Sprint(idsOf(page), page.Keys), "[n1 c1 c2 n2 c3 c4] [[5] [1] [1] [1] [0] [0]]")
	}},
	{"nodes are never hidden", "Nodes are never hidden.", func(p *pair) {
		p.world()
		p.equal("projects", p.ids(store.Window{First: store.All, When: period("1800", "1800")}, "Project"), []string{"p1", "p2", "p3", "p4"})
	}},
	{"a bound is a property of the edge, then of the node it leads to", "ToSince and ToUntil those of the node it leads to that stand in where the edge has none", func(p *pair) {
		p.world()
		p.say(node("Project", "p1", m{"start": date("2030"), "end": date("2031")}))
		p.equal("moved", idsOf(p.expand("p1", partners, store.Window{First: store.All, When: period("2020-02", "2020-02")})), []string{"o2"})
		p.equal("moved", idsOf(p.expand("p1", partners, store.Window{First: store.All, When: period("2030", "2030")})), []string{"c1", "c1", "o1"})
	}},
}
