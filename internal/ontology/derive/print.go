package derive

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// printer writes SDL for people: one line for each field, its description above it, also
// in one line. (The formatter of gqlparser takes three lines for each description, which
// doubles what is derived.)
type printer struct{ strings.Builder }

func (p *printer) document(doc *ast.SchemaDocument) {
	for _, x := range doc.Directives {
		p.describe("", x.Description)
		fmt.Fprintf(p, "directive @%s", x.Name)
		p.arguments("", x.Arguments)
		for i, l := range x.Locations {
			p.WriteString([]string{" on ", " | "}[min(i, 1)] + string(l))
		}
		p.WriteString("\n\n")
	}
	for _, t := range doc.Definitions {
		p.describe("", t.Description)
		p.WriteString(keyword[t.Kind] + " " + t.Name)
		for i, name := range t.Interfaces {
			p.WriteString([]string{" implements ", " & "}[min(i, 1)] + name)
		}
		p.directives(t.Directives)
		if len(t.Fields)+len(t.EnumValues) > 0 {
			p.WriteString(" {\n")
			for _, f := range t.Fields {
				p.describe("  ", f.Description)
				p.WriteString("  " + f.Name)
				p.arguments("  ", f.Arguments)
				p.WriteString(": " + f.Type.String())
				p.ends(f.DefaultValue, f.Directives)
			}
			for _, v := range t.EnumValues {
				p.describe("  ", v.Description)
				p.WriteString("  " + v.Name)
				p.ends(nil, v.Directives)
			}
			p.WriteString("}")
		}
		p.WriteString("\n\n")
	}
}

var keyword = map[ast.DefinitionKind]string{
	ast.Scalar: "scalar", ast.Object: "type", ast.Interface: "interface",
	ast.Union: "union", ast.Enum: "enum", ast.InputObject: "input",
}

func (p *printer) describe(indent, s string) {
	switch {
	case s == "":
	case strings.Contains(s, "\n"):
		p.WriteString(indent + `"""` + "\n")
		for line := range strings.Lines(s) {
			p.WriteString(indent + strings.TrimRight(strings.ReplaceAll(line, `"""`, `\"""`), "\n") + "\n")
		}
		p.WriteString(indent + `"""` + "\n")
	default:
		p.WriteString(indent + strconv.Quote(s) + "\n")
	}
}

// arguments stand in one line if none is described, else each in its own.
func (p *printer) arguments(indent string, args ast.ArgumentDefinitionList) {
	if len(args) == 0 {
		return
	}
	lines := false
	for _, a := range args {
		lines = lines || a.Description != ""
	}
	p.WriteString("(")
	for i, a := range args {
		if lines {
			p.WriteString("\n" + indent + "  ")
			if a.Description != "" {
				p.WriteString(strconv.Quote(a.Description) + " ")
			}
		} else if i > 0 {
			p.WriteString(", ")
		}
		p.WriteString(a.Name + ": " + a.Type.String())
		p.value(a.DefaultValue)
		p.directives(a.Directives)
	}
	if lines {
		p.WriteString("\n" + indent)
	}
	p.WriteString(")")
}

func (p *printer) ends(v *ast.Value, d ast.DirectiveList) {
	p.value(v)
	p.directives(d)
	p.WriteString("\n")
}

func (p *printer) value(v *ast.Value) {
	if v != nil {
		p.WriteString(" = " + v.String())
	}
}

func (p *printer) directives(list ast.DirectiveList) {
	for _, d := range list {
		p.WriteString(" @" + d.Name)
		for i, a := range d.Arguments {
			p.WriteString([]string{"(", ", "}[min(i, 1)] + a.Name + ": " + a.Value.String())
		}
		if len(d.Arguments) > 0 {
			p.WriteString(")")
		}
	}
}
