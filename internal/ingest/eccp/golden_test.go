package eccp

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The fixtures have all sections of both layouts and of a network's page. Their content is
// invented; newer, older and network say the same as text and as HTML. The others are of other
// sectors and countries, with counts in thousands and of 0, labels without a count, sums and
// dates in other forms, partners in lists, and a second project named in passing.
var fixtures = []string{"automotive.txt", "photonics.txt", "newer.txt", "newer.html", "older.txt", "older.html", "network.txt", "network.html"}

func parseFile(t testing.TB, path string) *Profile {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := Parse(f, Options{Retrieved: store.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return p
}

// dump is a profile as text: its facts, then what was not read.
func dump(p *Profile) string {
	var b strings.Builder
	for _, f := range p.Facts() {
		b.WriteString(f.String() + "\n")
	}
	b.WriteString("\nNot read:\n")
	for _, u := range p.Unread {
		b.WriteString(u.String() + "\n")
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) {
			got := dump(parseFile(t, filepath.Join("testdata", name)))
			golden := filepath.Join("testdata", "golden", name+".facts")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, got, string(want))
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	in := func(all []string) map[string]bool {
		m := map[string]bool{}
		for _, l := range all {
			m[l] = true
		}
		return m
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	has, had := in(g), in(w)
	for _, l := range w {
		if !has[l] {
			t.Errorf("missing: %s", l)
		}
	}
	for _, l := range g {
		if !had[l] {
			t.Errorf("new:     %s", l)
		}
	}
	t.Error("the facts differ from the golden file; if they should, run the test with -update")
}

// HTML and text of one page say the same.
func TestHTMLSaysWhatTextSays(t *testing.T) {
	say := func(name string) map[string]bool {
		m := map[string]bool{}
		for _, f := range parseFile(t, filepath.Join("testdata", name)).Facts() {
			if f.Property == "url" && strings.Contains(f.Value, "clustercollaboration") {
				continue // only the HTML tells the page's address
			}
			f.Line = 0
			m[f.String()] = true
		}
		return m
	}
	for _, name := range []string{"newer", "older", "network"} {
		text, page := say(name+".txt"), say(name+".html")
		for f := range text {
			if !page[f] {
				t.Errorf("%s: only the text says %s", name, f)
			}
		}
		for f := range page {
			if !text[f] {
				t.Errorf("%s: only the HTML says %s", name, f)
			}
		}
	}
}

// A place leads back to the words it stands for, in the file as it is.
func TestPlacesInHTML(t *testing.T) {
	raw, err := os.ReadFile("testdata/newer.html")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	words := map[string]string{
		`Cluster "Holzland Cluster" established = 2009-03-14`:                    "14 March 2009",
		`Cluster "Holzland Cluster" composition = {totalMembers: 52}`:            ">52<",
		`Project "TIMBER4ALL" totalCost = 1250000.50 EUR`:                        "started 1 March",
		`Organisation "Institutul Lemnului" PARTICIPATES_IN Project`:             "consortium coordinated",
		`Cluster "Holzland Cluster" MEMBER_OF Network "4A Wood Clusters"`:        "4A Wood Clusters",
		`Person "Otto Beispiel" AFFILIATED_WITH Cluster "Holzland Cluster" role`: "Otto Beispiel",
	}
	facts := parseFile(t, "testdata/newer.html").Facts()
	for want, word := range words {
		found := false
		for _, f := range facts {
			if strings.HasPrefix(f.String(), want) {
				found = true
				if !strings.Contains(lines[f.Line-1], word) {
					t.Errorf("%s: line %d is %q, without %q", want, f.Line, lines[f.Line-1], word)
				}
			}
		}
		if !found {
			t.Errorf("no fact begins with %s", want)
		}
	}
}

// The same file gives the same facts and the same batch each time.
func TestDeterministic(t *testing.T) {
	for _, name := range fixtures {
		first := parseFile(t, filepath.Join("testdata", name))
		for range 5 {
			again := parseFile(t, filepath.Join("testdata", name))
			if dump(first) != dump(again) {
				t.Fatalf("%s: two readings differ", name)
			}
			if a, b := describe(first.Batch(nil)), describe(again.Batch(nil)); a != b {
				t.Fatalf("%s: two batches differ:\n%s\n%s", name, a, b)
			}
		}
	}
}

func describe(b store.Batch) string {
	var s strings.Builder
	for _, n := range b.Nodes {
		s.WriteString(n.Kind + " " + n.Name + " " + n.Place + " " + format(n.Props) + "\n")
	}
	for _, e := range b.Edges {
		s.WriteString(e.Type + " " + e.From.Name + " " + e.To.Name + " " + e.Place + " " + format(e.Props) + "\n")
	}
	return s.String()
}

// Batches say only what the ontology has: kinds, relations, properties and their types.
func TestBatchFitsTheOntology(t *testing.T) {
	o := ontology.Served()
	paths := []string{}
	for _, name := range fixtures {
		paths = append(paths, filepath.Join("testdata", name))
	}
	paths = append(paths, sharedFiles(t)...)
	for _, path := range paths {
		checkBatch(t, o, parseFile(t, path).Batch(&Replace{Run: "r"}), path)
	}
}

func checkBatch(t *testing.T, o *ontology.Ontology, b store.Batch, path string) {
	t.Helper()
	check := func(what string, types map[string]store.Type, p store.Props) {
		for _, x := range p {
			kind, ok := types[x.Name]
			if !ok {
				t.Errorf("%s: %s has no property %s", path, what, x.Name)
			} else if err := kind.Check(x.Value); err != nil {
				t.Errorf("%s: %s.%s: %v", path, what, x.Name, err)
			}
		}
	}
	places := map[string]bool{}
	seen := func(key string) {
		if places[key] {
			t.Errorf("%s: two records at %s: the later takes the place of the earlier", path, key)
		}
		places[key] = true
	}
	named := map[string]bool{}
	for _, n := range b.Nodes {
		k, ok := o.Store.Kinds[n.Kind]
		if !ok {
			t.Errorf("%s: no kind %s", path, n.Kind)
		}
		check(n.Kind, k.Props, n.Props)
		scheme, _ := n.Props.Get("scheme").(string)
		key := refKey(n.Ref)
		if n.Kind != kindTopic || scheme == "" {
			seen(key + " at " + n.Place)
		}
		named[key] = true
		for _, id := range n.Identifiers {
			if _, err := id.Normal(); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		if n.Confidence <= 0 || n.Confidence > 1 || n.Rank == 0 || n.Source.Name == "" {
			t.Errorf("%s: %s %q has no source, rank or confidence: %+v", path, n.Kind, n.Name, n.Said)
		}
	}
	for _, e := range b.Edges {
		k, ok := o.Store.Edges[e.Type]
		if !ok {
			t.Errorf("%s: no relation %s", path, e.Type)
		}
		check(e.Type, k.Props, e.Props)
		if !o.Links(e.Type, e.From.Kind, e.To.Kind) {
			t.Errorf("%s: no %s leads from %s to %s", path, e.Type, e.From.Kind, e.To.Kind)
		}
		seen(e.Type + " " + refKey(e.From) + " " + refKey(e.To) + " at " + e.Place)
		if !named[refKey(e.From)] || !named[refKey(e.To)] {
			t.Errorf("%s: %s from %q to %q leads to a node the batch does not make", path, e.Type, e.From.Name, e.To.Name)
		}
	}
}

func refKey(r store.Ref) string {
	for _, id := range r.Identifiers {
		return r.Kind + " " + id.Scheme + ":" + id.Value
	}
	return r.Kind + " " + r.Name
}
