//go:build unix

package analysis

import (
	"slices"
	"testing"

	"clustergraph/internal/analysis/leiden"
	"clustergraph/internal/store"
)

// BenchmarkCommunities finds the communities of the partners of Horizon 2020. A question that is
// asked for the first time of a revision reads the topology, projects it, searches (Leiden, until
// nothing is better), and tells of the five largest who belongs to them, and which countries and
// networks are typical; beside that stands the search alone, over the same arrays, in processor time. What
// is asked again comes from what is kept.
func BenchmarkCommunities(b *testing.B) {
	_, s := newHorizon2020(b)
	for _, weight := range []TieWeight{CountWeight, FractionalWeight} {
		b.Run(map[TieWeight]string{CountWeight: "COUNT", FractionalWeight: "FRACTIONAL"}[weight], func(b *testing.B) {
			q := CommunityQuery{Projection: Projection{Weight: weight}, Resolution: 1, First: 5}
			var whole, alone, again []float64
			for b.Loop() {
				a := newAnalyst()
				ask := func() float64 {
					begin := processorSeconds(b)
					view(b, s, func(r store.Reader) error {
						found, err := a.Communities(b.Context(), r, q)
						if err != nil {
							return err
						}
						for _, c := range found {
							for i := range min(100, c.Size()) {
								c.Member(i)
							}
							for _, kind := range []NetworkKind{Countries, Networks} {
								if _, err := c.Typical(kind, 3); err != nil {
									return err
								}
							}
						}
						return nil
					})
					return processorSeconds(b) - begin
				}
				whole = append(whole, ask())
				again = append(again, ask())
				view(b, s, func(r store.Reader) error {
					n, err := a.project(b.Context(), r, q.Projection)
					if err != nil {
						return err
					}
					begin := processorSeconds(b)
					_, err = leiden.Find(b.Context(), n.Graph, leiden.Options{Resolution: q.Resolution})
					alone = append(alone, processorSeconds(b)-begin)
					return err
				})
			}
			w, m := slices.Min(whole), slices.Min(alone)
			b.ReportMetric(w/m, "ratio")
			b.ReportMetric(slices.Min(again)/m, "again-ratio")
		})
	}
}
