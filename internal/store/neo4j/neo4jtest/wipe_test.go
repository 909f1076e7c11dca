package neo4jtest

import (
	"testing"
	"time"
)

func TestWipe(t *testing.T) {
	s := Shared(t)
	s.WipeSchema(t)
	constraints := "SHOW CONSTRAINTS YIELD name RETURN count(*) AS n"
	indexes := "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*) AS n"
	run(t, s, "CREATE CONSTRAINT `a ``strange`` name` FOR (n:A) REQUIRE n.id IS UNIQUE")
	run(t, s, "CREATE FULLTEXT INDEX words FOR (n:A) ON EACH [n.name]")
	for _, size := range []string{"20", "6000"} {
		run(t, s, "UNWIND range(1, "+size+") AS i CREATE (:A {id: i})-[:R]->(:B), (:A {id: -i})<-[:R]-(:B)")
		for _, what := range []string{"full", "empty"} {
			begun := time.Now()
			s.Wipe(t)
			t.Logf("%s, %s: %v", size, what, time.Since(begun))
		}
		if n := count(t, s, "MATCH (n) RETURN count(n) AS n"); n != 0 {
			t.Errorf("%d nodes are left", n)
		}
		if c, i := count(t, s, constraints), count(t, s, indexes); c != 1 || i != 2 {
			t.Errorf("%d constraints and %d indexes after Wipe, want 1 and 2", c, i)
		}
	}
	s.WipeSchema(t)
	if c, i := count(t, s, constraints), count(t, s, indexes); c != 0 || i != 0 {
		t.Errorf("%d constraints and %d indexes after WipeSchema", c, i)
	}
}
