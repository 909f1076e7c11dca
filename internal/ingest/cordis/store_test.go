package cordis

import (
	"fmt"
	"path/filepath"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
	"clustergraph/test/needs"
)

// file is an empty SQLite file.
func file(t testing.TB) store.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// load imports files into a store.
func load(t testing.TB, to store.Truth, run string, paths ...string) ingest.Summary {
	t.Helper()
	files, err := tabular.Find(paths, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := ingest.Run(t.Context(), Importer{}, files, to, ingest.Options{Schema: ontology.Served().Store, Run: run, Replace: true,
		Rejects: func(p ingest.Problem, stored bool) error {
			if !stored {
				t.Errorf("rejected: %v", p)
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// graph is what a store holds.
type graph struct {
	nodes map[string]*store.Node
	edges []*store.Edge
}

func graphOf(t testing.TB, s store.Truth) graph {
	t.Helper()
	g := graph{nodes: map[string]*store.Node{}}
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		g.nodes[n.ID] = n
		return nil
	}, func(e *store.Edge) error {
		g.edges = append(g.edges, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Organisations without a PIC are told apart by their country, and meet the one with a PIC
// that has their name.
func TestStoreNames(t *testing.T) {
	s := file(t)
	load(t, s, "first", folder(t, map[string]string{"organization.csv": organisationHeader +
		organisation("700001", "901234567", "", "WICK WORKS", "DE", "1", "participant", "1") +
		organisation("700002", "", "", "Wick Works", "DE", "1", "participant", "2") +
		organisation("700003", "", "", "MINISTRY OF LIGHT", "UK", "1", "participant", "3") +
		organisation("700004", "", "", "MINISTRY OF LIGHT", "EL", "1", "participant", "4") +
		organisation("700005", "", "", "Ministry of Light", "EL", "1", "participant", "5")}))
	g := graphOf(t, s)
	var told []string
	for _, e := range g.edges {
		if e.Type == "PARTICIPATES_IN" {
			told = append(told, e.From+" "+g.nodes[e.From].Props.Text("country")+" "+e.To)
		}
	}
	same(t, "participations", told, "pic:901234567 DE cordis:700001", "pic:901234567 DE cordis:700002", "name:ministry-of-light-gb GB cordis:700003",
		"name:ministry-of-light-gr GR cordis:700004", "name:ministry-of-light-gr GR cordis:700005")
}

// Each of the other real tables can be stored whole, and in any order: the weekly form has no
// projects, the seed has projects that both others have, too.
func TestStoreOthers(t *testing.T) {
	weekly := needs.Data(t, "cordis/organizations-weekly-2023.csv")
	seed := []string{needs.Data(t, "cordis/seed_h2020_participations.csv"), needs.Data(t, "cordis/seed_h2020_projects.csv")}
	var first graph
	for i, files := range [][]string{{weekly, seed[0], seed[1]}, {seed[1], seed[0], weekly}} {
		s := file(t)
		load(t, s, "first", files...)
		g := graphOf(t, s)
		projects, participations := 0, 0
		for _, n := range g.nodes {
			if n.Kind == "Project" {
				projects++
			}
		}
		for _, e := range g.edges {
			if e.Type == "PARTICIPATES_IN" {
				participations++
			}
		}
		if i == 0 {
			first = g
			t.Logf("%d nodes, %d edges, %d projects, %d participations", len(g.nodes), len(g.edges), projects, participations)
			continue
		}
		if len(g.nodes) != len(first.nodes) || len(g.edges) != len(first.edges) {
			t.Errorf("the other way round there are %d nodes and %d edges, not %d and %d", len(g.nodes), len(g.edges), len(first.nodes), len(first.edges))
		}
		for id, n := range g.nodes {
			if was := first.nodes[id]; was == nil || !store.Equal(was.Props, n.Props) {
				t.Errorf("%s is %v, and the other way round %v", id, n, was)
			}
		}
	}
}

// Three forms that speak of the same projects and organisations, and disagree, describe the
// same graph in whatever order they are imported.
func TestStoreOrders(t *testing.T) {
	dir := folder(t, map[string]string{
		"h2020/project.csv": projectHeader + project("951813", "FACTORY", "Better lamps", "2020-10-01", "2024-09-30", "10", "8.5", "230391") +
			project("rcn-230392", "", "", "2020-01-01", "", "", "4", "230392"),
		"h2020/organization.csv": organisationHeader +
			organisation("951813", "901234567", "", "", "EL", "1", "participant", "1.25") +
			organisation("951813", "901234568", "", "LAMP CLUSTER", "BG", "2", "participant", "2.5") +
			organisation("rcn-230392", "901234568", "", "LAMP CLUSTER", "BG", "1", "coordinator", "4"),
		"weekly.csv": "projectID,projectAcronym,organisationID,name,shortName,SME,activityType,city,country,contentUpdateDate,rcn,order,role,ecContribution,netEcContribution,totalCost,endOfParticipation\n" +
			"951813,FACTORY,901234568,FONDATSIA LAMP,LAMPC,False,OTH,SOFIA,BG,2023-03-10 21:15:00,1,2,coordinator,2.0,1.5,\"3,5\",False\n" +
			"951813,FACTORY,901234568,FONDATSIA LAMP,LAMPC,False,OTH,SOFIA,BG,2023-03-10 21:15:00,1,9,thirdParty,0.0,0.5,\"1,5\",True\n",
		"seed_h2020_projects.csv":       "project_id,project_rcn,acronym,title,topic_code,eu_contribution,start_date,end_date\n951813,230391,Factory,Better Lamps,T-01-2019,8.50,2020-10-01,2024-09-30\n",
		"seed_h2020_participations.csv": "project_id,acronym,role,pic,name,org_type,country,eu_contribution\n951813,Factory,coordinator,901234567,WICK WORKS,PRC,EL,1\n",
	})
	runs := map[string][]string{"zip": {filepath.Join(dir, "h2020")}, "weekly": {filepath.Join(dir, "weekly.csv")},
		"seed": {filepath.Join(dir, "seed_h2020_participations.csv"), filepath.Join(dir, "seed_h2020_projects.csv")}}
	var first []string
	for _, order := range [][]string{{"zip", "weekly", "seed"}, {"zip", "seed", "weekly"}, {"weekly", "zip", "seed"}, {"weekly", "seed", "zip"}, {"seed", "zip", "weekly"}, {"seed", "weekly", "zip"}} {
		s := file(t)
		for _, name := range order {
			files, err := tabular.Find(runs[name], tabular.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ingest.Run(t.Context(), Importer{}, files, s, ingest.Options{Schema: ontology.Served().Store, Run: name}); err != nil {
				t.Fatal(err)
			}
		}
		var facts []string
		g := graphOf(t, s)
		for id, n := range g.nodes {
			facts = append(facts, id+" "+n.Kind+texts(n.Props))
		}
		for _, e := range g.edges {
			facts = append(facts, fmt.Sprint(e.EdgeID)+texts(e.Props))
		}
		if first == nil {
			first = facts
			participations := 0
			for _, e := range g.edges {
				if e.Type == "PARTICIPATES_IN" {
					participations++
				}
			}
			if participations != 4 {
				t.Errorf("%d participations, want one each of 901234567 and two of 901234568 in FACTORY, and one in the other", participations)
			}
			continue
		}
		same(t, fmt.Sprint(order), facts, first...)
	}
}
