package main

import (
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// plugin tells gqlgen's generator that every output type is a scalar: a value that writes
// itself (read.JSON). So gqlgen makes what it is best at, the root fields and
// introspection, and nothing for each kind, property and relation; a root resolver answers
// all that is selected below it. The schema that is served stays as it is written.
//
// Root fields have no Go arguments: package read reads them, the same way at every level.
type plugin struct{}

// Name is how gqlgen tells plugins apart.
func (plugin) Name() string { return "clustergraph" }

// MutateConfig changes the schema as the generator sees it. Subscriptions it does not see:
// package graph runs them, since gqlgen would have their values worked out where errors
// and extensions of a message cannot be told.
func (plugin) MutateConfig(cfg *config.Config) error {
	if s := cfg.Schema.Subscription; s != nil {
		cfg.Schema.Subscription = nil
		delete(cfg.Schema.Types, s.Name)
	}
	for _, root := range []*ast.Definition{cfg.Schema.Query, cfg.Schema.Mutation} {
		for _, f := range root.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue // introspection is gqlgen's own
			}
			f.Arguments = nil
			f.Type = &ast.Type{NamedType: f.Type.Name(), NonNull: f.Type.NonNull} // a list is one value, too
		}
	}
	for _, t := range cfg.Schema.Types {
		if strings.HasPrefix(t.Name, "__") || cfg.IsRoot(t) || t.BuiltIn {
			continue
		}
		switch t.Kind {
		case ast.Object, ast.Interface, ast.Union:
			t.Kind = ast.Scalar
			cfg.Models.Add(t.Name, "clustergraph/internal/read.JSON")
		case ast.InputObject:
			t.Kind = ast.Scalar
			cfg.Models.Add(t.Name, "github.com/99designs/gqlgen/graphql.Map")
		case ast.Enum, ast.Scalar:
			cfg.Models.Add(t.Name, "github.com/99designs/gqlgen/graphql.String")
		}
	}
	return nil
}

// Implement is the body of a resolver: as it was written by hand, if it was; else a call of
// what answers this sort of field.
func (plugin) Implement(body string, f *codegen.Field) string {
	if body != "" {
		return body
	}
	by := "r.Read."
	if f.Object.Name == "Mutation" {
		by = "r.Write."
	}
	switch def := f.FieldDefinition; {
	case f.Object.Name == "Mutation" && strings.HasSuffix(def.Type.Name(), "Payload") && strings.HasPrefix(def.Name, "save"):
		return "return " + by + "Save(ctx)"
	case def.Directives.ForName("connection") == nil && strings.HasSuffix(def.Type.Name(), "Connection"):
		return "return " + by + "Find(ctx)"
	case strings.EqualFold(def.Name, def.Type.Name()):
		return "return " + by + "Node(ctx)"
	}
	return "return " + by + f.GoFieldName + "(ctx)"
}
