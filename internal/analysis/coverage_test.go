package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clustergraph/internal/store"
)

func TestCoverageTellsWhatIsDeclaredBesideWhatIsNamed(t *testing.T) {
	indicator := func(name string, value any, more props) store.Props {
		p := props{"name": name, "value": value, "bound": "EXACTLY"}
		for k, v := range more {
			p[k] = v
		}
		return store.PropsOf(p)
	}
	f := ecosystem()
	f.node("Organisation", "sofia", props{"country": "BG"})
	f.node("Organisation", "wien", props{"country": "AT"})
	f.node("Project", "declared", props{"indicators": store.List{
		indicator("Partners", 28.0, nil), indicator("partners", 30.0, nil), indicator("countries", 18.0, props{"bound": "AT_LEAST"}),
		indicator("clusters", 1.0, nil), indicator("SMEs", 3200.0, nil), indicator("members", 5.0, nil), indicator("countries", 3.0, props{"unit": "percent"}),
	}})
	for _, id := range []string{"sofia", "wien", "wien", "a", "e", "n1"} {
		f.link("PARTICIPATES_IN", id, "declared", "", nil)
	}
	f.link("PARTICIPATES_IN", "b", "declared", "", props{"until": dated("2012")})
	f.node("Cluster", "cluster", props{"composition": store.PropsOf(props{"totalMembers": int64(293), "smes": int64(280)})})
	f.link("MEMBER_OF", "a", "cluster", "", nil)
	f.link("MEMBER_OF", "b", "cluster", "", props{"until": dated("2012")})

	of := []*store.Node{f.get("declared"), f.get("p1"), f.get("cluster"), f.get("a")}
	for _, c := range []struct {
		when  store.Period
		named [4]int // clusters, countries, partners; members
	}{{store.Period{}, [4]int{0, 2, 6, 2}}, {during("2015", "2015"), [4]int{0, 2, 5, 1}}} {
		got, err := newAnalyst().Coverages(t.Context(), f, of, c.when)
		if err != nil {
			t.Fatal(err)
		}
		want := [][]Coverage{{
			{Of: "clusters", Declared: 1, Bound: "EXACTLY", Named: c.named[0]},
			{Of: "countries", Declared: 18, Bound: "AT_LEAST", Named: c.named[1]},
			{Of: "partners", Declared: 28, Bound: "EXACTLY", Named: c.named[2]},
		}, nil, {{Of: "members", Declared: 293, Named: c.named[3]}}, nil}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.when, diff)
		}
	}
}
