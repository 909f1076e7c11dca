package cordis

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"clustergraph/internal/ingest/tabular"
)

// project and organisation are rows of the tables of Horizon 2020: the columns that a test
// speaks of.
func project(id, acronym, title, start, end, cost, pays, rcn string) string {
	return strings.Join([]string{id, acronym, "", title, start, end, cost, pays, "", "", "", "H2020", "", "", "", "", "", "", rcn, ""}, ";") + "\n"
}

func organisation(project, pic, vat, name, country, order, role, pays string) string {
	return strings.Join([]string{project, "", pic, vat, name, "", "", "PRC", "", "", "", country, "", "", "", "", "", "", order, role, pays, "", "", "", ""}, ";") + "\n"
}

// What the copy of Horizon 2020 lacks: grant numbers, titles, names, dates, amounts.
func TestWhatIsMissing(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{
		"project.csv": projectHeader +
			project("rcn-212426", "", "", "2017-11-01", "", "", "5000", "212426") +
			project("", "", "", "", "", "", "", "212427") +
			project("700001", "", "Only a title", "", "", "", "", "212428") +
			project("700002", "SHORT", "", "", "", "", "", "") +
			project("", "NOBODY", "without a number", "", "", "", "", ""),
		"organization.csv": organisationHeader +
			organisation("rcn-212426", "901234567", "MISSING", "", "EL", "1", "coordinator", "") +
			organisation("rcn-212427", "901234567", "MISSING", "WICK WORKS", "EL", "1", "partner", "1.5") +
			organisation("700001", "", "", "NAMED ONLY LTD", "UK", "1", "participant", "2") +
			organisation("700002", "000000000", "NOTAPPLICABLE", "PLACEHOLDER LTD", "", "1", "", "n/a") +
			organisation("700002", "", "", "", "DE", "2", "participant", "7") +
			organisation("", "901234568", "", "HOMELESS LTD", "DE", "3", "participant", "7"),
	}))
	wants(t, s,
		// The number of the record stands in for the grant number, and is none.
		`Project CORDIS_RCN:212426 "" contribution=5000.00 EUR start=2017-11-01 @ project rcn-212426`,
		`Project CORDIS_RCN:212427 "" @ project rcn-212427`,
		`Project CORDIS:700001 CORDIS_RCN:212428 "Only a title" grantNumber=700001 title=Only a title url=https://cordis.europa.eu/project/id/700001 @ project 700001`,
		`Project CORDIS:700002 "SHORT" acronym=SHORT grantNumber=700002 url=https://cordis.europa.eu/project/id/700002 @ project 700002`,
		`CORDIS_RCN:212426 FUNDED_BY CORDIS_PROGRAMME:H2020 amount=5000.00 EUR @ project rcn-212426`,
		`Programme CORDIS_PROGRAMME:H2020 "Horizon 2020" code=H2020 end=2020 level=FRAMEWORK start=2014 @ programme`,
		// An organisation without a name, and later with one; placeholders are no VAT numbers.
		`Organisation PIC:901234567 "" country=GR type=PRC @ organization rcn-212426/901234567`,
		`Organisation PIC:901234567 "WICK WORKS" country=GR type=PRC @ organization rcn-212427/901234567`,
		`PIC:901234567 LOCATED_IN ISO3166:GR @ organization rcn-212426/901234567`,
		`PIC:901234567 PARTICIPATES_IN CORDIS_RCN:212426 role=COORDINATOR @ organization rcn-212426/901234567`,
		`PIC:901234567 PARTICIPATES_IN CORDIS_RCN:212427 contribution=1.50 EUR role=ASSOCIATED roleText=partner @ organization rcn-212427/901234567`,
		`Organisation "NAMED ONLY LTD" country=GB type=PRC @ organization 700001/NAMED ONLY LTD`,
		`NAMED ONLY LTD PARTICIPATES_IN CORDIS:700001 contribution=2.00 EUR role=PARTICIPANT @ organization 700001/NAMED ONLY LTD`,
		`Organisation "PLACEHOLDER LTD" type=PRC @ organization 700002/PLACEHOLDER LTD`,
		`PLACEHOLDER LTD PARTICIPATES_IN CORDIS:700002 @ organization 700002/PLACEHOLDER LTD`,
	)
	same(t, "rejected", problems(s.rejects),
		"project.csv, line 6, column id: a project without an id; nothing can be said of it",
		"organization.csv, line 6, column organisationID: names no organisation: neither a PIC nor a name",
		"organization.csv, line 7, column projectID: names no project; nothing can be said of it")
	same(t, "left out", problems(s.left), `organization.csv, line 5, column organisationID: is a placeholder, not a PIC: "000000000"`)
	if n := count(s, "LOCATED_IN"); n != 2 {
		t.Errorf("%d organisations are located, want each once where it says so: 2", n)
	}
}

// One organisation under several spellings is one, and each spelling is told once.
func TestSpellings(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{
		"project.csv": projectHeader + project("700001", "A", "", "", "", "", "", "") + project("700002", "B", "", "", "", "", "", "") + project("700003", "C", "", "", "", "", "", ""),
		"organization.csv": organisationHeader +
			organisation("700001", "901234567", "", "WICK WORKS", "DE", "1", "participant", "1") +
			organisation("700002", "901234567", "", "Wick-Works GmbH", "DE", "1", "participant", "2") +
			organisation("700003", "901234567", "", "WICK WORKS", "DE", "1", "participant", "3"),
	}))
	wants(t, s,
		`Organisation PIC:901234567 "WICK WORKS" country=DE type=PRC @ organization 700001/901234567`,
		`Organisation PIC:901234567 "Wick-Works GmbH" country=DE type=PRC @ organization 700002/901234567`)
	if n := count(s, "Organisation"); n != 2 {
		t.Errorf("%d records of the organisation, want one for each spelling", n)
	}
	if n := count(s, "PARTICIPATES_IN"); n != 3 {
		t.Errorf("%d participations, want 3", n)
	}
}

// A name that was read in a wrong encoding before it came here is read again, and told.
func TestMisreadNames(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{
		"project.csv": projectHeader + project("700001", "A", "", "", "", "", "", "") + project("700002", "B", "", "", "", "", "", ""),
		"organization.csv": organisationHeader +
			organisation("700001", "901234567", "", "Gr√ºnwerk GmbH", "DE", "1", "participant", "1") +
			organisation("700002", "901234567", "", "Grünwerk GmbH", "DE", "1", "participant", "2"),
	}))
	wants(t, s, `Organisation PIC:901234567 "Grünwerk GmbH" country=DE type=PRC @ organization 700001/901234567`)
	if n := count(s, "Organisation"); n != 1 {
		t.Errorf("%d records of the organisation, want one: it is spelt alike", n)
	}
	same(t, "told", problems(s.left), `organization.csv, line 2, column name: is UTF-8 that was once read as Mac Roman; read again as "Grünwerk GmbH": "Gr√ºnwerk GmbH"`)
}

// Numbers, dates and truth values in all forms seen, and what cannot be read: the value is
// left out and told, the row is stored. So is an amount that is rounded to cents.
func TestForms(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{
		"project.csv": projectHeader +
			project("700001", "A", "", "31/12/2019", "2020-13-40", "67289236.754", "12,5", "") +
			project("700002", "B", "", "2019-01-02 00:00:00", "2021", "1500000.0000", "minus", "") +
			project("700003.0", "C", "", "", "", "0", "", "5.0"),
		"organization.csv": "projectID,organisationID,name,country,SME,role,endOfParticipation,ecContribution,totalCost,geolocation,organizationURL,activityType,nutsCode\n" +
			"700001,901234567.0,X,XY,True,observer,2019-06-30,50000.0,\"211562,5\",\"1,2,3\",not an address,ABC,\n" +
			"700002,90123,Y,DE,maybe,Third_Party,True,\"1,234.50\",,,,,99\n" +
			"700002,901234569,Z,DE,0,,perhaps,,,,,,\n",
	}))
	wants(t, s,
		`Project CORDIS:700001 "A" acronym=A contribution=12.50 EUR grantNumber=700001 start=2019-12-31 totalCost=67289236.75 EUR url=https://cordis.europa.eu/project/id/700001 @ project 700001`,
		`Project CORDIS:700002 "B" acronym=B end=2021 grantNumber=700002 start=2019-01-02 totalCost=1500000.00 EUR url=https://cordis.europa.eu/project/id/700002 @ project 700002`,
		`Project CORDIS:700003 CORDIS_RCN:5 "C" acronym=C grantNumber=700003 totalCost=0.00 EUR url=https://cordis.europa.eu/project/id/700003 @ project 700003`,
		`Organisation PIC:901234567 "X" sme=true @ organization 700001/901234567`,
		`PIC:901234567 PARTICIPATES_IN CORDIS:700001 contribution=50000.00 EUR role=OTHER roleText=observer totalCost=211562.50 EUR until=2019-06-30 @ organization 700001/901234567`,
		`Organisation "Y" country=DE @ organization 700002/Y`,
		`Y PARTICIPATES_IN CORDIS:700002 contribution=1234.50 EUR role=THIRD_PARTY @ organization 700002/Y`,
		`Organisation PIC:901234569 "Z" country=DE sme=false @ organization 700002/901234569`,
	)
	var told []string
	for _, p := range s.left {
		told = append(told, filepath.Base(p.At.File)+" "+p.At.Column+" "+p.Text)
	}
	same(t, "left out", told, "project.csv endDate 2020-13-40", "project.csv totalCost 67289236.754", "project.csv ecMaxContribution minus",
		"organization.csv geolocation 1,2,3", "organization.csv country XY", "organization.csv activityType ABC", "organization.csv organizationURL not an address",
		"organization.csv organisationID 90123", "organization.csv SME maybe", "organization.csv nutsCode 99", "organization.csv endOfParticipation perhaps")
	if len(s.rejects) > 0 {
		t.Errorf("rejected: %v", s.rejects)
	}
}

// An amount with its thousands apart is one; a project that ends before it begins keeps neither
// day.
func TestOddAmountsAndDays(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{"project.csv": projectHeader +
		project("700001", "A", "", "2022-01-01", "2020-01-01", "1.234.567,89", "1,234,567.5", "") +
		project("700002", "B", "", "2022-01-01", "2022", "1234567,8", "1,234", "")}))
	wants(t, s,
		`Project CORDIS:700001 "A" acronym=A contribution=1234567.50 EUR grantNumber=700001 totalCost=1234567.89 EUR url=https://cordis.europa.eu/project/id/700001 @ project 700001`,
		`Project CORDIS:700002 "B" acronym=B contribution=1.23 EUR end=2022 grantNumber=700002 start=2022-01-01 totalCost=1234567.80 EUR url=https://cordis.europa.eu/project/id/700002 @ project 700002`)
	same(t, "left out", problems(s.left),
		`project.csv, line 2, column endDate: comes before the project begins, 2022-01-01: neither day is kept: "2020-01-01"`,
		`project.csv, line 3, column ecMaxContribution: "1,234" is kept as 1.23: it has more than two decimals: "1,234"`)
}

// What is wrong with a whole file is told, and the others are read: a file that is empty or
// lacks what tells its rows apart, a column that was given another name, a file that was named
// although it is another source's.
func TestFilesThatAreAtFault(t *testing.T) {
	header := strings.Replace(projectHeader, "startDate", "begins", 1)
	in := folder(t, map[string]string{
		"project.csv": header + project("700001", "A", "", "2020-01-01", "", "", "", ""),
		"topics.csv":  "", "organization.csv": "number;name\n1;2\n", "notes.csv": "", "other.csv": "a;b\n1;2\n",
	})
	s := read(t, Options{}, in)
	same(t, "told", problems(s.rejects),
		"organization.csv: lacks columns by which organization is read, such as projectID (id in project): the table is left out",
		"project.csv, column startDate: is not there, so nothing of it is stored; the columns are "+strings.Join(strings.Split(strings.Trim(strings.ReplaceAll(header, `"`, ""), "\r\n"), ";"), ", "),
		"topics.csv: has no header and no rows")
	if len(s.rows) != 1 {
		t.Errorf("%d rows, want that of the project", len(s.rows))
	}
	s = read(t, Options{}, filepath.Join(in, "project.csv"), filepath.Join(in, "other.csv"), filepath.Join(in, "notes.csv"))
	same(t, "told", problems(s.rejects[1:]), "other.csv: no table of CORDIS", "notes.csv: has no header and no rows")
	if _, err := reading(t, Options{}, filepath.Join(in, "notes.csv")); err == nil || !strings.Contains(err.Error(), "notes.csv: has no header") {
		t.Errorf("a file that is empty: %v", err)
	}
}

// A body stands in a project twice: both participations are kept, and which of them is the
// one that other sources speak of does not hang on the order of rows. A row that is there
// twice is one.
func TestSeveralParticipations(t *testing.T) {
	header := "projectID,projectAcronym,organisationID,name,order,role,netEcContribution,endOfParticipation\n"
	rows := []string{
		"833955,GRID,901234567,ATLAS,5,thirdParty,203519.82,True\n",
		"833955,GRID,901234567,ATLAS,33,participant,86432.02,False\n",
		"833955,GRID,901234568,BORA,32,thirdParty,79642.72,False\n",
		"833955,GRID,901234568,BORA,6,thirdParty,25357.28,True\n",
		"833955,GRID,901234568,BORA,6,thirdParty,25357.28,True\n",
	}
	for range rows {
		rows = append(rows[1:], rows[0])
		s := read(t, Options{}, folder(t, map[string]string{"weekly.csv": header + strings.Join(rows, "")}))
		wants(t, s,
			`PIC:901234567 PARTICIPATES_IN CORDIS:833955 netContribution=86432.02 EUR role=PARTICIPANT @ weekly 833955/901234567`,
			`PIC:901234567 PARTICIPATES_IN[5] CORDIS:833955 netContribution=203519.82 EUR role=THIRD_PARTY @ weekly 833955/901234567 5`,
			`PIC:901234568 PARTICIPATES_IN CORDIS:833955 netContribution=79642.72 EUR role=THIRD_PARTY @ weekly 833955/901234568`,
			`PIC:901234568 PARTICIPATES_IN[6] CORDIS:833955 netContribution=25357.28 EUR role=THIRD_PARTY @ weekly 833955/901234568 6`,
			// There is no table of projects.
			`Project CORDIS:833955 "GRID" acronym=GRID grantNumber=833955 url=https://cordis.europa.eu/project/id/833955 @ weekly 833955`,
		)
		if n := count(s, "PARTICIPATES_IN"); n != 4 || len(s.rows) != 5 {
			t.Errorf("%d participations of %d rows, want 4 of 5", n, len(s.rows))
		}
		if len(s.complete) > 0 {
			t.Errorf("without projects %q is told to be complete", s.complete)
		}
	}
}

// The seed of the Horizon 2020 projects that the ICT Cluster names has column names of its
// own.
func TestSeedColumns(t *testing.T) {
	dir := folder(t, map[string]string{
		"seed_h2020_participations.csv": "project_id,acronym,role,pic,name,name_source,org_type,country,eu_contribution\n951813,Better Factory,coordinator,932760440,,,REC,FI,772300\n",
		"seed_h2020_projects.csv": "project_id,project_rcn,acronym,title,topic_code,participations_dashboard,participations_edges,eu_contribution,start_date,end_date\n" +
			"951813,230391,Better Factory,Grow your manufacturing business,DT-ICT-03-2020,29,28,8000000.63,2020-10-01,2024-09-30\n",
	})
	s := read(t, Options{}, filepath.Join(dir, "seed_h2020_participations.csv"), filepath.Join(dir, "seed_h2020_projects.csv"))
	wants(t, s,
		`Source DATASET:cordis-h2020 "CORDIS, Horizon 2020 projects" licence=CC BY 4.0 publisher=Publications Office of the European Union type=REGISTER url=https://cordis.europa.eu @ source`,
		`Project CORDIS:951813 CORDIS_RCN:230391 "Better Factory" acronym=Better Factory contribution=8000000.63 EUR end=2024-09-30 grantNumber=951813 start=2020-10-01`+
			` title=Grow your manufacturing business url=https://cordis.europa.eu/project/id/951813 @ seed_h2020_projects 951813`,
		`CORDIS:951813 FUNDED_BY CORDIS_PROGRAMME:DT-ICT-03-2020 amount=8000000.63 EUR grantNumber=951813 @ seed_h2020_projects 951813`,
		`CORDIS_PROGRAMME:DT-ICT-03-2020 PART_OF CORDIS_PROGRAMME:H2020 @ programme`,
		`Organisation PIC:932760440 "" country=FI type=REC @ seed_h2020_participations 951813/932760440`,
		`PIC:932760440 PARTICIPATES_IN CORDIS:951813 contribution=772300.00 EUR role=COORDINATOR @ seed_h2020_participations 951813/932760440`,
	)
}

// Neither the order of files nor that of columns matters, nor the encoding; "rcn" is of the
// project in the table of projects alone.
func TestOrderDoesNotMatter(t *testing.T) {
	projects := "rcn;title;id;acronym\n77;Über Licht;700001;A\n"
	organisations := "rcn;role;name;organisationID;projectID\n99;participant;Müller;901234567;700001\n"
	dir := folder(t, map[string]string{"a/organization.csv": organisations, "a/project.csv": projects,
		"b/organization.csv": "\ufeff" + strings.ReplaceAll(organisations, "\n", "\r\n"), "b/project.csv": string(windows1252(projects))})
	var told [][]string
	for _, files := range [][]string{{"a/organization.csv", "a/project.csv"}, {"a/project.csv", "a/organization.csv"}, {"a"}, {"b"}} {
		for i := range files {
			files[i] = filepath.Join(dir, files[i])
		}
		s := read(t, Options{}, files...)
		wants(t, s,
			`Project CORDIS:700001 CORDIS_RCN:77 "A" acronym=A grantNumber=700001 title=Über Licht url=https://cordis.europa.eu/project/id/700001 @ project 700001`,
			`Organisation PIC:901234567 "Müller" @ organization 700001/901234567`)
		told = append(told, s.facts())
	}
	for _, facts := range told[1:] {
		same(t, "facts", facts, told[0]...)
	}
}

func windows1252(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r)) // Latin letters have the same numbers there
	}
	return out
}

// A number that identifies two projects would make one of them: the second does not get it.
func TestNumberOfTwoProjects(t *testing.T) {
	s := read(t, Options{}, folder(t, map[string]string{"project.csv": projectHeader +
		project("700001", "A", "", "", "", "", "", "77") + project("700002", "B", "", "", "", "", "", "77") + project("700001", "A", "again", "", "", "", "", "77")}))
	wants(t, s,
		`Project CORDIS:700001 CORDIS_RCN:77 "A" acronym=A grantNumber=700001 url=https://cordis.europa.eu/project/id/700001 @ project 700001`,
		`Project CORDIS:700002 "B" acronym=B grantNumber=700002 url=https://cordis.europa.eu/project/id/700002 @ project 700002`,
		`Project CORDIS:700001 CORDIS_RCN:77 "A" acronym=A grantNumber=700001 title=again url=https://cordis.europa.eu/project/id/700001 @ project 700001 (2)`)
	same(t, "left out", problems(s.left), `project.csv, line 3, column rcn: identifies another project already: "77"`)
}

// What a table of this name must have and lacks is told; a table of another source is left
// out; if there is nothing else, that is an error.
func TestOtherTables(t *testing.T) {
	dir := folder(t, map[string]string{
		"mixed/project.csv": projectHeader + project("700001", "A", "", "", "", "", "", ""), "mixed/organization.csv": "name;country\nX;DE\n", "mixed/empty.csv": "", "mixed/packed.csv": "\x1f\x8b",
		"other/cities.csv": "city;country\nPlovdiv;BG\n",
	})
	s := read(t, Options{}, filepath.Join(dir, "mixed"))
	same(t, "rejected", problems(s.rejects), "organization.csv: lacks columns by which organization is read, such as projectID (id in project): the table is left out", "packed.csv: is compressed by gzip; unpack it first, or name the file so (x.csv.gz)")
	if len(s.rows) != 1 || len(s.complete) > 0 {
		t.Errorf("%d rows, complete are %q", len(s.rows), s.complete)
	}
	if _, err := reading(t, Options{}, filepath.Join(dir, "other")); err == nil || !strings.Contains(err.Error(), "cities.csv: no table of CORDIS") {
		t.Errorf("a table of another source: %v", err)
	}
}

// The framework of projects that no table of projects tells of.
func TestFramework(t *testing.T) {
	table := "projectID,projectAcronym,organisationID,name\n700001,A,901234567,X\n"
	for name, want := range map[string]struct{ option, source, funded string }{
		"weekly.csv":                              {"", "cordis-h2020", ""},
		"cordis-h2020projects/organization.csv":   {"", "cordis-h2020", "H2020"},
		"cordis-HORIZONprojects/organization.csv": {"", "cordis-horizon", "HORIZON"},
		"horizon-2020.csv":                        {"", "cordis-h2020", "H2020"},
		"other.csv":                               {"Horizon Europe", "cordis-horizon", "HORIZON"},
	} {
		t.Run(name, func(t *testing.T) {
			s := read(t, Options{Framework: want.option}, filepath.Join(folder(t, map[string]string{name: table}), name))
			if n := len(s.prepared.Nodes); n == 0 || keyOf(s.prepared.Nodes[0].Ref) != "DATASET:"+want.source {
				t.Errorf("the source is %v", s.prepared.Nodes)
			}
			funded := ""
			for _, e := range s.prepared.Edges {
				if e.Type == "FUNDED_BY" {
					funded += strings.TrimPrefix(keyOf(e.To), "CORDIS_PROGRAMME:")
				}
			}
			if funded != want.funded {
				t.Errorf("funded by %q, want %q", funded, want.funded)
			}
		})
	}
}

func TestBroaderBasis(t *testing.T) {
	for code, want := range map[string]string{
		"H2020-EU.2.1.1.": "H2020-EU.2.1.", "H2020-EU.2.": "", "H2020-EU.": "", "H2020-Euratom-1.1.": "H2020-Euratom-1.", "H2020-Euratom-1.": "",
		"HORIZON.2.4.5": "HORIZON.2.4", "HORIZON.2": "", "HORIZON": "", "FP7-ICT": "", "": "", ".": "", "..": "", "1.2": "1",
	} {
		if got := broaderBasis(code); got != want {
			t.Errorf("%q is part of %q, want %q", code, got, want)
		}
	}
}

// Standard input can be read only once: of a pair in several rows the first is the one that
// is meant.
func TestStandardInput(t *testing.T) {
	files, err := tabular.Find([]string{"-"}, tabular.Options{Stdin: strings.NewReader("projectID,organisationID,name,order,role\n1,901234567,X,1,participant\n1,901234567,X,2,thirdParty\n1,901234567,X,2,coordinator\n")})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	if err := (Importer{}).Read(t.Context(), files, s); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range s.rows {
		for _, e := range r.Edges {
			if e.Type == "PARTICIPATES_IN" {
				keys = append(keys, e.Key)
			}
		}
	}
	if !slices.Equal(keys, []string{"", "2", "2 (2)"}) {
		t.Errorf("keys are %q", keys)
	}
}

// The independent script and the importer reject the same of a zip that is full of faults.
func TestFaultyZip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "faulty.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range map[string]string{
		"project.csv": projectHeader +
			project("700001", "A", "\"two\nlines\"", "", "", "", "", "") + "700009;too;few\n" +
			project("", "B", "", "", "", "", "", "") + project("rcn-5", "", "", "", "", "", "", "5"),
		"organization.csv": organisationHeader +
			organisation("700001", "901234567", "", "\"X\nY\"", "UK", "1", "participant", "10.01") +
			organisation("700001", "", "", "", "DE", "2", "participant", "3") + "1;2;3;4\n" +
			organisation("", "901234568", "", "Z", "DE", "3", "participant", "4") +
			organisation("rcn-5", "901234569", "", "", "EL", "1", "coordinator", "5,5") +
			organisation("rcn-5", "901234570", "", "Q", "", "2", "partner", "") +
			organisation("rcn-5", "888888888", "", "", "FR", "3", "partner", "1") +
			strings.TrimSuffix(organisation("700001", "901234571", "", "W", "UK", "4", "participant", "0.001"), "\n") + ";surplus\n",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	got, want := read(t, Options{}, path), expected(t, path)
	compare(t, got, want)
	if len(want.Rejected) != 7 {
		t.Errorf("the script rejects %v, want 7 rows", want.Rejected)
	}
}

// A workbook whose sheets are CORDIS' tables says what these say as files, whatever their order
// and beside others: which of these are not read is told.
func TestWorkbook(t *testing.T) {
	tables := map[string]string{
		"project":      projectHeader + project("700001", "A", "", "2016-01-01", "", "", "12,5", "5"),
		"organization": organisationHeader + organisation("700001", "901234567", "", "Wick Works", "DE", "1", "coordinator", "1") + organisation("", "901234568", "", "Nobody", "DE", "2", "participant", ""),
		"topics":       "projectID;topic;title\n700001;LIGHT-2;Candles\n",
	}
	files := map[string]string{}
	book := excelize.NewFile() // with an empty sheet
	defer book.Close()
	put := func(sheet, table string) {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
			cells := strings.Split(line, ";")
			if err := book.SetSheetRow(sheet, fmt.Sprint("A", i+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("Read me", "What this is;projects of 2016")
	for _, name := range []string{"organization", "topics", "project"} {
		files[name+".csv"] = tables[name]
		put(name, tables[name])
	}
	put("webLink", "projekt;url\n700001;https://a.example")
	path := filepath.Join(t.TempDir(), "cordis.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	got, want := read(t, Options{}, path), read(t, Options{}, folder(t, files))
	same(t, "facts", got.facts(), want.facts()...)
	same(t, "told completely", got.complete, want.complete...)
	same(t, "rejected", problems(got.rejects), "cordis.xlsx, sheet Read me: is not read: it is no table of CORDIS by its columns",
		"cordis.xlsx, sheet webLink: lacks columns by which webLink is read, such as projectID (id in project): the table is left out",
		"cordis.xlsx, sheet organization, line 3, column projectID: names no project; nothing can be said of it")
	if p := got.rejects[1]; p.At.Sheet != "" {
		t.Error("a table that cannot be read is taken for a sheet that is none: what it said would be withdrawn")
	}
}
