package neo4jtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// recipe changes when what prepare makes does, so that nobody uses what an older one made.
const recipe = "1"

// prepare makes sure that a version's jars are there, and what lets it start faster: data as
// the first start makes them, with the password set; and an archive of loaded classes (Java's
// AppCDS). It returns the folder of these. Several processes do it once. Cost: half a minute
// for each version and Java, on top of fetching the jars; then nothing.
func prepare(v Version, j java, cache string) (string, error) {
	key := sha256.Sum256([]byte(strings.Join([]string{recipe, cache, j.path, j.name}, "\n")))
	ready := filepath.Join(cache, fmt.Sprintf("ready-%x", key[:6]))
	if _, err := os.Stat(ready); err == nil {
		return ready, nil
	}
	lock, err := lockFile(filepath.Join(cache, "lock"), "another process that prepares Neo4j "+string(v))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if _, err := os.Stat(ready); err == nil {
		return ready, nil
	}
	// What others began and could not finish, for we hold the lock.
	for _, pattern := range []string{"fetch-*", "prepare-*"} {
		left, _ := filepath.Glob(filepath.Join(cache, pattern)) // only a bad pattern is an error
		for _, l := range left {
			_ = os.RemoveAll(l) // it only takes space
		}
	}
	if err := fetch(v, cache); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(cache, "prepare-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	if err := makeReady(v, j, cache, temp); err != nil {
		return "", err
	}
	return ready, os.Rename(temp, ready)
}

// makeReady runs a server once and keeps what it leaves behind.
func makeReady(v Version, j java, cache, into string) error {
	fmt.Fprintf(os.Stderr, "neo4jtest: preparing Neo4j %s for Java %d (once)\n", v, j.release)
	s, err := newServer(Config{Version: v, Password: defaultPassword}.withDefaults(), j, cache)
	if err != nil {
		return err
	}
	defer s.end()
	if err := s.start("-XX:ArchiveClassesAtExit="+filepath.Join(into, archive), "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off"); err != nil {
		return err
	}
	if err := s.begin("neo4j"); err != nil { // the password of a new server
		return err
	}
	if err := s.exercise(); err != nil {
		return err
	}
	if err := s.signal(syscall.SIGTERM, patience); err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(into, "data"), os.DirFS(filepath.Join(s.home, "data")))
}

// exercise uses what tests use, so that the archive holds the classes for it. It leaves
// nothing in the database.
func (s *Server) exercise() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := s.connect("neo4j", s.address, s.Password)
	if err != nil {
		return err
	}
	defer d.Close(ctx)
	for _, cypher := range []string{
		"CREATE CONSTRAINT warm FOR (n:Warm) REQUIRE n.id IS UNIQUE",
		"CREATE FULLTEXT INDEX warmWords FOR (n:Warm) ON EACH [n.name]",
		"CALL db.awaitIndexes(60)",
		"UNWIND range(1, 50) AS i MERGE (n:Warm {id: i}) SET n.name = 'name ' + i, n += {at: date('2020-01-01')}",
		"MATCH (a:Warm), (b:Warm {id: a.id + 1}) MERGE (a)-[r:NEXT {n: a.id}]->(b) RETURN count(r)",
		"UNWIND [1, 2] AS id MATCH (a:Warm {id: id}) CALL (a) { MATCH (a)-[:NEXT]-(b) RETURN b ORDER BY b.name LIMIT 2 } RETURN a.id, collect(b {.id, .name})",
		"MATCH p = SHORTEST 1 (a:Warm {id: 1})-[:NEXT]-+(b:Warm {id: 9}) RETURN length(p)",
		"CALL db.index.fulltext.queryNodes('warmWords', 'name') YIELD node, score RETURN node.id, score LIMIT 3",
		"DROP INDEX warmWords",
		"DROP CONSTRAINT warm",
		"MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 100 ROWS",
	} {
		if err := runIn(ctx, d, s.Database, cypher, nil); err != nil {
			return fmt.Errorf("%s: %w", cypher, err)
		}
	}
	session := d.NewSession(ctx, neo4j.SessionConfig{DatabaseName: s.Database})
	defer session.Close(ctx)
	work := func(tx neo4j.ManagedTransaction) (any, error) {
		r, err := tx.Run(ctx, "MATCH (n) RETURN count(n)", nil)
		if err != nil {
			return nil, err
		}
		return r.Single(ctx)
	}
	if _, err := session.ExecuteWrite(ctx, work); err != nil {
		return err
	}
	_, err = session.ExecuteRead(ctx, work)
	return err
}

// archive is the file of loaded classes.
const archive = "classes.jsa"

// archiveOptions let Java use the archive; if it does not suit, Java goes on without.
func archiveOptions(ready string) []string {
	return []string{"-XX:SharedArchiveFile=" + filepath.Join(ready, archive), "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off"}
}
