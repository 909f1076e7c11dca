package neo4jtest

import (
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func TestMain(m *testing.M) { Main(m) }

// count is what a statement returns as n.
func count(t testing.TB, s *Server, cypher string) int64 {
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

func run(t testing.TB, s *Server, cypher string) {
	t.Helper()
	d, err := s.ask()
	if err == nil {
		err = runIn(t.Context(), d, s.Database, cypher, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A server that somebody else runs is used, and not ended.
func TestNamed(t *testing.T) {
	own := Shared(t)
	t.Setenv("TMPDIR", t.TempDir()) // for the lock, which stays
	s, lock, err := connect("bolt://" + own.User + ":" + own.Password + "@" + own.address)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if s.Database != "neo4j" || s.Version != own.Version || s.URL() != "bolt://"+own.address {
		t.Errorf("%s, database %s, version %s", s.URL(), s.Database, s.Version)
	}
	s.Wipe(t)
	if err := s.restart(); err != errNotOurs {
		t.Errorf("restart: %v", err)
	}
	if err := s.signal(nil, 0); err != errNotOurs {
		t.Errorf("kill: %v", err)
	}
	for _, bad := range []string{"", "localhost", "neo4j://host:7687/neo4j", "neo4j://:secret"} {
		if _, _, err := connect(bad); err == nil {
			t.Errorf("%q names no server", bad)
		}
	}
}
