package neo4jtest

import (
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func TestMain(m *testing.M) { Main(m) }

// count is how many rows or things a statement counts as n.
func count(t *testing.T, s *Server, cypher string) int64 {
	t.Helper()
	records, err := s.query(t.Context(), cypher, nil)
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := neo4j.GetRecordValue[int64](records[0], "n")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func run(t *testing.T, s *Server, cypher string) {
	t.Helper()
	d, err := s.ask()
	if err == nil {
		err = runIn(t.Context(), d, s.Database, cypher, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWipe(t *testing.T) {
	s := Shared(t)
	s.WipeSchema(t)
	run(t, s, "CREATE CONSTRAINT keep FOR (n:A) REQUIRE n.id IS UNIQUE")
	run(t, s, "CREATE FULLTEXT INDEX words FOR (n:A) ON EACH [n.name]")
	for _, size := range []string{"20", "2500"} {
		run(t, s, "UNWIND range(1, "+size+") AS i CREATE (:A {id: i})-[:R]->(:B), (:A {id: -i})<-[:R]-(:B)")
		begun := time.Now()
		s.Wipe(t)
		t.Logf("wiping 4*%s nodes and relationships took %v", size, time.Since(begun))
		if n := count(t, s, "MATCH (n) RETURN count(n) AS n"); n != 0 {
			t.Errorf("%d nodes are left", n)
		}
		if n := count(t, s, "SHOW CONSTRAINTS YIELD name RETURN count(*) AS n"); n != 1 {
			t.Errorf("%d constraints after Wipe, want 1", n)
		}
		begun = time.Now()
		s.Wipe(t)
		t.Logf("wiping nothing took %v", time.Since(begun))
	}
	s.WipeSchema(t)
	if n := count(t, s, "SHOW CONSTRAINTS YIELD name RETURN count(*) AS n"); n != 0 {
		t.Errorf("%d constraints after WipeSchema", n)
	}
	if n := count(t, s, "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*) AS n"); n != 0 {
		t.Errorf("%d indexes after WipeSchema", n)
	}
}
