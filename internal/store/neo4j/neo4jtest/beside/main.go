// Command beside runs a command beside a Neo4j server that the tests under it share, and exits as
// that does: beside go test ./...
package main

import (
	"fmt"
	"os"

	"clustergraph/internal/store/neo4j/neo4jtest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: beside COMMAND...")
		os.Exit(2)
	}
	os.Exit(neo4jtest.Beside(os.Args[1], os.Args[2:]...))
}
