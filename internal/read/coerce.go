package read

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"

	"clustergraph/internal/store"
)

// Values come in by two roads, as literals of the query and as JSON in variables, and the
// specification has rules for each. gqlgen's own are looser for variables: enum values are
// blind to case, strings pass for numbers, custom scalars and @oneOf are not looked at,
// defaults within input objects are left out. So both are coerced here, to the same values
// (see [Args]).

// meant tells which field was likely meant by a name that none has, or else which there are.
func meant(name string, fields ast.FieldList) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	if near := core.SuggestionList(name, names); len(near) > 0 {
		return ". Did you mean " + core.QuotedOrList(near...) + "?"
	}
	return "; it has " + strings.Join(names, ", ")
}

// badValue is a value that its type does not take. Path says where within the value.
type badValue struct {
	path string
	what string
	pos  *ast.Position
}

func (e *badValue) Error() string {
	if e.path == "" {
		return e.what
	}
	return strings.TrimPrefix(e.path, ".") + ": " + e.what
}

func (e *badValue) in(step string) *badValue { e.path = step + e.path; return e }

func bad(format string, args ...any) *badValue { return &badValue{what: fmt.Sprintf(format, args...)} }

// literal coerces a value of the query. A variable in it stands for its coerced value; one
// that was not given makes the value absent (ok is false).
func (o *schema) literal(t *ast.Type, v *ast.Value, vars map[string]any) (out any, ok bool, e *badValue) {
	defer func() {
		if e != nil && e.pos == nil {
			e.pos = v.Position
		}
	}()
	switch {
	case v.Kind == ast.Variable:
		x, given := vars[v.Raw]
		if given && x == nil && t.NonNull {
			return nil, true, bad("%s cannot be null (variable $%s)", t, v.Raw)
		}
		return x, given, nil
	case v.Kind == ast.NullValue && t.NonNull:
		return nil, true, bad("%s cannot be null", t)
	case v.Kind == ast.NullValue:
		return nil, true, nil
	case t.Elem != nil && v.Kind != ast.ListValue:
		x, ok, e := o.literal(t.Elem, v, vars)
		return []any{x}, ok, e
	case t.Elem != nil:
		out := make([]any, len(v.Children))
		for i, c := range v.Children {
			x, ok, e := o.literal(t.Elem, c.Value, vars)
			if e == nil && !ok && t.Elem.NonNull {
				e = bad("%s cannot be null (variable $%s was not given)", t.Elem, c.Value.Raw)
			}
			if e != nil {
				return nil, true, e.in("[" + strconv.Itoa(i) + "]")
			}
			out[i] = x
		}
		return out, true, nil
	}
	def := o.Schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.InputObject && v.Kind == ast.ObjectValue:
		in, e := o.object(def, func(f *ast.FieldDefinition) (any, bool, *badValue) {
			c := v.Children.ForName(f.Name)
			if c == nil {
				return nil, false, nil
			}
			return o.literal(f.Type, c, vars)
		})
		return in, true, e
	case def.Kind == ast.Enum && v.Kind == ast.EnumValue && def.EnumValues.ForName(v.Raw) != nil:
		return v.Raw, true, nil
	case def.Kind == ast.Scalar:
		x, e := scalar(def.Name, v)
		return x, true, e
	}
	return nil, true, bad("%s is not a %s", v, def.Name)
}

// scalar coerces a literal of a scalar.
func scalar(name string, v *ast.Value) (any, *badValue) {
	text := v.Kind == ast.StringValue || v.Kind == ast.BlockValue
	switch name {
	case "Int":
		if v.Kind == ast.IntValue {
			return integer(v.Raw)
		}
	case "Float":
		if v.Kind == ast.IntValue || v.Kind == ast.FloatValue {
			return float(v.Raw)
		}
	case "Boolean":
		if v.Kind == ast.BooleanValue {
			return v.Raw == "true", nil
		}
	case "ID":
		if text || v.Kind == ast.IntValue {
			return v.Raw, nil
		}
	case "Decimal":
		if text || v.Kind == ast.IntValue || v.Kind == ast.FloatValue {
			return custom(name, v.Raw)
		}
	case "String":
		if text {
			return v.Raw, nil
		}
	default:
		if text {
			return custom(name, v.Raw)
		}
	}
	return nil, bad("%s is not %s", v, article(name))
}

// variable coerces a value as it came in JSON: nil, bool, json.Number or another number,
// string, []any, map[string]any.
func (o *schema) variable(t *ast.Type, v any) (any, *badValue) {
	switch {
	case v == nil && t.NonNull:
		return nil, bad("%s cannot be null", t)
	case v == nil:
		return nil, nil
	case t.Elem != nil:
		in, ok := slice(v)
		if !ok {
			x, e := o.variable(t.Elem, v)
			return []any{x}, e
		}
		out := make([]any, len(in))
		for i := range in {
			var e *badValue
			if out[i], e = o.variable(t.Elem, in[i]); e != nil {
				return nil, e.in("[" + strconv.Itoa(i) + "]")
			}
		}
		return out, nil
	}
	def := o.Schema.Types[t.NamedType]
	s, text := v.(string)
	switch {
	case def.Kind == ast.Enum:
		if text && def.EnumValues.ForName(s) != nil {
			return s, nil
		}
	case def.Kind == ast.InputObject:
		in, ok := v.(map[string]any)
		if !ok {
			break
		}
		for name := range in {
			if def.Fields.ForName(name) == nil {
				return nil, bad("%s has no field %q%s", def.Name, name, meant(name, def.Fields))
			}
		}
		return o.object(def, func(f *ast.FieldDefinition) (any, bool, *badValue) {
			x, given := in[f.Name]
			if !given {
				return nil, false, nil
			}
			y, e := o.variable(f.Type, x)
			return y, true, e
		})
	case def.Name == "Int":
		if n, ok := number(v); ok {
			return integer(n)
		}
	case def.Name == "Float":
		if n, ok := number(v); ok {
			return float(n)
		}
	case def.Name == "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case def.Name == "ID":
		if n, ok := number(v); ok && !strings.ContainsAny(n, ".eE") {
			return n, nil
		}
		if text {
			return s, nil
		}
	case def.Name == "Decimal":
		if n, ok := number(v); ok {
			return custom(def.Name, n)
		}
		if text {
			return custom(def.Name, s)
		}
	case text && def.Name == "String":
		return s, nil
	case text:
		return custom(def.Name, s)
	}
	return nil, bad("%s is not %s", shown(v), article(def.Name))
}

// slice is a list. gqlgen's reading of variables, which comes first, makes lists of single
// values in place: typed ones.
func slice(v any) ([]any, bool) {
	if l, ok := v.([]any); ok {
		return l, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice {
		return nil, false
	}
	out := make([]any, r.Len())
	for i := range out {
		out[i] = r.Index(i).Interface()
	}
	return out, true
}

// object coerces the fields of an input object; value is one field as it was given.
func (o *schema) object(def *ast.Definition, value func(*ast.FieldDefinition) (any, bool, *badValue)) (any, *badValue) {
	in := Args{values: map[string]any{}, of: def, schema: o}
	given := 0
	for _, f := range def.Fields {
		x, ok, e := value(f)
		if e == nil && !ok && f.DefaultValue != nil {
			x, ok, e = o.literal(f.Type, f.DefaultValue, nil)
		}
		if e == nil && !ok && f.Type.NonNull {
			e = bad("it is required: %s", f.Type)
		}
		if e != nil {
			return nil, e.in("." + f.Name)
		}
		if ok {
			given++
			in.values[f.Name] = x
		}
	}
	if def.Directives.ForName("oneOf") != nil {
		if given != 1 {
			return nil, bad("%s takes exactly one field, not %d", def.Name, given)
		}
		for name, x := range in.values {
			if x == nil {
				return nil, bad("%s cannot be null: %s takes exactly one field with a value", name, def.Name)
			}
		}
	}
	return in, nil
}

// number is a JSON number as text. Numbers come as json.Number, and from gqlgen's reading
// of a top-level Int or Float as int64 or float64.
func number(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

func integer(s string) (any, *badValue) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		// 3.0 and 1e2 are integers in JSON, where numbers have no types.
		f, ferr := strconv.ParseFloat(s, 64)
		if ferr != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32+1 {
			return nil, bad("%s is not a whole number between -2147483648 and 2147483647", s)
		}
		n = int64(f)
	}
	if int64(int32(n)) != n {
		return nil, bad("%s is not a whole number between -2147483648 and 2147483647", s)
	}
	return n, nil
}

func float(s string) (any, *badValue) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, bad("%s is too large for a Float", s)
	}
	return f, nil
}

// custom coerces the text of a scalar of ours.
func custom(name, s string) (any, *badValue) {
	var v any
	var err error
	switch name {
	case "Date":
		v, err = store.ParseDate(s)
	case "Decimal":
		v, err = store.ParseCents(s)
	case "URL":
		var u *url.URL
		if u, err = url.Parse(s); err != nil || !u.IsAbs() {
			return nil, bad("%q is not an absolute URL, such as https://example.org/page", s)
		}
		v = s
	case "DateTime":
		if _, err = time.Parse(time.RFC3339, s); err != nil {
			return nil, bad("%q is not a DateTime, such as 2026-01-31T12:00:00Z", s)
		}
		v = s
	default:
		v = s
	}
	if err != nil {
		return nil, bad("%s", strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": "))
	}
	return v, nil
}

// shown is a value of a variable as messages tell it.
func shown(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("a %T", v)
	}
	if len(b) > 100 {
		b = append(b[:100:100], "..."...)
	}
	return string(b)
}

func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIO") {
		return "an " + name
	}
	return "a " + name
}

// coerceArguments coerces the arguments of a field.
func (o *schema) coerceArguments(defs ast.ArgumentDefinitionList, list ast.ArgumentList, vars map[string]any) (Args, *badValue) {
	a := Args{args: defs, schema: o, values: map[string]any{}}
	for _, d := range defs {
		var x any
		var ok bool
		var e *badValue
		if given := list.ForName(d.Name); given != nil {
			if x, ok, e = o.literal(d.Type, given.Value, vars); ok {
				a.given = append(a.given, d.Name)
			}
		}
		if e == nil && !ok && d.DefaultValue != nil {
			x, ok, e = o.literal(d.Type, d.DefaultValue, nil)
		}
		if e == nil && !ok && d.Type.NonNull {
			e = bad("it is required: %s", d.Type)
		}
		if e != nil {
			return a, e.in("." + d.Name)
		}
		if ok {
			a.values[d.Name] = x
		}
	}
	return a, nil
}

// variables coerces the variables of an operation.
func (o *schema) variables(op *ast.OperationDefinition, in map[string]any) (map[string]any, *badValue) {
	if len(op.VariableDefinitions) == 0 {
		return nil, nil
	}
	out := make(map[string]any, len(in))
	for _, d := range op.VariableDefinitions {
		v, given := in[d.Variable]
		if !given {
			continue
		}
		x, e := o.variable(d.Type, v)
		if e != nil {
			e.pos = d.Position
			return nil, e.in("$" + d.Variable)
		}
		out[d.Variable] = x
	}
	return out, nil
}
