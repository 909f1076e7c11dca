package table

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ingest/values"
	"clustergraph/internal/text"
)

// ref is a column that a mapping speaks of, or a part of an item of a cell.
type ref struct {
	names    []string // of the column: the first that the row fills
	optional bool     // the table need not have it
	each     bool     // a part of the item; names is its one name, "" for the whole item
	at       position
	slot     int // its place among the columns of the table
}

// pattern is a text with columns in it: "{First} {Last}". It is empty if one of them is.
type pattern struct {
	literals []string // before, between and after the columns
	refs     []*ref
	void     bool // a parameter in it stands for nothing
	slug     bool // columns and parameters are written as slugs
}

// constant is the pattern's text if no column is in it.
func (p pattern) constant() (string, bool) {
	if len(p.refs) > 0 {
		return "", false
	}
	if p.void {
		return "", true
	}
	return p.literals[0], true
}

// cells are what patterns read: a row, and an item of one of its cells.
type cells struct {
	row     tabular.Row
	names   []string // of the columns
	columns [][]int  // by slot: where the columns of a ref are
	empty   map[string]bool
	item    *item
}

// item is one of several things that stand in one cell.
type item struct {
	number int
	whole  string
	parts  map[string]string
}

func (c *cells) nothing(s string) bool {
	return values.Empty(s) || len(c.empty) > 0 && c.empty[text.Fold(s)]
}

// read is the text that a ref stands for; empty if it is no value.
func (c *cells) read(r *ref) string {
	if r.each {
		switch {
		case c.item == nil:
			return ""
		case r.names[0] == "":
			return c.item.whole
		case r.names[0] == numberPart:
			return strconv.Itoa(c.item.number)
		}
		return c.item.parts[r.names[0]]
	}
	for _, column := range c.columns[r.slot] {
		if s := c.row.At(column); !c.nothing(s) {
			return s
		}
	}
	return ""
}

// name is the name of the column that a ref stands for, in the table's words.
func (c *cells) name(r *ref) string {
	for _, column := range c.columns[r.slot] {
		if !c.nothing(c.row.At(column)) {
			return c.names[column]
		}
	}
	if found := c.columns[r.slot]; len(found) > 0 {
		return c.names[found[0]]
	}
	return r.names[0]
}

// fill is the text of a pattern; empty if a column of it is.
func (c *cells) fill(p pattern) string {
	if p.void {
		return ""
	}
	if len(p.refs) == 1 && p.literals[0] == "" && p.literals[1] == "" && !p.slug {
		return c.read(p.refs[0]) // most are
	}
	var b strings.Builder
	b.WriteString(p.literals[0])
	for i, r := range p.refs {
		s := c.read(r)
		if s == "" {
			return ""
		}
		if p.slug {
			s = text.Slug(s)
		}
		b.WriteString(s)
		b.WriteString(p.literals[i+1])
	}
	return strings.TrimSpace(b.String())
}

// numberPart is the part of an item that is its number in the cell, from 1.
const numberPart = "number"

// eachName is how the items of a cell are called in a text.
const eachName = "each"

// parsePattern reads a text: {Column}, {One|Another}, {Optional?}, {$parameter}, {each},
// {each.part}; {{ and }} are braces. parameter gives the value of a parameter.
func parsePattern(s string, parameter func(name string) (string, error)) (pattern, error) {
	p := pattern{}
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		if strings.HasPrefix(s[i:], "{{") || strings.HasPrefix(s[i:], "}}") {
			b.WriteByte(s[i])
			s = s[i+2:]
			continue
		}
		end := strings.IndexByte(s[i:], '}')
		if s[i] == '}' || end < 0 {
			return p, fmt.Errorf("%q: a brace without its other half; write {Column}, and {{ or }} for a brace itself", s)
		}
		name := strings.TrimSpace(s[i+1 : i+end])
		s = s[i+end+1:]
		if strings.ContainsAny(name, "{") || name == "" {
			return p, fmt.Errorf("{%s} is no column; write the name of one between the braces", name)
		}
		if name[0] == '$' {
			v, err := parameter(name[1:])
			if err != nil {
				return p, err
			}
			p.void = p.void || v == ""
			b.WriteString(v)
			continue
		}
		p.literals = append(p.literals, b.String())
		b.Reset()
		r := parseRef(name)
		for _, n := range r.names {
			if n == "" && !r.each {
				return p, fmt.Errorf("{%s} has an empty name of a column in it", name)
			}
		}
		p.refs = append(p.refs, r)
	}
	p.literals = append(p.literals, b.String())
	return p, nil
}

func parseRef(name string) *ref {
	if name == eachName {
		return &ref{names: []string{""}, each: true}
	}
	if part, ok := strings.CutPrefix(name, eachName+"."); ok {
		return &ref{names: []string{strings.TrimSpace(part)}, each: true}
	}
	r := &ref{}
	name, r.optional = strings.CutSuffix(name, "?")
	for n := range strings.SplitSeq(name, "|") {
		r.names = append(r.names, strings.TrimSpace(n))
	}
	return r
}

// form is how an item of a cell is written: "{name} ({country})".
type form struct {
	parts []string
	match *regexp.Regexp
}

// countryPart is the part of a form that must be a country, or the form does not fit.
const countryPart = "country"

func parseForm(s string) (form, error) {
	p, err := parsePattern(s, func(name string) (string, error) {
		return "", fmt.Errorf("{$%s}: a form has no parameters in it", name)
	})
	f := form{}
	if err != nil {
		return f, err
	}
	// The parts before the last take as much as they can, so that the last bracket is the one
	// that counts. Spaces around a part are nobody's.
	var b strings.Builder
	b.WriteString(`(?s)^\s*`)
	for i, literal := range p.literals {
		for j, word := range strings.Fields(literal) {
			if j > 0 {
				b.WriteString(`\s+`)
			}
			b.WriteString(regexp.QuoteMeta(word))
		}
		b.WriteString(`\s*`)
		if i == len(p.refs) {
			break
		}
		r := p.refs[i]
		if r.each || r.optional || len(r.names) > 1 {
			return f, fmt.Errorf("a form names its parts with one word each, as in {name} ({country})")
		}
		name := r.names[0]
		if name == numberPart {
			return f, fmt.Errorf("the part %q is the item's number already; call it otherwise", name)
		}
		for _, known := range f.parts {
			if known == name {
				return f, fmt.Errorf("the part %q stands in the form twice", name)
			}
		}
		if i > 0 && strings.TrimSpace(p.literals[i]) == "" {
			return f, fmt.Errorf("nothing stands between {%s} and {%s} to tell them apart", f.parts[i-1], name)
		}
		f.parts = append(f.parts, name)
		b.WriteString(`(\S|\S.*\S)\s*`)
	}
	b.WriteString(`$`)
	if len(f.parts) == 0 {
		return f, fmt.Errorf("a form has parts, as in {name} ({country})")
	}
	if f.match, err = regexp.Compile(b.String()); err != nil {
		return f, fmt.Errorf("the form %q cannot be read: %w", s, err)
	}
	return f, nil
}

// split cuts a cell into its items. Between round brackets nothing is cut, unless they do not
// close.
func split(s string, separators []string) []string {
	deep := balanced(s)
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s); {
		n := 1
		switch {
		case s[i] == '(' && deep:
			depth++
		case s[i] == ')' && deep:
			depth--
		case depth == 0:
			for _, sep := range separators {
				if strings.HasPrefix(s[i:], sep) {
					out = append(out, s[from:i])
					n = len(sep)
					from = i + n
					break
				}
			}
		}
		i += n
	}
	out = append(out, s[from:])
	kept := out[:0]
	for _, x := range out {
		if x = strings.TrimSpace(x); x != "" {
			kept = append(kept, x)
		}
	}
	return kept
}

func balanced(s string) bool {
	depth := 0
	for _, c := range []byte(s) {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}
