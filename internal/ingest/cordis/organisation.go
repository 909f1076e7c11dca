package cordis

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/values"
	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// roles are those of CORDIS in the words of the schema. A partner of Horizon 2020 (a partner
// organisation of a Marie Curie action, a body of a third country) is never paid.
var roles = map[string]string{
	"coordinator": "COORDINATOR", "participant": "PARTICIPANT", "beneficiary": "PARTICIPANT", "hostinstitution": "PARTICIPANT",
	"partner": "ASSOCIATED", "associatedpartner": "ASSOCIATED", "internationalpartner": "INTERNATIONAL_PARTNER",
	"thirdparty": "THIRD_PARTY", "linkedthirdparty": "THIRD_PARTY", "affiliatedentity": "THIRD_PARTY", "subcontractor": "SUBCONTRACTOR",
}

var plainRole = strings.NewReplacer(" ", "", "_", "", "-", "")

// types are the activity types of organisations.
var types = map[string]bool{"HES": true, "REC": true, "PRC": true, "PUB": true, "OTH": true}

// participation is where organization.csv has who takes part.
type participation struct {
	project, organisation, name, order, role, ended column
}

func findParticipation(rows *tabular.Rows) participation {
	return participation{find(rows, ofProjectID...), find(rows, ofOrganisationID...), find(rows, "name"), find(rows, "order"),
		find(rows, "role"), find(rows, "endOfParticipation")}
}

// who is the organisation of a row: its PIC if it has one, else its name.
func (p participation) who(row *row) (pic, who string) {
	pic = row.number(p.organisation)
	if picFault(pic) == "" {
		return pic, pic
	}
	return "", row.raw(p.name)
}

// picFault tells why a text is no PIC; empty if it may be one.
func picFault(s string) string {
	switch {
	case strings.Trim(s, "0123456789") != "" || len(s) != 9:
		return "is no PIC, which has nine digits"
	case strings.Count(s, s[:1]) == len(s):
		return "is a placeholder, not a PIC"
	}
	return ""
}

// weight is how far a participation is from being the one that is meant where its
// organisation is named in a project: one that goes on and is paid comes first.
func (p participation) weight(row *row) uint64 {
	order, err := strconv.ParseUint(row.text(p.order), 10, 32)
	if err != nil {
		order = math.MaxUint32
	}
	w := order
	switch roles[plainRole.Replace(strings.ToLower(row.text(p.role)))] {
	case "COORDINATOR":
	case "PARTICIPANT":
		w |= 1 << 32
	default:
		w |= 2 << 32
	}
	if s := row.text(p.ended); s != "" {
		if ended, err := values.Bool(s); err == nil && ended {
			w |= 4 << 32
		}
	}
	return w
}

// parallel are the pairs of a project and an organisation that stand in several rows of a
// table: a body that left and came back, or that is a third party of two partners. The one
// of least weight makes the edge that other sources speak of, which has no key.
type parallel struct {
	// least is the least weight of each such pair; where it could not be found out ahead
	// (blind), the first one of each pair that was read.
	least map[uint64]uint64
	blind bool
	given map[uint64]int // how often a pair was given a key, and rows that were read
}

// parallel looks for such pairs ahead, as which is which must not hang on the order of rows.
// Standard input can be read only once.
func (r *run) parallel(t *table) (*parallel, error) {
	p := &parallel{map[uint64]uint64{}, t.Sum == "", map[uint64]int{}}
	if p.blind {
		return p, nil
	}
	rows, err := t.Open(r.ctx, t.RowOptions)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	is := findParticipation(rows)
	least := map[uint64]uint64{}
	for n := 0; ; n++ {
		if n%1024 == 0 && r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		values, err := rows.Next()
		var fault *tabular.Fault
		switch {
		case err == io.EOF:
			return p, nil
		case errors.As(err, &fault):
			continue // it is told when the table is read
		case err != nil:
			return nil, err
		}
		row := &row{run: r, table: t, values: values}
		_, who := is.who(row)
		pair, weight := ingest.Hash(row.number(is.project), who), is.weight(row)
		was, again := least[pair]
		if !again || weight < was {
			least[pair] = weight
		}
		if again {
			p.least[pair] = least[pair]
		}
	}
}

// key is the key of the edge of a participation; again is true if the whole row was read
// before.
func (p *parallel) key(row *row, pair, weight uint64, order string) (key string, again bool) {
	least, several := p.least[pair]
	switch {
	case several:
	case p.blind:
		p.least[pair], least = weight, weight
	default:
		return "", false
	}
	all := make([]string, len(row.values.Values))
	for i := range all {
		all[i] = row.values.At(i)
	}
	whole := ingest.Hash(all...)
	if p.given[whole]++; p.given[whole] > 1 {
		return "", true
	}
	if weight != least {
		key = order
	}
	h := ingest.Hash(strconv.FormatUint(pair, 36), key)
	if p.given[h]++; p.given[h] > 1 {
		key = strings.TrimSpace(fmt.Sprintf("%s (%d)", key, p.given[h]))
	}
	return key, false
}

// readOrganisations reads organization.csv: who takes part in which project.
func readOrganisations(r *run, t *table, rows *tabular.Rows) (func(*row) error, error) {
	var (
		is          = findParticipation(rows)
		acronym     = find(rows, "projectAcronym", "acronym")
		vat         = find(rows, "vatNumber")
		short       = find(rows, "shortName")
		sme         = find(rows, "SME")
		activity    = find(rows, "activityType", "orgType")
		street      = find(rows, "street")
		postCode    = find(rows, "postCode")
		city        = find(rows, "city")
		country     = find(rows, "country")
		nuts        = find(rows, "nutsCode")
		position    = find(rows, "geolocation")
		page        = find(rows, "organizationURL", "organisationURL")
		updated     = find(rows, "contentUpdateDate")
		pays        = find(rows, "ecContribution", "euContribution")
		paysNet     = find(rows, "netEcContribution")
		costs       = find(rows, "totalCost")
		description = []column{is.name, vat, short, sme, activity, street, postCode, city, country, nuts, position, page}
		told        = make([]string, 0, len(description)+3)
	)
	several, err := r.parallel(t)
	if err != nil {
		return nil, err
	}
	return func(row *row) error {
		id := row.number(is.project)
		pic, who := is.who(row)
		if who == "" {
			return row.reject(is.organisation, "names no organisation: neither a PIC nor a name")
		}
		project, f, err := row.project(id, is.project, row.raw(acronym))
		if err != nil || f == nil {
			return err
		}
		f.organisations = f.organisations || isPublished(t.stem)
		if s := row.number(is.organisation); pic == "" && s != "" {
			row.leave(is.organisation, errors.New(picFault(s)))
		}
		key, again := several.key(row, ingest.Hash(id, who), is.weight(row), row.text(is.order))
		if again {
			return row.store()
		}
		place := t.stem + " " + id + "/" + who
		if key != "" {
			place += " " + key
		}
		row.said = row.updatedAt(updated, f.said(place))
		organisation := store.Ref{Kind: "Organisation"}
		if pic != "" {
			organisation.Identifiers, organisation.Exact = []store.Identifier{{Scheme: SchemeOrganisation, Value: pic}}, true
		} else {
			organisation.Name = who
			if code, ok := vocabulary.Country(row.raw(country)); ok { // ministries of two countries have one name
				organisation.ID = "name:" + text.Slug(who) + "-" + strings.ToLower(code)
			}
		}

		told = append(told[:0], "organisation", f.code, pic)
		for _, c := range description {
			told = append(told, row.raw(c))
		}
		if row.new(told...) {
			node := store.NodeRecord{Ref: organisation, Said: row.said}
			if node.Name = row.raw(is.name); node.Name == "" {
				node.Name = row.text(short)
			}
			p := make(store.Props, 0, 10)
			if s := row.text(short); s != "" && s != node.Name {
				p = append(p, store.Prop{Name: "acronym", Value: s})
			}
			p = add(p, "city", row.text(city))
			if s := row.text(position); s != "" {
				if at, err := values.Coordinates(s); err != nil {
					row.leave(position, err)
				} else {
					p = append(p, store.Prop{Name: "coordinates", Value: at})
				}
			}
			code, known := vocabulary.Country(row.raw(country))
			if known {
				p = add(p, "country", code)
			} else if row.raw(country) != "" {
				row.leave(country, errors.New("is no country known; ISO 3166-1 alpha-2 belongs here, or EL and UK"))
			}
			p = add(p, "postCode", row.text(postCode))
			p = add(p, "sme", row.truth(sme))
			p = add(p, "street", row.text(street))
			if s := row.text(activity); types[s] {
				p = add(p, "type", s)
			} else if s != "" {
				row.leave(activity, errors.New("is no type of organisation; CORDIS writes HES, REC, PRC, PUB or OTH"))
			}
			p = add(p, "url", row.url(page))
			if s := row.text(vat); strings.ContainsAny(s, "0123456789") { // else MISSING, NOTAPPLICABLE
				p = add(p, "vatNumber", s)
			}
			node.Props = p
			row.nodes = append(row.nodes, node)
			if err := row.locate(organisation, who, code, nuts, f); err != nil {
				return err
			}
		}

		p := make(store.Props, 0, 5)
		p = add(p, "contribution", row.money(pays))
		p = add(p, "netContribution", row.money(paysNet))
		if s := row.text(is.role); s != "" {
			plain := plainRole.Replace(strings.ToLower(s))
			role := roles[plain]
			if role == "" {
				role = "OTHER"
			}
			p = add(p, "role", role)
			if plainRole.Replace(strings.ToLower(role)) != plain {
				p = add(p, "roleText", s)
			}
		}
		p = add(p, "totalCost", row.money(costs))
		p = add(p, "until", row.end(is.ended))
		row.edges = append(row.edges, store.EdgeRecord{Type: "PARTICIPATES_IN", Key: key, From: organisation, To: project, Said: row.said, Props: p})
		return row.store()
	}, nil
}

// end is when a participation ended, where a table tells a date. CORDIS tells only whether it
// ended before the project did.
func (r *row) end(c column) store.Value {
	s := r.text(c)
	if s == "" {
		return nil
	}
	if _, err := values.Bool(s); err == nil {
		return nil
	}
	return r.date(c)
}

// locate tells where an organisation is, as exactly as the row does: by region, else country.
func (r *row) locate(organisation store.Ref, who, country string, nuts column, f *framework) error {
	var place store.Ref
	var err error
	if code := r.text(nuts); code != "" {
		var ok bool
		if place, ok, err = r.region(code, f); err != nil {
			return err
		} else if !ok {
			r.leave(nuts, errors.New("is no code of NUTS, such as BG411"))
		}
	}
	if place.Kind == "" && country != "" {
		if place, err = r.country(country, f); err != nil {
			return err
		}
	}
	if place.Kind != "" && r.new("located", who, country, place.Identifiers[0].Value) {
		r.edges = append(r.edges, store.EdgeRecord{Type: "LOCATED_IN", From: organisation, To: place, Said: r.said})
	}
	return nil
}
