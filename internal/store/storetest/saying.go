package storetest

import (
	"fmt"
	"math"
	"strings"

	"clustergraph/internal/store"
)

// two sources of each other's rank, for disagreements.
func sources() []any {
	return []any{node("Source", "s1"), node("Source", "s2"), node("Source", "s3")}
}

// records prepends the sources.
func withSources(records ...any) []any { return append(sources(), records...) }

func size(n int) m { return m{"size": n} }

var sayingTests = []test{
	{"a batch happens all or not at all", "Batch is a set of changes that happen all or not at all.", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"))
		good := []any{node("Organisation", "c"), node("Organisation", "a", size(5)), edge("MEMBER_OF", "a", "b"), edge("MEMBER_OF", "b", "c"), store.Remove{Node: at("b")}}
		for i := range len(good) + 1 {
			for _, bad := range []any{edge("MEMBER_OF", "a", "nobody"), edge("NO_TYPE", "a", "b"), node("NoKind", "x"), node("Organisation", "d", m{"size": "big"}), store.Remove{Node: at("nobody")}} {
				want := store.ErrInvalid
				switch bad := bad.(type) {
				case store.EdgeRecord:
					if bad.Type == "MEMBER_OF" {
						want = store.ErrNotFound
					}
				case store.Remove:
					want = store.ErrNotFound
				}
				all := append(append(append([]any{}, good[:i]...), bad), good[i:]...)
				p.fails(batch(all...), want)
			}
		}
		if p.find("c") != nil || p.prop("a", "size") != nil || len(p.edges("MEMBER_OF", "a")) != 0 {
			p.Error("a part of a failed batch is there")
		}
		p.say(good...)
	}},
	{"an error says which record is at fault", "ErrInvalid, ErrNotFound and ErrConflict say which record or step is at fault", func(p *pair) {
		told := map[string]bool{}
		for i := range 3 {
			records := []any{node("Organisation", "a"), node("Organisation", "b"), node("Organisation", "c")}
			records[i] = node("Organisation", "bad", m{"size": "big"})
			told[p.fails(batch(records...), store.ErrInvalid)] = true
		}
		if len(told) != 3 {
			p.Errorf("the errors do not tell the records apart: %v", told)
		}
	}},
	{"what is said makes the node", "the node or edge holds, property by property, the preferred value", func(p *pair) {
		p.say(node("Cluster", "c", m{"established": date("2005"), "score": 2.5, "languages": []string{"en", "bg"}}))
		p.equal("node", p.node("c"), &store.Node{ID: "c", Kind: "Cluster", Props: store.PropsOf(m{
			"name": "c", "established": date("2005"), "score": 2.5, "languages": []string{"en", "bg"}})})
	}},
	{"every type of value comes back as it was said", "Nothing else ever stands in a graph.", func(p *pair) {
		p.say(node("Project", "p", m{"start": date("2020-Q2"), "end": date("2021-03-04"), "totalCost": store.Money{Amount: -123, Currency: "EUR"}, "durationMonths": math.MinInt64}),
			node("Organisation", "o", m{"sme": false, "size": int64(math.MaxInt64), "type": "",
				"indicators": []m{{"name": "members", "value": 0.1, "when": date("2020")}, {"name": "partners", "value": int64(28)}}}),
			node("Cluster", "c", m{"score": math.SmallestNonzeroFloat64, "composition": m{"total": 293, "smes": 280}}))
		p.equal("size", p.prop("o", "size"), int64(math.MaxInt64))
		p.equal("type", p.prop("o", "type"), "")
		p.equal("sme", p.prop("o", "sme"), false)
		p.equal("totalCost", p.prop("p", "totalCost"), store.Money{Amount: -123, Currency: "EUR"})
		p.equal("composition", p.prop("c", "composition"), store.PropsOf(m{"total": 293, "smes": 280}))
	}},
	{"unknown properties are kept, with their types", "unknown properties are kept", func(p *pair) {
		all := m{"x": 1, "y": 1.0, "z": true, "d": date("1815-06-18"), "e": store.Cents(5), "l": list(int64(1), "1", date("2000")), "r": m{"a": m{"b": "c"}}, "m": store.Money{Amount: 1, Currency: "CHF"}}
		p.say(node("Organisation", "a", all), node("Organisation", "b"), edge("MEMBER_OF", "a", "b", all))
		p.equal("r", p.prop("a", "r"), store.PropsOf(m{"a": m{"b": "c"}}))
		p.equal("y", p.prop("a", "y"), 1.0)
		p.equal("x", p.prop("a", "x"), int64(1))
	}},
	{"strings may be odd", "Strings are valid UTF-8", func(p *pair) {
		for i, s := range []string{"", "a\x00b", "😀 🎉", "שלום עולם", "\u202eabc", "a\nb\r\nc\t", "'; DROP TABLE nodes; --", `"\u0000"`, "\ufeff", "e\u0301", "%_\\", "\U0010ffff"} {
			id := fmt.Sprint("odd", i)
			p.say(node("Organisation", id, m{"description": s, "x" + s: s}))
			p.equal(fmt.Sprintf("%q", s), p.prop(id, "description"), s)
		}
	}},
	{"strings that are not UTF-8 are refused everywhere", "Strings are valid UTF-8 ...; all else is an ErrInvalid", func(p *pair) {
		bad := "a\xffb"
		p.say(node("Organisation", "a"), node("Organisation", "b"))
		for _, r := range []any{
			node("Organisation", bad), node("Organisation", "a", m{"description": bad}), node("Organisation", "a", m{bad: 1}),
			node("Organisation", "a", m{"x": m{"y": []string{bad}}}), node("Organisation", "a", m{"aliases": []string{bad}}),
			store.NodeRecord{Ref: named("Organisation", bad)}, store.NodeRecord{Ref: named("Organisation", "x", "PIC", bad)},
			from(node("Organisation", "a"), "", bad, store.FromText), edge("MEMBER_OF", "a", "b", m{"role": bad}),
			store.EdgeRecord{Type: "MEMBER_OF", Key: bad, From: at("a"), To: at("b")},
		} {
			p.fails(batch(r), store.ErrInvalid)
		}
		p.fails(store.Batch{ID: bad}, store.ErrInvalid)
		p.fails(store.Batch{By: bad}, store.ErrInvalid)
		p.fails(store.Batch{Run: bad}, store.ErrInvalid)
	}},
	{"values must be of their type", "as are values that are not of their property's type", func(p *pair) {
		p.say(node("Organisation", "a"), node("Cluster", "c"))
		for _, props := range []m{
			{"size": "big"}, {"size": 1.5}, {"sme": 1}, {"type": true}, {"description": []string{"a"}}, {"indicators": m{"name": "x"}},
			{"indicators": []m{{"value": "e"}}}, {"aliases": "x"}, {"aliases": list(int64(1))}, {"name": 1}, {"x": []any{nil}},
			{"x": math.NaN()}, {"x": math.Inf(1)}, {"x": struct{}{}}, {"x": int32(1)}, {"x": []any{m{"y": nil}}},
		} {
			p.fails(batch(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(props)}), store.ErrInvalid)
		}
		for _, props := range []m{{"established": "2005"}, {"established": store.Date{First: 2, Last: 1}}, {"score": math.NaN()}, {"composition": m{"total": "x"}}} {
			p.fails(batch(store.NodeRecord{Ref: at("c"), Props: store.PropsOf(props)}), store.ErrInvalid)
		}
		for _, currency := range []string{"", "eur", "EURO", "EuR", "€"} {
			p.fails(batch(node("Project", "p", m{"totalCost": store.Money{Amount: 1, Currency: currency}})), store.ErrInvalid)
		}
		p.say(node("Cluster", "c", m{"score": 3})) // a whole number is a Float, too
		p.equal("score", p.prop("c", "score"), int64(3))
	}},
	{"Props are sorted by name with each name once", "Props sorted by name with each name once; all else is an ErrInvalid", func(p *pair) {
		for _, props := range []store.Props{{{Name: "y", Value: true}, {Name: "x", Value: true}}, {{Name: "x", Value: true}, {Name: "x", Value: true}}} {
			r := node("Organisation", "a")
			r.Props = props
			p.fails(batch(r), store.ErrInvalid)
			r.Props = store.Props{{Name: "nested", Value: props}}
			p.fails(batch(r), store.ErrInvalid)
		}
	}},
	{"kinds and edge types are those of the schema", "kinds and edge types that the schema does not have", func(p *pair) {
		p.fails(batch(node("Actor", "a")), store.ErrInvalid)
		p.say(node("Organisation", "a"))
		p.fails(batch(edge("member_of", "a", "a")), store.ErrInvalid)
		p.fails(batch(store.EdgeRecord{Type: "MEMBER_OF", From: store.Ref{ID: "a", Kind: "Actor"}, To: at("a")}), store.ErrInvalid)
	}},
	{"some properties are not said in Props", `"id", "identifiers", "formerIds" and "kind" may not (ErrInvalid)`, func(p *pair) {
		for _, name := range []string{"id", "identifiers", "formerIds", "kind"} {
			p.fails(batch(node("Organisation", "a", m{name: []string{"x"}})), store.ErrInvalid)
		}
	}},
	{"the name may stand in Props", `"name" is taken from the Ref, or may stand here instead`, func(p *pair) {
		p.say(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation"}, Props: store.PropsOf(m{"name": "Anna"})})
		p.equal("name", p.prop("a", "name"), "Anna")
		p.fails(batch(store.NodeRecord{Ref: store.Ref{ID: "a", Name: "Anna"}, Props: store.PropsOf(m{"name": "Berta"})}), store.ErrInvalid)
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"name": "Berta"})})
		p.equal("name", p.prop("a", "name"), "Berta")
	}},

	{"a higher rank is preferred", "Preferred is what is said at the higher Rank", func(p *pair) {
		p.say(withSources()...)
		for i, rank := range []store.Rank{store.FromText, store.FromField, store.FromRegister, store.ByHand} {
			p.say(from(node("Organisation", "a", size(i)), fmt.Sprint("s", 3-i%3), "line 1", rank, on(fmt.Sprint(2020-i)), sure(1-float64(i)/10)))
			p.equal("size", p.prop("a", "size"), int64(i))
		}
		p.say(from(node("Organisation", "a", size(9)), "s1", "line 0", store.FromText, on("2026")))
		p.equal("size", p.prop("a", "size"), int64(3))
	}},
	{"then what is said later", "then at the later At (unknown is the earliest)", func(p *pair) {
		p.say(withSources()...)
		for i, day := range []string{"", "1960", "2020", "2020-02", "2020-05-05", "2021"} {
			var said []func(*store.Said)
			if day != "" {
				said = append(said, on(day))
			}
			p.say(from(node("Organisation", "a", size(i)), "s2", fmt.Sprint("line ", 9-i), store.FromField, said...))
			p.equal(day, p.prop("a", "size"), int64(i))
		}
		p.say(from(node("Organisation", "a", size(9)), "s1", "line 1", store.FromField, on("2020-12-31")))
		p.equal("an earlier one that comes later", p.prop("a", "size"), int64(5))
	}},
	{"then of the smaller source", "then by the smaller source id", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", size(3)), "s3", "line 1", store.FromField))...)
		p.say(from(node("Organisation", "a", size(1)), "s1", "line 9", store.FromField, sure(0.1)))
		p.say(from(node("Organisation", "a", size(2)), "s2", "line 0", store.FromField))
		p.equal("size", p.prop("a", "size"), int64(1))
		p.say(from(node("Organisation", "a", size(0)), "", "", store.FromField, sure(0.1)))
		p.equal("without a source", p.prop("a", "size"), int64(0))
	}},
	{"then with more confidence", "then with more confidence ... 0 stands for 1", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", size(3)), "s1", "line 1", store.FromText, sure(0.3)))...)
		p.say(from(node("Organisation", "a", size(5)), "s1", "line 2", store.FromText, sure(0.5)))
		p.equal("size", p.prop("a", "size"), int64(5))
		p.say(from(node("Organisation", "a", size(10)), "s1", "line 3", store.FromText))
		p.equal("size", p.prop("a", "size"), int64(10))
	}},
	{"then at the smaller place, by numbers", "then at the smaller place (numbers within a place are compared as numbers)", func(p *pair) {
		p.say(withSources()...)
		for i, place := range []string{"row 1", "page 2, line 1", "line 100", "line 20", "line 9", "line 8 b", "line 8 a", "line 8", "line 007"} {
			p.say(from(node("Organisation", "a", size(i)), "s1", place, store.FromText))
			p.equal(place, p.prop("a", "size"), int64(i))
		}
		p.say(from(node("Organisation", "a", size(99)), "s1", "line 99999999999999999999999999", store.FromText))
		p.equal("a long number", p.prop("a", "size"), int64(8))
	}},
	{"then of the smaller original subject", "then of the smaller original subject", func(p *pair) {
		p.say(withSources(from(node("Organisation", "b", size(2)), "s1", "line 1", store.FromText), from(node("Organisation", "a", size(1)), "s1", "line 1", store.FromText))...)
		p.say(store.Merge{Keep: at("b"), Drop: at("a")})
		p.equal("size", p.prop("b", "size"), int64(1))
	}},
	{"parts are preferred one by one", "the parts of a value with parts one by one, are the preferred ones", func(p *pair) {
		p.say(withSources(
			from(node("Cluster", "a", m{"composition": m{"total": 293, "sectors": []string{"ICT"}}}), "s1", "line 1", store.FromText),
			from(node("Cluster", "a", m{"composition": m{"total": 10, "smes": 280, "sectors": []string{"Green", "ICT"}}}), "s1", "line 2", store.FromText))...)
		p.equal("composition", p.prop("a", "composition"), store.PropsOf(m{"total": 293, "smes": 280, "sectors": []string{"ICT", "Green"}}))
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"composition": m{"smes": nil}})})
		p.equal("a part unknown by hand", p.prop("a", "composition"), store.PropsOf(m{"total": 293, "sectors": []string{"ICT", "Green"}}))
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"composition": nil})})
		p.equal("unknown by hand", p.prop("a", "composition"), nil)
	}},
	{"a list holds what anyone says", "A list holds what anyone says, the preferred first, each value once", func(p *pair) {
		p.say(withSources(
			from(node("Cluster", "a", m{"languages": []string{"c", "a", "c"}}), "s2", "", store.FromText),
			from(node("Cluster", "a", m{"languages": []string{"b", "a"}}), "s1", "", store.FromText))...)
		p.equal("languages", p.prop("a", "languages"), list("b", "a", "c"))
		p.say(from(node("Cluster", "a", m{"languages": []string{"z"}}), "s3", "", store.FromRegister))
		p.equal("languages", p.prop("a", "languages"), list("z", "b", "a", "c"))
	}},
	{"a list by hand holds only that", "but if it is said ByHand, only what is said so", func(p *pair) {
		p.say(withSources(from(node("Cluster", "a", m{"languages": []string{"x", "y"}}), "s1", "", store.FromRegister), node("Cluster", "a", m{"languages": []string{"y"}}))...)
		p.equal("languages", p.prop("a", "languages"), list("y"))
		p.say(from(node("Cluster", "a", m{"languages": []string{"w"}}), "s1", "by hand, too", store.ByHand))
		p.equal("languages", p.prop("a", "languages"), list("y", "w"))
		p.say(from(node("Cluster", "a", m{"languages": []string{}}), "", "", store.ByHand), from(node("Cluster", "a", m{"languages": []string{}}), "s1", "by hand, too", store.ByHand))
		p.equal("an empty list by hand", p.prop("a", "languages"), nil)
	}},
	{"empty lists and values without parts are not held", "Lists and values with parts that are empty are not held.", func(p *pair) {
		p.say(node("Cluster", "a", m{"languages": []string{}, "composition": m{}, "x": m{"y": []string{}}, "labels": []m{}}))
		p.equal("node", p.node("a").Props, store.PropsOf(m{"name": "a"}))
		p.equal("two labels without parts", p.say(node("Cluster", "a", m{"labels": []m{{}, {}}})).NodeCount.Changed, 1)
	}},
	{"an unknown property has the preferred shape", "A property of an unknown name has the shape of the preferred value.", func(p *pair) {
		p.say(withSources(
			from(node("Cluster", "a", m{"x": []string{"1", "2"}}), "s1", "", store.FromText),
			from(node("Cluster", "a", m{"x": "single"}), "s2", "", store.FromText),
			from(node("Cluster", "a", m{"x": m{"part": 1}}), "s3", "", store.FromText))...)
		p.equal("a list", p.prop("a", "x"), list("1", "2"))
		p.say(from(node("Cluster", "a", m{"x": "single"}), "s2", "", store.FromField))
		p.equal("a single value", p.prop("a", "x"), "single")
		p.say(from(node("Cluster", "a", m{"x": m{"part": 1}}), "s3", "", store.FromRegister))
		p.equal("parts", p.prop("a", "x"), store.PropsOf(m{"part": 1}))
	}},
	{"the preferred name is the name, the others are aliases", "The name is the preferred one; every other name said, by whomever, is an alias", func(p *pair) {
		name := func(s string, aliases ...string) store.NodeRecord {
			return store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Cluster", Name: s}, Props: store.PropsOf(m{"aliases": aliases})}
		}
		p.say(withSources(
			from(name("One", "Uno", "Ein"), "s1", "", store.FromText),
			from(name("Two", "Uno", "One", "Deux"), "s2", "", store.FromField))...)
		p.equal("name", p.prop("a", "name"), "Two")
		p.equal("aliases", p.prop("a", "aliases"), list("Uno", "One", "Deux", "Ein"))
		p.say(name("Three"))
		p.equal("name", p.prop("a", "name"), "Three")
		p.equal("aliases", p.prop("a", "aliases"), list("Two", "Uno", "One", "Deux", "Ein"))
	}},
	{"a name never misses", "name (never missing: it falls back to an acronym, a code, the id)", func(p *pair) {
		p.say(store.NodeRecord{Ref: store.Ref{Kind: "Project", Identifiers: []store.Identifier{{Scheme: "CORDIS", Value: "1"}}}})
		p.equal("the id", p.prop("cordis:1", "name"), "cordis:1")
		p.say(store.NodeRecord{Ref: at("cordis:1"), Props: store.PropsOf(m{"code": "P-1"})})
		p.equal("a code", p.prop("cordis:1", "name"), "P-1")
		p.say(store.NodeRecord{Ref: at("cordis:1"), Props: store.PropsOf(m{"acronym": "GIVE"})})
		p.equal("an acronym", p.prop("cordis:1", "name"), "GIVE")
		p.say(store.NodeRecord{Ref: store.Ref{ID: "cordis:1", Name: "Giving"}})
		p.equal("a name", p.prop("cordis:1", "name"), "Giving")
		p.say(store.NodeRecord{Ref: at("cordis:1"), Props: store.PropsOf(m{"name": nil})})
		p.equal("unknown by hand", p.prop("cordis:1", "name"), "GIVE")
	}},
	{"a name that is unknown by hand", "ByHand, a nil value says that the value ... is unknown: it hides what others say.", func(p *pair) {
		p.say(withSources(from(node("Project", "p", m{"acronym": "GIVE"}), "s1", "", store.FromRegister))...)
		p.say(store.NodeRecord{Ref: at("p"), Props: store.PropsOf(m{"name": nil})})
		p.equal("name", p.prop("p", "name"), "GIVE")
		p.equal("aliases", p.prop("p", "aliases"), list("p"))
	}},
	{"identifiers are of everyone", "Identifiers and former ids are of everyone", func(p *pair) {
		id := func(l ...string) store.NodeRecord {
			return store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Cluster", Name: "a", Identifiers: named("", "", l...).Identifiers}}
		}
		p.say(withSources(from(id("pic", " 1 ", "ECCP", "e"), "s2", "", store.FromText), from(id("PIC", "1", "ROR", "r"), "s1", "", store.FromText))...)
		want := []any{m{"scheme": "PIC", "value": "1"}, m{"scheme": "ROR", "value": "r"}, m{"scheme": "ECCP", "value": "e"}}
		p.equal("identifiers", p.prop("a", "identifiers"), store.PropsOf(m{"x": list(store.PropsOf(want[0].(m)), store.PropsOf(want[1].(m)), store.PropsOf(want[2].(m)))}).Get("x"))
		p.say(id("VIES", "9"))
		if n := len(p.prop("a", "identifiers").(store.List)); n != 4 {
			p.Errorf("an identifier by hand hides those of others: %d", n)
		}
	}},
	{"the most telling kind wins", "The kind is the most telling one said (Kind.Telling), then the preferred.", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a"), "s1", "", store.FromRegister))...)
		for _, kind := range []string{"Network", "Cluster"} {
			p.say(from(node(kind, "a"), "s2", kind, store.FromText))
			p.equal("kind", p.node("a").Kind, kind)
		}
		p.say(node("Organisation", "a"))
		p.equal("kind", p.node("a").Kind, "Cluster")
	}},
	{"a Ref without a kind says the kind the node has", "A Ref without a kind says the kind that the node has", func(p *pair) {
		p.say(withSources(from(node("Network", "a"), "s1", "", store.FromRegister))...)
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(size(1))})
		p.say(store.Withdraw{Source: at("s1"), Run: "later"})
		p.equal("kind", p.node("a").Kind, "Network")
	}},
	{"a kind said by hand stays until a hand says another", "a kind said ByHand stays until a hand says another", func(p *pair) {
		p.say(withSources(from(node("Network", "a", size(1)), "s1", "", store.ByHand))...)
		p.say(from(node("Organisation", "a", m{"sme": true}), "s1", "", store.FromText)) // at the same place
		p.equal("both stand", []any{p.node("a").Kind, p.prop("a", "size"), p.prop("a", "sme")}, []any{"Network", int64(1), true})
		p.say(store.Withdraw{Source: at("s1"), Run: "x"})
		p.equal("withdrawn", []any{p.node("a").Kind, p.prop("a", "size"), p.prop("a", "sme")}, []any{"Network", int64(1), nil})
		p.say(from(node("Organisation", "a"), "s1", "", store.ByHand))
		p.equal("by hand", p.node("a").Kind, "Organisation")
	}},
	{"an edge said by hand stays", "except that ByHand properties ... that are not mentioned stay", func(p *pair) {
		p.say(withSources(node("Organisation", "a"), node("Network", "n"), from(edge("MEMBER_OF", "a", "n"), "s1", "", store.ByHand))...)
		p.say(from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s1", "", store.FromText), store.Withdraw{Source: at("s1"), Run: "x"})
		p.equal("edges", len(p.edges("MEMBER_OF", "a")), 1)
	}},

	{"there is one record for each node, source and place", "There is one record for each node as addressed ... source and place: a later one takes the place of an earlier one", func(p *pair) {
		p.say(withSources(from(node("Organisation", "a", m{"size": 1, "sme": true}), "s1", "line 1", store.FromText))...)
		p.say(from(node("Organisation", "a", size(2)), "s1", "line 1", store.FromText))
		p.equal("size", p.prop("a", "size"), int64(2))
		p.equal("what is no longer said", p.prop("a", "sme"), nil)
		p.say(from(node("Organisation", "a", m{"sme": false}), "s1", "line 2", store.FromText), from(node("Organisation", "a", m{"type": "PRC"}), "s2", "line 1", store.FromText))
		p.equal("size", p.prop("a", "size"), int64(2))
		p.equal("statements", len(p.statements(store.Subject{Node: "a"}, "size")), 1)
	}},
	{"what is said by hand and not mentioned stays", "except that ByHand properties (name, kind and identifiers, too) that are not mentioned stay", func(p *pair) {
		p.say(store.NodeRecord{Ref: store.Ref{ID: "a", Kind: "Organisation", Name: "Anna", Identifiers: named("", "", "PIC", "1").Identifiers}, Props: store.PropsOf(m{"size": 1, "sme": true})})
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(size(2))})
		p.equal("node", p.node("a"), &store.Node{ID: "a", Kind: "Organisation", Props: store.PropsOf(m{
			"name": "Anna", "size": 2, "sme": true, "identifiers": []m{{"scheme": "PIC", "value": "1"}}})})
		p.say(node("Organisation", "b"), edge("MEMBER_OF", "a", "b", m{"role": "MEMBER", "since": date("2020")}))
		p.say(edge("MEMBER_OF", "a", "b", m{"role": "BOARD"}))
		p.equal("edge", p.edges("MEMBER_OF", "a")[0].Props, store.PropsOf(m{"role": "BOARD", "since": date("2020")}))
	}},
	{"nil by hand hides what others say", "ByHand, a nil value says that the value ... is unknown: it hides what others say.", func(p *pair) {
		p.say(withSources(from(node("Cluster", "a", m{"score": 1.5, "languages": []string{"en"}}), "s1", "", store.FromRegister))...)
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"score": nil, "languages": nil})})
		p.equal("score", p.prop("a", "score"), nil)
		p.equal("languages", p.prop("a", "languages"), nil)
		p.say(store.NodeRecord{Ref: at("a"), Props: store.PropsOf(m{"score": 2.5})})
		p.equal("score said by hand", p.prop("a", "score"), 2.5)
	}},
	{"nil by others says nothing", "Otherwise a nil says nothing.", func(p *pair) {
		p.say(withSources(from(node("Cluster", "a", m{"score": 1.5}), "s1", "", store.FromText))...)
		p.say(from(node("Cluster", "a", m{"score": nil, "composition": m{"smes": nil, "total": 1}}), "s1", "line 2", store.FromRegister))
		p.equal("score", p.prop("a", "score"), 1.5)
		p.equal("composition", p.prop("a", "composition"), store.PropsOf(m{"total": 1}))
		p.equal("statements", len(p.statements(store.Subject{Node: "a"}, "score")), 1)
	}},
	{"confidence, rank and date are checked", "Confidence is from 0 to 1 (else ErrInvalid)", func(p *pair) {
		for _, said := range []store.Said{{Confidence: 1.1}, {Confidence: -0.1}, {Confidence: math.NaN()}, {Rank: store.ByHand + 1}, {At: store.Date{First: 2, Last: 1}}} {
			r := node("Organisation", "a")
			r.Said = said
			p.fails(batch(r), store.ErrInvalid)
		}
	}},
	{"a source is a node of kind Source", "Source is a node of kind Source (else ErrInvalid), which may be the record's own node", func(p *pair) {
		p.say(node("Organisation", "a"), node("Source", "s"))
		p.fails(batch(from(node("Organisation", "a"), "a", "", store.FromText)), store.ErrInvalid)
		p.fails(batch(from(node("Organisation", "a"), "nobody", "", store.FromText)), store.ErrNotFound)
		own := store.NodeRecord{Ref: named("Source", "Page", "ECCP", "e"), Said: store.Said{Source: named("Source", "", "ECCP", "e"), Rank: store.FromField}}
		r := p.say(own)
		p.equal("ids", r.Nodes, []string{"eccp:e"})
		p.equal("source", p.statements(store.Subject{Node: "eccp:e"}, "name")[0].Source, "eccp:e")
		if r := p.say(own); r.Commit.Revision != (store.Revision{}) {
			p.Errorf("the same again changes something: %+v", r)
		}
	}},
	{"an edge holds the preferred, too", "EdgeRecord says something of an edge, like NodeRecord.", func(p *pair) {
		p.say(withSources(node("Organisation", "a"), node("Project", "p"),
			from(edge("PARTICIPATES_IN", "a", "p", m{"role": "PARTICIPANT", "tags": []string{"x"}}), "s1", "line 1", store.FromText),
			from(edge("PARTICIPATES_IN", "a", "p", m{"role": "COORDINATOR", "tags": []string{"y"}}), "s2", "line 1", store.FromField))...)
		p.equal("edge", p.edges("PARTICIPATES_IN", "a"), []*store.Edge{{EdgeID: store.EdgeID{Type: "PARTICIPATES_IN", From: "a", To: "p"},
			Props: store.PropsOf(m{"role": "COORDINATOR", "tags": []string{"y", "x"}})}})
		p.equal("statements", len(p.statements(store.Subject{Edge: store.EdgeID{Type: "PARTICIPATES_IN", From: "a", To: "p"}}, "")), 4)
	}},
	{"edges with keys are parallel", "Key is empty unless one source states two edges of one type between the same nodes.", func(p *pair) {
		keyed := func(key string, props m) store.EdgeRecord {
			r := edge("PARTICIPATES_IN", "a", "p", props)
			r.Key = key
			return r
		}
		p.say(node("Organisation", "a"), node("Project", "p"), keyed("2", m{"role": "X"}), keyed("", nil), keyed("10", m{"role": "Y"}), keyed("2", m{"role": "Z"}))
		var keys []string
		for _, e := range p.edges("PARTICIPATES_IN", "a") {
			keys = append(keys, e.Key)
		}
		p.equal("keys", keys, []string{"", "10", "2"})
	}},
	{"a record of an edge needs its nodes", "Its nodes must exist, or be made by the batch.", func(p *pair) {
		p.say(node("Organisation", "a"))
		p.fails(batch(edge("MEMBER_OF", "a", "b")), store.ErrNotFound)
		p.fails(batch(edge("MEMBER_OF", "b", "a")), store.ErrNotFound)
		p.say(edge("MEMBER_OF", "a", "b"), node("Network", "b"))
		p.equal("edges", len(p.edges("MEMBER_OF", "a")), 1)
	}},

	{"the same batch twice is once", "ID makes the batch happen once: one that was applied already changes nothing and answers as it did then", func(p *pair) {
		b := batch(node("Organisation", "a", size(1)), node("Project", "p"), edge("PARTICIPATES_IN", "a", "p"))
		b.ID = "once"
		first := p.apply(b)
		p.say(node("Organisation", "a", size(2)))
		again := p.apply(b)
		if !again.Repeated || first.Repeated || again.Revision != first.Revision {
			p.Errorf("again: %+v, first: %+v", again, first)
		}
		p.equal("nodes", again.Nodes, first.Nodes)
		p.equal("edges", again.Edges, first.Edges)
		p.equal("size", p.prop("a", "size"), int64(2))
		b.Nodes = nil // even if it says something else now
		p.apply(b)
	}},
	{"batches without an id happen each time", "Empty: it has none.", func(p *pair) {
		p.say(node("Organisation", "a", size(1)))
		p.say(node("Organisation", "a", size(2)))
		if r := p.say(node("Organisation", "a", size(1))); r.Repeated || r.Commit.Revision == (store.Revision{}) {
			p.Errorf("%+v", r)
		}
	}},
	{"a batch's id is bounded", "At most 200 bytes.", func(p *pair) {
		p.apply(store.Batch{ID: strings.Repeat("i", 200)})
		p.fails(store.Batch{ID: strings.Repeat("i", 201)}, store.ErrInvalid)
	}},
	{"what failed may be tried again under its id", "one that was applied already", func(p *pair) {
		b := batch(edge("MEMBER_OF", "a", "a"))
		b.ID = "try"
		p.fails(b, store.ErrNotFound)
		p.say(node("Organisation", "a"))
		if r := p.apply(b); r.Repeated {
			p.Error("a batch that failed counts as applied")
		}
	}},
	{"saying the same again changes nothing", "A batch that changes nothing has that of the graph it met.", func(p *pair) {
		all := withSources(from(node("Cluster", "a", m{"score": 1.5, "languages": []string{"en"}}), "s1", "line 1", store.FromText, on("2020")), node("Network", "n"),
			from(edge("MEMBER_OF", "a", "n", m{"role": "X"}), "s1", "line 2", store.FromText))
		first := p.say(all...)
		b := batch(all...)
		b.By, b.Run = "another", "another run"
		again := p.apply(b)
		if again.Revision != first.Revision || again.Commit.Revision != (store.Revision{}) {
			p.Errorf("again at %v, first at %v", again.Revision, first.Revision)
		}
		p.equal("nodes", again.NodeCount, store.Tally{Unchanged: 5})
		p.equal("edges", again.EdgeCount, store.Tally{Unchanged: 1})
		if r := p.apply(store.Batch{}); r.Revision != first.Revision {
			p.Errorf("an empty batch makes %v", r.Revision)
		}
	}},
	{"a batch is one moment", "the one at which the property was first said in this form ... without a pause (but within a batch)", func(p *pair) {
		records := []any{from(node("Cluster", "a", m{"score": 1, "url": "u"}), "s1", "line 1", store.FromText), from(node("Cluster", "a", m{"score": 2, "url": "u"}), "s1", "line 1", store.FromText),
			from(edge("MEMBER_OF", "a", "a", m{"role": "X"}), "s1", "", store.FromText), from(edge("MEMBER_OF", "a", "a", m{"role": "Y"}), "s1", "", store.FromText)}
		first := p.say(withSources(records...)...)
		if again := p.say(records...); again.Revision != first.Revision || again.Commit.Revision != (store.Revision{}) {
			p.Errorf("again at %v, first at %v", again.Revision, first.Revision)
		}
		p.equal("score", p.prop("a", "score"), int64(2))
		p.equal("first said", p.statements(store.Subject{Node: "a"}, "score")[0].Revision.Number, uint64(1))
		r := p.say(append(records, store.Remove{Node: at("a")}, store.Withdraw{Source: at("s1"), Run: "x"})...)
		p.equal("gone", r.NodeCount, store.Tally{Gone: 1})
	}},
	{"a new statement changes something", "a new statement, mark or denial changes something, even if no node or edge looks different", func(p *pair) {
		first := p.say(withSources(from(node("Cluster", "a", m{"score": 1.5}), "s1", "line 1", store.FromText))...)
		r := p.say(from(node("Cluster", "a", m{"score": 1.5}), "s2", "line 1", store.FromText))
		if r.Revision.Number != first.Revision.Number+1 || r.NodeCount != (store.Tally{Unchanged: 1}) || len(r.Commit.Nodes) != 0 {
			p.Errorf("%+v", r)
		}
	}},
	{"a result tells what became of what", "The counts are of the distinct nodes and edges that the batch's records speak of or that it changed", func(p *pair) {
		p.say(node("Organisation", "a"), node("Organisation", "b"), node("Organisation", "c"), edge("MEMBER_OF", "a", "c"), edge("MEMBER_OF", "b", "c"))
		r := p.say(node("Organisation", "a", size(1)), node("Organisation", "d"), node("Organisation", "d", size(1)), node("Organisation", "b"),
			edge("MEMBER_OF", "a", "c", m{"role": "X"}), edge("MEMBER_OF", "d", "d"), store.Remove{Node: at("c")})
		p.equal("ids", r.Nodes, []string{"a", "d", "d", "b"})
		p.equal("edge ids", r.Edges, []store.EdgeID{{Type: "MEMBER_OF", From: "a", To: "c"}, {Type: "MEMBER_OF", From: "d", To: "d"}})
		p.equal("nodes", r.NodeCount, store.Tally{New: 1, Changed: 1, Unchanged: 1, Gone: 1})
		p.equal("edges", r.EdgeCount, store.Tally{New: 1, Gone: 2})
	}},
	{"ids in a result are those after the batch", "by the ids they have after the batch", func(p *pair) {
		r := p.say(node("Organisation", "a"), node("Organisation", "b"), edge("MEMBER_OF", "b", "b"), store.Merge{Keep: at("a"), Drop: at("b")})
		p.equal("nodes", r.Nodes, []string{"a", "a"})
		p.equal("edges", r.Edges, []store.EdgeID{{Type: "MEMBER_OF", From: "a", To: "a"}})
	}},
}
