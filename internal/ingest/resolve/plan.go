package resolve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// Plan is what is found in a graph.
type Plan struct {
	*Graph
	// Pairs are the surest first; those that decisions name are before all others.
	Pairs []Pair
	// Apart are pairs of bodies that decisions keep apart.
	Apart [][2]int
}

// decided is the weight of what a decision says.
const decided = 99

// Make reads a graph and finds its pairs. What decisions say comes first: bodies that they
// name as one are merged, whatever they look like, and those that they name as two are not.
// Registers, which may be nil, tell names that the graph does not have.
func Make(ctx context.Context, from Truth, schema store.Schema, t Thresholds, d *identity.Decisions, r *Registers) (*Plan, error) {
	g, err := Read(ctx, from, schema)
	if err != nil {
		return nil, err
	}
	if err := r.Meet(ctx, g.Bodies); err != nil {
		return nil, err
	}
	p := &Plan{Graph: g}
	distinct := func(a, b *Body) bool {
		for _, x := range a.Names {
			for _, y := range b.Names {
				if d.Distinct(family, x, y) {
					return true
				}
			}
		}
		return false
	}
	c := newCorpus(g.Bodies)
	for _, pair := range c.find(t, distinct) {
		a, b := &g.Bodies[pair.A], &g.Bodies[pair.B]
		if commonSorted(a.Projects, b.Projects) > 0 {
			together, err := g.listed(ctx, from, a, b)
			if err != nil {
				return nil, err
			}
			if !together { // what was held against them speaks for them
				n := commonSorted(a.Projects, b.Projects)
				pair.Weight += twoSources(n) - besideEachOther(n)
				pair.Merge = pair.Weight >= t.Merge
				for i, w := range pair.Why {
					if strings.HasPrefix(w, "partners beside") {
						pair.Why[i] = "different sources list them in the same projects"
					}
				}
			}
		}
		p.Pairs = append(p.Pairs, pair)
	}
	p.decide(d)
	c.sort(p.Pairs)
	c.settle(p.Pairs, distinct)
	return p, nil
}

// decide adds what decisions say of bodies that are in the graph.
func (p *Plan) decide(d *identity.Decisions) {
	by := map[string][]int{}
	for i := range p.Bodies {
		b := &p.Bodies[i]
		// Only the name it is known by: short names among the others are many bodies'.
		for _, k := range text.Keys(b.Names[0]) {
			if k != "" {
				by[k] = append(by[k], i)
			}
		}
		for _, id := range b.Identifiers {
			by[id.Scheme+"\x00"+id.Value] = append(by[id.Scheme+"\x00"+id.Value], i)
		}
	}
	for _, x := range d.All() {
		if x.Family != family {
			continue
		}
		var of [][]int
		for _, t := range x.Terms {
			key := text.Key(t.Name)
			if t.Name == "" {
				key = t.Identifier.Scheme + "\x00" + t.Identifier.Value
			}
			if at := by[key]; len(at) > 0 {
				of = append(of, at)
			}
		}
		if x.Verdict == identity.Distinct {
			for i, as := range of {
				for _, bs := range of[i+1:] {
					for _, a := range as {
						for _, b := range bs {
							if a != b {
								p.Apart = append(p.Apart, [2]int{a, b})
							}
						}
					}
				}
			}
			continue
		}
		all := slices.Concat(of...)
		slices.Sort(all)
		all = slices.Compact(all)
		for _, b := range all[min(1, len(all)):] {
			p.Pairs = append(p.Pairs, Pair{A: all[0], B: b, Weight: decided, Merge: true, Why: []string{"decided: " + x.Source}})
		}
	}
}

// sources of what is applied: of merges, to take them back; of pairs for review, to withdraw
// those that are none any more.
var (
	mergesSource = store.Ref{Kind: "Source", Name: "Bodies merged by clustergraph resolve", Identifiers: []store.Identifier{{Scheme: "DATASET", Value: "clustergraph-resolve-merged"}}}
	reviewSource = store.Ref{Kind: "Source", Name: "Bodies compared by clustergraph resolve", Identifiers: []store.Identifier{{Scheme: "DATASET", Value: "clustergraph-resolve"}}}
)

const (
	mergedPlace = "merged "
	batchSteps  = 500
)

// Applied is what became of a plan.
type Applied struct {
	Merged, Review int
	// Refused are merges that the store refused, such as of bodies marked as distinct.
	Refused []Refusal
}

// Refusal is a pair that was not merged.
type Refusal struct {
	Pair
	Err error
}

// Apply merges what is sure enough and stores what is for review as POSSIBLY_SAME_AS, in place of
// what an earlier Apply stored. run names this run, differently from others.
func (p *Plan) Apply(ctx context.Context, to Truth, by, run string) (Applied, error) {
	var done Applied
	for _, pair := range p.Apart {
		step := store.Distinct{A: ref(&p.Bodies[pair[0]]), B: ref(&p.Bodies[pair[1]])}
		_, err := to.Apply(ctx, store.Batch{By: by, Steps: []store.Step{step}})
		if err != nil && !errors.Is(err, store.ErrInvalid) { // they are one already
			return done, err
		}
	}
	kept := make([]int, len(p.Bodies))
	for i := range kept {
		kept[i] = i
	}
	root := func(i int) int {
		for kept[i] != i {
			i = kept[i]
		}
		return i
	}
	var merges []Pair
	for _, pair := range p.Pairs {
		if !pair.Merge {
			continue
		}
		keep, drop := root(pair.A), root(pair.B)
		if keep == drop {
			continue
		}
		if p.rather(drop, keep) {
			keep, drop = drop, keep
		}
		kept[drop] = keep
		pair.A, pair.B = keep, drop
		merges = append(merges, pair)
	}
	for part := range slices.Chunk(merges, batchSteps) {
		_, err := to.Apply(ctx, p.merge(part, by))
		if err == nil {
			done.Merged += len(part)
			continue
		}
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrInvalid) {
			return done, err
		}
		for _, one := range part { // which of them?
			switch _, err := to.Apply(ctx, p.merge([]Pair{one}, by)); {
			case err == nil:
				done.Merged++
			case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrInvalid):
				done.Refused = append(done.Refused, Refusal{one, err})
			default:
				return done, err
			}
		}
	}
	var edges []store.EdgeRecord
	for _, pair := range p.Pairs {
		if a, b := root(pair.A), root(pair.B); a != b && !pair.Merge {
			edges = append(edges, store.EdgeRecord{Type: "POSSIBLY_SAME_AS", From: ref(&p.Bodies[pair.A]), To: ref(&p.Bodies[pair.B]),
				Said:  store.Said{Source: reviewSource, Place: "comparison", Rank: store.FromText, Confidence: pair.Confidence(), Derived: true},
				Props: store.PropsOf(map[string]any{"confidence": pair.Confidence(), "why": pair.String()})})
		}
	}
	done.Review = len(edges)
	source := []store.NodeRecord{{Ref: reviewSource, Said: store.Said{Source: reviewSource, Rank: store.FromRegister}}}
	for part := range slices.Chunk(edges, 2*batchSteps) {
		if _, err := to.Apply(ctx, store.Batch{By: by, Run: run, Nodes: source, Edges: part}); err != nil {
			return done, err
		}
	}
	_, err := to.Apply(ctx, store.Batch{By: by, Run: run, Nodes: source, Steps: []store.Step{store.Withdraw{Source: reviewSource, Run: run}}})
	return done, err
}

func ref(b *Body) store.Ref { return store.Ref{ID: b.ID} }

// rather tells whether a's id is to stay rather than b's: of the body with identifiers, with
// the most telling name, by what they are and not by what came first.
func (p *Plan) rather(a, b int) bool {
	x, y := &p.Bodies[a], &p.Bodies[b]
	return cmp.Or(cmp.Compare(len(y.Identifiers), len(x.Identifiers)), strings.Compare(label(x), label(y)), strings.Compare(x.ID, y.ID)) < 0
}

// merge is a batch that merges pairs, B into A, and notes that it did: by a statement of B's
// name, which changes nothing but is kept with it.
func (p *Plan) merge(pairs []Pair, by string) store.Batch {
	b := store.Batch{By: by, Run: "merge", Nodes: []store.NodeRecord{{Ref: mergesSource, Said: store.Said{Source: mergesSource, Rank: store.FromRegister}}}}
	for _, pair := range pairs {
		keep, drop := &p.Bodies[pair.A], &p.Bodies[pair.B]
		b.Nodes = append(b.Nodes, store.NodeRecord{Ref: store.Ref{ID: drop.ID, Name: drop.Names[0]},
			Said: store.Said{Source: mergesSource, Place: mergedPlace + drop.ID, Rank: store.FromText, Confidence: pair.Confidence(), Derived: true}})
		b.Steps = append(b.Steps, store.Merge{Keep: ref(keep), Drop: ref(drop)})
	}
	return b
}

// Undo takes back the merges that Apply made. It returns how many, and those that the store
// refused to take back.
func Undo(ctx context.Context, in Truth, schema store.Schema, by, run string) (int, []error, error) {
	g, err := Read(ctx, in, schema)
	if err != nil {
		return 0, nil, err
	}
	var former []string
	for ids := range slices.Chunk(g.merged, batchSteps) {
		subjects := make([]store.Subject, len(ids))
		for i, id := range ids {
			subjects[i] = store.Subject{Node: id}
		}
		pages, err := in.Statements(ctx, subjects, store.StatementWindow{Property: "name", First: 10000})
		if err != nil {
			return 0, nil, err
		}
		for _, page := range pages {
			for _, s := range page.Statements {
				if id, ok := strings.CutPrefix(s.Place, mergedPlace); ok && s.Derived {
					former = append(former, id)
				}
			}
		}
	}
	slices.Sort(former)
	undone := 0
	var refused []error
	for _, id := range slices.Compact(former) {
		_, err := in.Apply(ctx, store.Batch{By: by, Steps: []store.Step{store.Unmerge{Former: id}}})
		switch {
		case err == nil:
			undone++
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrNotFound):
			refused = append(refused, fmt.Errorf("%s: %w", id, err))
		default:
			return undone, refused, err
		}
	}
	if undone == 0 {
		return 0, refused, nil
	}
	_, err = in.Apply(ctx, store.Batch{By: by, Run: run, Nodes: []store.NodeRecord{{Ref: mergesSource, Said: store.Said{Source: mergesSource, Rank: store.FromRegister}}},
		Steps: []store.Step{store.Withdraw{Source: mergesSource, Run: run}}})
	return undone, refused, err
}
