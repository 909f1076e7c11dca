// Generate derives graph/api.graphqls from schema.graphqls, and then has gqlgen write what
// serves it: go generate, in the module's root, is the one way to run gqlgen here. The
// stock command would not know of [plugin] and write 25,000 lines that nobody calls.
package main

import (
	"fmt"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/ontology/derive"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	written, err := os.ReadFile("schema.graphqls")
	if err != nil {
		return err
	}
	sdl, err := derive.API(&ast.Source{Name: "schema.graphqls", Input: string(written)})
	if err != nil {
		return err
	}
	if err := os.WriteFile("graph/api.graphqls", []byte(sdl), 0o644); err != nil {
		return err
	}
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return err
	}
	return api.Generate(cfg, api.PrependPlugin(plugin{}))
}
