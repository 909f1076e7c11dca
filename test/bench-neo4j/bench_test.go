// Package bench asks the same questions of Horizon 2020 in one Neo4j in four ways: by hand
// (Cypher and net/http), through @neo4j/graphql, through this service, and through this
// service with its mirror. "make bench-neo4j" runs it; docs/performance.md has what came out.
package bench

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"clustergraph/internal/ingest"
	"clustergraph/internal/store/neo4j/neo4jtest"
)

var (
	dataFile     = flag.String("data", "", "the file of Horizon 2020; without it nothing is measured")
	part         = flag.Float64("part", 1, "how much of its projects, from 0 to 1; 0: ask nothing")
	batchSize    = flag.Int("batch", ingest.BatchSize, "records in a batch of the import; by default as many as importers put into one")
	rounds       = flag.Int("rounds", 5, "rounds of each question")
	turnTime     = flag.Duration("each", time.Second, "how long a side's turn takes at least")
	onlyCases    = flag.String("cases", "", "only these: lookup,nested,small,middle,large,search,filtered,path,paths,contribution,within")
	onlySides    = flag.String("sides", "bare,peer,service,mirror", "only these; answers are compared with the first")
	clients      = flag.String("clients", "1,8", "how many ask at once, in turns")
	importPart   = flag.Float64("import-part", 0.4, "how much of the projects the comparison of imports writes; 0: none")
	importRounds = flag.Int("import-rounds", 3, "rounds of it")
	keep         = flag.Bool("keep", false, "ask what a named server holds from an earlier run, import nothing")
	atServer     = flag.String("neo4j", "", "neo4j://user:password@host:port of a server to use instead of a new one; it will be emptied")
	serverPID    = flag.Int("neo4j-pid", 0, "the process of that server, if it is here, to tell its processor time")
	heap         = flag.String("heap", "2g", "memory of Neo4j's heap; it has half as much for pages")
)

func TestMain(m *testing.M) {
	if name := os.Getenv(sideVariable); name != "" {
		if err := serveSide(name); err != nil {
			fmt.Fprintln(os.Stderr, "bench-neo4j:", err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	neo4jtest.Main(m)
}

// BenchmarkNeo4j measures and prints a table.
func BenchmarkNeo4j(b *testing.B) {
	if *dataFile == "" {
		b.Skip("make bench-neo4j runs it")
	}
	r := report{}
	defer r.write(os.Stdout) // also what there is when something fails
	d, pid := serverFor(b)
	if *importPart > 0 && !*keep {
		few := readPart(b, *importPart)
		plain, same := imports(b, d, pid, few.batches(*batchSize), *importRounds)
		r.imports(plain, same, *importPart)
	}
	if *part == 0 {
		return
	}
	all := readPart(b, *part)
	if !*keep {
		load(b, d, all)
	}
	asks := chosen(b, cases(all))
	for _, name := range strings.Split(*onlySides, ",") {
		r.sides = append(r.sides, startSide(b, name, d))
	}
	// All answers first: nothing is timed that is not right.
	for _, a := range asks {
		r.asks(a, checkEqual(b, r.sides, a))
	}
	for _, a := range asks {
		turns(b, r.sides, a, 2, 2, *turnTime, pid) // warms up
		for _, n := range numbers(b, *clients) {
			r.row(a, n, turns(b, r.sides, a, n, *rounds, *turnTime, pid))
		}
		if a.kept {
			cells := afterChanges(b, d, all, r.sides, a, *rounds, pid)
			a.name, a.wanted = a.name+", the first answer after a change", wanted{}
			r.row(a, 1, cells)
		}
	}
	if over := find(r.sides, sideMirror); over >= 0 {
		here := openInProcess(b, d)
		for _, a := range asks {
			if a.direct != nil {
				r.apart(a, here.tellApart(b, r.sides[over], a, *rounds, *turnTime))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // of everything: it says nothing
}

// chosen are the cases that -cases names, or all.
func chosen(b *testing.B, all []asked) []asked {
	b.Helper()
	if *onlyCases == "" {
		return all
	}
	var out []asked
	for _, key := range strings.Split(*onlyCases, ",") {
		i := slices.IndexFunc(all, func(a asked) bool { return a.key == key })
		if i < 0 {
			b.Fatalf("-cases: there is no case %q", key)
		}
		out = append(out, all[i])
	}
	return out
}

// serverFor is the database that all sides use, and the server's process if it is ours.
func serverFor(b *testing.B) (database, int) {
	b.Helper()
	if *atServer != "" {
		return parseNamed(b, *atServer), *serverPID
	}
	s := neo4jtest.Start(b, neo4jtest.Config{
		Settings: map[string]string{"server.memory.heap.initial_size": *heap, "server.memory.heap.max_size": *heap, "server.memory.pagecache.size": "1g"},
		JVM:      []string{"-XX:+UseG1GC", "-XX:+AlwaysPreTouch"},
	})
	return database{s.URL(), s.User, s.Password, s.Database}, childNamed("java")
}

func readPart(b *testing.B, part float64) *data {
	b.Helper()
	d, err := readCordis(*dataFile, part)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// load fills an empty database through the store's own Apply.
func load(b *testing.B, d database, all *data) {
	b.Helper()
	driver, err := d.driver()
	if err != nil {
		b.Fatal(err)
	}
	defer driver.Close(b.Context())
	if err := empty(b.Context(), driver, d.name); err != nil {
		b.Fatal(err)
	}
	s, err := d.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	batches := all.batches(*batchSize)
	err = timed(func() error {
		for _, batch := range batches {
			if _, err := s.Apply(b.Context(), batch); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	progress("loaded %d organisations, %d projects, %d participations in %d batches: %.0fs", len(all.organisations), len(all.projects), len(all.participations), len(batches), last.took.Seconds())
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
