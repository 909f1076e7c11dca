package read

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Rules are those of gqlparser and one more, for literals that it lets through: an object
// where a scalar or an enum belongs, a whole number that is no Int, and what our own scalars
// do not take. So a query is refused for them before anything of it is answered, once for
// all requests that send it.
func Rules() *rules.Rules {
	all := rules.NewDefaultRules()
	all.AddRule("ValuesOfOurTypes", func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnValue(func(_ *core.Walker, v *ast.Value) {
			if v.Definition == nil || v.ExpectedType == nil || v.Definition.Kind == ast.InputObject {
				return
			}
			var e *badValue
			switch v.Kind {
			case ast.Variable, ast.NullValue:
			case ast.ObjectValue:
				e = bad("%s is not %s", v, article(v.Definition.Name))
			case ast.ListValue:
				if v.ExpectedType.Elem == nil && !v.Definition.BuiltIn {
					e = bad("%s is not %s", v, article(v.Definition.Name))
				}
			default:
				if v.Definition.Kind == ast.Scalar && (!v.Definition.BuiltIn || v.Kind == ast.IntValue && v.Definition.Name == "Int") {
					_, e = scalar(v.Definition.Name, v)
				}
			}
			if e != nil {
				addError(core.Message("%s", e), core.At(v.Position))
			}
		})
	})
	return all
}
