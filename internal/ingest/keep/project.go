package keep

import (
	"regexp"
	"strings"

	"clustergraph/internal/ingest/vocabulary"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// project reads a row of the table of projects.
func (r *row) project() error {
	r.new("project", r.key)
	said := r.said("project " + r.key)
	title := r.text(titleColumn...)
	var others store.List
	for _, column := range []string{"Project Name language 2", "Project Name language 3"} {
		if s := r.text(column); s != "" && s != title {
			others = append(others, s)
		}
	}
	pays := r.money("EU Funding", "ERDF eq. budget")
	is := props(
		"acronym", r.acronym, "title", title, "aliases", others, "grantNumber", r.code,
		"start", r.date("Project start", "Start date"), "end", r.date("Project end", "End date"),
		"totalCost", r.money("Budget", "Total budget"), "contribution", pays,
		"description", r.first("Description EN", "Description 1", "Description 2"),
		"url", r.website(true), "indicators", r.spent())
	r.nodes = append(r.nodes, store.NodeRecord{Ref: r.is, Said: said, Props: is})
	r.fundedBy(r.of.ref, said, "amount", pays, "call", r.call(), "grantNumber", r.code)
	r.funds(said)
	r.objectives(said)
	if name := r.text("Lead Partner"); name != "" {
		r.body(name, "Lead Partner", true)
	}
	return r.store()
}

func (r *row) fundedBy(by store.Ref, said store.Said, pairs ...store.Value) {
	r.edges = append(r.edges, store.EdgeRecord{Type: "FUNDED_BY", From: r.is, To: by, Said: said, Props: props(pairs...)})
}

func (r *row) call() string {
	s := r.text("Call SN", "Call")
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return "Call " + s
	}
	return s
}

// spent are the expenditures of a project that has ended.
func (r *row) spent() store.List {
	var out store.List
	for _, x := range []struct{ column, name string }{
		{"Project total expenditure", "total expenditure"}, {"Project EU Funding expenditure", "expenditure of EU funding"}} {
		if m, ok := r.money(x.column).(store.Money); ok {
			out = append(out, props("name", x.name, "value", float64(m.Amount)/100, "unit", m.Currency, "bound", "EXACTLY"))
		}
	}
	return out
}

// funds tells the funds behind the programme, with what each pays where the export says so.
func (r *row) funds(said store.Said) {
	amounts := map[string]store.Value{}
	var order []string
	for _, x := range []struct{ column, short string }{{"ERDF budget", "ERDF"}, {"ENI budget", "ENI"}, {"IPA budget", "IPA"}} {
		if m := r.money(x.column); m != nil {
			amounts[x.short] = m
			order = append(order, x.short)
		}
	}
	order = append(order, strings.FieldsFunc(r.text("Co-Financing sources"), func(c rune) bool { return c == ',' || c == ';' })...)
	told := map[store.Identifier]bool{}
	for _, short := range order {
		fund := r.fund(short)
		if fund.Kind == "" || told[fund.Identifiers[0]] {
			continue
		}
		told[fund.Identifiers[0]] = true
		r.fundedBy(fund, said, "amount", amounts[fund.Identifiers[0].Value])
	}
}

// objectiveRE is an objective of the funds' common rules: "(1b) promoting business investment".
var objectiveRE = regexp.MustCompile(`^\(([^()]{1,12})\)\s*(.+)$`)

// objectives tells what the project is about. A specific objective is the programme's own: a
// part of it, of the level TOPIC as that of a framework programme is, under which projects are
// funded. Thematic objectives and investment priorities are those of the regulation on all
// European funds of the period (1303/2013, articles 9 and 5), and themes are keep.eu's: both are
// topics, which programmes share.
func (r *row) objectives(said store.Said) {
	if s := r.text("Specific Obj", "Specific objective"); s != "" {
		name, meaning, short := strings.Cut(s, " (short title). ")
		if !short {
			name, meaning = s, ""
		}
		id := cut(r.of.slug + "/" + slug(name))
		ref := store.Ref{Kind: "Programme", Name: name, Identifiers: []store.Identifier{{Scheme: SchemeProgramme, Value: id}}}
		if r.new("objective", id) {
			r.nodes = append(r.nodes, store.NodeRecord{Ref: ref, Said: r.said(""), Props: props("level", "TOPIC", "description", meaning)})
			r.edges = append(r.edges, store.EdgeRecord{Type: "PART_OF", From: ref, To: r.of.ref, Said: r.said("")})
		}
		r.fundedBy(ref, said)
	}
	broad := r.topic(SchemeObjective, r.text("Thematic Obj", "Thematic objective"))
	narrow := r.topic(SchemeObjective, r.text("Inv. Priority", "Investment priority"))
	if broad.Kind != "" && narrow.Kind != "" && r.new("within", r.of.slug, narrow.Identifiers[0].Value, broad.Identifiers[0].Value) {
		r.edges = append(r.edges, store.EdgeRecord{Type: "PART_OF", From: narrow, To: broad, Said: r.said("")})
	}
	if narrow.Kind == "" {
		narrow = broad
	}
	r.classified(narrow, said)
	for _, column := range []string{"Thematic1", "Thematic2", "Thematic3"} {
		r.classified(r.topic(SchemeTheme, r.text(column)), said)
	}
}

func (r *row) classified(as store.Ref, said store.Said) {
	if as.Kind != "" {
		r.edges = append(r.edges, store.EdgeRecord{Type: "CLASSIFIED_AS", From: r.is, To: as, Said: said})
	}
}

// topic is the topic of a term, told when it is new; the zero Ref if there is none.
func (r *row) topic(scheme, term string) store.Ref {
	code := ""
	if m := objectiveRE.FindStringSubmatch(term); m != nil && scheme == SchemeObjective {
		code, term = m[1], m[2]
	}
	if text.Key(term) == "" {
		return store.Ref{}
	}
	ref := vocabulary.TermRef(scheme, code, term)
	if len(ref.Identifiers) == 0 {
		ref.Identifiers = []store.Identifier{{Scheme: scheme, Value: cut(slug(term))}}
	}
	if r.new("topic", r.of.slug, scheme, ref.Identifiers[0].Value) {
		r.nodes = append(r.nodes, store.NodeRecord{Ref: ref, Said: r.said(""), Props: props("scheme", scheme, "code", code)})
	}
	return ref
}
