package cordis

import (
	"cmp"
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/ingest"
	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// expectation is what testdata/expected.py works out.
type expectation struct {
	Rows     map[string]int
	Rejected []struct {
		File   string
		Line   int
		Reason string
	}
	Contribution   map[string]string
	Participations map[string]int
}

func expected(t testing.TB, path string) expectation {
	t.Helper()
	out, err := exec.Command(needs.Command(t, "python3"), "testdata/expected.py", path).Output()
	if err != nil {
		t.Fatalf("testdata/expected.py: %v", err)
	}
	var e expectation
	if err := json.Unmarshal(out, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// reasons are the classes of what rows are rejected for, by what is told of them.
var reasons = []struct{ part, class string }{
	{"fields, and the header", "unreadable"}, {"quote", "unreadable"},
	{"names no organisation", "no organisation"},
	{"names no project", "no project"}, {"a project without an id", "no project"},
}

func reasonOf(p ingest.Problem) string {
	for _, r := range reasons {
		if strings.Contains(p.Why, r.part) {
			return r.class
		}
	}
	return p.Why
}

// compare compares what an importer told with what it has to tell.
func compare(t *testing.T, got *sink, want expectation) {
	t.Helper()
	rows, participations, sums := map[string]int{}, map[string]int{}, map[string]store.Cents{}
	for _, r := range got.rows {
		rows[filepath.Base(r.At.File)]++
	}
	type reject struct {
		file   string
		line   int
		reason string
	}
	var is, should []reject
	for _, p := range got.rejects {
		rows[filepath.Base(p.At.File)]++
		is = append(is, reject{filepath.Base(p.At.File), p.At.Line, reasonOf(p)})
	}
	for _, r := range want.Rejected {
		should = append(should, reject{r.File, r.Line, r.Reason})
	}
	order := func(a, b reject) int { return cmp.Or(strings.Compare(a.file, b.file), a.line-b.line) }
	slices.SortFunc(is, order)
	slices.SortFunc(should, order)
	if !slices.Equal(is, should) {
		t.Errorf("rejected are\n%v, want\n%v", is, should)
	}
	if !maps.Equal(rows, want.Rows) {
		t.Errorf("rows are %v, want %v", rows, want.Rows)
	}
	country := map[string]string{}
	for _, r := range got.rows {
		for _, n := range r.Nodes {
			if n.Kind == "Organisation" {
				country[keyOf(n.Ref)] = n.Props.Text("country")
			}
		}
		for _, e := range r.Edges {
			if e.Type == "PARTICIPATES_IN" {
				c := country[keyOf(e.From)]
				participations[c]++
				if m, ok := e.Props.Get("contribution").(store.Money); ok {
					sums[c] += m.Amount
				}
			}
		}
	}
	told := map[string]string{}
	for c, sum := range sums {
		told[c] = sum.String()
	}
	if !maps.Equal(told, want.Contribution) {
		t.Errorf("contributions by country are\n%v, want\n%v", told, want.Contribution)
	}
	if !maps.Equal(participations, want.Participations) {
		t.Errorf("participations by country are\n%v, want\n%v", participations, want.Participations)
	}
}

func keyOf(r store.Ref) string {
	if len(r.Identifiers) > 0 {
		return r.Identifiers[0].Scheme + ":" + r.Identifiers[0].Value
	}
	return r.Name
}

// Each row of Horizon 2020 is stored or rejected, as an independent script has it, and so are
// the sums of what is paid, to the cent.
func TestHorizon2020(t *testing.T) {
	path := needs.Data(t, "cordis-h2020-csv.zip")
	want := expected(t, path)
	begin := time.Now()
	got := read(t, Options{}, path)
	took := time.Since(begin)
	compare(t, got, want)
	if want.Rows["project.csv"] != 31451 || want.Rows["organization.csv"] != 144726 {
		t.Errorf("the script read %v", want.Rows)
	}
	if !slices.Equal(got.complete, []string{"DATASET:cordis-h2020"}) {
		t.Errorf("complete are %q", got.complete)
	}
	records := len(got.prepared.Nodes) + len(got.prepared.Edges)
	for _, r := range got.rows {
		records += len(r.Nodes) + len(r.Edges)
	}
	for _, p := range got.left {
		t.Log(p)
	}
	t.Logf("%d rows in %v, %.0f rows/s; %d records; %d values left out", len(got.rows), took, float64(len(got.rows))/took.Seconds(), records, len(got.left))
}
