package table

import (
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// shared is where the real tables lie that the project does not commit: beside its root.
// urbact are the real tables.
func urbact(t *testing.T) (networks, membership string) {
	t.Helper()
	return needs.Data(t, "networks/urbact_networks.csv"), needs.Data(t, "networks/urbact_membership.csv")
}

// Everything that the ready mappings tell of the real tables is what a script of its own
// finds in them, and nothing is left out.
func TestURBACT(t *testing.T) {
	networks, membership := urbact(t)
	raw, err := exec.Command(needs.Command(t, "python3"), "testdata/urbact.py", networks, membership).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(raw)), "\n")
	a, b := readAs(t, "urbact-networks", nil, networks), readAs(t, "urbact-membership", nil, membership)
	if a.rows != 172 || b.rows != 1510 || len(a.rejected)+len(b.rejected)+len(a.left)+len(b.left) != 0 {
		t.Errorf("of %d networks and %d memberships %d are rejected and %d values left out", a.rows, b.rows, len(a.rejected)+len(b.rejected), len(a.left)+len(b.left))
	}
	date := func(p store.Props, name string) string {
		if d, ok := p.Get(name).(store.Date); ok {
			return d.String()
		}
		return ""
	}
	id := func(r store.Ref) string {
		if len(r.Identifiers) > 0 {
			return r.Identifiers[0].Value
		}
		return r.Name
	}
	got := map[string]bool{}
	say := func(parts ...string) { got[strings.ReplaceAll(strings.Join(parts, "\t"), "\n", `\n`)] = true }
	number := func(v store.Value) string {
		f, _ := v.(float64)
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	for _, n := range a.nodes {
		if n.Kind != "Network" {
			continue
		}
		cities := ""
		if l, ok := n.Props.Get("indicators").(store.List); ok {
			cities = strings.TrimSuffix(number(l[0].(store.Props).Get("value")), ".0")
		}
		say("network", id(n.Ref), n.Name, n.Props.Text("description"), date(n.Props, "founded"), date(n.Props, "ended"), n.Props.Text("url"), cities)
	}
	countries := map[string]string{}
	for _, n := range a.nodes {
		if n.Kind == "Organisation" {
			countries[n.Name] = n.Props.Text("country")
		}
	}
	for _, e := range a.edges {
		switch {
		case e.Type == "MEMBER_OF":
			say("lead", id(e.From), e.From.Name, countries[e.From.Name], id(e.To), date(e.Props, "since"), date(e.Props, "until"))
		case e.Type == "PARTICIPATES_IN":
			say("phase", id(e.From), e.To.Name)
		case e.Type == "CLASSIFIED_AS":
			say("keyword", id(e.From), id(e.To))
		}
	}
	for _, n := range b.nodes {
		switch {
		case n.Kind == "Organisation":
			point, _ := n.Props.Get("coordinates").(store.Props)
			say("city", id(n.Ref), n.Name, n.Props.Text("country"), number(point.Get("latitude")), number(point.Get("longitude")))
		case n.Kind == "Place" && n.Identifiers[0].Scheme == "GEONAMES":
			say("place", id(n.Ref), n.Name)
		}
	}
	for _, e := range b.edges {
		switch e.Type {
		case "MEMBER_OF":
			say("member", id(e.From), id(e.To), e.Props.Text("role"), date(e.Props, "since"), date(e.Props, "until"))
		case "PART_OF":
			say("lies in", id(e.From), id(e.To))
		case "LOCATED_IN":
			say("is in", id(e.From), id(e.To))
		}
	}
	told := sortedKeys(got)
	missing, more := 0, 0
	for _, line := range want {
		if !got[line] {
			if missing++; missing < 10 {
				t.Errorf("missing: %s", line)
			}
		}
	}
	for _, line := range told {
		if _, ok := slices.BinarySearch(want, line); !ok {
			if more++; more < 10 {
				t.Errorf("made up: %s", line)
			}
		}
	}
	t.Logf("%d facts; %d missing, %d made up", len(want), missing, more)
}

// The real tables make a graph, and importing them again changes nothing.
func TestURBACTInAStore(t *testing.T) {
	networks, membership := urbact(t)
	schema := ontology.Served().Store
	truth := emptyStore(t)
	for run := range 2 {
		for _, c := range [][2]string{{"urbact-membership", membership}, {"urbact-networks", networks}} {
			im, err := Load(c[0], nil)
			if err != nil {
				t.Fatal(err)
			}
			s, err := ingest.Run(t.Context(), im, find(t, nil, c[1]), truth, ingest.Options{By: "test", Schema: schema, Run: c[0] + strconv.Itoa(run), Replace: true,
				Rejects: func(p ingest.Problem, stored bool) error { t.Error(p, stored); return nil }})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %+v", c[0], s)
			if run == 1 && (s.Nodes.New+s.Nodes.Changed+s.Nodes.Gone+s.Edges.New+s.Edges.Changed+s.Edges.Gone != 0 || s.Nodes.Unchanged == 0) {
				t.Errorf("importing %s again changed something: %+v", c[0], s)
			}
		}
	}
}
