package table

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
)

// files writes tables and a mapping into a folder: lines of "== name" begin one.
func files(t *testing.T, all string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for _, part := range strings.Split(all, "== ")[1:] {
		name, content, _ := strings.Cut(part, "\n")
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const head = `source: {name: A list, identifier: "DATASET:a-list"}
`

// tellsIn reads the tables among some files by the mapping m.yaml, and says what was told,
// without the source and with the folder's name left out.
func tellsIn(t *testing.T, all string, tables ...string) string {
	t.Helper()
	folder := files(t, all)
	for i := range tables {
		tables[i] = filepath.Join(folder, tables[i])
	}
	s := readAs(t, filepath.Join(folder, "m.yaml"), nil, tables...).text.String()
	s = strings.ReplaceAll(s, folder+"/", "")
	_, s, _ = strings.Cut(s, "\n")
	_, s, _ = strings.Cut(s, "\n")
	s, _, _ = strings.Cut(s, "complete: ")
	return s
}

func TestWhatMappingsSay(t *testing.T) {
	for _, c := range []struct{ name, files, table, want string }{
		{"the same node twice in a row is one record, and what is said first counts", `== m.yaml
` + head + `nodes:
  project: {kind: Project, name: "{Project}"}
  lead: {kind: Organisation, name: "{Lead}", set: {url: "{Web}"}}
  partner: {kind: Organisation, each: {column: Partners, separator: "/"}, name: "{each}", set: {city: "{City}"}}
edges:
  - {type: PARTICIPATES_IN, from: lead, to: project, set: {role: COORDINATOR}}
  - {type: PARTICIPATES_IN, from: partner, to: project, set: {role: PARTICIPANT, roleText: "no. {each.number}"}}
== t.csv
Project,Lead,Web,City,Partners
P,A,https://a.example,X,B / A / C
`, "t.csv", `row 2
  Project "P" @ row 2, project
  Organisation "A" @ row 2, lead {"city":"X","url":"https://a.example"}
  Organisation "B" @ row 2, partner 1 {"city":"X"}
  Organisation "C" @ row 2, partner 3 {"city":"X"}
  Organisation "A" -PARTICIPATES_IN-> Project "P" @ row 2 {"role":"COORDINATOR","roleText":"no. 2"}
  Organisation "B" -PARTICIPATES_IN-> Project "P" @ row 2, partner 1 {"role":"PARTICIPANT","roleText":"no. 1"}
  Organisation "C" -PARTICIPATES_IN-> Project "P" @ row 2, partner 3 {"role":"PARTICIPANT","roleText":"no. 3"}
`},
		{"what was told is not told again", `== m.yaml
` + head + `nodes:
  a: {kind: Organisation, name: "{A}", country: "{C}"}
  b: {kind: Network, name: "{B}"}
edges:
  - {type: MEMBER_OF, from: a, to: b, set: {roleText: "{R}"}}
== t.csv
A;B;C;R
a;b;BG;x
a;b;BG;x
A;b;BG;y
`, "t.csv", `prepared
  Place "Bulgaria" ISO3166:BG {"code":"BG","level":"COUNTRY"}
row 2
  Organisation "a" (name:a-bg) @ row 2, a {"country":"BG"}
  Network "b" @ row 2, b
  Organisation "a" (name:a-bg) -MEMBER_OF-> Network "b" @ row 2 {"roleText":"x"}
  Organisation "a" (name:a-bg) -LOCATED_IN-> Place "Bulgaria" ISO3166:BG @ row 2, a
row 3
row 4
  Organisation "A" (name:a-bg) @ row 4, a {"country":"BG"}
  Organisation "A" (name:a-bg) -MEMBER_OF-> Network "b" @ row 4 {"roleText":"y"}
  Organisation "A" (name:a-bg) -LOCATED_IN-> Place "Bulgaria" ISO3166:BG @ row 4, a
`},
		{"conditions, places, dates and edges with keys", `== m.yaml
` + head + `said: "{Updated}"
place: "member {No}"
when: {column: Active, not: [no]}
nodes:
  a: {kind: Organisation, name: "{A}"}
  b: {kind: Network, name: "{B}", optional: true, when: {column: B, filled: true}}
edges:
  - {type: MEMBER_OF, from: a, to: b, key: "{From}", when: [{column: Role, is: [Member, Friend]}], set: {since: "{From}"}}
== t.tsv
No	A	B	Active	Role	From	Updated
7	a	b	YES	MEMBER	2001	2020-05-01
8	a		yes	member	2002	
9	a	b	No	member	2003	
10	a	b		other	2004	someday
7	c	b	yes	friend	2005	
`, "t.tsv", `row 2
  Organisation "a" @ member 7, a of 2020-05-01
  Network "b" @ member 7, b of 2020-05-01
  Organisation "a" -MEMBER_OF 2001-> Network "b" @ member 7 of 2020-05-01 {"since":{"@date":"2001"}}
row 3
  Organisation "a" @ member 8, a
row 4
row 5
  Network "b" @ member 10, b
  left out: t.tsv, line 5, column Updated: "someday" is not a date; write 2005, 2005-01, 2005-01-31, 31/01/2005 (the day first) or 31 January 2005: "someday"
row 6
  Organisation "c" @ member 7 (row 6), a
  Organisation "c" -MEMBER_OF 2005-> Network "b" @ member 7 (row 6) {"since":{"@date":"2005"}}
`},
		{"amounts, numbers, parts and lists", `== m.yaml
` + head + `decimal: ","
currency: USD
empty: [keine]
nodes:
  a:
    kind: Cluster
    name: "{A}"
    set:
      aliases: ["{Short}", {column: More, separator: [";", "|"]}]
      composition: {parts: {smes: "{SMEs}", totalMembers: "{All}"}}
      contacts: [{parts: {kind: EMAIL, value: "{Mail}"}}, {parts: {kind: PHONE, value: "{Phone}"}}]
      coordinates: "{Where}"
      indicators: {parts: {name: turnover, value: "{Turnover}", unit: EUR, bound: ABOUT}}
  p: {kind: Project, name: "{P}", set: {totalCost: "{Cost}", contribution: {column: Paid, currency: "{Cur}", decimal: "."}}}
== t.csv
A;Short;More;SMEs;All;Mail;Phone;Where;Turnover;P;Cost;Paid;Cur
a;x;y|x; ;12;mail@a.example;keine;"42,7 23,3";1.500,5;p;"1.234,50";1,234.5;BGN
a;keine;;zwölf;;-;;42.7;;p;"1.234,50 €";7;Taler
`, "t.csv", `row 2
  Cluster "a" @ row 2, a {"aliases":["x","y"],"composition":{"totalMembers":12},"contacts":[{"kind":"EMAIL","value":"mail@a.example"}],"coordinates":{"latitude":42.7,"longitude":23.3},"indicators":[{"bound":"ABOUT","name":"turnover","unit":"EUR","value":1500.5}]}
  Project "p" @ row 2, p {"contribution":{"@money":1234.50,"currency":"BGN"},"totalCost":{"@money":1234.50,"currency":"USD"}}
row 3
  Cluster "a" @ row 3, a
  Project "p" @ row 3, p {"totalCost":{"@money":1234.50,"currency":"EUR"}}
  left out: t.csv, line 3, column SMEs: "zwölf" is not a whole number: write digits, with a decimal point or comma: "zwölf"
  left out: t.csv, line 3, column Where: "42.7" are not coordinates; write degrees north and degrees east, such as 50.81,4.93: "42.7"
  left out: t.csv, line 3, column Paid: "Taler" is no currency; write a code such as EUR: "7"
`,
		},
		{"texts with braces, alternatives and the first that is filled", `== m.yaml
` + head + `nodes:
  a:
    kind: Organisation
    name: ["{Short|Long}", "{Other?}", "{Given} {Family}"]
    identifiers: {OURS: {text: "{{{No}}} {Short|Long}", as: slug}}
== t.csv
no,LONG,Given,Family
1,Long name,,
2,,Ada,Example
3,,Ada,
`, "t.csv", `row 2
  Organisation "Long name" OURS:1-long-name @ row 2, a
row 3
  Organisation "Ada Example" @ row 3, a
rejected: t.csv, line 4, column LONG: nothing tells which node "a" is
`},
		{"a region says the country, and an edge to a place of the table is more exact", `== m.yaml
` + head + `nodes:
  a: {kind: Organisation, name: "{A}", region: "{NUTS}"}
  city: {kind: Place, name: "{City}", country: "{Land}", optional: true}
edges:
  - {type: LOCATED_IN, from: a, to: city}
== t.csv
A,NUTS,City,Land
a,BG,,
b,EL30,Athens,GR
c,Somewhere,,
`, "t.csv", `prepared
  Place "Bulgaria" ISO3166:BG {"code":"BG","level":"COUNTRY"}
row 2
  Organisation "a" (name:a-bg) @ row 2, a {"country":"BG"}
  Organisation "a" (name:a-bg) -LOCATED_IN-> Place "Bulgaria" ISO3166:BG @ row 2, a
prepared
  Place "" NUTS:EL30 {"code":"EL30","level":"REGION"}
  Place "" NUTS:EL3 {"code":"EL3","level":"REGION"}
  Place "Greece" ISO3166:GR {"code":"GR","level":"COUNTRY"}
  Place "" NUTS:EL30 -PART_OF-> Place "" NUTS:EL3
  Place "" NUTS:EL3 -PART_OF-> Place "Greece" ISO3166:GR
row 3
  Organisation "b" (name:b-gr) @ row 3, a {"country":"GR"}
  Place "Athens" @ row 3, city
  Organisation "b" (name:b-gr) -LOCATED_IN-> Place "Athens" @ row 3
  Place "Athens" -PART_OF-> Place "Greece" ISO3166:GR @ row 3, city
row 4
  Organisation "c" @ row 4, a
  left out: t.csv, line 4, column NUTS: it is no code of a NUTS region: "Somewhere"
`},
		{"without a header columns have numbers", `== m.yaml
` + head + `file: {header: false, delimiter: "|"}
nodes:
  a: {kind: Topic, name: "{2}", set: {code: "{1}"}}
== t.txt
A1|Making things
A2|Growing things
`, "t.txt", `row 1
  Topic "Making things" @ row 1, a {"code":"A1"}
row 2
  Topic "Growing things" @ row 2, a {"code":"A2"}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tellsIn(t, c.files, c.table)
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Several sources in one table are sources of their own.
func TestSourcesOfRows(t *testing.T) {
	folder := files(t, `== m.yaml
source: {name: "{Register}", identifier: "REGISTER:{Register}", url: "{Web}"}
nodes: {a: {kind: Organisation, name: "{A}"}}
== t.csv
A,Register,Web
a,Trade Register,https://r.example
b,,
c,Trade Register,https://r.example
d,List of Clusters,
`)
	s := readAs(t, filepath.Join(folder, "m.yaml"), nil, filepath.Join(folder, "t.csv"))
	var got []string
	for _, n := range s.nodes {
		got = append(got, refText(n.Ref)+" by "+n.Source.Identifiers[0].Value)
	}
	want := `Source "Trade Register" REGISTER:trade-register by trade-register
Organisation "a" by trade-register
Organisation "c" by trade-register
Source "List of Clusters" REGISTER:list-of-clusters by list-of-clusters
Organisation "d" by list-of-clusters`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if len(s.rejected) != 1 || s.rejected[0].At.Line != 3 {
		t.Errorf("the row without a source is not rejected: %v", s.rejected)
	}
	if len(s.complete) != 2 {
		t.Errorf("%d sources are complete, want 2", len(s.complete))
	}
}

// Two tables that speak of one another by keys, in whatever order they are given.
func TestTables(t *testing.T) {
	const all = `== m.yaml
` + head + `tables:
  projects:
    nodes:
      project: {kind: Project, key: "{ID}", name: "{Title}", identifiers: {OURS: "{ID}"}}
  partners:
    nodes:
      project: {kind: Project, key: "{Project ID}"}
      partner: {kind: Organisation, name: "{Partner}"}
    edges:
      - {type: PARTICIPATES_IN, from: partner, to: project}
== projects.csv
ID,Title
p1,One
p2,Two
== partners.csv
Project ID,Partner
P1,A
p3,B
`
	want := `row 2
  Project "One" OURS:p1 @ projects row 2, project
row 3
  Project "Two" OURS:p2 @ projects row 3, project
row 2
  Organisation "A" @ partners row 2, partner
  Organisation "A" -PARTICIPATES_IN-> Project "One" OURS:p1 @ partners row 2
rejected: partners.csv, line 3, column Project ID: nothing tells which node "project" is: "p3"
`
	for _, order := range [][]string{{"projects.csv", "partners.csv"}, {"partners.csv", "projects.csv"}} {
		if got := tellsIn(t, all, order[0], order[1]); got != want {
			t.Errorf("%v: got\n%s\nwant\n%s", order, got, want)
		}
	}
	folder := files(t, all+"== other.csv\nName\nx\n")
	im, err := Load(filepath.Join(folder, "m.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = im.Read(t.Context(), find(t, nil, filepath.Join(folder, "other.csv")), &sink{})
	for _, part := range []string{"other.csv is none of the tables that the mapping reads", `As projects: it has no column "Title"`, `As partners: it has no column "Project ID"`, "Its columns are Name"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error is %v, want ... %s ...", err, part)
		}
	}
}

// Files of one name say what they say at places of their own: the same row of another file does not
// take the place of one, however the folder is called from where the program runs.
func TestFilesOfOneName(t *testing.T) {
	folder := files(t, "== m.yaml\n"+head+`nodes:
  body: {kind: Organisation, name: "{Name}", identifiers: {OURS: "{No}"}, set: {city: "{City}"}}
`)
	for name, city := range map[string]string{"in/a.csv": "Sofia", "in/deep/a.csv": "Plovdiv", "in/deep/more/a.csv": "Varna", "in/other.csv": "Ruse"} {
		file := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte("No,Name,City\n1,Hub,"+city+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	for _, args := range [][]string{{filepath.Join(folder, "in")}, {"in"}, {"./in/"}, {"in/a.csv", "in/deep", "in/other.csv"}} {
		got := map[string]string{}
		for _, n := range readAs(t, filepath.Join(folder, "m.yaml"), nil, args...).nodes {
			if n.Kind == "Organisation" {
				got[strings.TrimSuffix(n.Place, ", body")] = n.Props.Text("city")
			}
		}
		if want := map[string]string{"a.csv row 2": "Sofia", "deep/a.csv row 2": "Plovdiv", "deep/more/a.csv row 2": "Varna", "other.csv row 2": "Ruse"}; !maps.Equal(got, want) {
			t.Errorf("%q: places are %v, want %v", args, got, want)
		}
	}
	t.Chdir("in")
	if n := len(readAs(t, filepath.Join(folder, "m.yaml"), nil, ".").nodes); n == 0 {
		t.Error("nothing is read of this folder")
	}
}

// A file of JSON Lines may bring columns later; one that never comes is told.
func TestColumnsThatComeLater(t *testing.T) {
	const all = `== m.yaml
` + head + `nodes: {a: {kind: Organisation, name: "{name}", set: {url: "{web}"}}}
== t.jsonl
{"name": "a"}
{"name": "b", "web": "https://b.example"}
== u.jsonl
{"name": "a"}
`
	want := `row 1
  Organisation "a" @ row 1, a
row 2
  Organisation "b" @ row 2, a {"url":"https://b.example"}
`
	if got := tellsIn(t, all, "t.jsonl"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	folder := files(t, all)
	im, err := Load(filepath.Join(folder, "m.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = im.Read(t.Context(), find(t, nil, filepath.Join(folder, "u.jsonl")), &sink{})
	if err == nil || !strings.Contains(err.Error(), `u.jsonl has no column "web"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestStandardInput(t *testing.T) {
	im, err := Load("members", map[string]string{"network": "N"})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	if err := im.Read(t.Context(), find(t, strings.NewReader("Name;Country\nA;BG\n"), "-"), s); err != nil {
		t.Fatal(err)
	}
	if s.rows != 1 || len(s.edges) != 2 {
		t.Errorf("told is\n%s", &s.text)
	}
}

func TestColumnsThatAreMissing(t *testing.T) {
	folder := files(t, "== t.csv\nCodes,Name City,CodeCity,Countri\n1,a,b,c\n")
	im, err := Load("urbact-membership", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	err = im.Read(t.Context(), find(t, nil, filepath.Join(folder, "t.csv")), s)
	for _, part := range []string{`t.csv has no column "Network" (line 14 of the mapping)`, `no column "Description"`, `did you mean "Countri"?`, "and 2 more columns", "Its columns are Codes, Name City, CodeCity, Countri"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error is %v, want ... %s ...", err, part)
		}
	}
	if s.rows > 0 || len(s.complete) > 0 {
		t.Error("something was told of a table that lacks columns")
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct {
		mapping string
		params  map[string]string
		want    string
	}{
		{"members", nil, `the mapping members needs to be told network (the name of the network or cluster that they are members of): add --set network="..."`},
		{"members", map[string]string{"network": "N", "kidn": "Cluster"}, `has no parameter "kidn" (did you mean "kind"?)`},
		{"members", map[string]string{"network": "N", "kind": "Club"}, `there is no kind "Club"`},
		{"urbact-networks", map[string]string{"retrieved": "lately"}, `the day of retrieval, "lately", is no day`},
		{"member", nil, `there is no mapping "member", and no such file (did you mean "members"?); the mappings that come with the program are kumu, members`},
		{"testdata", nil, "the mapping cannot be read"},
	} {
		if _, err := Load(c.mapping, c.params); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: the error is %v, want ... %s ...", c.mapping, c.params, err, c.want)
		}
	}
	s := readAs(t, "members", map[string]string{"network": "N", "retrieved": "2026-01-31"}, "testdata/members.csv")
	if said := s.edges[0].Said; said.At.String() != "2026-01-31" {
		t.Errorf("the day of retrieval is not that of what is said: %+v", said)
	}
}

func TestReady(t *testing.T) {
	var names []string
	for _, m := range Ready() {
		names = append(names, m.Name)
		if m.About == "" || strings.Contains(m.About, "\n") {
			t.Errorf("%s is not described in one line: %q", m.Name, m.About)
		}
	}
	if got := strings.Join(names, " "); got != "kumu members projects-with-partners urbact-membership urbact-networks" {
		t.Errorf("ready are %s", got)
	}
}

// stopping is a sink that has enough after some rows.
type stopping struct {
	sink
	after int
}

var errEnough = errors.New("enough")

func (s *stopping) Row(r ingest.Row) error {
	if s.rows++; s.rows > s.after {
		return errEnough
	}
	return nil
}

func TestReadingEnds(t *testing.T) {
	im, err := Load("members", map[string]string{"network": "N"})
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, nil, "testdata/members.csv")
	s := &stopping{after: 1}
	if err := im.Read(t.Context(), table, s); err != errEnough {
		t.Errorf("the sink's error comes back as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := im.Read(ctx, table, &sink{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended gives %v", err)
	}
	if len(s.complete) > 0 {
		t.Error("what was not read to the end is called complete")
	}
	if err := im.Read(t.Context(), []tabular.File{}, &sink{}); err != nil {
		t.Errorf("no files: %v", err)
	}
}

// Values that had been read in a wrong encoding before they came into the table are read again,
// and told: those that the mapping asks for, in csv as in JSON Lines.
func TestMisreadValues(t *testing.T) {
	mapping := "== m.yaml\n" + head + `nodes:
  body: {kind: Organisation, name: "{Name}", set: {city: "{City}"}}
== t.csv
`
	right := tellsIn(t, mapping+"Name,City,Note\nGrünwerk GmbH,Köln,Straße\n«Élan»,Płock,\n", "t.csv")
	csv := tellsIn(t, mapping+"Name,City,Note\nGr√ºnwerk GmbH,KÃ¶ln,StraÃŸe\n«Élan»,Płock,\n", "t.csv")
	lines := tellsIn(t, mapping+`{"Name": "Gr√ºnwerk GmbH", "City": "KÃ¶ln", "Note": "StraÃŸe"}`+"\n"+`{"Name": "«Élan»", "City": "Płock"}`+"\n", "t.csv")
	for line, got := range map[string]string{"2": csv, "1": lines} {
		told := "  left out: t.csv, line " + line + ", column Name: is UTF-8 that was once read as Mac Roman; read again as \"Grünwerk GmbH\": \"Gr√ºnwerk GmbH\"\n" +
			"  left out: t.csv, line " + line + ", column City: is UTF-8 that was once read as Windows-1252; read again as \"Köln\": \"KÃ¶ln\"\n"
		if !strings.Contains(got, told) {
			t.Errorf("the values of line %s are not told in\n%s", line, got)
		}
		if got = strings.Replace(got, told, "", 1); line == "2" && got != right {
			t.Errorf("misread it says\n%s\nand read right\n%s", got, right)
		}
	}
}

// Formulas that nobody worked out are told, whether the row is stored or not.
func TestFormulasThatNobodyWorkedOut(t *testing.T) {
	folder := files(t, "== m.yaml\n"+head+`nodes:
  body: {kind: Organisation, name: "{Name}", set: {city: "{City}"}}
`)
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range [][]any{{"Name", "City"}, {"Wick Works", nil}, {nil, "Sofia"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	xlsx := filepath.Join(folder, "t.xlsx")
	if err := errors.Join(book.SetCellFormula("Sheet1", "B2", "A1&A2"), book.SetCellFormula("Sheet1", "A3", "A2"), book.SaveAs(xlsx)); err != nil {
		t.Fatal(err)
	}
	got := readAs(t, filepath.Join(folder, "m.yaml"), nil, xlsx).text.String()
	for _, want := range []string{
		"left out: " + xlsx + ", line 2, column City: is a formula whose value is not in the file",
		"rejected: " + xlsx + `, line 3, column Name: nothing tells which node "body" is: it is a formula whose value`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nis not told in\n%s", want, got)
		}
	}
}

// Rows that stand above the header are left out where the mapping says how many, or --set does;
// lines are those of the file. Where nothing says it, the error tells what to write.
func TestRowsAboveTheHeader(t *testing.T) {
	const nodes = `nodes:
  body: {kind: Organisation, name: "{Name}", country: "{Country}"}
`
	const above = "Members of \"our network, 2026\n\n;;Export;\n"
	const table = "Name;Country\nWick Works;BG\nHub;Atlantis\n;RO\n"
	want := strings.NewReplacer("row 2", "row 5", "row 3", "row 6", "line 3", "line 6", "line 4", "line 7").Replace(tellsIn(t, "== m.yaml\n"+head+nodes+"== t.csv\n"+table, "t.csv"))
	if !strings.Contains(want, "line 6, column Country") || !strings.Contains(want, "line 7, column Name") {
		t.Fatal(want)
	}
	if got := tellsIn(t, "== m.yaml\n"+head+"file: {skipRows: 3}\n"+nodes+"== t.csv\n"+above+table, "t.csv"); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	folder := files(t, "== m.yaml\n"+head+"file: {skipRows: 40}\n"+nodes+"== t.csv\n"+above+table+"== n.yaml\n"+head+nodes)
	csv := filepath.Join(folder, "t.csv")
	if got := readAs(t, filepath.Join(folder, "m.yaml"), map[string]string{"skipRows": "3"}, csv); len(got.nodes) != len(readAs(t, filepath.Join(folder, "n.yaml"), map[string]string{"skipRows": "3"}, csv).nodes) {
		t.Error("--set says it to one mapping and not to the other")
	}
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range [][]any{{"Members of our network"}, {}, {nil, "Export"}, {"Name", "Country"}, {"Wick Works", "BG"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	xlsx := filepath.Join(folder, "t.xlsx")
	if err := book.SaveAs(xlsx); err != nil {
		t.Fatal(err)
	}
	if got := readAs(t, filepath.Join(folder, "n.yaml"), map[string]string{"skipRows": "3"}, xlsx).text.String(); !strings.Contains(got, `"Wick Works" (name:wick-works-bg) @ row 5`) {
		t.Errorf("of a workbook it says\n%s", got)
	}
	for _, c := range []struct{ mapping, file, skip, want string }{
		{"n.yaml", csv, "", "\nLine 4 has them: write file: {skipRows: 3} in the mapping, or add --set skipRows=3"},
		{"n.yaml", xlsx, "", "\nLine 4 has them: write file: {skipRows: 3} in the mapping, or add --set skipRows=3"},
		{"n.yaml", csv, "1", "\nLine 4 has them: write file: {skipRows: 3}"},
		{"m.yaml", csv, "", "has no header and no rows behind the 40 that are skipped"},
		{"m.yaml", xlsx, "", "has no header and no rows behind the 40 that are skipped"},
		{"n.yaml", csv, "three", `skipRows, "three", is no number of rows; write it as in 3`},
	} {
		im, err := Load(filepath.Join(folder, c.mapping), map[string]string{"skipRows": c.skip})
		if err == nil {
			err = im.Read(t.Context(), find(t, nil, c.file), nothing{})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %s %s: the error is %v, want ...%s...", filepath.Base(c.file), c.mapping, c.skip, err, c.want)
		}
	}
}
