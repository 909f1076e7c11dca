package bench

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// report writes what was measured as tables for docs/performance.md.
type report struct {
	to io.Writer
}

// compared are the ratios that are told, if both sides were measured: how many times as
// fast the first is.
var compared = []struct{ x, y, heading string }{
	{sideBare, sideService, "by hand / service"},
	{sideService, sidePeer, "service / @neo4j/graphql"},
	{sideMirror, sidePeer, "mirror / @neo4j/graphql"},
	{sideBare, sidePeer, "by hand / @neo4j/graphql"},
}

func (r report) imports(s spread, part float64) {
	fmt.Fprintf(r.to, "\nImport of %g of the data by Apply, in times of plain batched writes: %s\n", part, s)
}

func (r report) begin(sides []*side) {
	head, line := "| question | clients |", "|---|---|"
	for _, c := range compared {
		if find(sides, c.x) >= 0 && find(sides, c.y) >= 0 {
			head, line = head+" "+c.heading+" |", line+"---|"
		}
	}
	for _, s := range sides {
		head, line = head+" CPU "+s.name+" + Neo4j |", line+"---|"
	}
	fmt.Fprintf(r.to, "\n%s\n%s\n", head, line)
}

func (r report) row(a asked, clients int, sides []*side, cells [][]cell) {
	fmt.Fprintf(r.to, "| %s | %d |", a.name, clients)
	for _, c := range compared {
		if x, y := find(sides, c.x), find(sides, c.y); x >= 0 && y >= 0 {
			fmt.Fprintf(r.to, " %s |", faster(cells[x], cells[y]))
		}
	}
	// Processor time in times of the first side's, Neo4j included.
	all := func(i int) float64 {
		return spreadOf(eachOf(cells[i], func(c cell) float64 { return c.cpu + c.neo })).median
	}
	for i := range sides {
		fmt.Fprintf(r.to, " %.2f |", all(i)/all(0))
	}
	fmt.Fprintln(r.to)
	var rates []string
	for i, s := range sides {
		rates = append(rates, fmt.Sprintf("%s %.4g/s cpu %.3g+%.3g ms", s.name, spreadOf(eachOf(cells[i], func(c cell) float64 { return c.rate })).median,
			1000*spreadOf(eachOf(cells[i], func(c cell) float64 { return c.cpu })).median, 1000*spreadOf(eachOf(cells[i], func(c cell) float64 { return c.neo })).median))
	}
	progress("%s, %d: %s", a.name, clients, strings.Join(rates, ", "))
}

func eachOf(cells []cell, f func(cell) float64) []float64 {
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = f(c)
	}
	return out
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
