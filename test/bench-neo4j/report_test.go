package bench

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// report gathers what was measured, and writes it as tables for docs/performance.md.
type report struct {
	sides []*side
	cases []string
	rows  []string
	parts []string
	notes []string
}

// compared are the ratios that are told, if both sides were measured: how many times as
// fast x is as y, and what is wanted of that, if anything is.
var compared = []struct {
	x, y, heading string
	wanted        func(wanted) float64
	most          bool // so many, or fewer; else so many, or more
}{
	{sideBare, sideService, "by hand as fast as the service", func(wanted) float64 { return byHand }, true},
	{sideService, sidePeer, "service as fast as @neo4j/graphql", func(w wanted) float64 { return w.service }, false},
	{sideMirror, sidePeer, "mirror as fast as @neo4j/graphql", func(w wanted) float64 { return w.mirror }, false},
	{sideBare, sidePeer, "by hand as fast as @neo4j/graphql", nil, false},
}

// called are the sides as they are called in the tables.
var called = map[string]string{sideBare: "by hand", sidePeer: "@neo4j/graphql", sideService: "service", sideMirror: "mirror"}

func (r *report) imports(plain, same cost, part float64) {
	tell := func(of string, c cost) {
		r.notes = append(r.notes, fmt.Sprintf("Import of %g of the data by `Apply`, in times of %s (wanted: %g at most): %s; of their processor time: %s.", part, of, wantedImport, c.time, c.processor))
	}
	tell("plain batched writes of the nodes and edges alone", plain)
	tell("batched writes of the same rows", same)
}

// asks says what a case asks, of how much, and how long the answers are.
func (r *report) asks(a asked, bytes int) {
	r.cases = append(r.cases, fmt.Sprintf("| `%s` | %s | %d | %d |", a.key, a.name, len(a.variables), bytes))
	progress("%s: %d ways to ask, equal answers of %d bytes", a.name, len(a.variables), bytes)
}

// row tells what one case came to with some clients.
func (r *report) row(a asked, clients int, cells [][]cell) {
	row := fmt.Sprintf("| %s | %d |", a.name, clients)
	var verdicts []string
	for _, c := range compared {
		x, y := find(r.sides, c.x), find(r.sides, c.y)
		if x < 0 || y < 0 {
			continue
		}
		got := faster(cells[x], cells[y])
		row += fmt.Sprintf(" %s |", got)
		if c.wanted == nil || a.wanted == (wanted{}) {
			continue
		}
		verdict, want := "no", c.wanted(a.wanted)
		if c.most && got.median <= want || !c.most && got.median >= want {
			verdict = "yes"
		}
		verdicts = append(verdicts, fmt.Sprintf("%g %s", want, verdict))
	}
	row += fmt.Sprintf(" %s |", strings.Join(verdicts, ", "))
	for i := range r.sides[1:] {
		row += fmt.Sprintf(" %.2g |", dearer(cells[i+1], cells[0]).median)
	}
	r.rows = append(r.rows, row)
	progress("%s", row)
	var rates []string
	for i, s := range r.sides {
		median := func(f func(cell) float64) float64 { return spreadOf(each(cells[i], f)).median }
		rates = append(rates, fmt.Sprintf("%s %.4g/s, %.3g + %.3g ms", s.name, median(func(c cell) float64 { return c.rate }),
			1000*median(func(c cell) float64 { return c.cpu }), 1000*median(func(c cell) float64 { return c.neo })))
	}
	progress("%s, %d: %s of processor time with Neo4j", a.name, clients, strings.Join(rates, "; "))
}

// apart tells what the answers of one case are made of, in parts of what they take over HTTP.
func (r *report) apart(a asked, all []apart) {
	part := func(f func(apart) float64) spread {
		out := make([]float64, len(all))
		for i, x := range all {
			out[i] = 100 * f(x) / x.sent
		}
		return spreadOf(out)
	}
	row := fmt.Sprintf("| %s | %s | %s | %s |", a.name, part(func(x apart) float64 { return x.analysis }),
		part(func(x apart) float64 { return x.handled - x.analysis }), part(func(x apart) float64 { return x.sent - x.handled }))
	r.parts = append(r.parts, row)
	progress("%s", row)
}

// write writes all of it.
func (r *report) write(to io.Writer) {
	if len(r.sides) == 0 {
		fmt.Fprintln(to, "\n"+strings.Join(r.notes, "\n\n"))
		return
	}
	heading := "| | clients |"
	for _, c := range compared {
		if find(r.sides, c.x) >= 0 && find(r.sides, c.y) >= 0 {
			heading += " " + c.heading + " |"
		}
	}
	heading += " wanted, met |"
	for _, s := range r.sides[1:] {
		heading += " processor time, " + called[s.name] + " / " + called[r.sides[0].name] + " |"
	}
	fmt.Fprintln(to)
	for _, n := range r.notes {
		fmt.Fprintf(to, "%s\n\n", n)
	}
	writeTable(to, "| `-cases` | | asked of so many | bytes of an answer |", r.cases)
	writeTable(to, heading, r.rows)
	writeTable(to, "| % of the time of a request to the mirror | analysis | GraphQL and JSON | HTTP |", r.parts)
}

func writeTable(to io.Writer, heading string, rows []string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(to, "%s\n|%s\n%s\n\n", heading, strings.Repeat("---|", strings.Count(heading, "|")-1), strings.Join(rows, "\n"))
}

func find(sides []*side, name string) int {
	for i, s := range sides {
		if s.name == name {
			return i
		}
	}
	return -1
}

// String is the median, and the least and the most.
func (s spread) String() string {
	return fmt.Sprintf("%.3g (%.3g to %.3g)", s.median, s.least, s.most)
}

func numbers(b *testing.B, list string) (out []int) {
	b.Helper()
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			b.Fatalf("-clients: %q is no number of clients", s)
		}
		out = append(out, n)
	}
	return out
}

func parseNamed(b *testing.B, address string) database {
	b.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		b.Fatal("-neo4j must look like neo4j://user:password@host:port/database")
	}
	password, _ := u.User.Password()
	name := strings.Trim(u.Path, "/")
	if name == "" {
		name = "neo4j"
	}
	return database{u.Scheme + "://" + u.Host, u.User.Username(), password, name}
}
