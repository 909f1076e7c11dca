package ontology

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/ontology/derive"
	"clustergraph/internal/store"
)

// terms adds what a list can be ordered by: the single values within t, and the counts of
// its relations. The names are those that derivation gives.
func terms(out map[string]store.Term, t *Type, on store.Side, prefix string, path []string) {
	for _, f := range t.fields {
		name := prefix + derive.Upper(f.Name)
		switch {
		case f.Role == Relation:
			out[name+"_COUNT"] = store.Term{Rel: f.Rel}
		case f.Role != Property || f.Def.Type.Elem != nil:
		case f.Of != nil && f.Of.Def.Name != "Money":
			terms(out, f.Of, on, name+"_", append(slices.Clone(path), f.Name))
		default:
			out[name] = store.Term{On: on, Path: append(slices.Clone(path), f.Name), Fold: f.Def.Type.Name() == "String"}
		}
	}
}

// pairs finds the kinds that edges may lead between: those that see each other through
// relation fields.
func (r *reader) pairs() {
	seen := [2]map[[3]string]bool{{}, {}} // from the start, from the end
	for _, k := range r.Kinds {
		for _, f := range r.types[k.Name].fields {
			if f.Role != Relation {
				continue
			}
			for _, far := range r.Kinds {
				if !f.List.End.Has(far.Name) {
					continue
				}
				if f.Rel.Dir != store.In {
					seen[0][[3]string{f.Rel.Type, k.Name, far.Name}] = true
				}
				if f.Rel.Dir != store.Out {
					seen[1][[3]string{f.Rel.Type, far.Name, k.Name}] = true
				}
			}
		}
	}
	for p := range seen[0] {
		if seen[1][p] {
			r.links[p] = true
		}
	}
}

// storeSchema says what stores keep.
func (r *reader) storeSchema(names []string) {
	for _, name := range names {
		t := r.types[name]
		e := t.Def.Directives.ForName("edge")
		for _, def := range t.Def.Fields {
			f := t.fields[def.Name]
			switch {
			case f == nil:
			case f.Role == Property && (t.node || slices.ContainsFunc(t.Is, r.isEdge)):
				f.Type = r.typeOf(f)
			case f.Role == Relation && r.Store.Edges[f.Rel.Type].Props == nil:
				r.Store.Edges[f.Rel.Type] = store.EdgeType{Props: map[string]store.Type{}}
			}
		}
		if e != nil {
			args := e.ArgumentMap(nil)
			arg := func(name string) string { s, _ := args[name].(string); return s }
			if typ := arg("type"); typ != "" {
				r.Store.Edges[typ] = store.EdgeType{Props: r.props(t), Since: arg("since"), Until: arg("until"), ToSince: arg("toSince"), ToUntil: arg("toUntil")}
			}
		}
	}
	for _, k := range r.Kinds {
		t := r.types[k.Name]
		args := t.Def.Directives.ForName("kind").ArgumentMap(nil)
		telling, _ := args["telling"].(int64)
		s := store.Kind{Family: k.Name, Telling: int(telling), Meets: args["meets"] == true, Personal: args["personal"] == true, Props: r.props(t)}
		for _, i := range t.Def.Interfaces {
			if r.Schema.Types[i].Directives.ForName("family") != nil {
				s.Family = i
			}
		}
		for _, def := range t.Def.Fields {
			if def.Directives.ForName("name") != nil {
				s.Names = append(s.Names, def.Name)
			}
			if def.Directives.ForName("apart") != nil {
				s.Apart = append(s.Apart, def.Name)
			}
		}
		r.Store.Kinds[k.Name] = s
	}
}

func (r *reader) isEdge(name string) bool {
	return r.Schema.Types[name].Directives.ForName("edge") != nil
}

func (r *reader) props(t *Type) map[string]store.Type {
	out := map[string]store.Type{}
	for name, f := range t.fields {
		if f.Role == Property && name != "id" {
			out[name] = f.Type
		}
	}
	return out
}

// typeOf is the type in which a property is kept.
func (r *reader) typeOf(f *Field) store.Type {
	t := store.Type{List: f.Def.Type.Elem != nil, Index: f.Def.Directives.ForName("index") != nil}
	name := f.Def.Type.Name()
	switch {
	case name == "Money":
		t.Name = store.MoneyOf
	case f.Of != nil:
		t.Name, t.Parts = store.Record, map[string]store.Type{}
		for _, def := range f.Of.Def.Fields {
			if def.Directives.ForName("computed") == nil {
				part := f.Of.fields[def.Name]
				part.Type = r.typeOf(part)
				t.Parts[part.Name] = part.Type
			}
		}
	case r.Schema.Types[name].Kind == ast.Enum:
		t.Name = store.String
	default:
		t.Name = scalars[name]
		if t.Name == "" {
			r.fault(f.Def.Position, "%s: a property cannot be a %s", f.Name, name)
		}
	}
	return t
}

// scalars are the types in which scalars are kept. Text is meant where a String stands.
var scalars = map[string]store.TypeName{
	"String": store.Text, "ID": store.String, "URL": store.String, "Date": store.DateOf,
	"Int": store.Int, "Float": store.Float, "Boolean": store.Bool,
}
