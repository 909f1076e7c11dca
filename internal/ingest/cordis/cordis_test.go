package cordis

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// sink keeps what an importer tells.
type sink struct {
	rows     []ingest.Row
	rejects  []ingest.Problem
	left     []ingest.Problem
	prepared store.Batch
	complete []string
}

func (s *sink) Row(r ingest.Row) error {
	s.rows = append(s.rows, r)
	s.left = append(s.left, r.Left...)
	return nil
}

func (s *sink) Reject(p ingest.Problem) error {
	s.rejects = append(s.rejects, p)
	return nil
}

func (s *sink) Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error {
	s.prepared.Nodes = append(s.prepared.Nodes, nodes...)
	s.prepared.Edges = append(s.prepared.Edges, edges...)
	return nil
}

func (s *sink) Complete(source store.Ref) { s.complete = append(s.complete, keyOf(source)) }

// read reads files, folders and zips.
func read(t testing.TB, o Options, paths ...string) *sink {
	t.Helper()
	s, err := reading(t, o, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func reading(t testing.TB, o Options, paths ...string) (*sink, error) {
	t.Helper()
	files, err := tabular.Find(paths, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	return s, Importer{o}.Read(t.Context(), files, s)
}

// facts are what was told, as text: nodes as "Kind SCHEME:value name {property: value}",
// edges as "from TYPE to {…}", each with what follows its place after " @ ".
func (s *sink) facts() []string {
	var out []string
	nodes := func(nodes []store.NodeRecord) {
		for _, n := range nodes {
			ids := ""
			for _, i := range n.Identifiers {
				ids += " " + i.Scheme + ":" + i.Value
			}
			out = append(out, fmt.Sprintf("%s%s %q%s @ %s", n.Kind, ids, n.Name, texts(n.Props), n.Place))
		}
	}
	edges := func(edges []store.EdgeRecord) {
		for _, e := range edges {
			kind := e.Type
			if e.Key != "" {
				kind += "[" + e.Key + "]"
			}
			out = append(out, fmt.Sprintf("%s %s %s%s @ %s", keyOf(e.From), kind, keyOf(e.To), texts(e.Props), e.Place))
		}
	}
	nodes(s.prepared.Nodes)
	edges(s.prepared.Edges)
	for _, r := range s.rows {
		nodes(r.Nodes)
		edges(r.Edges)
	}
	return out
}

func texts(p store.Props) string {
	out := ""
	for _, p := range p {
		switch v := p.Value.(type) {
		case store.Money:
			out += fmt.Sprintf(" %s=%s %s", p.Name, v.Amount, v.Currency)
		case store.Props:
			out += fmt.Sprintf(" %s={%s }", p.Name, texts(v))
		case store.List:
			out += " " + p.Name + "=["
			for _, x := range v {
				if parts, ok := x.(store.Props); ok {
					out += "{" + texts(parts) + " }"
				} else {
					out += fmt.Sprint(x)
				}
			}
			out += "]"
		default:
			out += fmt.Sprintf(" %s=%v", p.Name, v)
		}
	}
	return out
}

// folder writes files into a new folder.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func wants(t *testing.T, s *sink, facts ...string) {
	t.Helper()
	got := s.facts()
	for _, f := range facts {
		if !slices.Contains(got, f) {
			t.Errorf("missing: %s", f)
		}
	}
	if t.Failed() {
		t.Logf("told:\n%s", strings.Join(got, "\n"))
	}
}

const (
	projectHeader      = "id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;ecSignatureDate;frameworkProgramme;masterCall;subCall;fundingScheme;nature;objective;contentUpdateDate;rcn;grantDoi\n"
	organisationHeader = "projectID;projectAcronym;organisationID;vatNumber;name;shortName;SME;activityType;street;postCode;city;country;nutsCode;geolocation;organizationURL;contactForm;contentUpdateDate;rcn;order;role;ecContribution;netEcContribution;totalCost;endOfParticipation;active\n"
)

// The form of Horizon Europe, with all its tables: what becomes of each column.
func TestAllTables(t *testing.T) {
	dir := folder(t, map[string]string{
		"HORIZON/organization.csv": organisationHeader +
			`101000001;LANTERN;901234567;BG123456789;LAMP MAKERS AD;LAMPS;true;PRC;1 LIGHT STREET;1000;SOFIA;BG;BG411;42.5,23.25;www.lamps.example;https://forms.example/1;2023-03-10 21:15:00;77;1;coordinator;100000.5;90000;123456,78;false;true` + "\n" +
			`101000001;LANTERN;901234568;;UNIVERSITY OF WICKS;;false;HES;;;ATHINA;EL;;;;;2023-03-10 21:15:00;78;2;associatedPartner;;;5;false;` + "\n",
		"HORIZON/project.csv": projectHeader +
			`101000001;LANTERN;SIGNED;"Light for ""all""";2021-01-01;2023-12-31;200000,5;150000.25;HORIZON.2.4.5;HORIZON-CL4-2021-LIGHT-01-02;2020-11-30;HORIZON;HORIZON-CL4-2021-LIGHT-01;HORIZON-CL4-2021-LIGHT-01;HORIZON-RIA;;Better lamps.;2022-08-15 10:00:00;230001;10.3030/101000001` + "\n",
		"HORIZON/topics.csv":     "projectID;topic;title\n101000001;HORIZON-CL4-2021-LIGHT-01-02;Lamps that last\n101000001;HORIZON-CL4-2021-LIGHT-01-03;Lamps that shine\n",
		"HORIZON/legalBasis.csv": "projectID;legalBasis;title;uniqueProgrammePart\n101000001;HORIZON.2.4.5;Key Digital Lights;true\n",
		"HORIZON/euroSciVoc.csv": "projectID;euroSciVocCode;euroSciVocPath;euroSciVocTitle;euroSciVocDescription\n101000001;/23/47/299;/natural sciences/physical sciences/optics;optics;\n",
		"HORIZON/webLink.csv":    "projectID;id;availableLanguages;physUrl;status;archivedDate;type;source;represents\n101000001;1;en;https://lantern.example;validated;;projectWebsite;CORDIS;\n",
		"HORIZON/webItem.csv":    "projectID;language;availableLanguages;uri;title;type;source;represents\n101000001;en;en;https://lantern.example/plan.pdf;A plan;projectDeliverable;;\n",
		"HORIZON/notes.txt":      "these are no tables of CORDIS\n",
	})
	s := read(t, Options{}, dir)
	wants(t, s,
		`Source DATASET:cordis-horizon "CORDIS, Horizon Europe projects" licence=CC BY 4.0 publisher=Publications Office of the European Union type=REGISTER url=https://cordis.europa.eu @ source`,
		`Programme CORDIS_PROGRAMME:HORIZON "Horizon Europe" code=HORIZON end=2027 level=FRAMEWORK start=2021 @ programme`,
		`Project CORDIS:101000001 CORDIS_RCN:230001 DOI:10.3030/101000001 "LANTERN" acronym=LANTERN contribution=150000.25 EUR description=Better lamps. end=2023-12-31`+
			` fundingScheme=HORIZON-RIA grantNumber=101000001 start=2021-01-01 status=SIGNED title=Light for "all" totalCost=200000.50 EUR url=https://cordis.europa.eu/project/id/101000001 @ project 101000001`,
		// The tree of programmes, and what funds it. The money stands on one edge.
		`Programme CORDIS_PROGRAMME:HORIZON.2 "HORIZON.2" code=HORIZON.2 level=PROGRAMME @ programme`,
		`CORDIS_PROGRAMME:HORIZON.2 PART_OF CORDIS_PROGRAMME:HORIZON @ programme`,
		`CORDIS_PROGRAMME:HORIZON.2.4 PART_OF CORDIS_PROGRAMME:HORIZON.2 @ programme`,
		`CORDIS_PROGRAMME:HORIZON.2.4.5 PART_OF CORDIS_PROGRAMME:HORIZON.2.4 @ programme`,
		`CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01-02 PART_OF CORDIS_PROGRAMME:HORIZON.2.4.5 @ programme`,
		`CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01 PART_OF CORDIS_PROGRAMME:HORIZON @ programme`,
		`Programme CORDIS_PROGRAMME:HORIZON.2.4.5 "Key Digital Lights" code=HORIZON.2.4.5 level=PROGRAMME @ legalBasis`,
		`Programme CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01-02 "Lamps that last" code=HORIZON-CL4-2021-LIGHT-01-02 level=TOPIC @ topics`,
		`CORDIS:101000001 FUNDED_BY CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01-02 amount=150000.25 EUR call=HORIZON-CL4-2021-LIGHT-01 grantNumber=101000001 @ project 101000001`,
		`CORDIS:101000001 FUNDED_BY CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01 @ project 101000001`,
		`CORDIS:101000001 FUNDED_BY CORDIS_PROGRAMME:HORIZON-CL4-2021-LIGHT-01-03 @ topics 101000001/HORIZON-CL4-2021-LIGHT-01-03`,
		`CORDIS:101000001 FUNDED_BY CORDIS_PROGRAMME:HORIZON.2.4.5 @ project 101000001`,
		// EuroSciVoc and links.
		`Topic EUROSCIVOC:/23 "natural sciences" code=/23 scheme=EuroSciVoc @ term`,
		`Topic EUROSCIVOC:/23/47/299 "optics" code=/23/47/299 scheme=EuroSciVoc @ term`,
		`EUROSCIVOC:/23/47/299 PART_OF EUROSCIVOC:/23/47 @ term`,
		`CORDIS:101000001 CLASSIFIED_AS EUROSCIVOC:/23/47/299 @ euroSciVoc 101000001/23/47/299`,
		`Project CORDIS:101000001 "" links=[{ kind=website value=https://lantern.example }] @ webLink 101000001 https://lantern.example`,
		`Project CORDIS:101000001 "" links=[{ kind=deliverable value=https://lantern.example/plan.pdf }] @ webItem 101000001 https://lantern.example/plan.pdf`,
		// Organisations, and where they are.
		`Organisation PIC:901234567 "LAMP MAKERS AD" acronym=LAMPS city=SOFIA coordinates={ latitude=42.5 longitude=23.25 } country=BG postCode=1000 sme=true street=1 LIGHT STREET`+
			` type=PRC url=https://www.lamps.example vatNumber=BG123456789 @ organization 101000001/901234567`,
		`PIC:901234567 LOCATED_IN NUTS:BG411 @ organization 101000001/901234567`,
		`NUTS:BG41 PART_OF NUTS:BG4 @ region`,
		`PIC:901234568 LOCATED_IN ISO3166:GR @ organization 101000001/901234568`,
		`Place ISO3166:GR "Greece" code=GR level=COUNTRY @ country`,
		`PIC:901234567 PARTICIPATES_IN CORDIS:101000001 contribution=100000.50 EUR netContribution=90000.00 EUR role=COORDINATOR totalCost=123456.78 EUR @ organization 101000001/901234567`,
		`PIC:901234568 PARTICIPATES_IN CORDIS:101000001 role=ASSOCIATED roleText=associatedPartner totalCost=5.00 EUR @ organization 101000001/901234568`,
	)
	if len(s.rejects)+len(s.left) > 0 {
		t.Errorf("left out: %v %v", s.rejects, s.left)
	}
	if !slices.Equal(s.complete, []string{"DATASET:cordis-horizon"}) {
		t.Errorf("complete are %q", s.complete)
	}
	for _, r := range s.rows {
		for _, e := range r.Edges {
			if e.Type == "PARTICIPATES_IN" && e.At.String() != "2023-03-10" {
				t.Errorf("a participation is said at %s, want the day of its update", e.At)
			}
		}
	}
}

// problems are texts without folders.
func problems[P interface{ String() string }](list []P) []string {
	var out []string
	for _, p := range list {
		s := p.String()
		end := strings.IndexAny(s, ",:")
		out = append(out, filepath.Base(s[:end])+s[end:])
	}
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// count is how many records of rows are of a kind of node or a type of edge.
func count(s *sink, what string) int {
	n := 0
	for _, r := range s.rows {
		for _, x := range r.Nodes {
			if x.Kind == what {
				n++
			}
		}
		for _, x := range r.Edges {
			if x.Type == what {
				n++
			}
		}
	}
	return n
}
