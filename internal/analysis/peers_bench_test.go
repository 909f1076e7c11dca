//go:build unix

package analysis

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/analysis/csr"
	"clustergraph/internal/analysis/leiden"
	"clustergraph/internal/store"
	"clustergraph/test/needs"
)

// BenchmarkPeers measures the partners of Horizon 2020, and looks for paths between organisations,
// beside networkx and igraph, in turn. What they would take hours for is asked of some nodes, and
// counted as that part of all. Values are compared where both tell the same. It reports how
// many times the processor time of ours theirs is.
func BenchmarkPeers(b *testing.B) {
	wide := participations(b)
	s, w := opened(b, wide)
	var n *projected
	view(b, s, func(r store.Reader) (err error) {
		n, err = analyst.project(b.Context(), r, Projection{})
		return err
	})
	p := startPeers(b, n.Graph, w)
	some := func(k int) []string { return n.some(k) }
	var between []string
	pairs := w.pairs(wide, 100, 1)
	for _, p := range pairs {
		between = append(between, fmt.Sprintf("%d-%d", p[0], p[1]))
	}
	ours := func(m measured) func() ([]float64, error) {
		return func() (out []float64, err error) {
			err = s.View(b.Context(), store.Revision{}, func(r store.Reader) error {
				v, err := analyst.measure(b.Context(), r, analyst.snapshot(r), m, n)
				out = v.value
				return err
			})
			return out, err
		}
	}
	for _, c := range []struct {
		measure  string
		ours     func() ([]float64, error)
		of       map[string][]string // of what each is asked
		compared bool
	}{
		{"betweenness", ours(measured{By: Betweenness, Sampled: true, Sample: centrality.Sampling{Error: 0.01, Confidence: 0.9, Seed: 1}}),
			map[string][]string{"igraph": some(200), "networkx": some(20)}, false},
		{"closeness", ours(measured{By: Closeness}), map[string][]string{"igraph": some(500), "networkx": some(20)}, true},
		{"constraint", ours(measured{By: Constraint}), map[string][]string{"igraph": some(300), "networkx": some(5)}, true},
		{"page rank", ours(measured{By: PageRank, Damping: 0.85}), map[string][]string{"igraph": some(1000), "networkx": some(1000)}, true},
		{"eigenvector", ours(measured{By: Eigenvector}), map[string][]string{"igraph": some(1000)}, true},
		{"Leiden, 2 iterations", func() ([]float64, error) {
			_, err := leiden.Find(b.Context(), n.Graph, leiden.Options{Resolution: 1, Seed: 1})
			return nil, err
		}, map[string][]string{"igraph": nil}, false},
		{"paths", func() (out []float64, err error) {
			err = s.View(b.Context(), store.Revision{}, func(r store.Reader) error {
				for _, p := range pairs {
					found, err := analyst.Paths(context.Background(), r, PathQuery{From: w.ids[p[0]], To: w.ids[p[1]], MaxLength: 6, First: 1})
					if err != nil {
						return err
					}
					out = append(out, float64(len(found[0].Nodes)))
				}
				return nil
			})
			return out, err
		}, map[string][]string{"igraph": between, "networkx": between}, true},
	} {
		b.Run(c.measure, func(b *testing.B) {
			least := map[string]float64{}
			note := func(who string, seconds float64) {
				if d, met := least[who]; !met || seconds < d {
					least[who] = seconds
				}
			}
			for b.Loop() {
				begin := processorSeconds(b)
				mine, err := c.ours()
				if err != nil {
					b.Fatal(err)
				}
				note("", processorSeconds(b)-begin)
				for library, of := range c.of {
					seconds, theirs := p.ask(b, library, c.measure, of)
					note(library, seconds)
					if c.compared {
						alike(b, library, mine, of, theirs)
					}
				}
			}
			for library := range c.of {
				b.ReportMetric(least[library]/least[""], library+"/ours")
			}
		})
	}
}

// some are random nodes of the part of the network in which most are.
func (n *projected) some(k int) []string {
	first := uint32(0)
	for x := range uint32(n.Len()) {
		if n.Off[x+1]-n.Off[x] > n.Off[first+1]-n.Off[first] {
			first = x
		}
	}
	met := make([]bool, n.Len())
	met[first] = true
	all := []uint32{first}
	for i := 0; i < len(all); i++ {
		to, _ := n.Row(all[i])
		for _, y := range to {
			if !met[y] {
				met[y] = true
				all = append(all, y)
			}
		}
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var out []string
	for _, x := range all[:k] {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// alike compares values up to their scale, which libraries set otherwise. Of paths, mine are in the
// order of the pairs.
func alike(b *testing.B, library string, mine []float64, of []string, theirs []float64) {
	b.Helper()
	own := make([]float64, len(of))
	for i, x := range of {
		at := i
		if !strings.Contains(x, "-") {
			at, _ = strconv.Atoi(x)
		}
		own[i] = mine[at]
	}
	if len(theirs) != len(own) {
		b.Fatalf("%s tells %d values of %d", library, len(theirs), len(own))
	}
	sum := func(of []float64) (s float64) {
		for _, x := range of {
			s += math.Abs(x)
		}
		return s
	}
	x, y := sum(own), sum(theirs)
	for i := range own {
		if d := math.Abs(own[i]/x - math.Abs(theirs[i])/y); d > 1e-6 {
			b.Fatalf("%s: %s: %v of %v, ours %v of %v", library, of[i], theirs[i], y, own[i], x)
		}
	}
}

// peers is the program that measures with networkx and igraph.
type peers struct {
	in  io.Writer
	out *bufio.Scanner
}

func startPeers(b *testing.B, g *csr.Graph, w *plainWalk) *peers {
	b.Helper()
	python := needs.Venv(b, "internal/analysis/testdata/peers")
	folder := b.TempDir()
	write := func(name string, nodes int, lines func(line func(format string, args ...any))) {
		file, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			b.Fatal(err)
		}
		to := bufio.NewWriter(file)
		fmt.Fprintln(to, nodes)
		lines(func(format string, args ...any) { fmt.Fprintf(to, format+"\n", args...) })
		if err := to.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
	write("ties.txt", g.Len(), func(line func(string, ...any)) {
		for x := range uint32(g.Len()) {
			to, weight := g.Row(x)
			for i, y := range to {
				if x < y {
					line("%d %d %v", x, y, weight[i])
				}
			}
		}
	})
	write("edges.txt", len(w.ids), func(line func(string, ...any)) {
		for x := range uint32(len(w.ids)) {
			for _, y := range w.to[w.off[x]:w.off[x+1]] {
				if x < y {
					line("%d %d", x, y)
				}
			}
		}
	})
	program := exec.CommandContext(b.Context(), python, filepath.Join("testdata", "peers", "peers.py"), folder)
	program.Stderr = os.Stderr
	in, err := program.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := program.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := program.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = program.Wait()
	})
	p := &peers{in, bufio.NewScanner(out)}
	p.out.Buffer(nil, 1<<20)
	if got := p.line(b); got != "ready" {
		b.Fatalf("peers.py: %q", got)
	}
	return p
}

func (p *peers) line(b *testing.B) string {
	b.Helper()
	if !p.out.Scan() {
		b.Fatalf("peers.py ended: %v", p.out.Err())
	}
	return p.out.Text()
}

// ask is how many seconds of processor time the whole of a measure takes, and its values.
func (p *peers) ask(b *testing.B, library, measure string, of []string) (seconds float64, values []float64) {
	b.Helper()
	fmt.Fprintln(p.in, strings.Join(slices.Concat([]string{library, measure}, of), "\t"))
	var out []float64
	for _, f := range strings.Split(p.line(b), "\t") {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			b.Fatalf("%s, %s: %v", library, measure, err)
		}
		out = append(out, v)
	}
	return out[0] / out[1], out[2:]
}

// processorSeconds is what this process has used.
func processorSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
