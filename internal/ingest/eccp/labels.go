package eccp

import (
	"strings"

	"clustergraph/internal/text"
)

// fieldKey names what a label of the platform asks for, in either layout.
type fieldKey int

const (
	noField fieldKey = iota
	fAbout
	fEstablished
	fStaff
	fUpskilling
	fComposition
	fLegalForm
	fLanguages
	fTeamLink
	fTeam
	fSectors
	fNACE
	fCrossSector
	fEcosystems
	fTechnology
	fS3
	fSpecialisation
	fServices
	fProgrammes
	fInternational
	fTransnational
	fCountries
	fInternationalActivities
	fTransnationalActivities
	fMemberships
	fEvents
	fNews
	fBestPractices
	fLabel
	fStrategy
	fContact
	fCountry
	fRegion
	fCity
	fStreet
	fPostCode
	fWebsite
	fPhone
	fEmail
	fSocial
	// Parts of the composition.
	fTotal
	fSMEs
	fStartUps
	fLarge
	fResearch
	fCivil
	fOther
	// fHeading opens a group of labels and asks for nothing itself.
	fHeading
	// fUnkept is asked for by the platform but has no place in the model.
	fUnkept
	// fNoise is what the page's theme writes.
	fNoise
)

// labels are the labels of both layouts with the variants they are met in, by their key
// (see text.Key). One that is long may be met cut or continued: see labelOf.
var labels = func() map[string]fieldKey {
	m := map[string]fieldKey{}
	for asks, names := range map[fieldKey][]string{
		fAbout:       {"About us", "About", "Description", "Description of the cluster organisation", "Short description", "About the network", "About the cluster"},
		fEstablished: {"Established", "Established in", "Year of establishment", "Founded", "Date of establishment", "The date when the cluster organisation was established", "Date when the cluster organisation was established"},
		fStaff: {"Staff in the management team", "Number of staff in the management team", "Number of staff in the management team of the cluster organisation",
			"Number of employees in the cluster organisation"},
		fUpskilling:  {"Support services for upskilling and reskilling of companies workforce", "Support services for upskilling and reskilling", "Upskilling and reskilling"},
		fComposition: {"Cluster composition", "Composition of the cluster", "Composition"},
		fLegalForm:   {"Legal form of the cluster organisation", "Legal form", "Legal form of the organisation"},
		fLanguages:   {"Languages spoken", "Languages", "Spoken languages"},
		fTeamLink: {"Link to the team description on the cluster organisation website", "Link to the team description on the cluster organisation's website",
			"Link to the team description"},
		fTeam:           {"Management team", "Cluster Management Team", "Team"},
		fSectors:        {"Sectoral industries", "Sectorial industries", "Sectoral Industries (NACE 2 digit)", "Sectoral Industries (NACE)", "Emerging industries"},
		fNACE:           {"Sectoral Industries (NACE 4 digit)", "Sectorial Industries (NACE 4 digit)", "NACE 4 digit", "NACE codes", "NACE"},
		fCrossSector:    {"Cross-sectoral industries", "Cross sectoral industries", "Cross-sectorial industries"},
		fEcosystems:     {"Industrial Alliances and Ecosystems", "Industrial ecosystems", "EU industrial ecosystems", "Industrial ecosystem"},
		fTechnology:     {"Technology fields", "Technology field", "Technological fields"},
		fS3:             {"S3 EU priority areas", "S3 priority areas", "S3 EU priority area"},
		fSpecialisation: {"Areas of specialisation of the cluster not covered above", "Areas of specialisation", "Areas of specialization of the cluster not covered above"},
		fServices:       {"Support services provided", "Support services", "Services provided"},
		fProgrammes: {"Support programmes", "EU Programmes", "European Programmes", "National Programmes", "Regional Programmes", "National/Regional Programmes",
			"Regional/National Support Programmes", "Name & description", "Name and description", "Projects", "Project name"},
		fInternational: {"International cooperation", "International cooperation activities"},
		fTransnational: {"Transnational cooperation", "European cooperation", "Transnational cooperation activities"},
		fCountries: {"Targeted countries", "Target countries", "The main countries targeted by the cluster organisation", "Main countries targeted by the cluster organisation",
			"Countries targeted", "The main European countries targeted by the cluster organisation", "The main countries targeted"},
		fInternationalActivities: {"International support activites", "International support activities",
			"Our cluster organisation undertook the following international activities", "International activities"},
		fTransnationalActivities: {"Transnational support activites", "Transnational support activities",
			"Our cluster organisation undertook the following transnational activities", "Our cluster organisation undertook the following European activities", "Transnational activities"},
		fMemberships: {"Membership in cluster networks, meta clusters and national associations of clusters", "Membership in cluster networks", "Memberships",
			"Membership to other networks/partnerships", "Membership to other networks", "Membership in other networks/partnerships", "Member of"},
		fEvents:        {"Upcoming events", "Events"},
		fNews:          {"Latest news and documents", "Latest news", "News and documents"},
		fBestPractices: {"Submitted best practices", "Best practices"},
		fLabel: {"Cluster Excellence Label", "Excellence label", "Cluster label", "ECEI label", "Cluster Management Excellence Label", "Quality label",
			"Cluster labelled", "Cluster labels"},
		fStrategy: {"Cluster Strategy", "Strategy"},
		fContact:  {"Contact and info", "Contact", "Contact information", "Contact details", "Contacts"},
		fCountry:  {"Country"},
		fRegion:   {"Region", "NUTS region"},
		fCity:     {"City", "Town"},
		fStreet:   {"Address", "Street", "Street address"},
		fPostCode: {"Postal code", "Post code", "Postcode", "ZIP code", "ZIP"},
		fWebsite:  {"Website", "Web site", "Web page", "Homepage", "Website of the cluster organisation", "Link to the website"},
		fPhone:    {"Phone", "Telephone", "Tel", "Phone number"},
		fEmail:    {"Email", "E-mail", "E mail", "Email address"},
		fSocial:   {"Social media", "LinkedIn", "Twitter", "Facebook", "Instagram", "YouTube"},
		fTotal:    {"Cluster Members", "Total number of members", "Total number of cluster members", "Number of members", "Total members", "Members"},
		fSMEs: {"SMEs", "SME's", "Number of SMEs", "Number of SME members", "SME members", "Small and medium-sized enterprises", "Small and Medium Enterprises",
			"Number of SME's", "Small and Medium Enterprises (SMEs)"},
		fStartUps: {"Number of start-ups among SME's", "Number of start-ups among SMEs", "Number of startups among SMEs", "Start-ups", "Number of start-ups", "Start-ups among SMEs"},
		fLarge:    {"Large Companies", "Number of larger company members", "Number of large company members", "Large company members", "Number of large companies", "Larger companies"},
		fResearch: {"Research Organisations, Universities, Technology Centers", "Research Organisations, Universities, Technology Centres",
			"Number of research organisations/universities/technology centres", "Number of research organisations", "Research organisations"},
		fCivil:   {"Number of civil society members", "Civil society members", "Civil society organisations", "Civil society"},
		fOther:   {"Other Ecosystem Actors", "Number of other ecosystem actors", "Other actors"},
		fHeading: {"General Information", "Sectorial and industrial focus", "Sectoral and Industrial Focus", "Cooperation activities"},
		fUnkept: {"Entrepreneurship and scale-up support facilities in the cluster's ecosystem (see \"Organisation type\")",
			"Entrepreneurship and scale-up support facilities", "Name and link of major players", "Do you have a formalised strategy?",
			"Do you have a specific strategy focus that addresses internationalisation ?", "Organisation type", "Achievements"},
		fNoise: {"Primary tabs", "Printer-friendly version", "Printer-friendly versionPrinter-friendly version", "View", "Edit", "Back to top", "Share",
			"Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "Follow", "Contact us", "Read more", "There is no uploaded content", "Profile name Location Network type"},
	} {
		for _, n := range names {
			m[text.Key(n)] = asks
		}
	}
	return m
}()

// bare labels say so little that they are labels only where their group is open, or with a
// colon behind them.
var bareLabels = map[fieldKey]bool{
	fCountry: true, fRegion: true, fCity: true, fStreet: true, fPostCode: true, fWebsite: true, fPhone: true, fEmail: true, fSocial: true,
	fTotal: true, fSMEs: true, fStartUps: true, fLarge: true, fResearch: true, fCivil: true, fOther: true, fContact: true,
}

// bareWords are labels of one common word that running text uses as a heading too.
var bareWords = map[string]bool{
	"about": true, "description": true, "founded": true, "established": true, "team": true, "languages": true, "strategy": true, "projects": true,
	"events": true, "composition": true, "nace": true, "view": true, "edit": true, "share": true, "follow": true,
	"achievements": true, "members": true, "project name": true, "best practices": true,
}

// labelOf tells what a line asks for, and the value that stands on the same line, if any.
// A label stands alone, before a colon, or before a spaced dash ("Established - 2005").
func labelOf(s string) (asks fieldKey, value string, ok bool) {
	if len(s) > 400 {
		return 0, "", false
	}
	key := text.Key(s)
	colon := strings.HasSuffix(s, ":")
	if asks, ok := labels[key]; ok && (colon || !bareWords[key] && !bareLabels[asks]) {
		return asks, "", true
	}
	if asks, ok := labels[key]; ok && (asks == fAbout || asks == fNoise) {
		return asks, "", true
	}
	for _, sep := range []string{":", " - ", " – "} {
		head, rest, found := strings.Cut(s, sep)
		if !found || strings.TrimSpace(rest) == "" {
			continue
		}
		asks, ok := labels[text.Key(head)]
		if !ok || asks == fNoise || asks == fHeading || asks == fProgrammes {
			continue
		}
		if sep != ":" && asks != fEstablished && asks != fStaff && asks != fLabel && asks != fLegalForm && asks != fLanguages {
			continue
		}
		return asks, strings.TrimSpace(rest), true
	}
	return longLabel(key)
}

// longLabel matches a label of many words that a page continues or breaks: "Our cluster
// organisation undertook the following international activities in the last two years".
func longLabel(key string) (fieldKey, string, bool) {
	if strings.Count(key, " ") < 5 {
		return 0, "", false
	}
	best, asks := "", noField
	for l, a := range labels {
		if strings.Count(l, " ") >= 5 && len(l) > len(best) && strings.HasPrefix(key, l+" ") && len(key) < 2*len(l) {
			best, asks = l, a
		}
	}
	return asks, "", best != ""
}

// brokenLabel tells whether key is the beginning of a label and no label itself: the page
// ends within it.
func brokenLabel(key string) bool {
	if _, ok := labels[key]; ok || len(key) < 12 {
		return false
	}
	for l := range labels {
		if len(l) > len(key) && strings.HasPrefix(l, key) {
			return true
		}
	}
	return false
}
