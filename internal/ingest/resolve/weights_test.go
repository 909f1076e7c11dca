package resolve

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var fit = flag.Bool("fit", false, "write weights.tsv")

const (
	width = 0.7 // of the prior, in bits
	folds = 5
	turns = 3 // as which of its names are compared depends on the weights
)

// example is a labelled pair as a comparison sees it.
type example struct {
	labelled
	of      []feature
	fold    int
	blocked bool // no block has both
	// placeless is a copy of another whose shorter name has no city and no domain, or no country
	// either. In the pairs only names beside the short names of the same PIC have no city, and all
	// of them are one; those without country were looked for because they are one. So without
	// copies it would be learned that to have no place speaks for being one.
	placeless bool
}

// examples compares pairs by weights; those of two countries are never compared, and left out.
func examples(c *corpus, pairs []labelled, at map[side]int, w *weights) []example {
	c.weights = w
	together := inOneBlock(c)
	group := components(pairs, at)
	var out []example
	for _, p := range pairs {
		a, b := at[p.a], at[p.b]
		if x, y := p.a.country, p.b.country; x != "" && y != "" && x != y {
			continue
		}
		if c.order(int32(b), int32(a)) < 0 {
			a, b = b, a
		}
		compare := func(x, y *entry) []feature {
			l := c.compare(x, y)
			c.compete(x, y, &l)
			return l.features(nil)
		}
		h := fnv.New32a()
		h.Write([]byte(group[a]))
		fold, blocked := int(h.Sum32()%folds), !together[[2]int{min(a, b), max(a, b)}]
		out = append(out, example{p, compare(&c.entries[a], &c.entries[b]), fold, blocked, false})
		x, y := c.entries[a], c.entries[b]
		of := &x
		if len(x.Names[0]) > len(y.Names[0]) {
			of = &y
		}
		again := func() {
			out = append(out, example{p, compare(&x, &y), fold, blocked, true})
		}
		if len(x.cities) > 0 && len(y.cities) > 0 {
			of.cities, of.cityNames, of.cityWords, of.domains, of.addresses = nil, nil, nil, nil, nil
			again()
		}
		if x.Country != "" && y.Country != "" {
			bare := *of.Body
			bare.Country = ""
			of.Body = &bare
			of.cities, of.cityNames, of.cityWords, of.domains, of.addresses = nil, nil, nil, nil, nil
			again()
		}
	}
	return out
}

var blockedOf struct {
	c        *corpus
	together map[[2]int]bool
}

// inOneBlock tells the pairs of bodies that a block has; of the last corpus it is remembered.
func inOneBlock(c *corpus) map[[2]int]bool {
	if blockedOf.c != c {
		blockedOf.c, blockedOf.together = c, map[[2]int]bool{}
		met := make([]int32, len(c.entries))
		blocks := c.block()
		for i := range c.entries {
			blocks.candidates(int32(i), met, func(j int32) { blockedOf.together[[2]int{i, int(j)}] = true })
		}
	}
	return blockedOf.together
}

// components names for each body the first of all that pairs connect it with: pairs are split
// for cross-validation so that no body is on both sides.
func components(pairs []labelled, at map[side]int) []string {
	root := make([]int, len(at))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	for _, p := range pairs {
		a, b := find(at[p.a]), find(at[p.b])
		root[max(a, b)] = min(a, b)
	}
	names := make([]string, len(at))
	for s, i := range at {
		names[i] = s.source + s.name + s.country
	}
	out := make([]string, len(at))
	for i := range out {
		out[i] = names[find(i)]
	}
	return out
}

// regress is a logistic regression: the weights, in bits, that are likeliest by examples and a
// normal prior, by Newton's method for one weight after the other. Examples of one body and of
// two count the same in sum.
func regress(of []example, width float64) *weights {
	var w, prior weights
	for i, f := range features {
		prior[i] = f.prior
	}
	w = prior
	count, total := [2]float64{}, 0.0
	class := func(e example) int {
		if e.same {
			return 1
		}
		return 0
	}
	for _, e := range of {
		count[class(e)] += e.weight
		total += e.weight
	}
	having := make([][]int, allOf)
	sums := make([]float64, len(of))
	for i, e := range of {
		for _, f := range e.of {
			having[f] = append(having[f], i)
		}
		sums[i] = w.sum(e.of)
	}
	for range 100 {
		moved := 0.0
		for f := range w {
			slope, bend := (w[f]-prior[f])/(width*width), 1/(width*width)
			for _, i := range having[f] {
				k := class(of[i])
				share := of[i].weight * total / 2 / count[k]
				p := 1 / (1 + math.Exp2(-sums[i]))
				slope += share * (p - float64(k)) * math.Ln2
				bend += share * p * (1 - p) * math.Ln2 * math.Ln2
			}
			step := max(-1, min(1, slope/bend))
			w[f] -= step
			moved = max(moved, math.Abs(step))
			for _, i := range having[f] {
				sums[i] -= step
			}
		}
		if moved < 1e-4 {
			break
		}
	}
	return &w
}

// learn regresses in turns.
func learn(c *corpus, pairs []labelled, at map[side]int, width float64, but func(e example) bool) (*weights, []example) {
	var w weights
	for i, f := range features {
		w[i] = f.prior
	}
	all := examples(c, pairs, at, &w)
	for range turns {
		w = *regress(slices.DeleteFunc(slices.Clone(all), but), width)
		all = examples(c, pairs, at, &w)
	}
	return &w, all
}

// judged is an example with what is known of it by weights that were learned on others.
type judged struct {
	example
	score float64 // what trees add to; then with it
	measures
}

// heldApart judges some examples by what is learned from all others, without trees.
func heldApart(c *corpus, pairs []labelled, at map[side]int, width float64, some func(e example) bool) (out []judged) {
	w, all := learn(c, pairs, at, width, some)
	c.weights = w
	identify, is := c.identifier(Default.Review), make([]identified, len(c.entries))
	done := make([]bool, len(c.entries))
	for _, e := range all {
		if some(e) && !e.placeless {
			a, b := c.ordered(int32(at[e.a]), int32(at[e.b]))
			for _, i := range [...]int32{a, b} {
				if !done[i] {
					is[i], done[i] = identify(int(i)), true
				}
			}
			x, y := &c.entries[a], &c.entries[b]
			l := c.compare(x, y)
			c.compete(x, y, &l)
			evidence, k := c.evidence(&l), c.knownAs(a, b, is, &l)
			e.blocked = e.blocked && k.of < 0
			out = append(out, judged{e, max(evidence, k.one), c.measures(x, y, &l, evidence, &k)})
		}
	}
	return out
}

// crossValidate judges all examples, each by others, without trees.
func crossValidate(c *corpus, pairs []labelled, at map[side]int, width float64) (out []judged) {
	for k := range folds {
		out = append(out, heldApart(c, pairs, at, width, func(e example) bool { return e.fold == k })...)
	}
	return out
}

// add adds what trees say; what no block has is not found, whatever is said.
func (e *judged) add(f *forest) {
	if e.score += f.sum(&e.measures); e.blocked {
		e.score = math.Inf(-1)
	}
}

// withTrees adds what trees say that were grown on examples of other folds.
func withTrees(of []judged) (out []judged) {
	for k := range folds {
		some := func(e judged) bool { return e.fold == k }
		f := grow(slices.DeleteFunc(slices.Clone(of), some))
		for _, e := range of {
			if some(e) {
				e.add(f)
				out = append(out, e)
			}
		}
	}
	return out
}

// tell logs how examples are decided by thresholds, and of which groups.
func tell(t *testing.T, of []judged, thresholds ...float64) {
	t.Helper()
	for _, least := range thresholds {
		by := map[string]counted{}
		for _, e := range of {
			for _, group := range append(e.groups(), "all") {
				m := by[group]
				m.count(e.same, e.score >= least)
				by[group] = m
			}
		}
		for _, group := range []string{"all", onePIC, "across sources", realPairs, drawn, chosen} {
			if m, ok := by[group]; ok {
				t.Logf("   %4.1f: %-16s %s", least, group, m)
			}
		}
	}
}

// tellAll logs how all candidates would be decided that the pairs of chosen files stand for.
func tellAll(t *testing.T, of []judged, thresholds ...float64) {
	t.Helper()
	for _, least := range thresholds {
		var right, wrong, missed float64
		for _, e := range of {
			switch {
			case !slices.Contains(chosenFiles[1:], e.file):
			case e.score >= least && e.same:
				right += e.weight
			case e.score >= least:
				wrong += e.weight
			case e.same:
				missed += e.weight
			}
		}
		t.Logf("   %4.1f: candidates of two sources, as they are: precision %.3f, recall %.3f", least, right/(right+wrong), right/(right+missed))
	}
}

func TestWeights(t *testing.T) {
	pairs := readPairs(t, tuning)
	bs, at := bodies(pairs)
	c := newCorpus(bs)
	w, _ := learn(c, pairs, at, width, func(example) bool { return false })
	for i, f := range features {
		if !*fit && math.Abs(w[i]-learned[i]) > 0.02 {
			t.Errorf("%s: the pairs say %.2f, weights.tsv has %.2f; run with -fit", f.name, w[i], learned[i])
		}
	}
	if *fit {
		var b strings.Builder
		b.WriteString("# What a comparison finds, its weight in bits, and the weight it had been given by judgement:\n# score.go tells how these come about.\n")
		for i, f := range features {
			fmt.Fprintf(&b, "%s\t%.2f\t%g\n", f.name, w[i], f.prior)
		}
		if err := os.WriteFile("weights.tsv", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !*fit || !testing.Verbose() {
		return // what follows is told, not tested
	}
	for _, width := range []float64{0.5, 0.7, 1} {
		of := crossValidate(c, pairs, at, width)
		t.Logf("cross-validated without trees, width %.1f: loss %.3f", width, lossOf(of))
		tell(t, of, Default.Review, Default.Merge)
	}
}
