package resolve

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// What weights that are added cannot say, regression trees do: that a word more tells much of a long
// name and little of a short one, that what a well-known body says of one record is worth less where
// the two hardly meet by themselves. They are grown one after the other, each on what those before it
// leave unexplained (Friedman 2001: Greedy Function Approximation, a Gradient Boosting Machine; with
// second derivatives as Chen and Guestrin 2016: XGBoost), on the tuning pairs of testdata, from the
// weights that each pair has by what was learned without its bodies. trees.tsv has them;
// "go test ./internal/ingest/resolve -run TestTrees -fit" makes it. The code that grows them is ours, and in the tests: the Go
// modules that were found only read what others trained, or are not kept, and the check that the trees are what the pairs
// say has to run where the other tests do.
//
//go:embed trees.tsv
var treesFile string

// node is a split of a tree by one measure, or a leaf.
type node struct {
	measure     int8 // place in measured; -1 of a leaf
	left, right int32
	value       float64 // what goes left is below it; of a leaf, bits
}

// forest is trees that are added; a tree begins at each root.
type forest struct {
	nodes []node
	roots []int32
}

// grown are the trees of trees.tsv, read when they are first needed.
var grown = sync.OnceValue(func() *forest {
	f, err := readForest(treesFile)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
})

// ofLeaf stands for the measure of a leaf in a file.
const ofLeaf = "="

// readForest reads nodes, one on a line, each before what is left and right of it.
func readForest(file string) (*forest, error) {
	f := &forest{}
	s := bufio.NewScanner(strings.NewReader(file))
	line := 0
	next := func() (measure string, value float64, ok bool, err error) {
		for s.Scan() {
			line++
			if s.Text() == "" || s.Text()[0] == '#' {
				continue
			}
			name, number, _ := strings.Cut(s.Text(), "\t")
			if value, err = strconv.ParseFloat(number, 64); err != nil {
				return "", 0, false, fmt.Errorf("trees.tsv, line %d: %w", line, err)
			}
			return name, value, true, nil
		}
		return "", 0, false, s.Err()
	}
	var read func(measure string, value float64) (int32, error)
	read = func(measure string, value float64) (int32, error) {
		at := int32(len(f.nodes))
		f.nodes = append(f.nodes, node{measure: -1, value: value})
		if measure == ofLeaf {
			return at, nil
		}
		m := slices.Index(measured[:], measure)
		if m < 0 {
			return 0, fmt.Errorf("trees.tsv, line %d: there is no measure %q", line, measure)
		}
		f.nodes[at].measure = int8(m)
		for _, side := range [...]func(*node) *int32{func(n *node) *int32 { return &n.left }, func(n *node) *int32 { return &n.right }} {
			name, value, ok, err := next()
			if err != nil {
				return 0, err
			}
			if !ok {
				return 0, fmt.Errorf("trees.tsv, line %d: the last tree has no end", line)
			}
			below, err := read(name, value)
			if err != nil {
				return 0, err
			}
			*side(&f.nodes[at]) = below
		}
		return at, nil
	}
	for {
		name, value, ok, err := next()
		if !ok {
			return f, err
		}
		root, err := read(name, value)
		if err != nil {
			return nil, err
		}
		f.roots = append(f.roots, root)
	}
}

// sum is what all trees say of a pair, in bits. Cost: with the trees and their depth.
func (f *forest) sum(m *measures) (bits float64) {
	for _, at := range f.roots {
		n := &f.nodes[at]
		for n.measure >= 0 {
			if m[n.measure] < n.value {
				n = &f.nodes[n.left]
			} else {
				n = &f.nodes[n.right]
			}
		}
		bits += n.value
	}
	return bits
}
