package resolve

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
)

// What is found must not depend on the order of bodies, nor on their ids.
func TestOrderAndIDsDoNotCount(t *testing.T) {
	all, _ := bodies(readPairs(t, tuning))
	all = all[:400]
	found := func(bodies []Body) []string {
		var out []string
		for _, p := range Find(bodies, Default, nil) {
			sides := []string{bodies[p.A].Names[0] + bodies[p.A].Country, bodies[p.B].Names[0] + bodies[p.B].Country}
			slices.Sort(sides)
			out = append(out, fmt.Sprint(strings.Join(sides, " = "), p.Weight, p.Merge))
		}
		slices.Sort(out)
		return out
	}
	want := found(all)
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 1))
		other := slices.Clone(all)
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		for i := range other {
			other[i].ID = fmt.Sprint("x", r.Uint64())
		}
		if got := found(other); !slices.Equal(got, want) {
			t.Errorf("shuffled by %d: %d pairs, not %d, or others", seed, len(got), len(want))
		}
	}
}

func merges(pairs []Pair) (n int) {
	for _, p := range pairs {
		if p.Merge {
			n++
		}
	}
	return n
}

func TestWhatIsNotMerged(t *testing.T) {
	pic := func(v string) []store.Identifier { return []store.Identifier{{Scheme: "PIC", Value: v}} }
	body := func(name, country, city string, ids []store.Identifier) Body {
		return Body{ID: name + country, Kind: "Organisation", Names: []string{name}, Country: country, Cities: []string{city}, Identifiers: ids}
	}
	for _, c := range []struct {
		reason string
		bodies []Body
		merges int
	}{
		{"the same university in two languages", []Body{body("University of Maribor", "SI", "Maribor", nil), body("Univerza v Mariboru", "SI", "Maribor", pic("1"))}, 1},
		{"two PICs", []Body{body("University of Maribor", "SI", "Maribor", pic("2")), body("Univerza v Mariboru", "SI", "Maribor", pic("1"))}, 0},
		{"two PICs by a third", []Body{body("University of Maribor", "SI", "Maribor", pic("2")), body("Univerza v Mariboru", "SI", "Maribor", pic("1")), body("The University of Maribor", "SI", "Maribor", nil)}, 1},
		{"a key made of the name is no register's", []Body{
			body("University of Maribor", "SI", "Maribor", []store.Identifier{{Scheme: "KEY", Value: "SI/university-of-maribor"}}),
			body("Univerza v Mariboru", "SI", "Maribor", []store.Identifier{{Scheme: "KEY", Value: "SI/univerza-v-mariboru"}})}, 1},
		{"two countries", []Body{body("UBITECH LIMITED", "CY", "Limassol", nil), body("UBITECH LIMITED", "GB", "New Malden", nil)}, 0},
		{"a faculty and its university", []Body{body("University of Belgrade", "RS", "Belgrade", nil), body("University of Belgrade, Faculty of Economics", "RS", "Belgrade", nil)}, 0},
		{"a city and its university", []Body{body("Coimbra", "PT", "Coimbra", nil), body("Universidade de Coimbra", "PT", "Coimbra", nil)}, 0},
		{"a city under its English name, and its municipality with an office elsewhere", []Body{body("Copenhagen", "DK", "Copenhagen", nil), body("KOBENHAVNS KOMMUNE", "DK", "Valby", nil)}, 1},
		{"a city with another beside it", []Body{{ID: "a", Names: []string{"Wolverhampton"}, Country: "GB", Cities: []string{"Wolverhampton", "Birmingham"}}, body("Birmingham City Council", "GB", "Birmingham", nil)}, 0},
		{"a city and its ring", []Body{body("Rome", "IT", "Rome", nil), body("CITTA METROPOLITANA DI ROMA CAPITALE", "IT", "Roma", nil)}, 0},
		{"a company and an association of one short name", []Body{
			{ID: "a", Names: []string{"Almtal GmbH", "Almtal"}, Country: "CH", Cities: []string{"Bern"}},
			{ID: "b", Names: []string{"Verein Almtal", "Almtal"}, Country: "CH", Cities: []string{"Bern"}, Sites: []string{"almtal.org"}}}, 0},
		{"a company and the company of a foundation", []Body{body("Karl Almtal GmbH", "DE", "Stuttgart", nil), body("Karl Almtal Stiftung GmbH", "DE", "Stuttgart", nil)}, 0},
		{"a city and a town that has its name in its own", []Body{body("Bari", "IT", "Bari", nil), body("Mola di Bari", "IT", "Mola di Bari", nil)}, 0},
		{"a city, and a town that says where it is", []Body{body("Ayuntamiento de Valencia", "ES", "Valencia", nil), body("Ayuntamiento de Valencia de Alcántara", "ES", "Valencia de Alcántara", nil)}, 0},
		{"a town, and one with a word more", []Body{body("Comune di Varese", "IT", "Varese", nil), body("Comune di Varese Ligure", "IT", "Varese Ligure", nil)}, 0},
		{"towns that begin alike", []Body{body("Mairie de Villeneuve-sur-Lot", "FR", "Villeneuve-sur-Lot", nil), body("Mairie de Villeneuve d'Ascq", "FR", "Villeneuve d'Ascq", nil)}, 0},
		{"two cities of one name", []Body{body("Stadt Frankfurt (Oder)", "DE", "Frankfurt (Oder)", nil), body("Stadt Frankfurt am Main", "DE", "Frankfurt am Main", nil)}, 0},
		{"a city and the district around it", []Body{body("Vilnius City Municipality", "LT", "Vilnius", nil), body("Vilnius District Municipality", "LT", "Vilnius", nil)}, 0},
		{"a city and a metropolitan one", []Body{body("Metropolitan City of Turin", "IT", "Torino", nil), body("City of Turin", "IT", "Torino", nil)}, 0},
		{"services of two towns, of which one tells its seat", []Body{body("Serviços Municipalizados de Água e Saneamento de Almada", "PT", "Almada", nil), {ID: "b", Names: []string{"Serviços Municipalizados de Água e Saneamento de Sintra"}, Country: "PT"}}, 0},
		{"academies and universities of one domain", []Body{
			{ID: "a", Names: []string{"University of the Arts Helsinki"}, Country: "FI", Cities: []string{"Helsinki"}, Sites: []string{"uniarts.fi"}},
			{ID: "b", Names: []string{"Academy of Fine Arts, Helsinki"}, Country: "FI", Cities: []string{"Helsinki"}, Sites: []string{"uniarts.fi"}}}, 0},
		{"a body that stands below another's domain", []Body{
			{ID: "a", Names: []string{"Region Dalby"}, Country: "SE"},
			{ID: "b", Names: []string{"Nyckelfonden", "Nyckelfondens styrelse - Region Dalby"}, Country: "SE", Cities: []string{"Dalby"}, Sites: []string{"nyckelfonden.regiondalby.se"}}}, 0},
		{"one acronym of two bodies", []Body{
			{ID: "a", Names: []string{"Centre for Ecology", "CEC"}, Country: "BE", Cities: []string{"Brussels"}},
			{ID: "b", Names: []string{"Cluster for Electronics and Computing", "CEC"}, Country: "BE", Cities: []string{"Brussels"}}}, 0},
		{"chambers of commerce and of crafts", []Body{body("HANDWERKSKAMMER DRESDEN", "DE", "Dresden", nil), body("INDUSTRIE- UND HANDELSKAMMER DRESDEN", "DE", "Dresden", nil)}, 0},
		{"a ministry and its directorate", []Body{body("Ministry of Construction, Transport and Infrastructure", "RS", "Belgrade", nil), body("Ministry of Construction, Transport and Infrastructure – Directorate for Inland Waterways", "RS", "Beograd", nil)}, 0},
		{"ministries of two nations, of which one is not told", []Body{body("Ministry of Education", "", "Windhoek", nil), body("Ministarstvo prosvete", "RS", "Belgrade", nil)}, 0},
		{"a region and a company named after it", []Body{body("Region Skåne", "SE", "Kristianstad", nil), body("SCANIA CV AB", "SE", "Södertälje", nil)}, 0},
		{"a surname that is a common word", []Body{body("European Nuclear Society", "BE", "Brussels", nil), body("Kern European Affairs SPRL", "BE", "Brussels", nil)}, 0},
		{"institutes of one academy", []Body{body("Institute of Ethnology, Slovak Academy of Sciences", "SK", "Bratislava", nil), body("Institute of Landscape Ecology of the Slovak Academy of Sciences", "SK", "Bratislava", nil)}, 0},
		{"a compound that says what a body is", []Body{body("Suomen ympäristökeskus", "FI", "Helsinki", nil), body("Finnish Environment Centre", "FI", "Helsingfors", nil)}, 1},
		{"a technical university that calls itself an institute", []Body{body("Technische Hochschule Deggendorf", "DE", "Deggendorf", nil), body("Deggendorf Institute of Technology", "DE", "Deggendorf", nil)}, 1},
		{"a letter misspelt", []Body{body("Institute Mihajlo Pupin", "RS", "Belgrade", nil), body("Institute Mihaljo Pupin", "RS", "Beograd", nil)}, 1},
		{"two towns, of which one has a name that is a word", []Body{body("Město Lovosice", "CZ", "Lovosice", nil), body("Město Aš", "CZ", "Aš", nil)}, 0},
		{"an acronym before the name", []Body{body("Centre of Excellence for Low Carbon and Fuel Cell Technologies", "GB", "Loughborough", nil), body("CENEX - CENTRE OF EXCELLENCE FOR LOW CARBON AND FUEL CELL TECHNOLOGIES", "GB", "LOUGHBOROUGH", nil)}, 1},
		{"what a nation has under two kinds of words", []Body{body("WWF - World Wide Fund For Nature Hungary", "HU", "Budapest", nil), body("WWF Világ Természeti Alap Magyarország Alapítvány", "HU", "Budapest", nil)}, 1},
		{"a note after a municipality", []Body{body("Liverpool", "GB", "Liverpool", nil), body("Municipality of Liverpool - phase 1 only", "GB", "LIVERPOOL", nil)}, 1},
		{"a company with its district after a dash", []Body{body("Municipality of Stari Grad", "RS", "Belgrade", nil), body("COPRIX MEDIA DOO BEOGRAD-STARI GRAD", "RS", "BELGRADE-STARI GRAD", nil)}, 0},
		{"a city told after its district", []Body{body("Nofima AS", "NO", "Breivika, Tromsø", nil), body("NOFIMA AS", "NO", "TROMSO", nil)}, 1},
		{"a body and what stands after its name", []Body{body("Turku School of Economics", "FI", "Turku", nil), body("Turku School of Economics, the Centre of Future Studies", "FI", "Turku", nil)}, 0},
		{"a university and a service of it", []Body{body("Universidad Carlos III de Madrid", "ES", "Madrid", nil), body("Universidad Carlos III de Madrid Servicio de investigacion", "ES", "Madrid", nil)}, 0},
		{"two chambers that tell in parentheses which they are", []Body{body("Slovenská obchodná a priemyselná komora (Banskobystrická regionálna komora)", "SK", "Banská Bystrica", nil), body("Slovenská obchodná a priemyselná komora (Košická regionálna komora)", "SK", "Košice", nil)}, 0},
		{"a number of a register in parentheses", []Body{body("City of Buzet", "HR", "Buzet", nil), body("Grad Buzet (77489969256)", "HR", "", nil)}, 1},
		{"a note in parentheses", []Body{body("City of Charleroi (drop out)", "BE", "Charleroi", nil), body("Ville de Charleroi", "BE", "Charleroi", nil)}, 1},
		{"whom a university is named after", []Body{body("Uniwersytet Medyczny im. Karola Marcinkowskiego w Poznaniu", "PL", "Poznań", nil), body("Poznan University of Medical Sciences", "PL", "Poznan", nil)}, 1},
		{"two names of one kind and nothing else but a short word", []Body{body("HZ University of Applied Sciences", "NL", "Vlissingen", nil), {ID: "b", Names: []string{"HAN University of Applied Sciences"}, Country: "NL"}}, 0},
		{"a town and a company that is known by its name", []Body{body("Stadt Bogen", "DE", "Bogen", nil), {ID: "b", Names: []string{"BOGEN ELECTRONIC GMBH", "BOGEN"}, Country: "DE", Cities: []string{"Berlin"}}}, 0},
		{"names of words that say nothing", []Body{body("EG.D", "CZ", "Brno", nil), body("EG.D as as", "CZ", "Brno", nil)}, 0},
		{"a town and the commune around it", []Body{body("City of Suwalki", "PL", "Suwałki", nil), body("Suwalki Commune", "PL", "Suwałki", nil)}, 0},
		{"words of which many have the letters of a spelling", []Body{body("GS1 Germany GmbH", "DE", "Köln", nil), body("GS 1 GERMANY GMBH", "DE", "KOLN", nil)}, 1},
		{"a part that is told after its whole", []Body{body("Ministry of Health of the Catalan Government, Almtal Foundation", "ES", "Mataró", nil), body("FUNDACIO ALMTAL", "ES", "Mataró", nil)}, 1},
		{"parts of one name of two universities", []Body{body("Central European Institute of Demology - Brno University of Technology", "CZ", "Brno", nil), body("Central European Institute of Demology - Masaryk University", "CZ", "Brno", nil)}, 0},
		{"what an association is registered as", []Body{body("Ideella föreningen Almtalskommittén med firma Almtalskommittén", "SE", "", nil), body("Almtalskommittén", "SE", "Strömstad", nil)}, 1},
		{"an older name in parentheses", []Body{body("DemotiveNL (formerly Demotive Technology Centre)", "NL", "Helmond", nil), body("Demotive Technology Centre", "NL", "", nil)}, 1},
		{"an association that carries a school", []Body{body("Association Ecole Centrale Almtal", "FR", "Paris", nil), body("Ecole Centrale Almtal", "FR", "Paris", nil)}, 1},
		{"a lost apostrophe", []Body{body("Les Ateliers dArt Contemporain", "BE", "Liège", nil), body("Les Ateliers d'Art Contemporain", "BE", "LIÈGE", nil)}, 1},
		{"the number of a laboratory", []Body{body("Université de La Rochelle LIENSs (Littoral), UMR CNRS 7266 (FR)", "FR", "La Rochelle", nil), {ID: "b", Names: []string{"Demographie des mers", "UMR 7266"}, Country: "FR", Cities: []string{"La Rochelle"}}}, 1},
		{"the academy's acronym beside two institutes", []Body{
			{ID: "a", Names: []string{"INSTITUTE OF COMPUTING TECHNOLOGY,CHINESE ACADEMY OF SCIENCES", "CAS"}, Country: "CN", Cities: []string{"BEIJING"}},
			{ID: "b", Names: []string{"INSTITUTE OF GEOGRAPHICAL SCIENCES AND NATURAL RESOURCES RESEARCH, CHINESE ACADEMY OF SCIENCES", "CAS"}, Country: "CN", Cities: []string{"BEIJING"}}}, 0},
		{"a town in two languages, as a list of towns has it", []Body{body("Gemeinde Laas", "IT", "Laas", nil), body("Laas/Lasa", "IT", "Laas/Lasa", nil)}, 1},
		{"a municipality of two villages, whose seat is in one", []Body{body("Stadtgemeinde Drosendorf - Zissersdorf", "AT", "Drosendorf", nil), body("Drosendorf", "AT", "Drosendorf", nil)}, 1},
		{"a Polish town and the commune around it", []Body{body("GMINA KOŁOBRZEG", "PL", "Kołobrzeg", nil), body("Gmina Miasto Kołobrzeg", "PL", "Kołobrzeg", nil)}, 0},
		{"a municipality for its region", []Body{body("Gemeente Venlo", "NL", "Venlo", nil), body("Gemeente Venlo namens Regio Venlo", "NL", "Venlo", nil)}, 1},
		{"a saint that looks like a legal form", []Body{body("Ag. Anargyroi & Kamatero", "GR", "Ag. Anargyroi & Kamatero", nil), body("Agioi Anargyroi-Kamatero", "GR", "Agioi Anargyroi-Kamatero", nil)}, 1},
		{"two towns on one lake", []Body{body("Balatonboglár Városi Önkormányzat", "HU", "Balatonboglár", nil), body("Balatonfüred Város Önkormányzata", "HU", "Balatonfüred", nil)}, 0},
		{"towns that begin with one word", []Body{body("Câmara Municipal do Porto", "PT", "Porto", nil), body("Câmara Municipal do Porto Moniz", "PT", "Porto Moniz", nil)}, 0},
		{"towns of which a word says nothing elsewhere", []Body{body("Câmara Municipal de Vila Real", "PT", "Vila Real", nil), body("Câmara Municipal de Vila Pouca de Aguiar", "PT", "Vila Pouca de Aguiar", nil)}, 0},
		{"a Finnish town in the genitive", []Body{body("Town of Outokumpu", "FI", "Outokumpu", nil), body("Outokummun kaupunki", "FI", "", nil)}, 1},
		{"a Slovak municipality, called a village", []Body{body("Obec Streda nad Bodrogom", "SK", "Streda nad Bodrogom", nil), body("Village of Streda nad Bodrogom", "SK", "Streda Nad Bodrogom", nil)}, 1},
		{"a ministry of the republic", []Body{body("Ministrstvo za promet RS", "SI", "Maribor", nil), body("MINISTRSTVO ZA PROMET", "SI", "", nil)}, 1},
		{"towns that have a city's adjective in their name", []Body{body("Bologna Municipality", "IT", "Bologna", nil), body("Sala Bolognese", "IT", "Sala Bolognese", nil)}, 0},
		{"a town whose name begins with a city's", []Body{body("Miasto Szczecinek", "PL", "", nil), body("Szczecin Municipal Government", "PL", "Szczecin", nil)}, 0},
		{"a chamber that tells its city twice", []Body{body("Handwerkskammer Wiesbaden, Wiesbaden", "DE", "", nil), body("Wiesbaden", "DE", "Wiesbaden", nil)}, 0},
		{"a city and its company", []Body{body("Göteborg & Co", "SE", "", nil), body("Göteborgs Stad", "SE", "Göteborgs", nil)}, 0},
		{"towns whose names are words", []Body{body("Samtgemeinde Dörpen", "DE", "Dörpen", nil), body("Stadtverwaltung Adorf", "DE", "", nil)}, 0},
		{"a town and the company of its name, as ROR has it", []Body{body("Trelleborgs Kommun", "SE", "", nil), body("Trelleborg (Sweden)", "SE", "Trelleborg", nil)}, 0},
		{"one at another's address", []Body{body("TINV c/o Maritime Almtal Center", "DK", "Copenhagen", nil), body("Maritime Almtal Center", "DK", "Copenhagen", nil)}, 0},
		{"what kind of institution a university is, and its name in quotation marks", []Body{body("Educational Institution “Polotsk State University”", "BY", "Novopolotsk", nil), body("POLOTSK STATE UNIVERSITY", "BY", "NOVOPOLOTSK", nil)}, 1},
		{"a city beside its district", []Body{body("Association Almtal RISE", "IT", "Povo – Trento", nil), body("ASSOCIAZIONE ALMTAL RISE", "IT", "TRENTO", nil)}, 1},
		{"a Romanian county's council, in Romanian and English", []Body{body("CONSILIUL JUDETEAN VASLUI", "RO", "Barlad", nil), body("Judeţean Council of Vaslui", "RO", "Vaslui", nil)}, 1},
		{"a Romanian county and the town of its name", []Body{body("UAT Jud Satu Mare", "RO", "Turt", nil), body("Municipiul Satu Mare", "RO", "Satu Mare", nil)}, 0},
		{"a city and its administration", []Body{body("Administration of Saint-Petersburg", "RU", "St. Petersburg", nil), body("Saint Petersburg", "RU", "Saint Petersburg", nil)}, 1},
		{"a ministry that says by initials whose it is", []Body{body("LR Ekonomikas ministrija", "LV", "Riga", nil), body("Ekonomikas ministrija", "LV", "Riga", nil)}, 1},
		{"a borough of London, abbreviated", []Body{body("LB Camden", "GB", "London", nil), body("London Borough of Camden", "GB", "London", nil)}, 1},
		{"a Finnish genitive in -as", []Body{body("Haukiputaan kunta", "FI", "Haukipudas", nil), body("Municipality of Haukipudas", "FI", "Haukipudas", nil)}, 1},
		{"a ministry of internal affairs", []Body{body("BELÜGYMINISZTÉRIUM", "HU", "", nil), body("Ministry of Internal Affairs", "HU", "Budapest", nil)}, 1},
		{"the office of the state and that of the region", []Body{body("Śląski Urząd Wojewódzki", "PL", "Katowice", nil), body("Marshal Office of Silesia Region", "PL", "Katowice", nil)}, 0},
		{"what stands behind a chamber and its place", []Body{body("Camera di commercio di Genova, Studi e Statistica", "IT", "Genova", nil), body("Camera di Commercio Industria Artigianato e Agricoltura di Genova", "IT", "Genova", nil)}, 0},
		{"a town and the rural commune around it", []Body{body("Słupsk", "PL", "Słupsk", nil), body("Gmina Słupsk", "PL", "", nil)}, 0},
		{"a name that contains another", []Body{body("ICT Cluster", "BG", "Sofia", nil), body("ICT Network", "BG", "Sofia", nil)}, 0},
	} {
		if got := merges(Find(c.bodies, Default, nil)); got != c.merges {
			t.Errorf("%s: %d merges, not %d", c.reason, got, c.merges)
		}
	}
	named := body("Stichting Vikorda Bloedvoorziening", "NL", "Amsterdam", nil)
	for site, want := range map[string]int{"": 0, "https://www.bloed.nl": 0, "https://www.vikorda.nl/over": 1} {
		named.Sites = []string{site}
		if got := merges(Find([]Body{named, body("Vikorda", "NL", "Amsterdam", nil)}, Default, nil)); got != want {
			t.Errorf("a name whose domain is %q: %d merges, not %d", site, got, want)
		}
	}
	if found := Find([]Body{body("Vereniging voor Innovatieve Bouwstoffen", "BE", "Gent", nil), body("VIB", "BE", "", nil)}, Default, nil); merges(found) > 0 {
		t.Errorf("three letters are merged with a name that has these initials, wherever it is: %v", found)
	}
	leeds := body("University of Leeds", "GB", "Leeds", nil)
	leeds.Sites = []string{"leeds.ac.uk"}
	if found := Find([]Body{leeds, body("Leeds", "GB", "Leeds", nil)}, Default, nil); merges(found) > 0 {
		t.Errorf("a university is merged with its city by its domain: %v", found)
	}
	university := body("Universitaet Bremen", "DE", "Bremen", pic("1"))
	university.Names = append(university.Names, "UBremen", "Bremen")
	if found := Find([]Body{university, body("Bremen", "DE", "Bremen", nil)}, Default, nil); merges(found) > 0 {
		t.Errorf("a university is merged with its city by a short name: %v", found)
	}
	two := []Body{body("University of Maribor", "SI", "Maribor", nil), body("Univerza v Mariboru", "SI", "Maribor", nil)}
	if found := Find(two, Default, func(a, b *Body) bool { return true }); len(found) > 0 {
		t.Error("what was decided to be distinct is told")
	}
}

func open(t *testing.T) *sqlite.Truth {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// One source that lists two partners of a project means two; two sources may mean one.
func TestProjectsCountBySource(t *testing.T) {
	ctx, schema := context.Background(), ontology.Served().Store
	for _, sources := range [][2]string{{"a", "a"}, {"a", "b"}} {
		s := open(t)
		source := func(v string) store.Ref {
			return store.Ref{Kind: "Source", Name: "source " + v, Identifiers: []store.Identifier{{Scheme: "DATASET", Value: v}}}
		}
		project := store.Ref{Kind: "Project", Name: "P", Identifiers: []store.Identifier{{Scheme: "CORDIS", Value: "1"}}}
		b := store.Batch{By: "test", Nodes: []store.NodeRecord{{Ref: source("a")}, {Ref: source("b")}, {Ref: project}}}
		for i, name := range []string{"Korona d.d.", "Korona inzeniring d.d."} {
			actor := store.Ref{Kind: "Organisation", Name: name}
			said := store.Said{Source: source(sources[i]), Place: name, Rank: store.FromRegister}
			b.Nodes = append(b.Nodes, store.NodeRecord{Ref: actor, Said: said, Props: store.PropsOf(map[string]any{"country": "SI", "city": "Ljubljana"})})
			b.Edges = append(b.Edges, store.EdgeRecord{Type: "PARTICIPATES_IN", From: actor, To: project, Said: said, Props: store.PropsOf(map[string]any{"role": "PARTICIPANT"})})
		}
		if _, err := s.Apply(ctx, b); err != nil {
			t.Fatal(err)
		}
		plan, err := Make(ctx, s, schema, Thresholds{Merge: 2, Review: -20}, nil, nil)
		if err != nil || len(plan.Pairs) != 1 {
			t.Fatal(plan, err)
		}
		against := strings.Contains(plan.Pairs[0].String(), "partners beside each other")
		if against != (sources[0] == sources[1]) {
			t.Errorf("sources %v: %s", sources, plan.Pairs[0])
		}
	}
}

// What is for review is kept with its reasons, and goes when it is no pair any more.
func TestReviewIsKeptAndWithdrawn(t *testing.T) {
	ctx, schema := context.Background(), ontology.Served().Store
	s := open(t)
	b := store.Batch{By: "test"}
	for _, name := range []string{"Slovenian Bridge Service", "Slovenian Bridges Institute"} {
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{Kind: "Organisation", Name: name}, Props: store.PropsOf(map[string]any{"country": "SI", "city": "Ljubljana"})})
	}
	if _, err := s.Apply(ctx, b); err != nil {
		t.Fatal(err)
	}
	resemblances := func() (n int) {
		_, err := s.Load(ctx, func(*store.Node) error { return nil }, func(e *store.Edge) error {
			if e.Type == "POSSIBLY_SAME_AS" {
				n++
				if e.Props.Text("why") == "" || e.Props.Get("confidence") == nil {
					t.Errorf("kept without reasons: %v", e.Props)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	apply := func(d *identity.Decisions, run string) {
		plan, err := Make(ctx, s, schema, Thresholds{Merge: 5, Review: -20}, d, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Apply(ctx, s, "test", run); err != nil {
			t.Fatal(err)
		}
	}
	apply(nil, "one")
	if n := resemblances(); n != 1 {
		t.Fatalf("%d pairs are kept", n)
	}
	d := &identity.Decisions{}
	err := d.Add("mine", strings.NewReader("distinct | Actor | Slovenian Bridge Service | Slovenian Bridges Institute | source: x | reviewer: y\n"))
	if err != nil {
		t.Fatal(err)
	}
	apply(d, "two")
	if n := resemblances(); n != 0 {
		t.Errorf("%d pairs are kept that were decided", n)
	}
	if plan, _ := Make(ctx, s, schema, Default, d, nil); len(plan.Pairs) > 0 {
		t.Errorf("found again: %v", plan.Pairs)
	}
}

// A name as long as a source cares to make it costs as much as it is long: taken apart at every
// hyphen, this one took minutes (it grew with the square).
func TestNamesAreLong(t *testing.T) {
	long := strings.Repeat("ab-", 20_000)
	start := time.Now()
	Find([]Body{{Names: []string{long}, Country: "DE"}, {Names: []string{long + "c"}, Country: "DE"}}, Default, nil)
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("two names took %v", took)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("ICT Cluster (Sofia) - Foundation", "ИКТ Клъстер", "Софиа (1000), district 5")
	f.Add("d.o.o. za", "s.a.s. di ", "()")
	f.Add("Landscape Research WSL,Research Programme - Forests / Climate", `Foundation "Almtal" c/o Y (UMR 7266)`, "Povo – Trento/Ag. Almtal")
	f.Add("é\u0301 - x / y", "\x00", ",")
	f.Fuzz(func(t *testing.T, a, b, city string) {
		Find([]Body{{Names: []string{a, b}, Cities: []string{city}, Sites: []string{a}}, {Names: []string{b}, Country: "BG", Cities: []string{a}, Sites: []string{city}}}, Thresholds{Merge: 2, Review: -1000}, nil)
	})
}
