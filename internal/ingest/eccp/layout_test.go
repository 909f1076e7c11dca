package eccp

import (
	"slices"
	"strings"
	"testing"
)

// Pages of the same platform that differ from the fixtures in one thing each.
func TestVariants(t *testing.T) {
	newer := func(body string) string {
		return "Some Cluster\n\nSerbia\nIvo Test\n50% completed\n\nAbout us\n\nText.\n\n" + body
	}
	const c = `Cluster "Some Cluster"`
	for _, v := range []struct {
		reason, page string
		want         []string
		never        []string // parts that no fact may have
		unread       string
	}{
		{"counts with their labels, one empty", newer("Cluster composition\n\n  • 30\n    Cluster Members\n  • 20\n    SMEs\n  •\n    Large Companies\n  • 3\n    Research Organisations, Universities, Technology Centers\n"),
			[]string{c + " composition = {totalMembers: 30}", c + " composition = {smes: 20}", c + " composition = {researchOrganisations: 3}"}, []string{"largeCompanies", "startUps"}, ""},
		{"a count without label that the sum does not prove", newer("Cluster composition\n\n  • 30\n    Cluster Members\n  • 20\n  • 5\n    Large Companies\n"),
			[]string{c + " composition = {totalMembers: 30}"}, []string{"smes"}, "without a label"},
		{"two counts without label", newer("Cluster composition\n\n  • 30\n  • 20\n  • 5\n    Large Companies\n"), []string{c + " composition = {largeCompanies: 5}"}, []string{"smes", "totalMembers"}, "several counts"},
		{"a stated zero", newer("Cluster composition\n\n  • 30\n    Cluster Members\n  • 0\n    Large Companies\n"), []string{c + " composition = {largeCompanies: 0}"}, nil, ""},
		{"counts without bullets", newer("Cluster composition\n\n30\nCluster Members\n25\n5\nLarge Companies\n"),
			[]string{c + " composition = {smes: 25}", c + " composition = {largeCompanies: 5}"}, nil, "label is missing"},
		{"counts and labels on one line", newer("Cluster composition\n\n  • 30 Cluster Members\n  • 5 Large Companies\n"), []string{c + " composition = {totalMembers: 30}"}, nil, ""},
		{"a number that is none", newer("Cluster composition\n\n  • many\n    Cluster Members\n"), nil, []string{"composition"}, ""},
		{"only a year", newer("Established - 1998\n"), []string{c + " established = 1998"}, nil, ""},
		{"a date that is none", newer("Established - long ago\n"), nil, []string{"established"}, "not understood as a date"},
		{"roles above names, in capitals and in other scripts", newer("Management team\n\nCluster Manager\nMARIA PETROVA\nDirector\n王伟\n"),
			[]string{`Person "MARIA PETROVA" AFFILIATED_WITH ` + c + " role = Cluster Manager", `Person "王伟" AFFILIATED_WITH ` + c + " role = Director"}, nil, ""},
		{"names with titles", newer("Management team\n\nDr. Мария Иванова\nCluster Manager\n"), []string{`Person "Мария Иванова" honorific = Dr.`}, nil, ""},
		{"several networks in a table", newer("Membership in cluster networks, meta clusters and national associations of clusters\n\nProfile name Location Network type\nSome Network Belgium Meta cluster\nOther Alliance\n"),
			[]string{c + ` MEMBER_OF Network "Some Network"`, `Network "Some Network" type = META_CLUSTER`, `Network "Some Network" LOCATED_IN Place "Belgium"`, c + ` MEMBER_OF Network "Other Alliance"`}, nil, ""},
		{"no memberships", newer("Membership in cluster networks, meta clusters and national associations of clusters\n\nProfile name Location Network type\n\nUpcoming events\n"), nil, []string{"MEMBER_OF"}, ""},
		{"all members of a network are engaged", newer("All members of the Grand Cluster Network will be engaged in the project BIGONE. All partners of the Grand Cluster Network are invited.\n"), nil, []string{"MEMBER_OF", "PARTICIPATES_IN"}, ""},
		{"partners of no project", newer("Partners in the project are: A Cluster, B Cluster, and C Cluster.\n"), nil, []string{"PARTICIPATES_IN"}, "of which project is not told"},
		{"partners that cannot be told apart", newer("Name & description\n\nBIGONE - A project about something\n\nThe project partners are Torino and bwcon.\n"), nil, []string{"Torino"}, "cannot be told apart"},
		{"a topic without code where one belongs", newer("Sectoral Industries (NACE 4 digit)\nSomething\n"), nil, []string{"CLASSIFIED_AS"}, "has no NACE code"},
		{"a country nobody knows", newer("International cooperation\n\nTargeted countries\n\nAtlantis\nJapan\n"), []string{c + ` TARGETS Place "Japan" scope = INTERNATIONAL`}, []string{"Atlantis"}, "not understood as a country"},
		{"a label with its value behind a colon", newer("Languages spoken: Serbian, English\nLegal form: Association\n"), []string{c + " languages = sr; en", c + " legalForm = Association"}, nil, ""},
		{"a quality label", newer("Cluster Excellence Label - ECEI Silver\n"), []string{c + " labels = {level: Silver, name: ECEI}"}, nil, ""},
	} {
		t.Run(v.reason, func(t *testing.T) {
			p, err := Parse(strings.NewReader(v.page), Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := factsOf(p)
			s.want(t, v.want...)
			for key := range s {
				for _, no := range v.never {
					if strings.Contains(key, no) {
						t.Errorf("invented: %s", key)
					}
				}
			}
			if v.unread != "" && !slices.ContainsFunc(p.Unread, func(u Unread) bool { return strings.Contains(u.Why, v.unread) }) {
				t.Errorf("what was not read is not told: %v", p.Unread)
			}
			if t.Failed() {
				t.Log(dump(p))
			}
		})
	}
}
