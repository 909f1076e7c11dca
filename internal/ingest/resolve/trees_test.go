package resolve

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// How trees are grown; chosen by cross-validation, split by body.
const (
	rounds     = 300
	leaves     = 16   // of a tree
	inLeaf     = 30   // examples at least
	learning   = 0.04 // how much of what it says a tree adds
	shrink     = 5.   // L2 regularisation of leaves
	levels     = 64   // values that a measure is split at, at most
	inTree     = 0.7  // of the examples, each tree sees
	measuredBy = 0.5  // of the measures, each tree uses
)

// chance is a number from 0 to 1 that looks random and is always the same (SplitMix64, Steele and others 2014).
func chance(seed, of int) float64 {
	x := uint64(seed)*0x9e3779b97f4a7c15 + uint64(of)*0xbf58476d1ce4e5b9 + 1
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}

// split is the best that was found for the examples of a leaf.
type split struct {
	gain    float64
	measure int
	level   int // what is at most there goes left
}

// growing is a leaf that may be split.
type growing struct {
	at int32 // in the forest
	of []int32
	split
}

// grow grows a forest on examples by gradient boosting (Friedman 2001) with second derivatives (Chen and Guestrin 2016), each tree
// by its best leaf first (Shi 2007).
func grow(of []judged) *forest {
	f := &forest{}
	cuts := make([][]float64, len(measured))
	binned := make([][]uint8, len(measured)) // by measure, then example
	for m := range measured {
		values := make([]float64, len(of))
		for i := range of {
			values[i] = of[i].measures[m]
		}
		slices.Sort(values)
		for k := 1; k < levels; k++ {
			v := values[k*len(values)/levels]
			if v, _ = strconv.ParseFloat(fmt.Sprintf("%.4g", v), 64); v > values[0] { // as the file has it
				cuts[m] = append(cuts[m], v)
			}
		}
		cuts[m] = slices.Compact(cuts[m])
		binned[m] = make([]uint8, len(of))
		for i := range of {
			at, found := slices.BinarySearch(cuts[m], of[i].measures[m])
			if found {
				at++
			}
			binned[m][i] = uint8(at)
		}
	}
	sum := make([]float64, len(of)) // natural logarithms of odds
	for i := range of {
		sum[i] = of[i].score * math.Ln2
	}
	slope, bend := make([]float64, len(of)), make([]float64, len(of))
	for round := range rounds {
		var all []int32
		for i := range of {
			p := 1 / (1 + math.Exp(-sum[i]))
			slope[i], bend[i] = p, p*(1-p)
			if of[i].same {
				slope[i]--
			}
			if chance(round, i) < inTree {
				all = append(all, int32(i))
			}
		}
		best := func(rows []int32) (found split) {
			var total [2]float64
			for _, i := range rows {
				total[0] += slope[i]
				total[1] += bend[i]
			}
			for m := range measured {
				if chance(rounds+round, m) >= measuredBy {
					continue
				}
				var by [levels + 1][3]float64
				for _, i := range rows {
					b := &by[binned[m][i]]
					b[0] += slope[i]
					b[1] += bend[i]
					b[2]++
				}
				var left [3]float64
				for k := range cuts[m] {
					for j := range left {
						left[j] += by[k][j]
					}
					if left[2] < inLeaf || float64(len(rows))-left[2] < inLeaf {
						continue
					}
					right := [2]float64{total[0] - left[0], total[1] - left[1]}
					gain := left[0]*left[0]/(left[1]+shrink) + right[0]*right[0]/(right[1]+shrink) - total[0]*total[0]/(total[1]+shrink)
					if gain > found.gain+1e-9 {
						found = split{gain, m, k}
					}
				}
			}
			return found
		}
		leaf := func(rows []int32) int32 {
			var s, b float64
			for _, i := range rows {
				s += slope[i]
				b += bend[i]
			}
			f.nodes = append(f.nodes, node{measure: -1, value: -learning * s / (b + shrink) / math.Ln2})
			return int32(len(f.nodes) - 1)
		}
		root := leaf(all)
		f.roots = append(f.roots, root)
		open := []growing{{root, all, best(all)}}
		for range leaves - 1 {
			at := 0
			for i := range open {
				if open[i].gain > open[at].gain {
					at = i
				}
			}
			g := open[at]
			if g.gain <= 0 {
				break
			}
			var left, right []int32
			for _, i := range g.of {
				if int(binned[g.measure][i]) <= g.level {
					left = append(left, i)
				} else {
					right = append(right, i)
				}
			}
			l, r := leaf(left), leaf(right)
			f.nodes[g.at] = node{int8(g.measure), l, r, cuts[g.measure][g.level]}
			open[at] = growing{l, left, best(left)}
			open = append(open, growing{r, right, best(right)})
		}
		one := forest{f.nodes, f.roots[round:]}
		for i := range of {
			sum[i] += one.sum(&of[i].measures) * math.Ln2
		}
	}
	return f
}

// file writes a forest as readForest reads it.
func (f *forest) file() string {
	var b strings.Builder
	b.WriteString("# Trees whose sum is added to what weights.tsv says, in bits: each measure before what is below and what is not below its value;\n# after = what a leaf adds. trees.go tells how they come about.\n")
	var write func(at int32)
	write = func(at int32) {
		n := f.nodes[at]
		if n.measure < 0 {
			fmt.Fprintf(&b, "%s\t%.3g\n", ofLeaf, n.value)
			return
		}
		fmt.Fprintf(&b, "%s\t%.4g\n", measured[n.measure], n.value)
		write(n.left)
		write(n.right)
	}
	for _, root := range f.roots {
		write(root)
	}
	return b.String()
}

// lossOf is how many bits judgements are off, for each.
func lossOf(of []judged) float64 {
	loss := 0.0
	for _, e := range of {
		s := max(-30, e.score)
		if !e.same {
			s = -s
		}
		loss += math.Log2(1 + math.Exp2(-s))
	}
	return loss / float64(len(of))
}

func TestTrees(t *testing.T) {
	pairs := readPairs(t, tuning)
	bs, at := bodies(pairs)
	c := newCorpus(bs)
	of := crossValidate(c, pairs, at, width)
	f := grow(of)
	if *fit {
		if err := os.WriteFile("trees.tsv", []byte(f.file()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else {
		off := make([]float64, len(of))
		for i := range of {
			off[i] = math.Abs(f.sum(&of[i].measures) - grown().sum(&of[i].measures))
		}
		if slices.Sort(off); off[len(off)*9/10] > 0.1 {
			t.Errorf("of the pairs one in ten is told otherwise than trees.tsv says, by %.2f bits and more; run with -fit", off[len(off)*9/10])
		}
	}
	if !testing.Verbose() {
		return // what follows is told, not tested
	}
	again := withTrees(of)
	t.Logf("cross-validated: loss %.3f, without trees %.3f", lossOf(again), lossOf(of))
	tell(t, again, Default.Review, 0, 0.5, Default.Merge, 1.5, 2)
	tellAll(t, again, Default.Review, 0, 0.5, Default.Merge, 1.5, 2)
	without := func(some func(e example) bool) []judged {
		trees := grow(slices.DeleteFunc(slices.Clone(of), func(e judged) bool { return some(e.example) }))
		apart := heldApart(c, pairs, at, width, some)
		for i := range apart {
			apart[i].add(trees)
		}
		return apart
	}
	t.Log("the parts that were drawn last, learned without them")
	tell(t, without(func(e example) bool { return slices.Contains(lastFiles, e.file) }), Default.Review, Default.Merge)
	for _, source := range []string{"urbact", "danube", "eccp", "keep", "cordis-plus", "ror", "eche", "etmun"} {
		t.Logf("pairs of %s, learned without them", source)
		tell(t, without(func(e example) bool { return e.a.source == source || e.b.source == source }), Default.Merge)
	}
}

func TestForestIsRead(t *testing.T) {
	f, err := readForest("# a tree and a leaf\nname\t0.5\n=\t-1\nrarity\t7\n=\t2\n=\t3\n=\t0.25\n")
	if err != nil {
		t.Fatal(err)
	}
	name, rarity := slices.Index(measured[:], "name"), slices.Index(measured[:], "rarity")
	for _, c := range []struct{ name, rarity, bits float64 }{{0.4, 9, -0.75}, {0.5, 6.9, 2.25}, {0.6, 7, 3.25}} {
		var m measures
		m[name], m[rarity] = c.name, c.rarity
		if got := f.sum(&m); got != c.bits {
			t.Errorf("name %v, rarity %v: %v bits, not %v", c.name, c.rarity, got, c.bits)
		}
	}
	for file, says := range map[string]string{"nothing\t1\n=\t1\n=\t1\n": `line 1: there is no measure "nothing"`, "name\t1\n=\t1\n": "line 2: the last tree has no end", "name\tx\n": "line 1:"} {
		if _, err := readForest(file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, not %q", file, err, says)
		}
	}
}
