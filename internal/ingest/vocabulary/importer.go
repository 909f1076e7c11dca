package vocabulary

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Importer reads the table of one vocabulary, as its publisher writes it, into a tree of
// Topics or Places. Columns are found by their names. What a file lacks of the tree above a
// term is made by its code.
type Importer struct {
	// Vocabulary is one of [Names].
	Vocabulary string
	// Retrieved is the day the files were fetched; the zero Date: unknown.
	Retrieved store.Date
}

// vocabulary is how the table of a vocabulary is read.
type vocabulary struct {
	title, publisher, url, licence string
	// needs are the columns that the table must have, each by the names it goes by.
	needs [][]string
	read  func(*row) error
}

// vocabularies are those that can be imported, by the name by which a user asks for them.
var vocabularies = map[string]vocabulary{
	"nace": {"NACE Rev. 2, Statistical classification of economic activities in the European Union", "Eurostat",
		"https://ec.europa.eu/eurostat/web/nace", "CC BY 4.0", [][]string{codeColumn, titleColumn}, readNACE},
	"nuts": {"NUTS, Nomenclature of territorial units for statistics", "Eurostat",
		"https://ec.europa.eu/eurostat/web/nuts", "CC BY 4.0", [][]string{regionColumn}, readNUTS},
	"iso3166": {"ISO 3166-1, Codes for the representation of names of countries", "International Organization for Standardization",
		"https://www.iso.org/iso-3166-country-codes.html", "", [][]string{alpha2Column}, readCountry},
	"iso639": {"ISO 639, Codes for the representation of names of languages", "International Organization for Standardization",
		"https://www.iso.org/iso-639-language-code", "", [][]string{languageColumn}, readLanguage},
	"ecosystems": {"The 14 industrial ecosystems of the European Union's industrial strategy", "European Commission",
		"https://single-market-economy.ec.europa.eu/industry/strategy_en", "CC BY 4.0", [][]string{nameColumn}, readEcosystem},
}

// The columns of the tables, by the names they go by.
var (
	codeColumn       = []string{"Code", "NACE_CODE"}
	parentColumn     = []string{"Parent"}
	titleColumn      = []string{"Description", "Name", "Heading", "NAME"}
	includesColumn   = []string{"This_item_includes", "Includes"}
	regionColumn     = []string{"NUTS_ID", "NUTS_CODE", "NUTS code", "Code"}
	regionNameColumn = []string{"NUTS_NAME", "Region name", "NUTS label", "Name"}
	latinColumn      = []string{"NAME_LATN"}
	nameColumn       = []string{"name", "English short name"}
	alpha2Column     = []string{"alpha-2", "alpha-2 code", "iso2"}
	alpha3Column     = []string{"alpha-3", "alpha-3 code", "iso3"}
	numberColumn     = []string{"country-code", "numeric"}
	languageColumn   = []string{"639-1", "ISO 639-1"}
	languages2       = [][]string{{"639-2", "ISO 639-2"}, {"639-2/B"}}
	nativeColumn     = []string{"nativeName"}
)

// Names are the vocabularies that can be imported: "nace".
func Names() []string {
	var out []string
	for name := range vocabularies {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// About is what a vocabulary is called in full; empty if it is none of [Names].
func About(name string) string { return vocabularies[name].title }

// Read tells the terms of files. A file that is no table of the vocabulary is an error, as is
// an unknown vocabulary.
func (i Importer) Read(ctx context.Context, files []tabular.File, to ingest.Sink) error {
	v, ok := vocabularies[i.Vocabulary]
	if !ok {
		return fmt.Errorf("there is no vocabulary %q; it is one of %s", i.Vocabulary, strings.Join(Names(), ", "))
	}
	source := store.Ref{Kind: "Source", Name: v.title, Identifiers: []store.Identifier{{Scheme: "DATASET", Value: i.Vocabulary}}}
	props := map[string]any{"type": "VOCABULARY", "publisher": v.publisher, "url": v.url}
	if v.licence != "" {
		props["licence"] = v.licence
	}
	if i.Retrieved != (store.Date{}) {
		props["retrieved"] = i.Retrieved
	}
	said := store.Said{Source: source, At: i.Retrieved, Rank: store.FromRegister}
	if err := to.Prepare([]store.NodeRecord{{Ref: source, Said: said, Props: store.PropsOf(props)}}, nil); err != nil {
		return err
	}
	r := &reading{to: to, said: said, told: map[store.Identifier]bool{}}
	for _, f := range files {
		if err := r.file(ctx, f, v); err != nil {
			return err
		}
	}
	if !r.faulty {
		to.Complete(source)
	}
	return nil
}

// reading is one reading of a vocabulary's files.
type reading struct {
	to     ingest.Sink
	said   store.Said // of what the vocabulary says
	told   map[store.Identifier]bool
	faulty bool
}

// file reads a file, or the sheets of a workbook that are tables of the vocabulary: others beside
// them are told.
func (r *reading) file(ctx context.Context, f tabular.File, v vocabulary) error {
	read := 0
	var others []ingest.Problem
	err := f.EachSheet(ctx, tabular.RowOptions{}, func(rows *tabular.Rows) error {
		if f.Sum == "" {
			defer rows.Close()
		}
		for _, names := range v.needs {
			if rows.Column(names...) >= 0 {
				continue
			}
			why := fmt.Errorf("no table of %s, as it has no column %s%s; its columns are %s", v.title, names[0], otherwise(names[1:]), rows.Listed())
			if rows.Sheet() == "" {
				return fmt.Errorf("%s: %w", f.Name, why)
			}
			others = append(others, ingest.Problem{At: ingest.Place{File: f.Name, Sheet: rows.Sheet()}, Why: "is not read: " + why.Error()})
			return nil
		}
		read++
		faults, err := ingest.EachRow(ctx, rows, r.to, func(at ingest.Place, values tabular.Row) error {
			return v.read(&row{reading: r, Row: values, at: at})
		})
		r.faulty = r.faulty || faults > 0
		return err
	})
	if err == nil && read == 0 && len(others) > 0 {
		return errors.New(others[0].String())
	}
	for _, p := range others {
		if err == nil {
			err = r.to.Reject(p)
		}
	}
	return err
}

// otherwise tells by which other names something goes.
func otherwise(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (nor one called " + strings.Join(names, ", ") + ")"
}

// row is one row of a vocabulary's table.
type row struct {
	*reading
	tabular.Row
	at    ingest.Place
	nodes []store.NodeRecord
	edges []store.EdgeRecord
}

func (r *row) reject(columns []string, why string) error {
	r.faulty = true
	return r.to.Reject(ingest.ProblemAt(r.at, columns[0], r.Named(columns...), "%s", why))
}

func (r *row) store() error {
	return r.to.Row(ingest.Row{At: r.at, Nodes: r.nodes, Edges: r.edges, Left: ingest.Noted(r.at, r.Row)})
}

// term says that a term is there. What is said of it is said at its code.
func (r *row) term(ref store.Ref, props map[string]any) store.Said {
	id := ref.Identifiers[0]
	r.told[id] = true
	said := r.said
	said.Place = id.Scheme + " " + id.Value
	r.nodes = append(r.nodes, store.NodeRecord{Ref: ref, Said: said, Props: store.PropsOf(props)})
	return said
}

// within says that a term is part of a broader one, which is made where no row has told it yet.
func (r *row) within(ref, broader store.Ref, props map[string]any, said store.Said) {
	if id := broader.Identifiers[0]; !r.told[id] {
		r.told[id] = true
		r.nodes = append(r.nodes, store.NodeRecord{Ref: broader, Said: said, Props: store.PropsOf(props)})
	}
	r.edges = append(r.edges, store.EdgeRecord{Type: "PART_OF", From: ref, To: broader, Said: said})
}

func readNACE(r *row) error {
	code, ok := NACE(r.Named(codeColumn...))
	if !ok {
		return r.reject(codeColumn, `is no code of NACE Rev. 2, such as "94.11", "S94.11" or "S"`)
	}
	if parent := r.Named(parentColumn...); parent != "" {
		if p, ok := NACE(parent); !ok || p != broaderNACE(code) {
			return r.reject(parentColumn, "is not the parent of "+code+" in NACE Rev. 2, which is "+broaderNACE(code))
		}
	}
	props := map[string]any{"scheme": SchemeNACE, "code": code}
	if s := r.Named(includesColumn...); s != "" {
		props["description"] = strings.Join(strings.Fields(s), " ")
	}
	ref := TermRef(SchemeNACE, code, inSentence(r.Named(titleColumn...)))
	said := r.term(ref, props)
	for of := broaderNACE(code); of != ""; code, of = of, broaderNACE(of) {
		known := r.told[store.Identifier{Scheme: SchemeNACE, Value: of}]
		r.within(TermRef(SchemeNACE, code, ""), TermRef(SchemeNACE, of, ""), map[string]any{"scheme": SchemeNACE, "code": of}, said)
		if known {
			break
		}
	}
	return r.store()
}

// inSentence writes a heading in capitals as other headings are.
func inSentence(s string) string {
	if s != strings.ToUpper(s) || s == "" {
		return s
	}
	_, first := utf8.DecodeRuneInString(s)
	return s[:first] + strings.ToLower(s[first:])
}

func readNUTS(r *row) error {
	code, country, ok := regionCode(r.Named(regionColumn...))
	if !ok {
		return r.reject(regionColumn, `is no code of NUTS, such as "BG41"`)
	}
	name, latin := r.Named(regionNameColumn...), r.Named(latinColumn...)
	if latin == "" || latin == name {
		latin, name = name, ""
	}
	var aliases store.List
	if name != "" {
		aliases = store.List{name}
	}
	if len(code) == 2 {
		if latin != "" {
			aliases = append(store.List{latin}, aliases...)
		}
		r.term(CountryRef(country), map[string]any{"code": country, "level": "COUNTRY", "aliases": aliases})
		return r.store()
	}
	ref := RegionRef(code)
	ref.Name = latin
	// "South-West (Bulgaria)" is how others write it.
	for _, other := range namesOfRegion(code) {
		if key := text.Key(other); key != text.Key(latin) && key != text.Key(name) {
			aliases = append(aliases, other+" ("+CountryName(country)+")")
		}
	}
	said := r.term(ref, map[string]any{"code": code, "level": "REGION", "aliases": aliases})
	nodes, edges := Region(code, "", said)
	for n, edge := range edges {
		known := r.told[edge.To.Identifiers[0]]
		if !known {
			r.told[edge.To.Identifiers[0]] = true
			r.nodes = append(r.nodes, nodes[n+1])
		}
		r.edges = append(r.edges, edge)
		if known {
			break
		}
	}
	return r.store()
}

func readCountry(r *row) error {
	code, ok := countryCoded(r.Named(alpha2Column...))
	if !ok {
		return r.reject(alpha2Column, `is no alpha-2 code of ISO 3166-1, such as "BG"`)
	}
	ref := CountryRef(code)
	for scheme, column := range map[string][]string{"ISO3166_ALPHA3": alpha3Column, "ISO3166_NUMERIC": numberColumn} {
		if id, err := (store.Identifier{Scheme: scheme, Value: r.Named(column...)}).Normal(); err == nil {
			ref.Identifiers = append(ref.Identifiers, id)
		}
	}
	slices.SortFunc(ref.Identifiers, func(a, b store.Identifier) int { return strings.Compare(a.Scheme, b.Scheme) })
	props := map[string]any{"code": code, "level": "COUNTRY"}
	if name := r.Named(nameColumn...); name != "" && name != ref.Name {
		props["aliases"] = store.List{name}
	}
	said := r.term(ref, props)
	// The regions of the United Nations' M49, the narrowest first.
	of := CountryRef(code)
	for _, level := range []string{"intermediate-region", "sub-region", "region"} {
		number, name := r.Named(level+"-code"), r.Named(level)
		if number == "" || name == "" {
			continue
		}
		area := store.Ref{Kind: "Place", Name: name, Identifiers: []store.Identifier{{Scheme: "M49", Value: number}}}
		r.within(of, area, map[string]any{"level": "AREA"}, said)
		of = area
	}
	return r.store()
}

// readLanguage makes a topic of a language. Clusters keep their languages as codes: the topics
// tell what these are called, and are there for whatever is about a language.
func readLanguage(r *row) error {
	code := strings.ToLower(r.Named(languageColumn...))
	if len(code) != 2 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "" {
		return r.reject(languageColumn, `is no code of ISO 639-1, such as "bg"`)
	}
	names := splitNames(r.Named(nameColumn...))
	if len(names) == 0 {
		names = []string{code}
	}
	ref := TermRef(SchemeLanguage, code, names[0])
	var others store.List
	for _, name := range append(names[1:], splitNames(r.Named(nativeColumn...))...) {
		if name != names[0] && !slices.Contains(others, store.Value(name)) {
			others = append(others, name)
		}
	}
	for _, column := range languages2 {
		id, err := store.Identifier{Scheme: "ISO639_2", Value: strings.ToLower(r.Named(column...))}.Normal()
		if err == nil && !slices.Contains(ref.Identifiers, id) {
			ref.Identifiers = append(ref.Identifiers, id)
		}
	}
	r.term(ref, map[string]any{"scheme": SchemeLanguage, "code": code, "aliases": others})
	return r.store()
}

// splitNames takes "Bengali, Bangla" apart.
func splitNames(s string) []string {
	var out []string
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func readEcosystem(r *row) error {
	name := r.Named(nameColumn...)
	ref := TermRef(SchemeEcosystem, "", name)
	if _, ok := Ecosystem(name); !ok {
		return r.reject(nameColumn, "names none of the 14 industrial ecosystems")
	}
	r.term(ref, map[string]any{"scheme": SchemeEcosystem})
	return r.store()
}
