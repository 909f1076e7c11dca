package keep

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// The columns of a partner's country and regions, the widest first.
var (
	countryColumns = []string{"Country code", "Country"}
	regionColumns  = [][]string{{"NUTS1 (or equivalent)", "NUTS1", "NUTS 1"}, {"NUTS2 (or equivalent)", "NUTS2", "NUTS 2"},
		{"NUTS3 (or equivalent)", "NUTS3", "NUTS 3"}}
)

// partner reads a row of the table of partners.
func (r *row) partner() error {
	name := r.text(partnerColumn...)
	if text.Key(name) == "" {
		return r.reject(partnerColumn, "names no partner")
	}
	// A project of which only the partners are known.
	if r.new("project", r.key) {
		said := r.said("partners of " + r.key)
		r.nodes = append(r.nodes, store.NodeRecord{Ref: r.is, Said: said, Props: props("acronym", r.acronym, "grantNumber", r.code)})
		r.fundedBy(r.of.ref, said, "grantNumber", r.code)
	}
	r.body(name, r.text("Lead Partner", "Is lead partner"), false)
	return r.store()
}

// body tells a body and that it takes part. lead is what the row says of its being the lead
// partner; inProject tells that the row is that of the project, which has the lead partner's
// address, but neither its region nor what it is.
func (r *row) body(name, lead string, inProject bool) {
	country := r.country()
	ref := store.Ref{Kind: "Organisation", Name: name}
	key := slug(name)
	if country != "" {
		key = country + "/" + key
		ref.Identifiers, ref.Exact = []store.Identifier{{Scheme: SchemePartner, Value: cut(key)}}, true
	}
	place := r.key + "/" + key

	var kind, url store.Value
	if !inProject {
		kind, url = typeOf(r.text("Legal Status")), r.website(false)
	}
	is := props("country", country, "street", r.text("Street"), "postCode", r.text("Postal code", "Postcode"), "city", r.text("Town", "City"),
		"type", kind, "url", url)
	if r.new("body", r.of.slug, key, name, fmt.Sprint(is)) {
		r.nodes = append(r.nodes, store.NodeRecord{Ref: ref, Said: r.said("partner " + place), Props: is})
	}
	// Where the partners' own table tells the region, the country of a project's row adds nothing.
	if at := r.located(country, inProject); at.Kind != "" && !(inProject && r.partners) && r.new("located", r.of.slug, key, at.Identifiers[0].Value) {
		r.edges = append(r.edges, store.EdgeRecord{Type: "LOCATED_IN", From: ref, To: at, Said: r.said("partner " + place)})
	}

	takes := store.EdgeRecord{Type: "PARTICIPATES_IN", From: ref, To: r.is, Said: r.said("partner " + place)}
	if inProject {
		takes.Place = "project " + r.key
		takes.Props = props("role", "COORDINATOR", "roleText", "Lead Partner")
		r.edges = append(r.edges, takes)
		return
	}
	role, roleText := "PARTICIPANT", "Project Partner"
	if yes(lead) {
		role, roleText = "COORDINATOR", "Lead Partner"
	}
	unit := r.text("Department")
	if unit != "" {
		roleText += ", " + unit
	}
	takes.Props = props("role", role, "roleText", roleText, "totalCost", r.money("Partner budget", "Total budget", "Budget"),
		"contribution", r.money("EU Funding", "ERDF budget", "ERDF", "ENI budget", "IPA budget"))
	if !r.new("takes part", r.key, key, fmt.Sprint(takes.Props)) {
		return // the same row again
	}
	// One body may take part with several of its departments.
	for n := 2; !r.new("takes part as", r.key, key, takes.Key); n++ {
		if takes.Key = slug(unit); takes.Key == "" || r.told.Knows("takes part as", r.key, key, takes.Key) {
			takes.Key = strconv.Itoa(n)
		}
	}
	if takes.Key != "" {
		takes.Place += ", " + takes.Key
	}
	r.edges = append(r.edges, takes)
}

// yes tells whether a column says that it is so: "Yes", "Lead Partner", "LP".
func yes(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "y", "true", "1", "lead partner", "lp":
		return true
	}
	return false
}

// typeOf is what a legal status says of what a body is. A public body is one. "private" says
// under which law it is, and that of a chamber, an association or a charity is the same as a
// company's; as CORDIS' PRC means "for profit", nothing can be said of those.
func typeOf(status string) store.Value {
	if strings.EqualFold(status, "public") {
		return "PUB"
	}
	return nil
}

// country is the country that the row tells, as a code; where it tells none, that of its
// region. Empty if it tells neither.
func (r *row) country() string {
	for _, column := range countryColumns {
		if s := r.text(column); s != "" {
			if code, ok := vocabulary.Country(s); ok {
				return code
			}
			r.leave([]string{column}, "is not understood as a country; write its name or its code in ISO 3166-1")
		}
	}
	for _, columns := range regionColumns {
		code, _, _ := strings.Cut(r.text(columns...), "/")
		if nodes, _ := vocabulary.Region(code, "", store.Said{}); len(nodes) > 0 {
			return nodes[len(nodes)-1].Identifiers[0].Value
		}
	}
	return ""
}

// located is the most exact place that the row tells, told when it is new; the zero Ref if it
// tells none.
func (r *row) located(country string, inProject bool) store.Ref {
	// The vocabularies' own names are preferred.
	said := r.said("")
	said.Rank = store.FromField
	var at store.Ref
	if country != "" {
		at = vocabulary.CountryRef(country)
		if r.new("place", r.of.slug, country) {
			r.nodes = append(r.nodes, vocabulary.CountryNode(country, said))
		}
	}
	if inProject {
		return at
	}
	for _, columns := range regionColumns {
		s := r.text(columns...)
		if s == "" {
			continue
		}
		code, name, _ := strings.Cut(s, "/")
		code = strings.TrimSpace(code)
		name, other := twoNames(strings.TrimSpace(name))
		nodes, edges := vocabulary.Region(code, name, said)
		if len(nodes) == 0 {
			r.leave(columns, "does not begin with a NUTS code, such as \"BG41 / Yugozapaden\"")
			continue
		}
		if is := vocabulary.CountryRef(country); country != "" && nodes[len(nodes)-1].Identifiers[0] != is.Identifiers[0] {
			r.leave(columns, "lies in another country than the partner")
			continue
		}
		if other != "" {
			nodes[0].Props = nodes[0].Props.With("aliases", store.List{other})
		}
		for i, n := range nodes {
			id := n.Identifiers[0].Value
			if r.new("place", r.of.slug, id) {
				r.nodes = append(r.nodes, n)
			}
			if i < len(edges) && r.new("place in", r.of.slug, id) {
				r.edges = append(r.edges, edges[i])
			}
		}
		at = vocabulary.RegionRef(code)
	}
	return at
}

// twoNames takes a name in another script apart from its Latin form behind it: "БЪЛГАРИЯ
// (BULGARIA)".
func twoNames(s string) (name, latin string) {
	open := strings.IndexByte(s, '(')
	if !strings.HasSuffix(s, ")") || open < 0 || strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) < 0 {
		return s, ""
	}
	// "София (столица), (Sofia (stolitsa),)"
	for at := range s {
		if s[at] == '(' && strings.IndexFunc(s[at:], func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) < 0 {
			inner := strings.TrimSuffix(s[at+1:], ")")
			return strings.TrimRight(s[:at], " ,"), strings.Trim(inner, " ,")
		}
	}
	return s, ""
}
