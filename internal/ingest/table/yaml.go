package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"clustergraph/internal/text"
)

func positionOf(n *yaml.Node) position { return position{n.Line, n.Column} }

func (p *parser) fail(at position, format string, args ...any) {
	fault := fmt.Errorf("%s, line %d, column %d: %s", p.file, at.line, at.column, fmt.Sprintf(format, args...))
	if n := len(p.faults); n == 0 || p.faults[n-1].Error() != fault.Error() { // several kinds find the same fault
		p.faults = append(p.faults, fault)
	}
}

// fields are the fields of a YAML mapping by name; of its own order only that of errors is
// kept. Unknown ones are told with what is meant.
func (p *parser) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	p.pairs(n, what, func(key, v *yaml.Node) {
		if !slices.Contains(known, key.Value) {
			p.fail(positionOf(key), "%s has no %q%s; it has %s", what, key.Value, didYouMean(key.Value, known), strings.Join(known, ", "))
			return
		}
		out[key.Value] = v
	})
	return out
}

// pairs tells the keys and values of a YAML mapping, each key once.
func (p *parser) pairs(n *yaml.Node, what string, tell func(key, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.fail(positionOf(n), "%s is written as fields, one a line (name: value)%s", what, found(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			p.fail(positionOf(key), "the name of a field belongs here%s", found(key))
		case seen[key.Value]:
			p.fail(positionOf(key), "%q stands here twice", key.Value)
		default:
			seen[key.Value] = true
			tell(key, n.Content[i+1])
		}
	}
}

// found says what stands where something else belongs.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.AliasNode:
		return "; aliases (*name) are not read, write it out"
	case yaml.MappingNode:
		if n.Style&yaml.FlowStyle != 0 {
			return `; a text that begins with a brace needs quotes, as in "{Column}"`
		}
		return "; here are fields"
	case yaml.SequenceNode:
		return "; here is a list"
	}
	if n.Tag == "!!null" {
		return "; here is nothing"
	}
	return fmt.Sprintf("; here is the text %q", n.Value)
}

// list is a YAML list, or its one item.
func list(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// text is a text that is not empty.
func (p *parser) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		p.fail(positionOf(n), "%s is a text%s", what, found(n))
		return ""
	}
	return n.Value
}

func (p *parser) texts(n *yaml.Node, what string) []string {
	if n == nil {
		return nil
	}
	var out []string
	for _, item := range list(n) {
		if s := p.text(item, what); s != "" {
			out = append(out, s)
		}
	}
	if len(out) == 0 && n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.fail(positionOf(n), "%s: the list is empty", what)
	}
	return out
}

// oneOf is a text of a few.
func (p *parser) oneOf(n *yaml.Node, what string, of []string) string {
	s := p.text(n, what)
	if s != "" && !slices.Contains(of, s) {
		last := len(of) - 1
		p.fail(positionOf(n), "%s is %s or %s, not %q%s", what, strings.Join(of[:last], ", "), of[last], s, didYouMean(s, of))
		return ""
	}
	return s
}

// rowsAbove is a number of rows above a header.
func rowsAbove(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

func (p *parser) number(n *yaml.Node, what string) int {
	if n == nil {
		return 0
	}
	number, err := rowsAbove(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		p.fail(positionOf(n), "%s is a number of rows, such as 3%s", what, found(n))
	}
	return number
}

func (p *parser) truth(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		p.fail(positionOf(n), "%s is true or false%s", what, found(n))
	}
	return n.Value == "true"
}

// maybe is a text that may be empty: then it stands for nothing.
func (p *parser) maybe(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		p.fail(positionOf(n), "%s is a text%s", what, found(n))
		return "", false
	}
	if n.Tag == "!!null" {
		return "", true
	}
	return n.Value, true
}

// didYouMean is the nearest of some names, if one is near.
func didYouMean(name string, of []string) string {
	if near := nearest(name, of); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

func nearest(name string, of []string) string {
	best, least := "", min(max(2, len(name)/3)+1, len(name))
	for _, x := range of {
		if d := levenshtein.ComputeDistance(text.Fold(name), text.Fold(x)); d < least {
			best, least = x, d
		}
	}
	return best
}
