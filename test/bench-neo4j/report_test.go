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

func (r report) imports(time, processor spread, part float64) {
	fmt.Fprintf(r.to, "\nImport of %g of the data by Apply, in times of plain batched writes: %s; of their processor time: %s\n", part, time, processor)
}

func (r report) begin(sides []*side) {
	head, line := "| question | clients |", "|---|---|"
	for _, c := range compared {
		if find(sides, c.x) >= 0 && find(sides, c.y) >= 0 {
			head, line = head+" "+c.heading+" |", line+"---|"
		}
	}
	for _, s := range sides[1:] {
		head, line = head+" processor time "+s.name+" / "+sides[0].name+" |", line+"---|"
	}
	fmt.Fprintf(r.to, "\nTimes as fast: the median of the rounds (the least to the most).\n\n%s\n%s\n", head, line)
}

func (r report) row(a asked, clients int, sides []*side, cells [][]cell) {
	fmt.Fprintf(r.to, "| %s | %d |", a.name, clients)
	for _, c := range compared {
		if x, y := find(sides, c.x), find(sides, c.y); x >= 0 && y >= 0 {
			fmt.Fprintf(r.to, " %s |", faster(cells[x], cells[y]))
		}
	}
	for i := range sides[1:] {
		fmt.Fprintf(r.to, " %.2g |", dearer(cells[i+1], cells[0]).median)
	}
	fmt.Fprintln(r.to)
	var rates []string
	for i, s := range sides {
		median := func(f func(cell) float64) float64 { return spreadOf(each(cells[i], f)).median }
		rates = append(rates, fmt.Sprintf("%s %.4g/s, %.3g + %.3g ms", s.name, median(func(c cell) float64 { return c.rate }),
			1000*median(func(c cell) float64 { return c.cpu }), 1000*median(func(c cell) float64 { return c.neo })))
	}
	progress("%s, %d: %s of processor time with Neo4j", a.name, clients, strings.Join(rates, "; "))
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
