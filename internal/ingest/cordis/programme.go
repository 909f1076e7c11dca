package cordis

import (
	"math"
	"regexp"
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
)

// framework is a framework programme; each has a source of its own, as CORDIS publishes it.
type framework struct {
	code                    string
	programme               store.Ref
	source                  store.Ref
	retrieved               store.Date
	projects, organisations bool // CORDIS' own files of these were read
}

// said is how the source says something at a place, on the day it was retrieved. What it says by
// using it in many rows, that there is such a programme, country or term, is each said once, at a
// place of its own.
func (f *framework) said(place string) store.Said {
	return store.Said{Source: f.source, Place: place, At: f.retrieved, Rank: store.FromRegister}
}

// known are the framework programmes that CORDIS publishes tables of, by code.
var known = map[string]struct{ name, source, start, end string }{
	"FP7":     {"Seventh Framework Programme", "CORDIS, FP7 projects", "2007", "2013"},
	"H2020":   {"Horizon 2020", "CORDIS, Horizon 2020 projects", "2014", "2020"},
	"HORIZON": {"Horizon Europe", "CORDIS, Horizon Europe projects", "2021", "2027"},
}

// Levels of programmes.
const (
	levelFramework = "FRAMEWORK"
	levelProgramme = "PROGRAMME"
	levelTopic     = "TOPIC"
	levelCall      = "CALL"
)

var inName = []struct {
	pattern *regexp.Regexp
	code    string
}{
	{regexp.MustCompile(`(?i)h2020|horizon[ _-]?2020`), "H2020"},
	{regexp.MustCompile(`(?i)horizon`), "HORIZON"},
	{regexp.MustCompile(`(?i)fp7`), "FP7"},
}

// frameworkOf is the framework programme of what a file tells, as the options or its name
// say it; told is false if they do not.
func (r *run) frameworkOf(name string) (code string, told bool) {
	if r.Framework != "" {
		return r.Framework, true
	}
	for _, n := range inName {
		if n.pattern.MatchString(name) {
			return n.code, true
		}
	}
	return "H2020", false
}

// framework is the number of the framework programme of a code. With it come its source and
// its node.
func (r *run) framework(code string) (int8, error) {
	for _, code := range []string{code, properCode(code)} {
		for n, f := range r.frameworks {
			if f.code == code {
				return int8(n), nil
			}
		}
	}
	if len(r.frameworks) > math.MaxInt8 {
		return 0, errTooMany
	}
	code = properCode(code)
	is := known[code]
	if is.name == "" {
		is.name, is.source = code, "CORDIS, projects of "+code
	}
	f := &framework{code: code, retrieved: r.Retrieved,
		source: store.Ref{Kind: "Source", Name: is.source, Identifiers: []store.Identifier{{Scheme: SchemeDataset, Value: "cordis-" + strings.ToLower(code)}}}}
	said := f.said("programme")
	source := map[string]any{"type": "REGISTER", "publisher": "Publications Office of the European Union", "licence": "CC BY 4.0", "url": "https://cordis.europa.eu"}
	if f.retrieved != (store.Date{}) {
		source["retrieved"] = f.retrieved
	}
	node := programmeRecord(code, levelFramework, said)
	f.programme = node.Ref
	node.Name = is.name
	for name, text := range map[string]string{"start": is.start, "end": is.end} {
		if d, err := store.ParseDate(text); err == nil {
			node.Props = node.Props.With(name, d)
		}
	}
	r.frameworks = append(r.frameworks, f)
	return int8(len(r.frameworks) - 1), r.to.Prepare([]store.NodeRecord{{Ref: f.source, Said: f.said("source"), Props: store.PropsOf(source)}, node}, nil)
}

var plainCode = strings.NewReplacer(" ", "", "-", "", "_", "")

// properCode is the code of a framework programme that is written otherwise, too.
func properCode(code string) string {
	switch c := strings.ToUpper(plainCode.Replace(code)); {
	case c == "HORIZON2020":
		return "H2020"
	case c == "HORIZONEUROPE" || c == "HE":
		return "HORIZON"
	case known[c].name != "":
		return c
	}
	return code
}

// Framework is the code of a framework programme that CORDIS publishes tables of, by its code or
// name; empty if it is none.
func Framework(name string) string {
	code := properCode(name)
	if known[code].name == "" {
		return ""
	}
	return code
}

// sure is how surely a programme that is known by its code alone has the code for a name:
// a title that another table gives it is preferred.
const sure = 0.9

// programmeRecord is the record that makes a programme, by its code.
func programmeRecord(code, level string, said store.Said) store.NodeRecord {
	return store.NodeRecord{Ref: store.Ref{Kind: "Programme", Name: code, Identifiers: []store.Identifier{{Scheme: SchemeProgramme, Value: code}}},
		Said: said, Props: store.Props{{Name: "code", Value: code}, {Name: "level", Value: level}}}
}

func programmeRef(code string) store.Ref {
	return store.Ref{Kind: "Programme", Identifiers: []store.Identifier{{Scheme: SchemeProgramme, Value: code}}}
}

// programme tells a programme and whose part it is, once.
func (r *run) programme(code, level string, partOf store.Ref, f *framework) (store.Ref, error) {
	ref := programmeRef(code)
	said := f.said("programme")
	var nodes []store.NodeRecord
	var edges []store.EdgeRecord
	if r.new("programme", f.code, code) {
		node := programmeRecord(code, level, said)
		node.Confidence = sure
		nodes = append(nodes, node)
	}
	if up := partOf.Identifiers[0].Value; up != code && r.new("part", f.code, code, up) {
		edges = append(edges, store.EdgeRecord{Type: "PART_OF", From: ref, To: partOf, Said: said})
	}
	if nodes == nil && edges == nil {
		return ref, nil
	}
	return ref, r.to.Prepare(nodes, edges)
}

// legalBasis tells a legal basis, such as "H2020-EU.2.1.1." or "HORIZON.2.4", and those it is
// part of.
func (r *run) legalBasis(code string, f *framework) (store.Ref, error) {
	up := f.programme
	if broader := broaderBasis(code); broader != "" {
		var err error
		if up, err = r.legalBasis(broader, f); err != nil {
			return up, err
		}
	}
	return r.programme(code, levelProgramme, up, f)
}

// broaderBasis is the legal basis that one is part of: "H2020-EU.2.1." of "H2020-EU.2.1.1.";
// empty if that is the framework programme.
func broaderBasis(code string) (broader string) {
	trimmed := strings.TrimSuffix(code, ".")
	i := strings.LastIndexByte(trimmed, '.')
	if i <= 0 || trimmed[i-1] < '0' || trimmed[i-1] > '9' {
		return ""
	}
	if broader = trimmed[:i] + code[len(trimmed):]; codeFault(broader) != nil {
		return ""
	}
	return broader
}

// country tells a country, once for each source.
func (r *run) country(code string, f *framework) (store.Ref, error) {
	if !r.new("country", f.code, code) {
		return store.Ref{Kind: "Place", Identifiers: []store.Identifier{{Scheme: vocabulary.SchemeCountry, Value: code}}}, nil
	}
	node := vocabulary.CountryNode(code, f.said("country"))
	return node.Ref, r.to.Prepare([]store.NodeRecord{node}, nil)
}

// region tells a region of NUTS, once for each source; ok is false if it is no code of one.
func (r *run) region(code string, f *framework) (ref store.Ref, ok bool, err error) {
	ref = vocabulary.RegionRef(code)
	if ref.Kind == "" {
		return ref, false, nil
	}
	if !r.new("region", f.code, code) {
		return ref, true, nil
	}
	nodes, edges := vocabulary.Region(code, "", f.said("region"))
	return ref, true, r.to.Prepare(nodes, edges)
}
