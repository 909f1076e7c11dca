package derive

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
)

// Upper is a name as enum values are written: startUps is START_UPS.
func Upper(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// camel is an enum value as fields are written: PARTICIPATES_IN is participatesIn.
func camel(value string) string {
	words := strings.Split(strings.ToLower(value), "_")
	for i := 1; i < len(words); i++ {
		words[i] = title(words[i])
	}
	return strings.Join(words, "")
}

func title(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// typ reads a type as it is written: [X!]!.
func typ(s string) *ast.Type {
	t := &ast.Type{}
	s, t.NonNull = strings.CutSuffix(s, "!")
	if inner, ok := strings.CutPrefix(s, "["); ok {
		t.Elem = typ(strings.TrimSuffix(inner, "]"))
	} else {
		t.NamedType = s
	}
	return t
}

func field(name, of, description string) *ast.FieldDefinition {
	return &ast.FieldDefinition{Name: name, Type: typ(of), Description: description}
}

func argument(name, of, description string) *ast.ArgumentDefinition {
	return &ast.ArgumentDefinition{Name: name, Type: typ(of), Description: description}
}

func enum(value string) *ast.Value { return &ast.Value{Kind: ast.EnumValue, Raw: value} }

// text is an argument of a directive as it is written; empty if it is not given.
func text(d *ast.Directive, name string) string {
	if a := d.Arguments.ForName(name); a != nil {
		return a.Value.Raw
	}
	return ""
}

func has(f *ast.FieldDefinition, directive string) bool {
	return f.Directives.ForName(directive) != nil
}
