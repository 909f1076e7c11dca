package analysis

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"clustergraph/internal/analysis/centrality"
	"clustergraph/internal/analysis/leiden"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

var growth = flag.Int("growth", 4, "how many times larger the graph is in which measures are taken again")

// BenchmarkGrowthOfMeasures takes measures of the whole graph, whose topology is there, in a generated
// ecosystem of the size of Horizon 2020, and in one that is four times larger (-growth) and has as many networks.
// For each it tells how many times longer it takes, divided by how many times more ties the network of
// partners has (per-tie): 1 is linear in these.
func BenchmarkGrowthOfMeasures(b *testing.B) {
	measures := []string{"degree", "pagerank", "betweenness", "constraint", "leiden", "links", "contribution"}
	times := map[string][]time.Duration{}
	// What costs should grow with: the ties, of each the lesser number of ties that its ends have (which
	// bounds the triangles), the samples, and the partner pairs of all links.
	var ties, lesser, samples, met []float64
	for _, larger := range []int{1, *growth} {
		size := storetest.Full()
		size.Organisations, size.Projects, size.Participations, size.Memberships = size.Organisations*larger, size.Projects*larger, size.Participations*larger, size.Memberships*larger
		l := generated(size)
		l.number = map[string]uint32{}
		s := l.open(b)
		*l = large{} // what the mirror does not hold may go
		view(b, s, func(r store.Reader) error {
			ctx := b.Context()
			n, err := newAnalyst().project(ctx, r, Projection{})
			if err != nil {
				return err
			}
			sum := 0.0
			for x := range uint32(n.Len()) {
				to, _ := n.Row(x)
				for _, y := range to {
					sum += min(float64(len(to)), float64(n.Off[y+1]-n.Off[y])) / 2
				}
			}
			ties, lesser = append(ties, float64(n.Ties())), append(lesser, sum)
			for _, name := range measures {
				var least time.Duration
				for range 2 {
					a := newAnalyst()
					if name == "links" || name == "contribution" {
						if _, err := a.snapshot(r).participations(ctx, r, a); err != nil {
							return err
						}
					}
					runtime.GC()
					start := time.Now()
					switch name {
					case "degree":
						centrality.Degree(n.Graph)
					case "pagerank":
						_, err = centrality.PageRank(ctx, n.Graph, 0.85)
					case "betweenness":
						var e *centrality.Estimate
						if e, err = centrality.SampleBetweenness(ctx, n.Graph, centrality.Hops, centrality.Sampling{Error: 0.01, Confidence: 0.9, Seed: 1}); err == nil && least == 0 {
							samples = append(samples, float64(e.Samples))
						}
					case "constraint":
						_, err = centrality.Constraint(ctx, n.Graph)
					case "leiden":
						_, err = leiden.Find(ctx, n.Graph, leiden.Options{Resolution: 1})
					case "links":
						var k *NetworkLinks
						if k, err = a.NetworkLinks(ctx, r, LinkQuery{}); err != nil {
							return err
						}
						sum := 0
						for i := range k.Len() {
							pairs, err := k.At(i).PartnerPairs()
							if err != nil {
								return err
							}
							sum += pairs
						}
						if least == 0 {
							met = append(met, float64(sum))
						}
					case "contribution":
						_, err = a.Breakdown(ctx, r, BreakdownQuery{Of: OfParticipations, By: []Dimension{Country}, Measure: Contribution, Currency: "EUR"})
					}
					took := time.Since(start)
					if err != nil {
						return err
					}
					if least == 0 || took < least {
						least = took
					}
					if took > 20*time.Second {
						break
					}
				}
				times[name] = append(times[name], least)
			}
			return nil
		})
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/(1<<30), "GB")
	}
	more := ties[1] / ties[0]
	b.ReportMetric(more, "times-the-ties")
	b.ReportMetric(lesser[1]/lesser[0], "times-the-lesser-degrees")
	b.ReportMetric(samples[1]/samples[0], "times-the-samples")
	b.ReportMetric(met[1]/met[0], "times-the-pairs-of-links")
	for _, name := range measures {
		b.ReportMetric(float64(times[name][1])/float64(times[name][0])/more, name+"-per-tie")
	}
}
