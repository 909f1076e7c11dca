package centrality

import (
	"context"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"clustergraph/internal/analysis/csr"
)

// Sampling says how closely a value is to be estimated, and how surely.
type Sampling struct {
	Error      float64 // the greatest error, between 0 and 1
	Confidence float64 // the probability that no value is off by more, between 0 and 1
	Seed       uint64  // of the random choices
}

// Estimate is the estimated betweenness of each node.
type Estimate struct {
	// With the probability asked for, each value is off by no more than what Errors says of
	// the node. None of these is greater than the error asked for.
	Values, Errors []float64
	Samples        int
}

// SampleBetweenness estimates [Betweenness]. A sample is a random pair of nodes, and a random
// one of its shortest ways; a node's betweenness is the probability that it stands within such
// a way (Riondato and Kornaropoulos, Fast approximation of betweenness centrality through
// sampling, Data Min. Knowl. Disc. 30, 2016). Where all ties are equally long, ways are searched
// for from both ends at once (Borassi and Natale, KADABRA is an adaptive algorithm for
// betweenness via random sampling, ACM J. Exp. Algorithmics 24, 2019).
//
// Samples are taken in stages, until no error is too great. That the share p of r samples goes
// through a node whose true share is q, or one that is still farther off, has a probability of at
// most exp(-r KL(p, q)), where KL is the relative entropy (Hoeffding, Probability inequalities
// for sums of bounded random variables, J. Am. Stat. Assoc. 58, 1963). Errors are chosen so that
// these probabilities, for both sides, all nodes and all stages, sum up to 1 - Confidence.
//
// Cost: samples times what one search touches. There are at most about log(nodes) / (2 Error²)
// samples; fewer if the greatest betweenness is far from one half.
func SampleBetweenness(ctx context.Context, g *csr.Graph, d Distance, s Sampling) (*Estimate, error) {
	n := g.Len()
	e := &Estimate{Values: make([]float64, n), Errors: make([]float64, n)}
	if n < 3 {
		return e, ctx.Err()
	}
	// Samples are of all pairs, betweenness of those without the node itself.
	scale := float64(n) / float64(n-2)
	p := newPlan(n, s.Error/scale, 1-s.Confidence)
	counts := make([]uint32, n)
	lengths := lengthsOf(g, d)
	for stage := 0; ; stage++ {
		until := p.samples(stage)
		if err := sample(ctx, g, lengths, s.Seed, e.Samples, until, counts); err != nil {
			return nil, err
		}
		e.Samples = until
		errors, greatest := p.errors(counts, until)
		if greatest > p.error && stage+1 < p.stages {
			continue
		}
		for x, c := range counts {
			e.Values[x], e.Errors[x] = scale*float64(c)/float64(until), scale*errors[c]
		}
		return e, nil
	}
}

// plan says how many samples there are to be.
type plan struct {
	error       float64
	surprise    float64 // -log of the probability that one value is off in one stage, to one side
	first, last int     // samples of the stages
	stages      int
}

// growth is by how much the samples of one stage are more than those before.
const growth = 1.25

// newPlan plans for n values.
func newPlan(n int, err, fails float64) plan {
	p := plan{error: err, stages: 1}
	// More stages need more samples in each; a few rounds find how many they are.
	for range 10 {
		p.surprise = math.Log(2 * float64(n) * float64(p.stages) / fails)
		// With fewer, not even a value of 0 is known well enough; with as many as the last,
		// all values are: KL(p, q) is at least 2 (p-q)².
		p.first = int(math.Ceil(p.surprise / -math.Log1p(-err)))
		p.last = max(p.first, int(math.Ceil(p.surprise/(2*err*err))))
		p.stages = 1 + int(math.Ceil(math.Log(float64(p.last)/float64(p.first))/math.Log(growth)))
	}
	return p
}

// samples is how many there are at the end of a stage.
func (p plan) samples(stage int) int {
	if stage == p.stages-1 {
		return p.last
	}
	return min(p.last, int(math.Ceil(float64(p.first)*math.Pow(growth, float64(stage)))))
}

// errors are by count, of so many samples; and the greatest of them.
func (p plan) errors(counts []uint32, samples int) (by map[uint32]float64, greatest float64) {
	by = map[uint32]float64{}
	for _, c := range counts {
		if _, known := by[c]; !known {
			by[c] = p.off(float64(c)/float64(samples), samples)
			greatest = max(greatest, by[c])
		}
	}
	return by, greatest
}

// off is how much a share can be off, to either side: the farthest q for which samples times
// KL(share, q) is no surprise.
func (p plan) off(share float64, samples int) float64 {
	most := p.surprise / float64(samples)
	farthest := func(end float64) float64 {
		near, far := share, end
		for range 60 {
			if q := (near + far) / 2; relativeEntropy(share, q) <= most {
				near = q
			} else {
				far = q
			}
		}
		return math.Abs(far - share)
	}
	return max(farthest(0), farthest(1))
}

// relativeEntropy is that of two coins, by their probabilities.
func relativeEntropy(p, q float64) float64 {
	sum := 0.0
	if p > 0 {
		sum += p * math.Log(p/q)
	}
	if p < 1 {
		sum += (1 - p) * math.Log((1-p)/(1-q))
	}
	return sum
}

// sample takes samples, by their numbers, and counts who stands within a way.
func sample(ctx context.Context, g *csr.Graph, lengths []float64, seed uint64, from, until int, counts []uint32) error {
	const each = 64
	return share(ctx, (until-from+each-1)/each, func() func(int) (func(), error) {
		source := rand.NewPCG(0, 0)
		rnd := rand.New(source)
		way := newBothEnds(ctx, g).way
		if lengths != nil {
			way = newWays(ctx, g, lengths).way
		}
		count := func(x uint32) { atomic.AddUint32(&counts[x], 1) }
		return func(part int) (func(), error) {
			for i := from + part*each; i < min(until, from+(part+1)*each); i++ {
				// Each sample has a random sequence of its own, whoever takes it.
				source.Seed(seed, uint64(i)*0x9e3779b97f4a7c15)
				s := uint32(rnd.IntN(g.Len()))
				t := uint32(rnd.IntN(g.Len() - 1))
				if t >= s {
					t++
				}
				if err := way(s, t, rnd, count); err != nil {
					return nil, err
				}
			}
			return nil, nil
		}
	})
}

// way draws one of the shortest ways between two nodes, each as likely as any other, and
// tells the nodes within it.
func (w *ways) way(s, t uint32, rnd *rand.Rand, tell func(uint32)) error {
	if err := w.from(s, t); err != nil || w.far[t] < 0 {
		return err
	}
	for y := t; ; {
		all := 0.0
		for i := w.g.Off[y]; i < w.g.Off[y+1]; i++ {
			if x := w.g.To[i]; w.before(i, x, y) {
				all += w.counts[x]
			}
		}
		at, chosen := rnd.Float64()*all, none
		for i := w.g.Off[y]; i < w.g.Off[y+1] && at >= 0; i++ {
			if x := w.g.To[i]; w.before(i, x, y) {
				at -= w.counts[x]
				chosen = x
			}
		}
		if chosen == s || chosen == none {
			return nil
		}
		tell(chosen)
		y = chosen
	}
}

// bothEnds searches for ways from both ends, always from where fewer ties have to be followed,
// until the two searches touch.
type bothEnds struct {
	g *csr.Graph
	beat
	sides   [2]side
	touches []touch
}

// side is the search from one end.
type side struct {
	step   []int32   // how many steps away a node is; below 0: it was not reached
	counts []float64 // how many shortest ways lead to it
	order  []uint32  // the nodes that were reached, the nearest first
	edge   int       // where in order those begin that are farthest
	ties   int       // how many ties these have
}

// touch is a tie from one search to the other.
type touch struct {
	ends [2]uint32
	ways float64
}

func newBothEnds(ctx context.Context, g *csr.Graph) *bothEnds {
	b := &bothEnds{g: g, beat: beat{ctx: ctx}}
	for i := range b.sides {
		s := &b.sides[i]
		s.step, s.counts = make([]int32, g.Len()), make([]float64, g.Len())
		for x := range s.step {
			s.step[x] = -1
		}
	}
	return b
}

// way is as that of ways.
func (b *bothEnds) way(s, t uint32, rnd *rand.Rand, tell func(uint32)) error {
	defer b.forget()
	for i, x := range [2]uint32{s, t} {
		side := &b.sides[i]
		side.step[x], side.counts[x] = 0, 1
		side.order = append(side.order, x)
		side.ties = int(b.g.Off[x+1] - b.g.Off[x])
	}
	for len(b.touches) == 0 {
		i := 0
		if b.sides[1].ties < b.sides[0].ties {
			i = 1
		}
		if b.sides[i].ties == 0 {
			return nil // no way joins them
		}
		if err := b.expand(i); err != nil {
			return err
		}
	}
	all := 0.0
	for _, c := range b.touches {
		all += c.ways
	}
	at, chosen := rnd.Float64()*all, touch{}
	for _, c := range b.touches {
		chosen = c
		if at -= c.ways; at < 0 {
			break
		}
	}
	for i := range b.sides {
		b.sides[i].back(b.g, chosen.ends[i], rnd, tell)
	}
	return nil
}

// expand goes one step from one end. Until the searches touch, no way is shorter than the steps
// of both sides and one more; so all ties that touch then are on ways of that length, each
// shortest way has one of them, and they lead to those farthest from the other end.
func (b *bothEnds) expand(i int) error {
	near, far := &b.sides[i], &b.sides[1-i]
	begin, end := near.edge, len(near.order)
	near.edge, near.ties = end, 0
	for _, x := range near.order[begin:end] {
		next := near.step[x] + 1
		to, _ := b.g.Row(x)
		for _, y := range to {
			if far.step[y] >= 0 {
				c := touch{ways: near.counts[x] * far.counts[y]}
				c.ends[i], c.ends[1-i] = x, y
				b.touches = append(b.touches, c)
				continue
			}
			if near.step[y] < 0 {
				near.step[y] = next
				near.order = append(near.order, y)
				near.ties += int(b.g.Off[y+1] - b.g.Off[y])
			}
			if near.step[y] == next {
				near.counts[y] += near.counts[x]
			}
		}
		if err := b.add(len(to)); err != nil {
			return err
		}
	}
	return nil
}

// back draws a way back to the end of the side, and tells the nodes on it but that end.
func (s *side) back(g *csr.Graph, from uint32, rnd *rand.Rand, tell func(uint32)) {
	for y := from; s.step[y] > 0; {
		tell(y)
		to, _ := g.Row(y)
		at, chosen := rnd.Float64()*s.counts[y], none
		for _, x := range to {
			if s.step[x] == s.step[y]-1 {
				chosen = x
				if at -= s.counts[x]; at < 0 {
					break
				}
			}
		}
		y = chosen
	}
}

func (b *bothEnds) forget() {
	b.touches = b.touches[:0]
	for i := range b.sides {
		s := &b.sides[i]
		for _, x := range s.order {
			s.step[x], s.counts[x] = -1, 0
		}
		s.order, s.edge = s.order[:0], 0
	}
}
