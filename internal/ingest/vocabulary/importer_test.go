package vocabulary

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// sink keeps what is told as text: nodes as "SCHEME:value ... name {property=value}", edges as
// "from PART_OF to".
type sink struct {
	facts    []string
	rows     int
	rejected []string
	complete bool
	nodes    map[store.Identifier]bool
}

func (s *sink) node(n store.NodeRecord) {
	if s.nodes == nil {
		s.nodes = map[store.Identifier]bool{}
	}
	var out []string
	for _, id := range n.Identifiers {
		out = append(out, id.Scheme+":"+id.Value)
		s.nodes[id] = true
	}
	out = append(out, n.Name)
	for _, p := range n.Props {
		if l, ok := p.Value.(store.List); !ok || len(l) > 0 {
			out = append(out, fmt.Sprintf("%s=%v", p.Name, p.Value))
		}
	}
	s.facts = append(s.facts, strings.Join(out, " | "))
}

func (s *sink) Row(r ingest.Row) error {
	s.rows++
	for _, n := range r.Nodes {
		s.node(n)
	}
	for _, e := range r.Edges {
		for _, end := range []store.Ref{e.From, e.To} {
			if !s.nodes[end.Identifiers[0]] {
				return fmt.Errorf("%s: an edge leads to %v, which nobody made", r.At, end)
			}
		}
		s.facts = append(s.facts, e.From.Identifiers[0].Value+" "+e.Type+" "+e.To.Identifiers[0].Value)
	}
	return nil
}

func (s *sink) Reject(p ingest.Problem) error {
	s.rejected = append(s.rejected, fmt.Sprintf("%d %s: %s (%s)", p.At.Line, p.At.Column, p.Text, p.Why))
	return nil
}

func (s *sink) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	for _, n := range nodes {
		s.node(n)
	}
	return nil
}

func (s *sink) Complete(store.Ref) { s.complete = true }

func read(t testing.TB, vocabulary, path string) (*sink, error) {
	t.Helper()
	files, err := tabular.Find([]string{path}, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	return s, Importer{vocabulary, store.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))}.Read(t.Context(), files, s)
}

func write(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVocabulariesAreRead(t *testing.T) {
	for name, tc := range map[string]struct {
		table    string
		want     []string // the source apart
		rejected []string
	}{
		"nace": {
			"\"Order\";\"Level\";\"Code\";\"Parent\";\"Description\";\"This_item_includes\"\n1;1;\"S\";\"\";\"ÄLLER THINGS\";\"\"\n" +
				"2;4;\"94.11\";\"94.1\";\"Clubs of firms\";\"This class includes\n \n clubs\"\n3;2;\"94\";\"S\";\"Clubs\";\"\"\n4;2;\"34\";\"\";\"None\";\"\"\n5;2;\"95\";\"T\";\"Odd\";\"\"\n",
			[]string{"NACE:S | Äller things | code=S | scheme=NACE", "NACE:S94.11 | Clubs of firms | code=S94.11 | description=This class includes clubs | scheme=NACE",
				"NACE:S94.1 |  | code=S94.1 | scheme=NACE", "NACE:S94 |  | code=S94 | scheme=NACE", "S94.11 PART_OF S94.1", "S94.1 PART_OF S94", "S94 PART_OF S",
				"NACE:S94 | Clubs | code=S94 | scheme=NACE", "S94 PART_OF S"},
			[]string{`7 Code: 34 (is no code of NACE Rev. 2, such as "94.11", "S94.11" or "S")`, "8 Parent: T (is not the parent of S95 in NACE Rev. 2, which is S)"},
		},
		"nuts": {
			"CNTR_CODE,NUTS_ID,NUTS_NAME\nBG,BG41,Югозападен\nBG,BG4,Юг\nBG,BG,БЪЛГАРИЯ\nXX,XX1,Nowhere\n",
			[]string{"NUTS:BG41 | Югозападен | aliases=[Yugozapaden (Bulgaria) South-West (Bulgaria) Southwest (Bulgaria) South-Western (Bulgaria)] | code=BG41 | level=REGION",
				"NUTS:BG4 |  | code=BG4 | level=REGION", "ISO3166:BG | Bulgaria | code=BG | level=COUNTRY", "BG41 PART_OF BG4", "BG4 PART_OF BG",
				"NUTS:BG4 | Юг | aliases=[Югозападна и Южна централна България (Bulgaria) Yugozapadna i Yuzhna tsentralna Bulgaria (Bulgaria) South-Western and South-Central Bulgaria (Bulgaria)] | code=BG4 | level=REGION",
				"BG4 PART_OF BG", "ISO3166:BG | Bulgaria | aliases=[БЪЛГАРИЯ] | code=BG | level=COUNTRY"},
			[]string{`5 NUTS_ID: XX1 (is no code of NUTS, such as "BG41")`},
		},
		"iso3166": {
			"name,alpha-2,alpha-3,country-code,region,sub-region,intermediate-region,region-code,sub-region-code,intermediate-region-code\n" +
				"The Republic,RS,SRB,688,Europe,Southern Europe,\"\",150,039,\"\"\nAntarctica,AQ,ATA,010,,,,,,\nNowhere,QQ,,,,,,,,\n",
			[]string{"ISO3166:RS | ISO3166_ALPHA3:SRB | ISO3166_NUMERIC:688 | Serbia | aliases=[The Republic] | code=RS | level=COUNTRY",
				"M49:039 | Southern Europe | level=AREA", "M49:150 | Europe | level=AREA", "RS PART_OF 039", "039 PART_OF 150",
				"ISO3166:AQ | ISO3166_ALPHA3:ATA | ISO3166_NUMERIC:010 | Antarctica | code=AQ | level=COUNTRY"},
			[]string{`4 alpha-2: QQ (is no alpha-2 code of ISO 3166-1, such as "BG")`},
		},
		"iso639": {
			"\"family\",\"name\",\"nativeName\",\"639-1\",\"639-2\",\"639-2/B\"\n\"X\",\"Bengali, Bangla\",\"বাংলা\",\"bn\",\"ben\",\n\"X\",\"Albanian\",\"Shqip\",\"sq\",\"sqi\",\"alb\"\n\"X\",\"None\",\"\",\"\",\"\",\n",
			[]string{"ISO639:bn | ISO639_2:ben | Bengali | aliases=[Bangla বাংলা] | code=bn | scheme=ISO639",
				"ISO639:sq | ISO639_2:sqi | ISO639_2:alb | Albanian | aliases=[Shqip] | code=sq | scheme=ISO639"},
			[]string{`4 639-1:  (is no code of ISO 639-1, such as "bg")`},
		},
		"ecosystems": {
			"name\nAerospace and Defence\nSpace Tourism\n???\n",
			[]string{"ECOSYSTEM:aerospace-defence | Aerospace and Defence | scheme=ECOSYSTEM"},
			[]string{"3 name: Space Tourism (names none of the 14 industrial ecosystems)", "4 name: ??? (names none of the 14 industrial ecosystems)"},
		},
	} {
		s, err := read(t, name, write(t, tc.table))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.facts[1:], tc.want) {
			t.Errorf("%s tells\n%s\nwant\n%s", name, strings.Join(s.facts[1:], "\n"), strings.Join(tc.want, "\n"))
		}
		if !slices.Equal(s.rejected, tc.rejected) || s.complete {
			t.Errorf("%s rejects %q, want %q; complete: %v", name, s.rejected, tc.rejected, s.complete)
		}
		if !strings.HasPrefix(s.facts[0], "DATASET:"+name+" | ") || !strings.Contains(s.facts[0], "retrieved=2026-11-01") || !strings.Contains(s.facts[0], "type=VOCABULARY") {
			t.Errorf("the source of %s is %s", name, s.facts[0])
		}
	}
}

func TestATableOfSomethingElseIsAnError(t *testing.T) {
	for _, name := range append(Names(), "zodiac") {
		_, err := read(t, name, write(t, "a,b\n1,2\n"))
		if err == nil {
			t.Errorf("%s takes any table", name)
		}
	}
}

// Of a workbook the sheets are read that are tables of the vocabulary; others are told.
func TestSheets(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for _, sheet := range []struct {
		name string
		rows [][]any
	}{{"Sheet1", [][]any{{"What this is"}, {"regions"}}}, {"NUTS", [][]any{{"NUTS_ID", "NUTS_NAME"}, {"BG41", "Югозападен"}}}} {
		if _, err := book.NewSheet(sheet.name); err != nil {
			t.Fatal(err)
		}
		for i, row := range sheet.rows {
			if err := book.SetSheetRow(sheet.name, fmt.Sprint("A", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "nuts.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	s, err := read(t, "nuts", path)
	if err != nil || s.rows != 1 || !s.complete {
		t.Errorf("%d rows, complete %v, %v", s.rows, s.complete, err)
	}
	if len(s.rejected) != 1 || !strings.Contains(s.rejected[0], "is not read: no table of NUTS") {
		t.Errorf("told is %q", s.rejected)
	}
	if _, err := read(t, "nace", path); err == nil || !strings.Contains(err.Error(), "sheet Sheet1: is not read: no table of NACE") {
		t.Errorf("of another vocabulary: %v", err)
	}
}

// TestWholeVocabulariesAreRead counts what the published tables have, by their own levels.
func TestWholeVocabulariesAreRead(t *testing.T) {
	for name, tc := range map[string]struct {
		file         string
		rows         int
		nodes, edges int
	}{
		"nace":       {"nace_rev2_eurostat.csv", 996, 996, 996 - 21}, // 21 sections
		"nuts":       {"NUTS_AT_2016.csv", 2016, 2016, 2016 - 37},    // 37 countries
		"iso3166":    {"iso3166_all.csv", 249, 249 + 5 + 17 + 8 - 1, 0},
		"iso639":     {"iso_639-1.csv", 184, 184, 0},
		"ecosystems": {"industrial_ecosystems_14.csv", 14, 14, 0},
	} {
		s, err := read(t, name, needs.Data(t, "vocab/"+tc.file))
		if err != nil {
			t.Fatal(err)
		}
		terms, edges := map[string]bool{}, map[string]bool{}
		for _, f := range s.facts[1:] {
			if strings.Contains(f, " PART_OF ") {
				edges[f] = true
			} else {
				terms[strings.SplitN(f, " | ", 2)[0]] = true
			}
		}
		t.Logf("%s: %d rows, %d terms, %d edges", name, s.rows, len(terms), len(edges))
		if s.rows != tc.rows || len(terms) != tc.nodes || tc.edges > 0 && len(edges) != tc.edges || len(s.rejected) > 0 || !s.complete {
			t.Errorf("%s: %d rows, %d terms, %d edges, rejected %q, complete %v; want %+v", name, s.rows, len(terms), len(edges), s.rejected, s.complete, tc)
		}
	}
}

func TestTermsAreTheSameHoweverWritten(t *testing.T) {
	for in, want := range map[string]string{
		"94.11": "S94.11", "S9411": "S94.11", "s94.11": "S94.11", "S 94": "S94", "NACE S94.1": "S94.1", "NACE: 01": "A01", "J": "J", "941": "S94.1",
		"T94": "", "34": "", "": "", "94.111": "", "V": "", "9": "", "94.1x": "", "Z94": "",
	} {
		if got, _ := NACE(in); got != want {
			t.Errorf("NACE(%q) is %q, want %q", in, got, want)
		}
	}
	for in, want := range map[[3]string]string{
		{"NACE", "S9411", "x"}: "NACE:S94.11", {"ECOSYSTEM", "", "Aerospace & Defence"}: "ECOSYSTEM:aerospace-defence", {"S3", "", "KETs"}: "S3:kets",
		{"ECOSYSTEM", "", "Mobility – Transport – Automotive"}: "ECOSYSTEM:mobility-transport", {"IPC", "G", "Physics"}: "IPC:G",
	} {
		if got := TermRef(in[0], in[1], in[2]).Identifiers[0]; got.Scheme+":"+got.Value != want {
			t.Errorf("%q is %v, want %s", in, got, want)
		}
	}
	if ref := TermRef("S3", "", "…"); len(ref.Identifiers) > 0 {
		t.Errorf("a term without name or code is %v", ref)
	}
}

func FuzzImporter(f *testing.F) {
	f.Add("Code;Parent;Description\n94.11;94.1;x\n", "nace")
	f.Add("NUTS_ID,NUTS_NAME\nBG41,x\n", "nuts")
	f.Add("name,alpha-2,alpha-3\nSerbia,RS,SRB\n", "iso3166")
	f.Add("name,639-1\nx,bg\n", "iso639")
	f.Add("name\nHealth\n", "ecosystems")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, table, vocabulary string) {
		path := filepath.Join(dir, "fuzzed.csv")
		if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := read(t, vocabulary, path)
		if err != nil && strings.Contains(err.Error(), "nobody made") {
			t.Fatal(err)
		}
		_ = s
	})
}
