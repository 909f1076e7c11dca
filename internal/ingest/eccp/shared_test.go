package eccp

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shared is where the real pages lie that the project does not commit: beside its root.
const shared = "../../../../shared/data/eccp"

// sharedFiles are the real pages; none where they are missing, which fails in CI.
func sharedFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatalf("no pages in %s, and CI is set", shared)
		}
		t.Logf("did not run on real pages: none in %s", shared)
	}
	return files
}

func sharedPage(t testing.TB, name string) *Profile {
	t.Helper()
	if files := sharedFiles(t); len(files) == 0 {
		return nil
	}
	return parseFile(t, filepath.Join(shared, name))
}

// said holds facts as text without place, rank and confidence.
type said map[string]Fact

func factsOf(p *Profile) said {
	m := said{}
	for _, f := range p.Facts() {
		key := f.Subject
		if f.Property != "" {
			key += " " + f.Property + " = " + f.Value
		}
		if old, ok := m[key]; !ok || f.Confidence > old.Confidence {
			m[key] = f
		}
	}
	return m
}

func (s said) want(t *testing.T, facts ...string) {
	t.Helper()
	for _, f := range facts {
		if _, ok := s[f]; !ok {
			t.Errorf("missing: %s", f)
		}
	}
}

// subjects are the names at the near end of edges of a type to a node.
func (s said) subjects(relation, to string) []string {
	var out []string
	for key, f := range s {
		if from, ok := strings.CutSuffix(key, " "+relation+" "+to); ok && f.Property == "" {
			_, name, _ := strings.Cut(from, " ")
			out = append(out, strings.Trim(name, `"`))
		}
	}
	slices.Sort(out)
	return out
}

func (s said) objects(relation, from string) []string {
	var out []string
	for key, f := range s {
		if to, ok := strings.CutPrefix(key, from+" "+relation+" "); ok && f.Property == "" {
			_, name, _ := strings.Cut(to, " ")
			out = append(out, strings.Trim(name, `"`))
		}
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// What MODEL.md asks of the whole profile, fact by fact.
func TestClusterProfile(t *testing.T) {
	p := sharedPage(t, "ict-cluster.txt")
	if p == nil {
		return
	}
	const c = `Cluster "ICT Cluster"`
	s := factsOf(p)
	t.Run("the cluster", func(t *testing.T) {
		s.want(t,
			c+` identifiers = ECCP:ict-cluster`,
			c+` nativeName = IKT Klaster`,
			c+` legalName = Foundation "Cluster Information and Communication Technologies"`,
			c+` legalForm = Foundation`,
			c+` established = 2005-01-31`,
			c+` managementStaff = 1-5`,
			c+` languages = bg; en`,
			c+` profileCompletion = 90`,
			c+` LOCATED_IN Place "South-West (Bulgaria)"`,
			`Place "South-West (Bulgaria)" PART_OF Place "Bulgaria"`,
			`Place "Bulgaria" code = BG`,
			c+` supportServices = Access to finance: Public funding`,
			c+` supportServices = Internationalisation Support (access to third countries markets)`,
			c+` supportServices = Facilitation of collaboration between members (within the cluster)`,
			c+` supportServices = Support of Research, Development and Innovation`,
			c+` upskillingServices = Competence development`,
			c+` upskillingServices = Staff mobility`,
			c+` upskillingServices = Mentoring`,
		)
	})
	t.Run("its composition", func(t *testing.T) {
		s.want(t,
			c+` composition = {totalMembers: 293}`, c+` composition = {startUps: 5}`, c+` composition = {researchOrganisations: 6}`,
			c+` composition = {civilSociety: 5}`, c+` composition = {otherActors: 2}`,
			c+` composition = {totalMembers: 10}`, // the text says otherwise
		)
		smes := s[c+` composition = {smes: 280}`]
		if smes.Confidence >= sureField || !smes.Derived && smes.Rank == 2 {
			t.Errorf("280 SMEs without a label are as sure as with one: %v", smes)
		}
		for key := range s {
			if strings.HasPrefix(key, c+" composition") && strings.Contains(key, "largeCompanies") {
				t.Errorf("the page does not tell large companies: %s", key)
			}
		}
		told := slices.ContainsFunc(p.Unread, func(u Unread) bool { return strings.Contains(u.Why, "label is missing") })
		if !told {
			t.Error("that the label of 280 is missing is not told")
		}
	})
	t.Run("its team", func(t *testing.T) {
		for who, role := range map[string]string{"Anna Naydenova": "Cluster Manager", "Peter Statev": "Cluster Manager", "Krasimira Shindarova": "Cluster Manager",
			"Todor Mitov": "ECCP Responsible Person"} {
			s.want(t, `Person "`+who+`" AFFILIATED_WITH `+c+` role = `+role)
		}
		same(t, "people", s.subjects(affiliatedWith, c), "Anna Naydenova", "Peter Statev", "Krasimira Shindarova", "Todor Mitov", "Blagovesta Mladenova")
		for key := range s {
			if strings.HasPrefix(key, `Person "Blagovesta Mladenova" AFFILIATED_WITH `+c+` role`) {
				t.Errorf("no role is told of her: %s", key)
			}
		}
	})
	t.Run("its topics", func(t *testing.T) {
		s.want(t,
			`Topic "Activities of membership organisations" code = S94`,
			`Topic "Activities of business and employers membership organisations" code = S94.11`,
			c+` CLASSIFIED_AS Topic "Activities of business and employers membership organisations"`,
			`Topic "Activities of business and employers membership organisations" PART_OF Topic "Activities of membership organisations"`,
			`Topic "Physics" code = G`, `Topic "Digital Industries" scheme = CROSS_SECTOR`,
			`Topic "Smart system integration" PART_OF Topic "Digital transformation"`,
		)
		if n := len(s.objects(classifiedAs, c)); n != 2+1+1+8 {
			t.Errorf("%d topics, want 12", n)
		}
	})
	t.Run("whom it wants to work with", func(t *testing.T) {
		same(t, "targets", s.objects(targets, c), "United States")
		s.want(t, c+` TARGETS Place "United States" scope = INTERNATIONAL`, c+` TARGETS Place "United States" activities = Promotional Activities`)
	})
	t.Run("its networks", func(t *testing.T) {
		same(t, "networks", s.objects(memberOf, c), "3B ICT Clusters' Network", edih)
		s.want(t,
			`Network "3B ICT Clusters' Network" aliases = Balkan, Black Sea and Baltic ICT Clusters Network`,
			`Network "Balkan and Black Sea ICT Clusters Network" founded = 2014`,
		)
		same(t, "members of the network that the page only names", s.subjects(memberOf, `Network "Balkan and Black Sea ICT Clusters Network"`))
	})
	t.Run("projects and programmes", func(t *testing.T) {
		same(t, "projects", s.objects(participatesIn, c), "Better Factory", "BRIDGE", "UFO", "BOWI", "Entrepreneurship without borders", "Smart Factory Hub",
			"GIVE", "DANUBE ICT", "I3E", "Erasmus for Young Entrepreneurs")
		s.want(t,
			c+` PARTICIPATES_IN Project "BRIDGE" role = PARTICIPANT`,
			c+` PARTICIPATES_IN Project "BOWI" role = PARTICIPANT`,
			c+` PARTICIPATES_IN Project "GIVE" role = COORDINATOR`,
			c+` PARTICIPATES_IN Project "DANUBE ICT" role = COORDINATOR`,
			c+` PARTICIPATES_IN Programme "Erasmus for Young Entrepreneurs" role = INTERMEDIARY`,
			c+` PARTICIPATES_IN Programme "Erasmus for Young Entrepreneurs" since = 2010`,
			`Programme "Erasmus for Young Entrepreneurs" PART_OF Programme "COSME"`,
			`Project "Better Factory" title = Growing the European Manufacturing Business`,
			`Project "Better Factory" grantNumber = 951813`,
			`Project "Better Factory" identifiers = CORDIS:951813`,
			`Project "Better Factory" FUNDED_BY Programme "Horizon 2020" grantNumber = 951813`,
			`Programme "Better Factory First Open Call" PART_OF Project "Better Factory"`,
			`Programme "Better Factory First Open Call" start = 2021-01`,
			`Project "BRIDGE" title = Building Relations to go International for Data-Driven Growing Enterprises`,
			`Project "BRIDGE" FUNDED_BY Programme "COSME" call = Cluster Go International`,
			`Project "BRIDGE" start = 2020-09-01`, `Project "BRIDGE" durationMonths = 20`, `Project "BRIDGE" end = 2022-04-30`,
			`Project "BRIDGE" totalCost = 222206.90 EUR`,
			`Project "UFO" FUNDED_BY Programme "Horizon 2020" call = INNOSUP-2018-2020`,
			`Project "BOWI" FUNDED_BY Programme "Horizon 2020" call = Digitizing and transforming European industry and services: digital innovation hubs and platforms`,
			`Project "BOWI" start = 2020-01-01`, `Project "BOWI" durationMonths = 42`, `Project "BOWI" end = 2023-06-30`,
			`Project "Entrepreneurship without borders" grantNumber = BG051PO001-7.0.07-0215`,
			`Project "Entrepreneurship without borders" aliases = Entreprenurship without borders`,
			`Project "Entrepreneurship without borders" FUNDED_BY Programme "Operational Programme Human Resources Development"`,
			`Project "Entrepreneurship without borders" FUNDED_BY Programme "European Social Fund"`,
			`Project "Smart Factory Hub" FUNDED_BY Programme "Danube Transnational Programme"`,
			`Project "GIVE" title = Green Ict deVElopment`,
			`Project "GIVE" start = 2017-12-01`, `Project "GIVE" durationMonths = 24`, `Project "GIVE" end = 2019-11-30`,
			`Project "GIVE" FUNDED_BY Programme "COSME"`,
			`Project "GIVE" SUPPORTED_BY Organisation "REG USAID Project" role = PREPARATION`,
			`Project "DANUBE ICT" start = 2015-12-01`, `Project "DANUBE ICT" durationMonths = 6`, `Project "DANUBE ICT" end = 2016-05-31`,
			`Project "DANUBE ICT" FUNDED_BY Programme "START - Danube Region Project Fund"`,
			`Project "DANUBE ICT" SUPPORTED_BY Organisation "City of Vienna"`,
			`Project "DANUBE ICT" SUPPORTED_BY Organisation "European Commission"`,
			`Project "I3E" FUNDED_BY Programme "South East Europe Transnational Cooperation Programme"`,
			`Project "I3E" SUPPORTED_BY Organisation "Ministry of Regional Development and Public Work of Bulgaria" role = FUNDER`,
		)
		if f := s[`Project "GIVE" end = 2019-11-30`]; !f.Derived {
			t.Error("a computed end is not marked as derived")
		}
		for _, key := range []string{`Project "Better Factory" durationMonths = 12`, `Project "Better Factory" start = 2021-01`} {
			if _, ok := s[key]; ok {
				t.Errorf("that is said of its calls: %s", key)
			}
		}
	})
	t.Run("partners", func(t *testing.T) {
		same(t, "GIVE", s.subjects(participatesIn, `Project "GIVE"`), "ICT Cluster", "Albanian Information and Technology Association", "Cluj IT Cluster",
			"Chamber of Commerce for Information and Communication Technologies – Skopje", "ICT Cluster of Central Serbia", "Automotive Cluster Bulgaria",
			"Autocluster Serbia", "Green-Tech Latvia")
		same(t, "DANUBE ICT", s.subjects(participatesIn, `Project "DANUBE ICT"`), "ICT Cluster", "Cluj IT Cluster", "Vojvodina ICT Cluster", "Montenegrin IT Cluster")
		same(t, "BRIDGE", s.subjects(participatesIn, `Project "BRIDGE"`), "ICT Cluster", "TORINO WIRELESS", "BWCON GMBH")
		same(t, "Entrepreneurship", s.subjects(participatesIn, `Project "Entrepreneurship without borders"`), "ICT Cluster", "Ardino Municipality", "CorkBIC")
		same(t, "ADMA", s.subjects(participatesIn, `Project "ADMA"`), "DigiTech 4.0")
		same(t, "Better Factory", s.subjects(participatesIn, `Project "Better Factory"`),
			"VTT", "INOVA", "GLUON", "WAAG", "Fraunhofer IPA", "AIMEN", "Scuola Universitaria Professionale della Svizzera Italiana",
			"Slovakia National Centre of Robotic", "INESCTEC", "Technologiko Panepistimio Kyprou", "Transylvanian Furniture Cluster",
			"Slovenian Tool and Die Development Centre", "Latvian Federation of Food Companies / Food Products Quality Cluster",
			"CLUTEX - Klastr Technicke Textile", "Bydgoszcz Industrial Cluster", "Chamber of Commerce and Industry of Pécs-Baranya", "ICT Cluster",
			"University of Oulu", "INFOTECH", "Top Data Science", "Holonix", "GESTALT Robotics", "European Dynamics", "In4Art", "FundingBox",
			"Hermia Yrityskehitys Oy", "time. lex", "Mobile World Capital Barcelona")
		for _, project := range []string{"UFO", "BOWI", "Smart Factory Hub", "I3E"} {
			same(t, project, s.subjects(participatesIn, `Project "`+project+`"`), "ICT Cluster")
		}
		s.want(t,
			`Organisation "VTT" PARTICIPATES_IN Project "Better Factory" role = COORDINATOR`,
			`Organisation "VTT" LOCATED_IN Place "Finland"`,
			`Organisation "TORINO WIRELESS" PARTICIPATES_IN Project "BRIDGE" role = COORDINATOR`,
			`Organisation "BWCON GMBH" PARTICIPATES_IN Project "BRIDGE" role = PARTICIPANT`,
			`Network "DigiTech 4.0" PARTICIPATES_IN Project "ADMA" role = SUPPORTING`,
			`Network "DigiTech 4.0" PARTICIPATES_IN Project "ADMA" since = 2019-03`,
			`Person "Ali Muhammad" WORKS_ON Project "Better Factory" role = Project Coordinator`,
			`Person "Ali Muhammad" AFFILIATED_WITH Organisation "VTT"`,
			`Person "Marta Portalès" WORKS_ON Project "Better Factory" role = Marketing and communications`,
		)
		coordinator, participant := s[c+` PARTICIPATES_IN Project "GIVE" role = COORDINATOR`], s[c+` PARTICIPATES_IN Project "GIVE" role = PARTICIPANT`]
		if coordinator.Confidence <= participant.Confidence {
			t.Error("standing in the list of partners outweighs being named as coordinator")
		}
	})
	t.Run("indicators", func(t *testing.T) {
		s.want(t,
			`Project "Better Factory" indicators = {bound: EXACTLY, name: partners, value: 28}`,
			`Project "Better Factory" indicators = {bound: EXACTLY, name: countries, value: 18}`,
			`Project "UFO" indicators = {bound: AT_LEAST, name: smes, value: 3200}`,
			`Project "UFO" indicators = {bound: EXACTLY, name: clusters, value: 8}`,
			`Project "GIVE" indicators = {bound: EXACTLY, name: partners, value: 8}`,
			`Project "GIVE" indicators = {bound: EXACTLY, name: countries, value: 6}`,
		)
	})
	t.Run("events", func(t *testing.T) {
		const webinar = `Event "Tools and services supporting digital innovation of Manufacturing SMEs"`
		s.want(t,
			webinar+` start = 2021-02-26`, webinar+` type = WEBINAR`,
			c+` TAKES_PART_IN `+webinar+` role = ORGANISER`,
			`Person "Andreas Oclenburg" AFFILIATED_WITH Organisation "cloudSME" role = CEO`,
			`Person "Marta Portalès" AFFILIATED_WITH Organisation "Mobile World Capital Barcelona" role = Manager of European Projects department`,
			`Person "Paul Peeters" AFFILIATED_WITH Organisation "Agoria" role = Senior Expert Advanced Manufacturing`,
			`Person "Paul Peeters" WORKS_ON Project "ADMA" role = Project Manager`,
			`Person "Themis Kolyvas" AFFILIATED_WITH Organisation "European Dynamics" role = Project Manager`,
			`Person "Krasimira Shindarova" AFFILIATED_WITH Network "DigiTech 4.0" role = Project Manager`,
			`Person "Luisa Gonçalves" WORKS_ON Project "VOJEXT" role = Project Manager`,
			`Person "Thierry Louvet" AFFILIATED_WITH Organisation "Systematic Paris Region" role = Director`,
			`Person "Maria Roca" AFFILIATED_WITH Organisation "FundingBox" role = Senior Project Manager`,
			`Event "Cooperation of ICT clusters in the Black Sea region for growth, prosperity, and competitiveness" start = 2014-04-10`,
			`Event "Cooperation of ICT clusters in the Black Sea region for growth, prosperity, and competitiveness" end = 2014-04-11`,
			`Event "Cooperation of ICT clusters in the Black Sea region for growth, prosperity, and competitiveness" venue = Grand Hotel Sofia`,
			`Organisation "VIVACOM" TAKES_PART_IN Event "Cooperation of ICT clusters in the Black Sea region for growth, prosperity, and competitiveness" role = SPONSOR`,
			`Organisation "Ministry of Transport and Communications" TAKES_PART_IN Event "Cooperation of ICT clusters in the Black Sea region for growth, prosperity, and competitiveness" role = ORGANISER`,
			`Event "Industry and Digital Transformation: Fears and Hopes" start = 2018-10-19`,
			`Event "Industry and Digital Transformation: Fears and Hopes" PART_OF Project "Smart Factory Hub"`,
			`Event "Industry and Digital Transformation: Fears and Hopes" venue = Microsoft Innovation Center Bulgaria, Sofia Tech Park`,
			`Event "Future Today – the Automotive Forum" start = 2019-09-26`,
			`Event "Future Today – the Automotive Forum" end = 2019-09-27`,
			`Event "Future Today – the Automotive Forum" PART_OF Project "GIVE"`,
			`Event "Shaping together a smarter and greener future" PART_OF Project "GIVE"`,
			`Event "Shaping together a smarter and greener future" LOCATED_IN Place "Cluj-Napoca"`,
			`Event "ADMA 2-day training" start = 2019-04`, `Event "ADMA 2-day training" LOCATED_IN Place "Eindhoven"`,
			`Person "Krasimira Shindarova" TAKES_PART_IN Event "ADMA 2-day training" role = PARTICIPANT`,
			`Event "Digital World – Today and Tomorrow" start = 2019-06`,
			`Organisation "Bulgarian SME promotion agency" TAKES_PART_IN Event "Digital World – Today and Tomorrow" role = ORGANISER`,
			`Organisation "Mechanical Design And Construction" TAKES_PART_IN Event "Company visit: Mechanical Design And Construction" role = HOST`,
			`Event "first annual conference on European digital innovation hubs under the Digital Europe program" start = 2021-01-26`,
			`Organisation "Luxembourg Ministry of the Economy" TAKES_PART_IN Event "first annual conference on European digital innovation hubs under the Digital Europe program" role = ORGANISER`,
			`Person "Peter Statev" AFFILIATED_WITH `+c+` role = Chairman of the Board`,
			`Event "first CoderDOJO meeting in Ardino" start = 2014-06-14`,
		)
		same(t, "projects the webinar names", s.objects(about, webinar), "ADMA", "Better Factory", "CloudiFacturing", "DIH WORLD", "DigITBrain", "I4MS",
			"KITT4SMEs", "PULSATE", "RIMA", "VOJEXT")
		speakers := 0
		for key, f := range s {
			if strings.Contains(key, "TAKES_PART_IN "+webinar+" role") && f.Value == "SPEAKER" {
				speakers++
			}
		}
		if speakers != 11 {
			t.Errorf("%d speakers, want 11", speakers)
		}
	})
	t.Run("hubs", func(t *testing.T) {
		same(t, "hub founders", s.subjects(memberOf, `Network "`+edih+`"`), "ICT Cluster", "Sofia Tech Park", "Sofia Municipality", "NEVEQ", "SCAI", "institute GATE",
			"Technical university-Sofia")
		s.want(t,
			`Network "`+edih+`" founded = 2020-12-31`, `Network "`+edih+`" type = EDIH`,
			c+` OPERATES Network "DigiTech 4.0"`, `Network "DigiTech 4.0" type = PROTO_HUB`,
		)
	})
	t.Run("news", func(t *testing.T) {
		s.want(t,
			`Source "BOWI project open call for SMEs and MidCaps" published = 2020-09-04`,
			`Source "BOWI project open call for SMEs and MidCaps" ABOUT Project "BOWI"`,
			`Source "BOWI first call is open" published = 2020-06-09`,
		)
	})
	t.Run("what is not read is told", func(t *testing.T) {
		for _, line := range []int{40, 477, 501} {
			if !slices.ContainsFunc(p.Unread, func(u Unread) bool { return u.Line == line }) {
				t.Errorf("line %d is not told", line)
			}
		}
		if p.Cut != nil {
			t.Errorf("the page is whole: %v", p.Cut)
		}
	})
}

const edih = "European Digital Innovation Hub for Data Science, High-Performance Computing and Artificial Intelligence"

func TestNetworkPage(t *testing.T) {
	p := sharedPage(t, "serbian-cluster-association.txt")
	if p == nil {
		return
	}
	s := factsOf(p)
	const n = `Network "Serbian Cluster Association"`
	same(t, "founders", s.subjects(memberOf, n), "Vojvodina ICT Cluster", "Autocluster Serbia", "ICT Network", "Vojvodina Metal Cluster",
		"Fashion and Apparel Cluster of Serbia", "Nis Cluster of Advanced Technologies", "ICT Cluster of Central Serbia")
	s.want(t,
		`Cluster "ICT Network" MEMBER_OF `+n+` role = FOUNDER`,
		`Cluster "Vojvodina ICT Cluster" aliases = VOICT`,
		n+` aliases = SCAN`,
		n+` indicators = {bound: AT_LEAST, name: people employed by members, value: 30000}`,
		n+` indicators = {bound: AT_LEAST, name: yearly income of members, unit: EUR, value: 1e+09}`,
	)
	for key := range s {
		if strings.HasPrefix(key, "Project") {
			t.Errorf("the page names no project: %s", key)
		}
	}
}

// The question the project is about, answered from the two pages' facts.
func TestPairsAcrossTheTwoNetworks(t *testing.T) {
	a, b := sharedPage(t, "ict-cluster.txt"), sharedPage(t, "serbian-cluster-association.txt")
	if a == nil || b == nil {
		return
	}
	projects, members := map[string][]string{}, map[string][]string{}
	for _, p := range []*Profile{a, b} {
		for _, r := range p.facts.relations {
			switch {
			case r.kind == participatesIn && r.to.kind == kindProject && !slices.Contains(projects[r.to.name], r.from.name):
				projects[r.to.name] = append(projects[r.to.name], r.from.name)
			case r.kind == memberOf && !slices.Contains(members[r.to.name], r.from.name):
				members[r.to.name] = append(members[r.to.name], r.from.name)
			}
		}
	}
	var pairs []string
	for project, partners := range projects {
		for _, x := range members["3B ICT Clusters' Network"] {
			for _, y := range members["Serbian Cluster Association"] {
				if x != y && slices.Contains(partners, x) && slices.Contains(partners, y) {
					pairs = append(pairs, x+" with "+y+" ("+project+")")
				}
			}
		}
	}
	slices.Sort(pairs)
	same(t, "pairs", pairs, "ICT Cluster with Autocluster Serbia (GIVE)", "ICT Cluster with ICT Cluster of Central Serbia (GIVE)",
		"ICT Cluster with Vojvodina ICT Cluster (DANUBE ICT)")
}

func TestProfilesOfBothLayouts(t *testing.T) {
	if p := sharedPage(t, "transylvanian-furniture.txt"); p != nil {
		const c = `Cluster "Transylvanian Furniture Cluster"`
		factsOf(p).want(t, c+` composition = {totalMembers: 86}`, c+` composition = {smes: 62}`, c+` composition = {startUps: 1}`, c+` composition = {largeCompanies: 3}`,
			c+` composition = {researchOrganisations: 9}`, c+` composition = {otherActors: 12}`, c+` established = 2012-07-17`, c+` managementStaff = 11-20`,
			c+` profileCompletion = 100`, c+` LOCATED_IN Place "North-West (Romania)"`, `Organisation "Hygia Consult" OPERATES `+c)
		if p.Cut == nil || p.Cut.Line != 39 {
			t.Errorf("the page ends in line 39 within a sentence; told is %v", p.Cut)
		}
	}
	if p := sharedPage(t, "transylvanian-furniture-older-layout.txt"); p != nil {
		const c = `Cluster "Transylvanian Furniture Cluster"`
		s := factsOf(p)
		s.want(t, c+` established = 2012-07-17`, c+` labels = {level: Gold, name: Cluster Excellence Label}`, c+` CLASSIFIED_AS Topic "3D printing"`,
			c+` CLASSIFIED_AS Topic "Advanced materials"`, c+` CLASSIFIED_AS Topic "Wood and furniture"`, c+` TARGETS Place "South Africa" scope = INTERNATIONAL`,
			c+` supportServices = Access to technology services`)
		for key := range s {
			if strings.Contains(key, "composition") || strings.Contains(key, memberOf) || strings.HasPrefix(key, "Person") || strings.Contains(key, "managementStaff") {
				t.Errorf("its label is empty: %s", key)
			}
		}
		if p.Cut == nil || p.Cut.Line != 55 {
			t.Errorf("the page ends in line 55 within a label; told is %v", p.Cut)
		}
	}
}
