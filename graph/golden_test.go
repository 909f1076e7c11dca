package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j/neo4jtest"
	"clustergraph/internal/store/storetest"
	"clustergraph/test/stores"
)

var update = flag.Bool("update", false, "write the golden files anew")

// each runs a test with each store that the golden queries are asked of: all answer alike.
func each(t *testing.T, test func(*testing.T, store.Store)) {
	t.Run("oracle", func(t *testing.T) { test(t, storetest.NewOracle(ontology.Served().Store)) })
	t.Run("mirror of the oracle", func(t *testing.T) { test(t, mirrored(t, storetest.NewOracle(ontology.Served().Store))) })
	stores.Each(t, func(t *testing.T, open func(*testing.T) store.Store) { test(t, open(t)) })
}

func TestMain(m *testing.M) { neo4jtest.Main(m) }

func mirrored(t *testing.T, truth store.Truth) store.Store {
	s, err := mirror.Open(t.Context(), truth, ontology.Served().Store, mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestGolden asks each query of testdata (variables beside it, if it takes any) and compares
// the answer with the file that stands beside it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden queries", err)
	}
	each(t, func(t *testing.T, s store.Store) {
		fill(t, s)
		h := handlerOf(t, s, Options{})
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".graphql"), func(t *testing.T) {
				golden(t, h, file)
			})
		}
	})
}

// TestGoldenWrites does what the files of testdata/writes say, one after the other, and
// compares each answer likewise.
func TestGoldenWrites(t *testing.T) {
	files, err := filepath.Glob("testdata/writes/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden writes", err)
	}
	stores.Each(t, func(t *testing.T, open func(*testing.T) store.Store) { // the oracle refuses in words of its own
		s := open(t)
		fill(t, s)
		h := handlerOf(t, s, writable)
		for _, file := range files {
			golden(t, h, file)
		}
	})
}

func golden(t *testing.T, h http.Handler, file string) {
	query, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSuffix(file, ".graphql")
	vars, err := os.ReadFile(base + ".vars.json")
	if err != nil {
		vars = []byte("{}")
	}
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(post(h, string(query), string(vars))), "", "  "); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(base + ".json")
	if *update {
		err = os.WriteFile(base+".json", got.Bytes(), 0o644)
		want = got.Bytes()
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s answers\n%s\nwant\n%s", file, got.String(), want)
	}
}

func handlerOf(t testing.TB, s store.Store, o Options) http.Handler {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	h, err := New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var revision = regexp.MustCompile(`,"extensions":{"revision":"[0-9a-z-]+"}}$`)

// post asks a query, and gives the answer without the revision, which is another one in
// each run.
func post(h http.Handler, query, vars string) string {
	body, _ := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(vars)})
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return revision.ReplaceAllString(strings.TrimSpace(w.Body.String()), "}")
}

// fill makes the small graph that the golden queries are about.
func fill(t testing.TB, s store.Store) {
	t.Helper()
	var b store.Batch
	source := store.Ref{ID: "source:page"}
	node := func(kind, id, name string, props map[string]any, identifiers ...store.Identifier) {
		b.Nodes = append(b.Nodes, store.NodeRecord{
			Ref:   store.Ref{ID: id, Kind: kind, Name: name, Identifiers: identifiers},
			Said:  store.Said{Source: source, Place: "line 1", At: date(t, "2024-05"), Rank: store.FromField, Confidence: 0.9},
			Props: store.PropsOf(props),
		})
	}
	edge := func(typ, from, to string, props map[string]any) {
		b.Edges = append(b.Edges, store.EdgeRecord{
			Type: typ, From: store.Ref{ID: from}, To: store.Ref{ID: to},
			Said: store.Said{Source: source, Place: "line 2", Rank: store.FromText}, Props: store.PropsOf(props),
		})
	}
	b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: "source:page", Kind: "Source", Name: "A page"}, Said: store.Said{Rank: store.ByHand}, Props: store.PropsOf(map[string]any{"type": "PROFILE"})})

	node("Network", "n:3b", "3B ICT Network", map[string]any{"type": "META_CLUSTER", "founded": date(t, "2016")})
	node("Network", "n:sca", "Serbian Cluster Association", map[string]any{"type": "ASSOCIATION"})
	node("Cluster", "c:ict", "ICT Cluster", map[string]any{
		"aliases": []string{"IKT Klaster"}, "nativeName": "ИКТ Клъстер", "established": date(t, "2005-01"),
		"managementStaff": "1-5", "languages": []string{"bg", "en"}, "profileCompletion": 93, "url": "https://example.org/ict",
		"composition": map[string]any{"smes": 280, "totalMembers": 293},
		"labels":      []map[string]any{{"name": "ECEI", "level": "Silver", "date": date(t, "2020-Q2")}, {"name": "Bronze"}},
		"coordinates": map[string]any{"latitude": 42.6977, "longitude": 23.3219},
	}, store.Identifier{Scheme: "PIC", Value: "986451977"}, store.Identifier{Scheme: "ECCP", Value: "ict-cluster"})
	node("Cluster", "c:auto", "Auto \"S\" <Serbia>", nil)
	node("Organisation", "o:firm", "Firm", map[string]any{"type": "PRC", "sme": true})
	node("Organisation", "o:uni", "Universität Wien", map[string]any{"type": "HES", "sme": false})
	node("Project", "p:give", "GIVE", map[string]any{
		"acronym": "GIVE", "title": "Green Ict deVElopment", "start": date(t, "2019-01"), "end": date(t, "2021-06-30"), "status": "CLOSED",
		"contribution": store.Money{Amount: 22220690, Currency: "EUR"}, "totalCost": store.Money{Amount: 5, Currency: "USD"},
	})
	node("Project", "p:ufo", "UFO", map[string]any{"acronym": "UFO", "start": date(t, "2020"), "status": "SIGNED", "contribution": store.Money{Amount: 100, Currency: "EUR"}})
	node("Project", "p:x", "Unknown", nil)
	node("Programme", "g:h2020", "Horizon 2020", map[string]any{"code": "H2020", "level": "FRAMEWORK"})
	node("Programme", "g:call", "A call", map[string]any{"code": "H2020-1", "level": "CALL"})
	node("Place", "l:bg", "Bulgaria", map[string]any{"code": "BG", "level": "COUNTRY"})
	node("Person", "h:ann", "Ann Example", map[string]any{"honorific": "Dr."})

	edge("MEMBER_OF", "c:ict", "n:3b", map[string]any{"role": "FOUNDER", "since": date(t, "2012")})
	edge("MEMBER_OF", "c:auto", "n:3b", map[string]any{"since": date(t, "2015")})
	edge("MEMBER_OF", "c:auto", "n:sca", map[string]any{"since": date(t, "2010"), "until": date(t, "2018")})
	edge("MEMBER_OF", "o:firm", "c:ict", nil)
	edge("PARTICIPATES_IN", "c:ict", "p:give", map[string]any{"role": "COORDINATOR", "contribution": store.Money{Amount: 1000050, Currency: "EUR"}})
	edge("PARTICIPATES_IN", "c:auto", "p:give", map[string]any{"role": "PARTICIPANT"})
	edge("PARTICIPATES_IN", "o:firm", "p:give", map[string]any{"role": "PARTICIPANT", "since": date(t, "2020-03")})
	edge("PARTICIPATES_IN", "c:ict", "p:ufo", map[string]any{"role": "PARTICIPANT"})
	edge("PARTICIPATES_IN", "o:uni", "p:ufo", map[string]any{"role": "COORDINATOR"})
	edge("FUNDED_BY", "p:ufo", "g:call", map[string]any{"grantNumber": "873411"})
	edge("PART_OF", "g:call", "g:h2020", nil)
	edge("LOCATED_IN", "c:ict", "l:bg", nil)
	edge("AFFILIATED_WITH", "h:ann", "c:ict", map[string]any{"role": "Manager"})
	edge("ABOUT", "source:page", "c:ict", nil)
	if _, err := s.Apply(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

func date(t testing.TB, s string) store.Date {
	d, err := store.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
