package reference

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// smallest leaves out of an operation whatever it can, as long as the answers differ, and
// tells what is left.
func (p *pair) smallest(op operation) string {
	for again := len(op.Cursors) == 0; again; { // a cursor is good for one list only
		again = false
		for i := 0; ; i++ {
			smaller, ok := without(op, i)
			if !ok {
				break
			}
			if smaller.String() != op.String() && p.differ(smaller) != "" {
				op, again = smaller, true
				break
			}
		}
	}
	p.send(op)
	got, want := p.served(op), p.receive()
	return fmt.Sprintf("%s\n%s\n\ngot  %s\n\nwant %s", differ(got, want), op, got, want)
}

func (p *pair) differ(op operation) string {
	p.send(op)
	return differ(p.served(op), p.receive())
}

// without is an operation without its i-th part; ok is false if it has no such part.
func without(op operation, i int) (out operation, ok bool) {
	doc, err := parser.ParseQuery(&ast.Source{Input: op.Query})
	if err != nil {
		return op, false
	}
	c := cut{left: i}
	for _, o := range doc.Operations {
		o.SelectionSet = c.selections(o.SelectionSet)
		for _, v := range o.VariableDefinitions {
			if v.DefaultValue != nil && c.here() {
				v.DefaultValue = nil
			}
		}
	}
	for _, f := range doc.Fragments {
		f.SelectionSet = c.selections(f.SelectionSet)
	}
	variables := maps.Clone(op.Variables)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if c.here() {
			delete(variables, name)
		}
	}
	if c.left >= 0 {
		return op, false
	}
	// What nobody uses any more goes, too.
	for range 3 {
		text := printed(doc)
		doc.Fragments = slices.DeleteFunc(doc.Fragments, func(f *ast.FragmentDefinition) bool { return !spread(text, f.Name) })
	}
	for _, o := range doc.Operations {
		text := printed(doc)
		o.VariableDefinitions = slices.DeleteFunc(o.VariableDefinitions, func(v *ast.VariableDefinition) bool {
			if strings.Count(text, "$"+v.Variable) == 1 {
				delete(variables, v.Variable)
				return true
			}
			return false
		})
	}
	return operation{Query: printed(doc), Variables: variables, Cursors: op.Cursors}, true
}

func spread(text, name string) bool {
	return strings.Contains(text, "..."+name) || strings.Contains(text, "... "+name)
}

func printed(doc *ast.QueryDocument) string {
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithIndent(" ")).FormatQueryDocument(doc)
	return b.String()
}

// cut counts parts, and says which is left out.
type cut struct{ left int }

func (c *cut) here() bool { c.left--; return c.left == -1 }

func (c *cut) selections(set ast.SelectionSet) ast.SelectionSet {
	var out ast.SelectionSet
	for _, s := range set {
		if c.here() && len(set) > 1 {
			continue
		}
		switch s := s.(type) {
		case *ast.Field:
			s.Arguments = slices.DeleteFunc(s.Arguments, func(*ast.Argument) bool { return c.here() })
			for _, a := range s.Arguments {
				c.value(a.Value)
			}
			s.Directives = slices.DeleteFunc(s.Directives, func(*ast.Directive) bool { return c.here() })
			if s.Alias != s.Name && c.here() {
				s.Alias = s.Name
			}
			s.SelectionSet = c.selections(s.SelectionSet)
		case *ast.InlineFragment:
			s.Directives = slices.DeleteFunc(s.Directives, func(*ast.Directive) bool { return c.here() })
			if c.here() {
				out = append(out, s.SelectionSet...)
				continue
			}
			s.SelectionSet = c.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			s.Directives = slices.DeleteFunc(s.Directives, func(*ast.Directive) bool { return c.here() })
		}
		out = append(out, s)
	}
	return out
}

func (c *cut) value(v *ast.Value) {
	v.Children = slices.DeleteFunc(v.Children, func(*ast.ChildValue) bool { return c.here() })
	for _, child := range v.Children {
		c.value(child.Value)
	}
}
