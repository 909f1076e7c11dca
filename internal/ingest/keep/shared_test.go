package keep

import (
	"encoding/json"
	"maps"
	"os/exec"
	"testing"

	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// TestDanube holds what is told of a real export to what a script of its own counts.
func TestDanube(t *testing.T) {
	projects, partners := needs.Data(t, "interreg/danube_projects.csv"), needs.Data(t, "interreg/danube_partners.csv")
	out, err := exec.Command(needs.Command(t, "python3"), "testdata/count.py", projects, partners).Output()
	if err != nil {
		t.Fatalf("testdata/count.py: %v", err)
	}
	type counts struct {
		Projects, Partners, Participations, Leads, Budget, Funding, Public, Places int
		Country                                                                    map[string]int
	}
	var want counts
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}

	s := read(t, projects, partners)
	got := counts{Country: map[string]int{}}
	bodies, public, leads, takes, funded, at := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range s.rows {
		for _, n := range r.Nodes {
			switch n.Kind {
			case "Project":
				got.Projects++
				if m, ok := n.Props.Get("totalCost").(store.Money); ok {
					got.Budget += int(m.Amount)
				}
				if m, ok := n.Props.Get("contribution").(store.Money); ok {
					got.Funding += int(m.Amount)
				}
			case "Organisation":
				if n.Props.Get("type") == "PUB" {
					public[keyOf(n.Ref)] = true
				}
				bodies[keyOf(n.Ref)] = true
			}
		}
		for _, e := range r.Edges {
			switch e.Type {
			case "PARTICIPATES_IN":
				key := keyOf(e.From) + " " + e.Key + " " + keyOf(e.To)
				if !takes[key] {
					got.Country[e.From.Identifiers[0].Value[:2]]++
				}
				takes[key] = true
				if e.Props.Get("role") == "COORDINATOR" {
					leads[key] = true
				}
			case "FUNDED_BY":
				funded[keyOf(e.From)] = true
			case "LOCATED_IN":
				at[keyOf(e.From)+" "+keyOf(e.To)] = true
			}
		}
	}
	got.Partners, got.Participations, got.Leads, got.Public, got.Places = len(bodies), len(takes), len(leads), len(public), len(at)
	if got.Projects != want.Projects || got.Partners != want.Partners || got.Participations != want.Participations || got.Leads != want.Leads ||
		got.Budget != want.Budget || got.Funding != want.Funding || got.Public != want.Public || got.Places != want.Places || !maps.Equal(got.Country, want.Country) {
		t.Errorf("told  %+v\ncounted %+v", got, want)
	}
	if len(funded) != want.Projects {
		t.Errorf("%d projects are funded, want %d", len(funded), want.Projects)
	}
	if len(s.rejects)+len(s.left) > 0 {
		t.Errorf("rejected %v, left %v", s.rejects, s.left)
	}
	if len(s.complete) != 1 || s.complete[0] != "DATASET:keep-danube-2014-2020" {
		t.Errorf("told completely: %q", s.complete)
	}
}
