package register

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// rorRecord is a record of ROR, of schema 2 or 1 (https://ror.readme.io/docs/schema-v2,
// https://ror.readme.io/v1/docs/ror-data-structure).
type rorRecord struct {
	ID            string           `json:"id"`
	Status        string           `json:"status"`
	Links         []jsontext.Value `json:"links"`
	ExternalIDs   jsontext.Value   `json:"external_ids"`
	Relationships []struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"relationships"`

	Names []struct {
		Value string   `json:"value"`
		Types []string `json:"types"`
	} `json:"names"`
	Locations []struct {
		Geonames struct {
			Country string `json:"country_code"`
			Name    string `json:"name"`
		} `json:"geonames_details"`
	} `json:"locations"`
	Domains []string `json:"domains"`

	// schema 1
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	Labels  []struct {
		Label string `json:"label"`
	} `json:"labels"`
	Country struct {
		Code string `json:"country_code"`
	} `json:"country"`
	Addresses []struct {
		City     string `json:"city"`
		Geonames struct {
			City string `json:"city"`
		} `json:"geonames_city"`
	} `json:"addresses"`
}

// mostRecord is how many bytes of one record are read; those of ROR have some thousand.
const mostRecord = 8 << 20

// json reads an array of records, or one after the other: JSON Lines.
func (in *reading) json(ctx context.Context, fault func(*Fault) error) error {
	text, err := in.file.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	limited := &limited{text, mostRecord}
	d := jsontext.NewDecoder(limited, jsontext.AllowDuplicateNames(true))
	n := 0
	broken := func(err error) error {
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) {
			err = fmt.Errorf("is not JSON behind byte %d (%w); save or unpack the file again", syntax.ByteOffset, syntax.Err)
		}
		if n == 0 {
			return fmt.Errorf("%s: %w", in.file.Name, err)
		}
		return fmt.Errorf("%s, record %d: %w", in.file.Name, n, err)
	}
	array := d.PeekKind() == '['
	if array {
		if _, err := d.ReadToken(); err != nil {
			return broken(err)
		}
	}
	for {
		limited.left = mostRecord
		if array && d.PeekKind() == ']' {
			if _, err := d.ReadToken(); err != nil {
				return broken(err)
			}
			if _, err = d.ReadToken(); err != io.EOF {
				return broken(errors.Join(errors.New("more stands behind the array of records"), err))
			}
			return nil
		}
		raw, err := d.ReadValue()
		if err == io.EOF && !array {
			return nil
		}
		n++
		if err != nil {
			return broken(err)
		}
		place := fmt.Sprint("record ", n)
		r, f := recordOf(raw)
		if f == nil {
			r.Place = place
			err = in.tell(r, fault)
		} else {
			f.Place = place
			err = fault(f)
		}
		if err != nil {
			return err
		}
	}
}

// limited ends where a record is too long.
type limited struct {
	in   io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("has more than %d bytes in one record; is it a register?", mostRecord)
	}
	n, err := l.in.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

func recordOf(raw jsontext.Value) (*Record, *Fault) {
	var from rorRecord
	if raw.Kind() != '{' {
		return nil, &Fault{Why: "is no JSON object"}
	}
	if err := json.Unmarshal(raw, &from, jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, faultOf(err, "")
	}
	r := &Record{ID: strings.TrimSpace(from.ID), Identifiers: identifiersOf(strings.TrimSpace(from.ID))}
	switch strings.ToLower(from.Status) {
	case "", "active":
	case "inactive":
		r.Status = Inactive
	case "withdrawn":
		r.Status = Withdrawn
	default:
		return nil, &Fault{Field: "status", Why: fmt.Sprintf("%q is not known; it is active, inactive or withdrawn", from.Status)}
	}
	country := func(code string) *Fault {
		if code == "" || r.Country != "" {
			return nil
		}
		var ok bool
		if r.Country, ok = vocabulary.Country(code); !ok {
			return &Fault{Field: "country_code", Why: fmt.Sprintf("%q is no code of ISO 3166-1", code)}
		}
		return nil
	}
	for _, l := range from.Locations {
		if f := country(l.Geonames.Country); f != nil {
			return nil, f
		}
		r.Cities = append(r.Cities, l.Geonames.Name)
	}
	if f := country(from.Country.Code); f != nil {
		return nil, f
	}
	for _, a := range from.Addresses {
		r.Cities = append(r.Cities, a.City, a.Geonames.City)
	}
	r.Cities = some(r.Cities...)

	names := append([]string{from.Name}, from.Aliases...)
	for _, l := range from.Labels {
		names = append(names, l.Label)
	}
	for _, n := range from.Names {
		if !slices.Contains(n.Types, "acronym") {
			names = append(names, n.Value)
		}
	}
	for i, n := range names {
		names[i] = withoutCountry(n, r.Country)
	}
	r.Names = some(names...)

	for _, raw := range from.Links {
		var link struct {
			Type  string `json:"type"`
			Value string `json:"value"`
		}
		into := any(&link)
		if raw.Kind() == '"' {
			into = &link.Value
		}
		if err := json.Unmarshal(raw, into, jsontext.AllowDuplicateNames(true)); err != nil {
			return nil, faultOf(err, "links")
		}
		if link.Type != "wikipedia" {
			r.Sites = append(r.Sites, link.Value)
		}
	}
	r.Sites = some(append(r.Sites, from.Domains...)...)

	if f := r.external(from.ExternalIDs); f != nil {
		return nil, f
	}
	for _, rel := range from.Relationships {
		switch strings.ToLower(rel.Type) {
		case "successor":
			r.Followed = append(r.Followed, rel.ID)
		case "predecessor":
			r.Following = append(r.Following, rel.ID)
		default: // parent, child, related
			r.Related = append(r.Related, rel.ID)
		}
	}
	return r, nil
}

// external adds the identifiers of other registers: a list of them in schema 2, an object in
// schema 1, in which GRID has one text in place of a list.
func (r *Record) external(raw jsontext.Value) *Fault {
	type ids struct {
		Type string         `json:"type"`
		All  jsontext.Value `json:"all"`
	}
	var list []ids
	switch raw.Kind() {
	case '[':
		if err := json.Unmarshal(raw, &list); err != nil {
			return faultOf(err, "external_ids")
		}
	case '{':
		var by map[string]ids
		if err := json.Unmarshal(raw, &by, jsontext.AllowDuplicateNames(true)); err != nil {
			return faultOf(err, "external_ids")
		}
		for scheme, v := range by {
			list = append(list, ids{scheme, v.All})
		}
		slices.SortFunc(list, func(a, b ids) int { return strings.Compare(a.Type, b.Type) })
	}
	for _, id := range list {
		var values []string
		into := any(&values)
		if id.All.Kind() == '"' {
			values = make([]string, 1)
			into = &values[0]
		} else if id.All == nil {
			continue
		}
		if err := json.Unmarshal(id.All, into); err != nil {
			return faultOf(err, "external_ids")
		}
		for _, v := range some(values...) {
			r.Identifiers = append(r.Identifiers, Plain(store.Identifier{Scheme: id.Type, Value: v}))
		}
	}
	return nil
}

// faultOf tells which field is not what it is in a register.
func faultOf(err error, field string) *Fault {
	var wrong *json.SemanticError
	if errors.As(err, &wrong) {
		field += strings.ReplaceAll(string(wrong.JSONPointer), "/", ".")
		return &Fault{Field: strings.TrimPrefix(field, "."), Why: fmt.Sprintf("a JSON %v cannot stand here; %s", wrong.JSONKind, About)}
	}
	return &Fault{Field: field, Why: err.Error()}
}

// withoutCountry is a name without the country that ROR puts behind those of companies, to tell
// them apart: "Siemens (Germany)".
func withoutCountry(name, country string) string {
	before, ok := strings.CutSuffix(strings.TrimSpace(name), ")")
	if !ok || country == "" {
		return name
	}
	at := strings.LastIndexByte(before, '(')
	if at <= 0 {
		return name
	}
	if code, ok := vocabulary.CountryNamed(before[at+1:]); ok && code == country {
		return before[:at]
	}
	return name
}
