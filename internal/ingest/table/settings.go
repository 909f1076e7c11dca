package table

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"clustergraph/internal/store"
)

// settings reads the properties that are set on nodes of some kinds, or on edges of some
// relations; under the name of one of several stands what is set on those alone.
func (p *parser) settings(n *yaml.Node, of []string) []setting {
	var out, own []setting
	p.pairs(n, "set", func(key, v *yaml.Node) {
		if slices.Contains(of, key.Value) && len(of) > 1 {
			own = append(own, p.settings(v, []string{key.Value})...)
			return
		}
		if why := notSet[key.Value]; why != "" {
			p.fail(positionOf(key), "%s is not set here: %s", key.Value, why)
			return
		}
		out = append(out, p.setting(key.Value, v, positionOf(key), of))
	})
	return append(out, own...)
}

func (p *parser) setting(name string, n *yaml.Node, at position, of []string) setting {
	types := map[string]typed{}
	var known []string
	for _, x := range of {
		for prop, t := range p.model.props[x] {
			if prop == name {
				types[x] = t
			} else if notSet[prop] == "" && !slices.Contains(known, prop) {
				known = append(known, prop)
			}
		}
	}
	slices.Sort(known)
	if len(types) == 0 && len(of) > 0 {
		all := "it has none"
		if len(known) > 0 {
			all = "it has " + strings.Join(known, ", ")
		}
		p.fail(at, "%s has no property %q%s; %s", strings.Join(of, " or "), name, didYouMean(name, known), all)
	}
	return p.typed(name, n, at, types)
}

// typed reads what says a property of known types.
func (p *parser) typed(name string, n *yaml.Node, at position, types map[string]typed) setting {
	s := setting{name: name, at: at, types: types, values: p.values(n, name)}
	for i, item := range list(n) {
		v := s.values[i]
		var parts *yaml.Node
		for j := 0; item.Kind == yaml.MappingNode && j+1 < len(item.Content); j += 2 {
			if item.Content[j].Value == "parts" {
				parts = item.Content[j+1]
			}
		}
		for _, of := range sortedKeys(types) {
			t := types[of]
			if v.separators != nil && !t.List {
				p.fail(v.at, "%s is one value, and separator is for lists", name)
			}
			if v.currency != nil && t.Name != store.MoneyOf {
				p.fail(v.at, "%s is no amount of money", name)
			}
			if parts == nil && t.Name == store.Record && !t.isPoint() {
				p.fail(v.at, "%s has parts: write parts: {%s}", name, strings.Join(sortedKeys(t.parts), ": ..., ")+": ...")
			}
			if parts == nil {
				p.constants([]*value{v}, t, name)
			}
		}
		if parts != nil {
			p.partsOf(v, name, parts, types)
		}
	}
	return s
}

func (p *parser) partsOf(v *value, name string, n *yaml.Node, types map[string]typed) {
	p.pairs(n, "parts", func(key, part *yaml.Node) {
		of, known := map[string]typed{}, []string(nil)
		for x, t := range types {
			known = append(known, sortedKeys(t.parts)...)
			if pt, ok := t.parts[key.Value]; ok {
				of[x] = pt
			}
		}
		if len(of) == 0 {
			if len(types) > 0 {
				slices.Sort(known)
				p.fail(positionOf(key), "%s has no part %q%s; it has %s", name, key.Value, didYouMean(key.Value, known), strings.Join(slices.Compact(known), ", "))
			}
			return
		}
		v.parts = append(v.parts, p.typed(key.Value, part, positionOf(key), of))
	})
	if len(types) == 0 {
		return
	}
	first := types[sortedKeys(types)[0]] // the others have the same parts
	for _, part := range sortedKeys(first.parts) {
		if first.parts[part].must && !slices.ContainsFunc(v.parts, func(s setting) bool { return s.name == part }) {
			p.fail(positionOf(n), "%s also needs the part %q", name, part)
		}
	}
}

// constants checks what a mapping writes itself.
func (p *parser) constants(vs []*value, t typed, name string) {
	one := t
	one.List = false
	for _, v := range vs {
		for _, s := range v.constants() {
			s, err := v.convert(s)
			if err == nil {
				_, err = one.read(s, p.out.reading)
			}
			if err != nil {
				p.fail(v.at, "%s: %q cannot stand there: %v", name, s, err)
			}
		}
	}
}

// constants are the texts that a value has whatever the row says.
func (v *value) constants() []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, from := range v.from {
		if s, ok := from.constant(); ok && v.words == nil {
			add(s)
		}
	}
	for _, word := range sortedKeys(v.words) {
		add(v.words[word])
	}
	if v.other != nil {
		add(*v.other)
	}
	add(v.fallback)
	return out
}
