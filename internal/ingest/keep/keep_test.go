package keep

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
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// sink keeps what an importer tells, and holds it to the ontology: every property is of its
// type, every edge leads between nodes that were told.
type sink struct {
	t        testing.TB
	rows     []ingest.Row
	rejects  []ingest.Problem
	left     []ingest.Problem
	prepared ingest.Row
	complete []string
	made     map[string]bool
}

func (s *sink) check(nodes []store.NodeRecord, edges []store.EdgeRecord) {
	schema := ontology.Served().Store
	if s.made == nil {
		s.made = map[string]bool{}
	}
	for _, n := range nodes {
		for _, p := range n.Props {
			if err := schema.Kinds[n.Kind].Props[p.Name].Check(p.Value); err != nil {
				s.t.Errorf("%s %q: %s: %v", n.Kind, n.Name, p.Name, err)
			}
		}
		for _, id := range n.Identifiers {
			if _, err := id.Normal(); err != nil {
				s.t.Error(err)
			}
		}
		if n.Source.Kind == "" || n.Kind == "" {
			s.t.Errorf("%s %q comes from nowhere", n.Kind, n.Name)
		}
		s.made[keyOf(n.Ref)] = true
	}
	for _, e := range edges {
		for _, p := range e.Props {
			if err := schema.Edges[e.Type].Props[p.Name].Check(p.Value); err != nil {
				s.t.Errorf("%s: %s: %v", e.Type, p.Name, err)
			}
		}
		if !s.made[keyOf(e.From)] || !s.made[keyOf(e.To)] {
			s.t.Errorf("%s leads from %s to %s, which nobody told", e.Type, keyOf(e.From), keyOf(e.To))
		}
	}
}

func (s *sink) Row(r ingest.Row) error {
	s.check(r.Nodes, r.Edges)
	s.rows = append(s.rows, r)
	s.left = append(s.left, r.Left...)
	return nil
}

func (s *sink) Reject(p ingest.Problem) error {
	s.rejects = append(s.rejects, p)
	return nil
}

func (s *sink) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	s.check(nodes, edges)
	s.prepared.Nodes = append(s.prepared.Nodes, nodes...)
	s.prepared.Edges = append(s.prepared.Edges, edges...)
	return nil
}

func (s *sink) Complete(source store.Ref) { s.complete = append(s.complete, keyOf(source)) }

func keyOf(r store.Ref) string {
	if len(r.Identifiers) == 0 {
		return r.Name
	}
	return r.Identifiers[0].Scheme + ":" + r.Identifiers[0].Value
}

// facts are what was told, as text, in its order.
func (s *sink) facts() []string {
	var out []string
	for _, r := range append([]ingest.Row{s.prepared}, s.rows...) {
		for _, n := range r.Nodes {
			out = append(out, fmt.Sprintf("%s %s %q%s @ %s", n.Kind, keyOf(n.Ref), n.Name, texts(n.Props), n.Place))
		}
		for _, e := range r.Edges {
			kind := e.Type
			if e.Key != "" {
				kind += "[" + e.Key + "]"
			}
			out = append(out, fmt.Sprintf("%s %s %s%s @ %s", keyOf(e.From), kind, keyOf(e.To), texts(e.Props), e.Place))
		}
	}
	return out
}

func texts(p store.Props) string {
	out := ""
	for _, p := range p {
		switch v := p.Value.(type) {
		case store.Money:
			out += fmt.Sprintf(" %s=%s", p.Name, v.Amount)
		case store.List:
			out += " " + p.Name + "="
			for _, x := range v {
				if parts, ok := x.(store.Props); ok {
					out += "{" + texts(parts) + " }"
				} else {
					out += fmt.Sprintf("[%v]", x)
				}
			}
		default:
			out += fmt.Sprintf(" %s=%v", p.Name, v)
		}
	}
	return out
}

func read(t testing.TB, paths ...string) *sink {
	t.Helper()
	files, err := tabular.Find(paths, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{t: t}
	if err := (Importer{Options{Retrieved: store.DayOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))}}).Read(t.Context(), files, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const projectsHeader = "Programme;Acronym;Project Name;Project Name language 2;Lead Partner;Period;Street;Postal code;Town;Country;Budget;Project total expenditure;EU Funding;" +
	"ERDF budget;ENI budget;IPA budget;Co-Financing sources;Website;Thematic1;Specific Obj;Thematic Obj;Inv. Priority;Description EN;Project start;Project end;Call SN"
const partnersHeader = "Programme;Acronym;Project Partner;Lead Partner;Street;Postal code;Town;Country;Website;Department;Legal Status;Country code;NUTS1 (or equivalent);NUTS2 (or equivalent);NUTS3 (or equivalent)"

// The invented projects and partners have the faults of real exports: a BOM, CRLF and LF mixed,
// line breaks in fields, amounts with and without commas, a quote that never closes.
var (
	projectsTable = "\ufeff" + projectsHeader + "\r\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-007-1.1 - RIVER HUB;Hubs along the river;Flussknoten;Water Board;2014-2020;Am Kai 1;1010;Wien;Austria;1,234.50;1,000.00;1049.33;" +
		"1,000.00;;49.33;IPA/IPA II, ERDF;http://www.interreg-danube.eu/approved-projects/river-hub;Water;Better rivers (short title). Rivers that are better.;(1) doing research;(1b) doing research together;" +
		"\"About hubs.\n\nAnd rivers.\";2017/01/01;2019/06/30;1\n" +
		"2014 - 2020 INTERREG VB Danube;SeedIdea;An idea;;Small Club;2014-2020;;;;Serbia;49,99x;;;;;;ERDF;http://www.interreg-danube.eu/;;;;;;2018/13/40;;4\r\n" +
		";NoProgramme;x;;;;;;;;;;;;;;;;;;;;;;;\n"
	partnersTable = partnersHeader + "\r\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-007-1.1 - RIVER HUB;Water Board;Yes;Am Kai 1;1010;Wien;Austria;http://www.interreg-danube.eu;;public;AT Austria / ÖSTERREICH;AT1  / OSTÖSTERREICH;AT13  / Wien;AT130  / Wien\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-007-1.1 - RIVER HUB;Foundation “River Cluster;No;;1784;Sofia;Bulgaria;www.river.example;Ports;private;BG Bulgaria / БЪЛГАРИЯ (BULGARIA);BG4  / ЮГ (YUG);BG41  / Югозападен (Yugozapaden);\r\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-007-1.1 - RIVER HUB;Foundation “River Cluster”;No;;1784;Sofia;Bulgaria;www.river.example;Boats;private;BG Bulgaria / БЪЛГАРИЯ (BULGARIA);BG4  / ЮГ (YUG);BG41  / Югозападен (Yugozapaden);\r\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-008-2.2, LATER;Small Club;Yes;;;;Atlantis;;;;;XX1 / y;AT13  / Wien;\n" +
		"2014 - 2020 INTERREG VB Danube;DTP9-007-1.1 - RIVER HUB;;No;;;;;;;;;;;\n" +
		"2014 - 2020 INTERREG VB Danube;;Water Board;No;;;;;;;;;;;\n"
)

func TestExportsAreRead(t *testing.T) {
	s := read(t, write(t, "danube_partners.csv", partnersTable), write(t, "danube_projects.csv", projectsTable))
	want := strings.Split(strings.TrimSpace(`
Source DATASET:keep-danube-2014-2020 "keep.eu, Interreg Danube 2014-2020" publisher=Interact retrieved=2026-11-01 type=REGISTER url=https://keep.eu @ programme danube-2014-2020
Programme KEEP_PROGRAMME:danube-2014-2020 "INTERREG VB Danube" aliases=[2014 - 2020 INTERREG VB Danube] end=2020 level=PROGRAMME start=2014 @ programme danube-2014-2020
Programme KEEP_PROGRAMME:interreg "Interreg" level=FRAMEWORK @ programme danube-2014-2020
KEEP_PROGRAMME:danube-2014-2020 PART_OF KEEP_PROGRAMME:interreg @ programme danube-2014-2020
Project KEEP:DTP9-007-1.1 "RIVER HUB" acronym=RIVER HUB aliases=[Flussknoten] contribution=1049.33 description=About hubs.

And rivers. end=2019-06-30 grantNumber=DTP9-007-1.1 indicators={ bound=EXACTLY name=total expenditure unit=EUR value=1000 } start=2017-01-01 title=Hubs along the river totalCost=1234.50 url=http://www.interreg-danube.eu/approved-projects/river-hub @ project DTP9-007-1.1
Programme KEEP_FUND:ERDF "European Regional Development Fund" aliases=[ERDF] code=ERDF level=FUND @ 
Programme KEEP_FUND:IPA "Instrument for Pre-accession Assistance" aliases=[IPA] code=IPA level=FUND @ 
Programme KEEP_PROGRAMME:danube-2014-2020/better-rivers "Better rivers" description=Rivers that are better. level=TOPIC @ 
Topic ESI_OBJECTIVE:1 "doing research" code=1 scheme=ESI_OBJECTIVE @ 
Topic ESI_OBJECTIVE:1b "doing research together" code=1b scheme=ESI_OBJECTIVE @ 
Topic KEEP_THEME:water "Water" scheme=KEEP_THEME @ 
Organisation KEEP_PARTNER:AT/water-board "Water Board" city=Wien country=AT postCode=1010 street=Am Kai 1 @ partner DTP9-007-1.1/AT/water-board
Place ISO3166:AT "Austria" code=AT level=COUNTRY @ 
KEEP:DTP9-007-1.1 FUNDED_BY KEEP_PROGRAMME:danube-2014-2020 amount=1049.33 call=Call 1 grantNumber=DTP9-007-1.1 @ project DTP9-007-1.1
KEEP:DTP9-007-1.1 FUNDED_BY KEEP_FUND:ERDF amount=1000.00 @ project DTP9-007-1.1
KEEP:DTP9-007-1.1 FUNDED_BY KEEP_FUND:IPA amount=49.33 @ project DTP9-007-1.1
KEEP_PROGRAMME:danube-2014-2020/better-rivers PART_OF KEEP_PROGRAMME:danube-2014-2020 @ 
KEEP:DTP9-007-1.1 FUNDED_BY KEEP_PROGRAMME:danube-2014-2020/better-rivers @ project DTP9-007-1.1
ESI_OBJECTIVE:1b PART_OF ESI_OBJECTIVE:1 @ 
KEEP:DTP9-007-1.1 CLASSIFIED_AS ESI_OBJECTIVE:1b @ project DTP9-007-1.1
KEEP:DTP9-007-1.1 CLASSIFIED_AS KEEP_THEME:water @ project DTP9-007-1.1
KEEP_PARTNER:AT/water-board PARTICIPATES_IN KEEP:DTP9-007-1.1 role=COORDINATOR roleText=Lead Partner @ project DTP9-007-1.1
Programme KEEP_PROGRAMME:danube-2014-2020 "INTERREG VB Danube" url=http://www.interreg-danube.eu/ @ website
Project KEEP:danube-2014-2020/seedidea "SeedIdea" acronym=SeedIdea title=An idea @ project danube-2014-2020/seedidea
Organisation KEEP_PARTNER:RS/small-club "Small Club" country=RS @ partner danube-2014-2020/seedidea/RS/small-club
Place ISO3166:RS "Serbia" code=RS level=COUNTRY @ 
KEEP:danube-2014-2020/seedidea FUNDED_BY KEEP_PROGRAMME:danube-2014-2020 call=Call 4 @ project danube-2014-2020/seedidea
KEEP:danube-2014-2020/seedidea FUNDED_BY KEEP_FUND:ERDF @ project danube-2014-2020/seedidea
KEEP_PARTNER:RS/small-club PARTICIPATES_IN KEEP:danube-2014-2020/seedidea role=COORDINATOR roleText=Lead Partner @ project danube-2014-2020/seedidea
Organisation KEEP_PARTNER:AT/water-board "Water Board" city=Wien country=AT postCode=1010 street=Am Kai 1 type=PUB @ partner DTP9-007-1.1/AT/water-board
Place NUTS:AT1 "OSTÖSTERREICH" code=AT1 level=REGION @ 
Place NUTS:AT13 "Wien" code=AT13 level=REGION @ 
Place NUTS:AT130 "Wien" code=AT130 level=REGION @ 
NUTS:AT1 PART_OF ISO3166:AT @ 
NUTS:AT13 PART_OF NUTS:AT1 @ 
NUTS:AT130 PART_OF NUTS:AT13 @ 
KEEP_PARTNER:AT/water-board LOCATED_IN NUTS:AT130 @ partner DTP9-007-1.1/AT/water-board
KEEP_PARTNER:AT/water-board PARTICIPATES_IN KEEP:DTP9-007-1.1 role=COORDINATOR roleText=Lead Partner @ partner DTP9-007-1.1/AT/water-board
Organisation KEEP_PARTNER:BG/foundation-river-cluster "Foundation “River Cluster" city=Sofia country=BG postCode=1784 url=https://www.river.example @ partner DTP9-007-1.1/BG/foundation-river-cluster
Place ISO3166:BG "Bulgaria" code=BG level=COUNTRY @ 
Place NUTS:BG4 "ЮГ" aliases=[YUG] code=BG4 level=REGION @ 
Place NUTS:BG41 "Югозападен" aliases=[Yugozapaden] code=BG41 level=REGION @ 
NUTS:BG4 PART_OF ISO3166:BG @ 
NUTS:BG41 PART_OF NUTS:BG4 @ 
KEEP_PARTNER:BG/foundation-river-cluster LOCATED_IN NUTS:BG41 @ partner DTP9-007-1.1/BG/foundation-river-cluster
KEEP_PARTNER:BG/foundation-river-cluster PARTICIPATES_IN KEEP:DTP9-007-1.1 role=PARTICIPANT roleText=Project Partner, Ports @ partner DTP9-007-1.1/BG/foundation-river-cluster
Organisation KEEP_PARTNER:BG/foundation-river-cluster "Foundation “River Cluster”" city=Sofia country=BG postCode=1784 url=https://www.river.example @ partner DTP9-007-1.1/BG/foundation-river-cluster
KEEP_PARTNER:BG/foundation-river-cluster PARTICIPATES_IN[boats] KEEP:DTP9-007-1.1 role=PARTICIPANT roleText=Project Partner, Boats @ partner DTP9-007-1.1/BG/foundation-river-cluster, boats
Project KEEP:DTP9-008-2.2 "LATER" acronym=LATER grantNumber=DTP9-008-2.2 @ partners of DTP9-008-2.2
Organisation KEEP_PARTNER:AT/small-club "Small Club" country=AT @ partner DTP9-008-2.2/AT/small-club
KEEP:DTP9-008-2.2 FUNDED_BY KEEP_PROGRAMME:danube-2014-2020 grantNumber=DTP9-008-2.2 @ partners of DTP9-008-2.2
KEEP_PARTNER:AT/small-club LOCATED_IN NUTS:AT13 @ partner DTP9-008-2.2/AT/small-club
KEEP_PARTNER:AT/small-club PARTICIPATES_IN KEEP:DTP9-008-2.2 role=COORDINATOR roleText=Lead Partner @ partner DTP9-008-2.2/AT/small-club
`), "\n")
	got := strings.Split(strings.Join(s.facts(), "\n"), "\n")
	for i := range max(len(got), len(want)) {
		g, w := "", ""
		if i < len(got) {
			g = strings.TrimSpace(got[i])
		}
		if i < len(want) {
			w = strings.TrimSpace(want[i])
		}
		if g != w {
			t.Fatalf("line %d is\n%s\nwant\n%s\nof\n%s", i+1, g, w, strings.Join(got, "\n"))
		}
	}
	var problems []string
	for _, p := range append(s.rejects, s.left...) {
		problems = append(problems, fmt.Sprintf("%s %d %s %q", filepath.Base(p.At.File), p.At.Line, p.At.Column, p.Text))
	}
	if want := []string{`danube_projects.csv 6 Programme ""`, `danube_partners.csv 6 Project Partner ""`, `danube_partners.csv 7 Acronym ""`,
		`danube_projects.csv 5 Project start "2018/13/40"`, `danube_projects.csv 5 Budget "49,99x"`,
		`danube_partners.csv 5 Country "Atlantis"`, `danube_partners.csv 5 NUTS1 (or equivalent) "XX1 / y"`}; !slices.Equal(problems, want) {
		t.Errorf("problems are\n%s\nwant\n%s", strings.Join(problems, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(s.complete, []string{"DATASET:keep-danube-2014-2020"}) {
		t.Errorf("told completely: %q", s.complete)
	}
}

// The same as a workbook with two sheets, and columns in another order.
func TestWorkbooksAreRead(t *testing.T) {
	book := excelize.NewFile()
	put := func(sheet, table string) {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(strings.TrimSpace(table), "\n") {
			var cells []any
			for _, cell := range strings.Split(line, ";") {
				cells = append(cells, cell)
			}
			slices.Reverse(cells)
			if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", n+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("Partners", "Programme;Acronym;Project Partner;Lead Partner;Country\n2014-2020 Alpine Space;PEAKS;Hut Club;Yes;Austria")
	put("Projects", "Programme;Acronym;Project Name;Budget;Project start\n2014-2020 Alpine Space;PEAKS;Huts;100.50;01/02/2016")
	if err := book.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keep.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	s := read(t, path)
	all := strings.Join(s.facts(), "\n")
	for _, want := range []string{
		`Source DATASET:keep-alpine-space-2014-2020 "keep.eu, Alpine Space 2014-2020"`,
		`Project KEEP:alpine-space-2014-2020/peaks "PEAKS" acronym=PEAKS start=2016-02-01 title=Huts totalCost=100.50`,
		`KEEP_PARTNER:AT/hut-club PARTICIPATES_IN KEEP:alpine-space-2014-2020/peaks role=COORDINATOR`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("not told: %s\n%s", want, all)
		}
	}
	if len(s.rejects)+len(s.left) > 0 || len(s.complete) != 1 {
		t.Errorf("rejected %v, left %v, complete %v", s.rejects, s.left, s.complete)
	}

	// Of standard input no second sheet can be read.
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	files, err := tabular.Find([]string{"-"}, tabular.Options{Stdin: in})
	if err != nil {
		t.Fatal(err)
	}
	if err := (Importer{}).Read(t.Context(), files, &sink{t: t}); err == nil || !strings.Contains(err.Error(), "several sheets") {
		t.Errorf("two sheets of standard input: %v", err)
	}
}

func TestAPartIsNotTheWhole(t *testing.T) {
	if s := read(t, write(t, "partners.csv", partnersTable)); len(s.complete) > 0 {
		t.Errorf("partners alone are told to be all that %q says", s.complete)
	}
	// Of projects alone the lead partner is located, too.
	s := read(t, write(t, "projects.csv", projectsTable))
	if !strings.Contains(strings.Join(s.facts(), "\n"), "KEEP_PARTNER:AT/water-board LOCATED_IN ISO3166:AT") {
		t.Error("the lead partner of a project without partners is nowhere")
	}
}

func TestOtherTablesAreRefused(t *testing.T) {
	if s := read(t, write(t, "partners.csv", partnersTable), write(t, "x.csv", "a;b\n1;2\n")); !strings.HasSuffix(s.rejects[0].At.File, "x.csv") || s.rejects[0].At.Line != 0 || len(s.rows) == 0 {
		t.Errorf("a table of something else beside one of partners: %v, and %d rows", s.rejects, len(s.rows))
	}
	files, err := tabular.Find([]string{write(t, "x.csv", "a;b\n1;2\n")}, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := (Importer{}).Read(t.Context(), files, &sink{t: t}); err == nil || !strings.Contains(err.Error(), "keep.eu") {
		t.Errorf("a table of something else: %v", err)
	}
}

func TestNamesAreTakenApart(t *testing.T) {
	for in, want := range map[string][2]string{
		"DTP1-320-4.1 RARE": {"DTP1-320-4.1", "RARE"}, "DTP1-005-2.3 - DANUBEparksCONNECTED": {"DTP1-005-2.3", "DANUBEparksCONNECTED"},
		"DTP1-114-2.2, CultPlatForm_21": {"DTP1-114-2.2", "CultPlatForm_21"}, "DTP1-260-1.1; InnoHPC": {"DTP1-260-1.1", "InnoHPC"},
		"DTP1- 291-1.1 EcoInn Danube": {"DTP1-291-1.1", "EcoInn Danube"}, "FRF-RER3": {"", "FRF-RER3"}, "EN-IN": {"", "EN-IN"},
		"SMF - CULTURE AND SPAS": {"", "SMF - CULTURE AND SPAS"}, "DTP1-320-4.1": {"DTP1-320-4.1", "DTP1-320-4.1"}, "": {}, "-": {},
	} {
		code, acronym, ok := splitAcronym(in)
		if code != want[0] || ok && acronym != want[1] || ok != (want[1] != "") {
			t.Errorf("%q is %q, %q, %v", in, code, acronym, ok)
		}
	}
	for in, want := range map[string][2]string{
		"2014 - 2020 INTERREG VB Danube": {"INTERREG VB Danube", "Danube"}, "2014-2020 Interreg V-A Romania - Hungary": {"Interreg V-A Romania - Hungary", "Romania - Hungary"},
		"2007 - 2013 Alpine Space": {"Alpine Space", "Alpine Space"}, "2021 – 2027 Interreg VI-B IPA Adriatic": {"Interreg VI-B IPA Adriatic", "IPA Adriatic"},
		"2014-2020 Interreg-IPA CBC Bulgaria - Serbia": {"Interreg-IPA CBC Bulgaria - Serbia", "IPA CBC Bulgaria - Serbia"},
		"Interreg Europe": {"Interreg Europe", "Europe"}, "2014 - 2020 INTERREG VC": {"INTERREG VC", "INTERREG VC"},
		"Interreg Italy - Croatia": {"Interreg Italy - Croatia", "Italy - Croatia"},
	} {
		n, ok := programmeOf(in)
		if !ok || n.name != want[0] || n.own != want[1] {
			t.Errorf("%q is %+v", in, n)
		}
	}
	for in, want := range map[string][2]string{
		"БЪЛГАРИЯ (BULGARIA)": {"БЪЛГАРИЯ", "BULGARIA"}, "София (столица), (Sofia (stolitsa),)": {"София (столица)", "Sofia (stolitsa)"},
		"Limburg (NL)": {"Limburg (NL)", ""}, "Wien": {"Wien", ""}, "(": {"(", ""}, "Юг": {"Юг", ""},
	} {
		if name, latin := twoNames(in); name != want[0] || latin != want[1] {
			t.Errorf("%q is %q and %q", in, name, latin)
		}
	}
}

func FuzzImporter(f *testing.F) {
	f.Add(projectsTable, partnersTable)
	f.Add(partnersTable, "")
	f.Add("Programme,Acronym,Project Name\n2014-2020 A,\"x\n", "Programme\tAcronym\tProject Partner\nB\ty\tz\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, one, two string) {
		for name, content := range map[string]string{"one.csv": one, "two.csv": two} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		files, err := tabular.Find([]string{dir}, tabular.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_ = Importer{}.Read(t.Context(), files, &sink{t: t})
	})
}

// What had been read in a wrong encoding before it came into the export is read again, and told.
func TestMisreadNames(t *testing.T) {
	const header = "Programme;Acronym;Project Partner;Lead Partner;Country;Town\n"
	right := read(t, write(t, "p.csv", header+"2014-2020 Alpine Space;PEAKS;Hütte e.V.;Yes;Austria;Kitzbühel\n"))
	misread := read(t, write(t, "p.csv", header+"2014-2020 Alpine Space;PEAKS;HÃ¼tte e.V.;Yes;Austria;Kitzb√ºhel\n"))
	if !slices.Equal(right.facts(), misread.facts()) {
		t.Errorf("it tells\n%s\nwant\n%s", strings.Join(misread.facts(), "\n"), strings.Join(right.facts(), "\n"))
	}
	var told []string
	for _, p := range misread.left {
		told = append(told, fmt.Sprint(p.At.Line, " ", p.At.Column, " ", p.Text))
	}
	if want := []string{"2 Project Partner HÃ¼tte e.V.", "2 Town Kitzb√ºhel"}; !slices.Equal(told, want) || len(right.left) > 0 {
		t.Errorf("told are %q, want %q", told, want)
	}
}
