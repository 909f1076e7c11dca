package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// parser reads a mapping file and gathers what is wrong with it.
type parser struct {
	file  string
	model *model
	given map[string]string // parameters
	slugs bool              // parameters are written as slugs
	// skipRows is the parameter of this name; nil if it is not given.
	skipRows *int
	each     *each  // of what is being read; nil: it is about whole rows
	table    *sheet // of what is being read; nil: it is about all
	out      *mapping
	faults   []error
}

// parse reads a mapping; file is how errors call it.
func parse(file string, raw []byte, given map[string]string) (*mapping, error) {
	if len(raw) > mostMapping {
		return nil, fmt.Errorf("%s is larger than a mapping can be (%d bytes)", file, mostMapping)
	}
	p := &parser{file: file, model: served(), given: given, out: &mapping{rank: store.FromField, reading: reading{currency: "EUR"}, empty: map[string]bool{}}}
	var document, more yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(raw))
	err := in.Decode(&document)
	switch {
	case err == io.EOF || err == nil && len(document.Content) != 1:
		return nil, fmt.Errorf("%s: the mapping is empty", file)
	case err != nil:
		return nil, fmt.Errorf("%s: this is no YAML: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	case in.Decode(&more) != io.EOF:
		return nil, fmt.Errorf("%s: a mapping is one YAML document, and more follows", file)
	}
	p.mapping(document.Content[0])
	if len(p.faults) > mostFaults {
		p.faults = append(p.faults[:mostFaults], fmt.Errorf("... and %d more", len(p.faults)-mostFaults))
	}
	return p.out, errors.Join(p.faults...)
}

func (p *parser) mapping(n *yaml.Node) {
	const what = "a mapping"
	f := p.fields(n, what, "about", "parameters", "source", "rank", "decimal", "currency", "empty", "file", "said", "place", "when", "nodes", "edges", "tables")
	p.out.about = p.text(f["about"], "about")
	p.parameters(f["parameters"])
	if s := p.oneOf(f["rank"], "rank", []string{"field", "register", "text"}); s != "" {
		p.out.rank = ranks[s]
	}
	p.out.reading.decimal = p.decimal(f["decimal"])
	if n := f["currency"]; n != nil {
		p.out.reading.currency = p.currencyCode(n)
	}
	for _, s := range p.texts(f["empty"], "empty") {
		p.out.empty[text.Fold(s)] = true
	}
	if f["source"] == nil {
		p.fail(positionOf(n), `%s names its source, as in source: {name: "Our members", identifier: "DATASET:our-members"}`, what)
	} else {
		p.source(f["source"])
	}
	if f["tables"] == nil {
		p.out.tables = append(p.out.tables, p.sheet(n, f, ""))
		return
	}
	for _, name := range []string{"file", "said", "place", "when", "nodes", "edges"} {
		if f[name] != nil {
			p.fail(positionOf(f[name]), "a mapping with tables says %s in each of them", name)
		}
	}
	p.pairs(f["tables"], "tables", func(key, v *yaml.Node) {
		t := p.fields(v, "a table", "file", "said", "place", "when", "nodes", "edges")
		p.out.tables = append(p.out.tables, p.sheet(v, t, key.Value))
	})
	if len(p.out.tables) == 0 {
		p.fail(positionOf(f["tables"]), "there are no tables here")
	}
}

func (p *parser) parameters(n *yaml.Node) {
	if n != nil {
		p.pairs(n, "parameters", func(key, v *yaml.Node) {
			f := p.fields(v, "a parameter", "about", "default")
			def, has := f["default"]
			param := Parameter{Name: key.Value, About: p.text(f["about"], "about"), Required: !has}
			if has {
				if def.Kind != yaml.ScalarNode {
					p.fail(positionOf(def), "default is a text%s", found(def))
				}
				if def.Tag != "!!null" {
					param.Default = def.Value
				}
			}
			if slices.ContainsFunc(everywhere, func(all Parameter) bool { return all.Name == key.Value }) {
				p.fail(positionOf(key), "every mapping has the parameter %q already", key.Value)
				return
			}
			p.out.parameters = append(p.out.parameters, param)
		})
	}
	p.out.parameters = append(p.out.parameters, everywhere...) // the last ones
	var names []string
	for _, param := range p.out.parameters {
		names = append(names, param.Name)
		if param.Required && p.given != nil && strings.TrimSpace(p.given[param.Name]) == "" {
			p.faults = append(p.faults, fmt.Errorf(`%s needs to be told %s (%s): add --set %s="..."`, p.file, param.Name, param.About, param.Name))
		}
	}
	for _, name := range sortedKeys(p.given) {
		if !slices.Contains(names, name) {
			p.faults = append(p.faults, fmt.Errorf("%s has no parameter %q%s; it has %s", p.file, name, didYouMean(name, names), strings.Join(names, ", ")))
		}
	}
	if s := strings.TrimSpace(p.given[skipRows.Name]); s != "" {
		n, err := rowsAbove(s)
		if err != nil {
			p.faults = append(p.faults, fmt.Errorf("skipRows, %q, is no number of rows; write it as in 3", s))
		}
		p.skipRows = &n
	}
}

// parameter is the value of a parameter.
func (p *parser) parameter(name string) (string, error) {
	for _, param := range p.out.parameters {
		if param.Name != name {
			continue
		}
		v := strings.TrimSpace(p.given[name])
		if v == "" {
			v = param.Default
		}
		if v == "" && param.Required && p.given == nil {
			v = name // the mapping is only looked at
		}
		if p.slugs {
			v = text.Slug(v)
		}
		return v, nil
	}
	var names []string
	for _, param := range p.out.parameters {
		names = append(names, param.Name)
	}
	return "", fmt.Errorf("{$%s}: there is no such parameter%s; declare it under parameters", name, didYouMean(name, names))
}

func (p *parser) decimal(n *yaml.Node) byte {
	if s := p.oneOf(n, "decimal", []string{".", ","}); s != "" {
		return s[0]
	}
	return 0
}

func (p *parser) currencyCode(n *yaml.Node) string {
	s := p.text(n, "currency")
	if s != "" && (len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		p.fail(positionOf(n), "currency is a code of three capital letters, such as EUR, not %q", s)
	}
	return s
}

func (p *parser) source(n *yaml.Node) {
	f := p.fields(n, "source", append([]string{"name", "identifier"}, sourceProps...)...)
	s := &node{name: "source", at: positionOf(n), kinds: []string{sourceKind}, kind: &value{from: []pattern{{literals: []string{sourceKind}}}}}
	p.out.source = s
	if f["name"] == nil || f["identifier"] == nil {
		p.fail(s.at, "source has a name and an identifier, such as DATASET:our-members")
		return
	}
	s.title = p.values(f["name"], "name")
	id := p.text(f["identifier"], "identifier")
	scheme, rest, ok := strings.Cut(id, ":")
	if id != "" && (!ok || strings.ContainsAny(scheme, "{} ") || strings.TrimSpace(rest) == "") {
		p.fail(positionOf(f["identifier"]), "the identifier of a source is a scheme and a name, as in DATASET:our-members, not %q", id)
		return
	}
	p.slugs = true
	v := &value{at: positionOf(f["identifier"])}
	v.from = []pattern{p.pattern(&yaml.Node{Kind: yaml.ScalarNode, Value: rest, Line: v.at.line, Column: v.at.column})}
	v.from[0].slug = true
	p.slugs = false
	s.ids = []identifier{{strings.ToUpper(scheme), []*value{v}}}
	for _, name := range sourceProps {
		if f[name] != nil {
			s.set = append(s.set, p.setting(name, f[name], positionOf(f[name]), s.kinds))
		}
	}
	if day := p.given[retrieved.Name]; f["retrieved"] == nil && day != "" {
		v := &value{from: []pattern{{literals: []string{day}}}}
		t := p.model.props[sourceKind]["retrieved"]
		if _, err := t.read(day, reading{}); err != nil {
			p.faults = append(p.faults, fmt.Errorf("the day of retrieval, %q, is no day: %w", day, err))
		}
		s.set = append(s.set, setting{name: "retrieved", values: []*value{v}, types: map[string]typed{sourceKind: t}})
	}
}

func (p *parser) sheet(n *yaml.Node, f map[string]*yaml.Node, name string) *sheet {
	s := &sheet{name: name}
	p.table = s
	defer func() { p.table = nil }()
	if f["file"] != nil {
		o := p.fields(f["file"], "file", "sheet", "delimiter", "encoding", "skipRows", "header")
		s.options.Sheet = p.text(o["sheet"], "sheet")
		s.options.Encoding = p.text(o["encoding"], "encoding")
		if d := p.text(o["delimiter"], "delimiter"); d != "" {
			if d == "tab" {
				d = "\t"
			}
			if len(d) != 1 || d[0] == '"' || d[0] == '\n' || d[0] == '\r' {
				p.fail(positionOf(o["delimiter"]), "delimiter is one character, or tab, not %q", d)
			}
			s.options.Delimiter = rune(d[0])
		}
		s.options.SkipRows = p.number(o["skipRows"], "skipRows")
		s.options.NoHeader = o["header"] != nil && !p.truth(o["header"], "header")
	}
	if p.skipRows != nil {
		s.options.SkipRows = *p.skipRows
	}
	if f["said"] != nil {
		s.said = p.value(f["said"], "said")
		p.constants([]*value{s.said}, typed{Type: store.Type{Name: store.DateOf}}, "said")
	}
	if f["place"] != nil {
		s.place = p.value(f["place"], "place")
	}
	s.when = p.conditions(f["when"])
	if f["nodes"] == nil {
		p.fail(positionOf(n), "it says which nodes a row makes, under nodes")
		return s
	}
	p.pairs(f["nodes"], "nodes", func(key, v *yaml.Node) { s.nodes = append(s.nodes, p.node(key, v)) })
	if len(s.nodes) == 0 && f["nodes"].Kind == yaml.MappingNode {
		p.fail(positionOf(f["nodes"]), "there are no nodes here")
	}
	if f["edges"] != nil {
		if f["edges"].Kind != yaml.SequenceNode {
			p.fail(positionOf(f["edges"]), "edges are a list, each with a dash before it%s", found(f["edges"]))
			return s
		}
		for _, e := range f["edges"].Content {
			if e := p.edge(e); e != nil {
				s.edges = append(s.edges, e)
			}
		}
	}
	return s
}

func (p *parser) node(key, v *yaml.Node) *node {
	n := &node{name: key.Value, at: positionOf(key)}
	what := fmt.Sprintf("the node %q", n.name)
	f := p.fields(v, what, "kind", "name", "identifiers", "key", "country", "region", "set", "when", "optional", "each")
	if f["each"] != nil {
		n.each = p.eachOf(f["each"])
		p.each = n.each
		defer func() { p.each = nil }()
	}
	n.when = p.conditions(f["when"])
	n.optional = p.truth(f["optional"], "optional")
	if f["kind"] == nil {
		p.fail(n.at, "%s has a kind: one of %s", what, strings.Join(p.model.kinds, ", "))
	} else {
		n.kind = p.value(f["kind"], "kind")
		n.kinds = p.kindsOf(n.kind)
	}
	if f["name"] != nil {
		n.title = p.values(f["name"], "name")
	}
	if f["key"] != nil {
		n.key = p.values(f["key"], "key")
	}
	if f["identifiers"] != nil {
		p.pairs(f["identifiers"], "identifiers", func(key, v *yaml.Node) {
			scheme := strings.ToUpper(strings.TrimSpace(key.Value))
			if scheme == "VAT" {
				p.fail(positionOf(key), "a VAT number is evidence, not identity: several bodies may share it; leave it out")
			} else if _, err := (store.Identifier{Scheme: scheme, Value: "1"}).Normal(); err != nil {
				p.fail(positionOf(key), "%q is no scheme of identifiers", key.Value)
			}
			n.ids = append(n.ids, identifier{scheme, p.values(v, "an identifier")})
		})
	}
	if n.title == nil && n.ids == nil && n.key == nil {
		p.fail(n.at, "%s has a name or identifiers, or nobody can tell which it is", what)
	}
	if n.country = p.where(f["country"], "country", n); n.country != nil {
		if n.country.as != "" && n.country.as != asCountry {
			p.fail(n.country.at, "country is read as a country, not as %s", n.country.as)
		}
		n.country.as = asCountry
		p.checkCountry(n.country)
	}
	n.region = p.where(f["region"], "region", n)
	if f["set"] != nil {
		n.set = p.settings(f["set"], n.kinds)
	}
	return n
}

// where reads the country or the region of a node.
func (p *parser) where(n *yaml.Node, what string, of *node) *value {
	if n == nil {
		return nil
	}
	if of.kinds != nil && !slices.ContainsFunc(of.kinds, func(k string) bool { return p.model.liesIn(k) != "" }) {
		p.fail(positionOf(n), "a %s lies in no %s", strings.Join(of.kinds, " or "), what)
	}
	return p.value(n, what)
}

func (p *parser) checkCountry(v *value) {
	for _, s := range v.constants() {
		if _, err := v.convert(s); err != nil {
			p.fail(v.at, "%q: %v", s, err)
		}
	}
}

// liesIn is the relation that says in which place a node of a kind is; empty if none does.
func (m *model) liesIn(kind string) string {
	for _, relation := range []string{locatedIn, partOf} {
		if m.Links(relation, kind, placeKind) {
			return relation
		}
	}
	return ""
}

// kindsOf are the kinds that a value can name.
func (p *parser) kindsOf(v *value) []string {
	words := v.constants()
	open := v.words == nil && v.other == nil
	for _, from := range v.from {
		if _, constant := from.constant(); constant {
			open = false
		}
	}
	if open {
		return p.model.kinds
	}
	var out []string
	for _, s := range words {
		if !slices.Contains(p.model.kinds, s) {
			p.fail(v.at, "there is no kind %q%s; there are %s", s, didYouMean(s, p.model.kinds), strings.Join(p.model.kinds, ", "))
		} else if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (p *parser) eachOf(n *yaml.Node) *each {
	e := &each{}
	f := p.fields(n, "each", "column", "optional", "separator", "forms")
	if f["column"] == nil {
		p.fail(positionOf(n), "each names the column whose cells hold several things")
		return e
	}
	e.from = &value{at: positionOf(f["column"]), from: p.columns(f["column"], p.truth(f["optional"], "optional"))}
	if e.separators = p.texts(f["separator"], "separator"); e.separators == nil {
		p.fail(positionOf(n), `each names the separator between the things in a cell, as in separator: ";"`)
	}
	if f["forms"] != nil {
		for _, item := range list(f["forms"]) {
			s := p.text(item, "a form")
			if s == "" {
				continue
			}
			form, err := parseForm(s)
			if err != nil {
				p.fail(positionOf(item), "%v", err)
			}
			e.forms = append(e.forms, form)
		}
	}
	return e
}

func (p *parser) edge(n *yaml.Node) *edge {
	e := &edge{at: positionOf(n)}
	f := p.fields(n, "an edge", "type", "either", "from", "to", "key", "set", "when")
	if f["type"] == nil || f["from"] == nil || f["to"] == nil {
		p.fail(e.at, "an edge has type, from and to")
		return nil
	}
	e.either = p.truth(f["either"], "either")
	if f["type"].Kind == yaml.MappingNode {
		e.chosen = p.choice(f["type"], e)
	} else {
		e.types = p.relations(f["type"])
	}
	e.from, e.to = p.end(f["from"], "from"), p.end(f["to"], "to")
	if e.from == nil || e.to == nil || len(e.types) == 0 {
		return nil
	}
	fits, from, to := false, p.canBe(e.from), p.canBe(e.to)
	for _, a := range from {
		for _, b := range to {
			_, _, ok := e.fit(p.model, e.types, a, b)
			fits = fits || ok
		}
	}
	if !fits && len(from) > 0 && len(to) > 0 {
		p.fail(positionOf(f["type"]), "no %s leads from %s to %s%s", strings.Join(e.types, " or "), strings.Join(from, " or "),
			strings.Join(to, " or "), p.model.between(from[0], to[0]))
	}
	switch {
	case e.from.each != nil && e.to.each != nil:
		p.fail(e.at, "both ends of an edge are made of cells with several things (%s, %s); only one can be", e.from.name, e.to.name)
	case e.from.each != nil:
		p.each = e.from.each
	case e.to.each != nil:
		p.each = e.to.each
	}
	defer func() { p.each = nil }()
	e.when = p.conditions(f["when"])
	if f["key"] != nil {
		e.key = p.value(f["key"], "key")
	}
	if f["set"] != nil {
		e.set = p.settings(f["set"], e.types)
	}
	return e
}

// canBe are the kinds that a node can be of: with a key it may be a node of another table.
func (p *parser) canBe(n *node) []string {
	kinds := slices.Clone(n.kinds)
	for _, t := range append(p.out.tables, p.table) {
		for _, x := range t.nodes {
			if n.key != nil && x.key != nil {
				kinds = append(kinds, x.kinds...)
			}
		}
	}
	return kinds
}

// fit is the relation that leads from a kind to another, and whether it leads back instead.
func (e *edge) fit(m *model, types []string, from, to string) (relation string, back, ok bool) {
	for _, t := range types {
		switch {
		case m.Links(t, from, to):
			return t, false, true
		case e.either && m.Links(t, to, from):
			return t, true, true
		}
	}
	return "", false, false
}

// relations are one or several relations.
func (p *parser) relations(n *yaml.Node) []string {
	all := p.texts(n, "type")
	for _, s := range all {
		if !slices.Contains(p.model.relations, s) {
			p.fail(positionOf(n), "there is no relation %q%s; there are %s", s, didYouMean(s, p.model.relations), strings.Join(p.model.relations, ", "))
			return nil
		}
	}
	return all
}

// choice reads which relation an edge is by what a column says.
func (p *parser) choice(n *yaml.Node, e *edge) *choice {
	const what = "a type that a column says"
	f := p.fields(n, what, "column", "optional", "text", "words", "else", "default")
	c := &choice{value: &value{at: positionOf(n), from: p.from(n, f, what)}, words: map[string][]string{}}
	add := func(n *yaml.Node) []string {
		if n == nil {
			return nil
		}
		all := p.relations(n)
		for _, t := range all {
			if !slices.Contains(e.types, t) {
				e.types = append(e.types, t)
			}
		}
		return all
	}
	if f["words"] == nil {
		p.fail(c.value.at, "%s has words: which relations they stand for", what)
	} else {
		p.pairs(f["words"], "words", func(key, v *yaml.Node) { c.words[text.Fold(key.Value)] = add(v) })
	}
	c.other, c.fallback = add(f["else"]), add(f["default"])
	return c
}

// between says which relations lead from one kind to another.
func (m *model) between(from, to string) string {
	var out []string
	for _, t := range m.relations {
		if m.Links(t, from, to) {
			out = append(out, t)
		}
	}
	if out == nil {
		return "; no relation does"
	}
	return "; there is " + strings.Join(out, ", ")
}

func (p *parser) end(n *yaml.Node, what string) *node {
	name := p.text(n, what)
	if name == "" {
		return nil
	}
	var names []string
	for _, x := range p.table.nodes {
		if x.name == name {
			return x
		}
		names = append(names, x.name)
	}
	p.fail(positionOf(n), "%s: there is no node %q under nodes%s; there are %s", what, name, didYouMean(name, names), strings.Join(names, ", "))
	return nil
}

// conditions reads one condition or a list of them.
func (p *parser) conditions(n *yaml.Node) []condition {
	if n == nil {
		return nil
	}
	var out []condition
	for _, item := range list(n) {
		f := p.fields(item, "a condition", "column", "optional", "text", "is", "not", "filled")
		c := condition{value: &value{at: positionOf(item), from: p.from(item, f, "a condition")}}
		fold := func(words []string) map[string]bool {
			m := map[string]bool{}
			for _, w := range words {
				m[text.Fold(w)] = true
			}
			return m
		}
		if f["is"] != nil {
			c.is = fold(p.texts(f["is"], "is"))
		}
		if f["not"] != nil {
			c.not = fold(p.texts(f["not"], "not"))
		}
		if f["filled"] != nil {
			filled := p.truth(f["filled"], "filled")
			c.filled = &filled
		}
		if c.is == nil && c.not == nil && c.filled == nil && f != nil && item.Kind == yaml.MappingNode {
			p.fail(c.value.at, "a condition says what the column must hold: is, not, or filled: true")
		}
		out = append(out, c)
	}
	return out
}

// from reads column or text of a value.
func (p *parser) from(n *yaml.Node, f map[string]*yaml.Node, what string) []pattern {
	switch {
	case n.Kind != yaml.MappingNode:
		return nil
	case f["column"] != nil && f["text"] == nil:
		return p.columns(f["column"], p.truth(f["optional"], "optional"))
	case f["text"] != nil && f["column"] == nil && f["optional"] == nil:
		var out []pattern
		for _, item := range list(f["text"]) {
			out = append(out, p.pattern(item))
		}
		return out
	}
	p.fail(positionOf(n), `%s has either column: Name or text: "{Name}" (there {Name?} may be missing)`, what)
	return nil
}

// columns reads one or several names of columns.
func (p *parser) columns(n *yaml.Node, optional bool) []pattern {
	names := p.texts(n, "column")
	if len(names) == 0 {
		return nil
	}
	r := &ref{names: names, optional: optional}
	p.speak(r, positionOf(n))
	return []pattern{{literals: []string{"", ""}, refs: []*ref{r}}}
}

// pattern reads a text with columns in it.
func (p *parser) pattern(n *yaml.Node) pattern {
	nothing := pattern{literals: []string{""}}
	s := p.text(n, "a value")
	if s == "" {
		return nothing
	}
	out, err := parsePattern(s, p.parameter)
	if err != nil {
		p.fail(positionOf(n), "%v", err)
		return nothing
	}
	for _, r := range out.refs {
		p.speak(r, positionOf(n))
	}
	return out
}

// speak notes that a column is spoken of.
func (p *parser) speak(r *ref, at position) {
	r.at = at
	if r.each {
		p.part(r)
		return
	}
	r.slot = p.out.slots
	p.out.slots++
	if p.table == nil {
		p.out.shared = append(p.out.shared, r)
	} else {
		p.table.refs = append(p.table.refs, r)
	}
}

// part checks that an item has a part.
func (p *parser) part(r *ref) {
	name := r.names[0]
	if p.each == nil {
		p.fail(r.at, "{each} stands for one of several things in a cell, and here is none")
		return
	}
	if name == "" || name == numberPart {
		return
	}
	known := []string{numberPart}
	for _, f := range p.each.forms {
		known = append(known, f.parts...)
	}
	if !slices.Contains(known, name) {
		p.fail(r.at, "{each.%s}: no form has a part %q%s; there are %s", name, name, didYouMean(name, known), strings.Join(known, ", "))
	}
}

// values reads a value or a list of them.
func (p *parser) values(n *yaml.Node, what string) []*value {
	var out []*value
	for _, item := range list(n) {
		out = append(out, p.value(item, what))
	}
	if len(out) == 0 {
		p.fail(positionOf(n), "%s: the list is empty", what)
	}
	return out
}

func (p *parser) value(n *yaml.Node, what string) *value {
	v := &value{at: positionOf(n)}
	if n.Kind != yaml.MappingNode {
		v.from = []pattern{p.pattern(n)}
		return v
	}
	if len(n.Content) == 2 && n.Style&yaml.FlowStyle != 0 && n.Content[1].Tag == "!!null" {
		p.fail(v.at, `a text that begins with a brace needs quotes: "{%s}"`, n.Content[0].Value)
		return v
	}
	f := p.fields(n, "a value", "column", "optional", "text", "words", "else", "default", "as", "separator", "decimal", "currency", "parts")
	if f["parts"] != nil {
		if len(f) > 1 {
			p.fail(v.at, "a value with parts says all else in its parts")
		}
		return v // its parts are read by who knows its type
	}
	v.from = p.from(n, f, "a value")
	if f["words"] != nil {
		v.words = map[string]string{}
		p.pairs(f["words"], "words", func(key, w *yaml.Node) {
			if s, ok := p.maybe(w, "what a word stands for"); ok {
				v.words[text.Fold(key.Value)] = s
			}
		})
	}
	if f["else"] != nil {
		if s, ok := p.maybe(f["else"], "else"); ok {
			v.other = &s
		}
		if v.words == nil {
			p.fail(positionOf(f["else"]), "else says what words stand for that are not listed, and words are missing")
		}
	}
	v.fallback = p.text(f["default"], "default")
	v.as = p.oneOf(f["as"], "as", readings)
	v.separators = p.texts(f["separator"], "separator")
	v.decimal = p.decimal(f["decimal"])
	if f["currency"] != nil {
		c := p.pattern(f["currency"])
		if s, ok := c.constant(); ok && s != "" {
			p.currencyCode(f["currency"])
		}
		v.currency = &c
	}
	return v
}
