package neo4j

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// Gather is as [store.Reader] says: one statement. A row tells of a member what all ways tell,
// sums as numbers that the database added up and far ends by their ids; what lies above far ends
// is told once for all members, with nodes whole, since trees are small and mostly looked at.
func (r *reader) Gather(ctx context.Context, of store.Group, ways []store.Way, when store.Period) (store.Gathering, error) {
	g := &gathered{of: of, starts: r.IDs(of.Of), ways: make([]gatheredWay, len(ways))}
	c := r.compiler(ctx, when)
	for i, w := range ways {
		if err := w.Check(r.s.layout.schema); err != nil {
			return store.Gathering{}, err
		}
		g.ways[i].Way = w
	}
	ids := once(g.starts)
	members, leads := c.members(of, ids)
	if err := ctx.Err(); err != nil || !leads {
		return g.told(r), err
	}
	q := statement{params: c.params, parts: []part{g.write(c, members)}}
	for i := range g.ways {
		if tree, ok := g.ways[i].writeTree(c, members); ok {
			q.parts = append(q.parts, tree)
			g.ways[i].part = int64(len(q.parts))
		}
	}
	err := r.ask(ctx, "gather", q, func() func(int64, []any) error {
		g.start()
		return func(part int64, v []any) error {
			if part == 1 {
				g.take(r, v)
				return nil
			}
			i := slices.IndexFunc(g.ways, func(w gatheredWay) bool { return w.part == part })
			g.ways[i].take(r, v)
			return nil
		}
	})
	if err != nil {
		return store.Gathering{}, err
	}
	return g.told(r), nil
}

// gathered is a question for what lies around members, and its answer.
type gathered struct {
	of     store.Group
	starts []string
	ways   []gatheredWay
	ids    []string // of the members, each once
}

// gatheredWay is a way, with what is told of it.
type gatheredWay struct {
	store.Way
	part  int64  // which tells the tree; 0: none
	at    int    // which column of a member's row tells the way; 0: it leads nowhere
	kind  string // of all far ends; empty: each tells its own
	sums  map[string]store.Sum
	ends  leads
	tree  []string
	above leads
}

// leads are, by id, the ids to which a node leads.
type leads map[string][]string

// members matches those of a group as x; false if there are none.
func (c *compiler) members(of store.Group, ids []string) (string, bool) {
	if of.By == nil {
		return "UNWIND " + c.param(ids) + " AS id MATCH (x:Node {id: id})", len(ids) > 0
	}
	pattern, _, ok := c.relation("n", *of.By, "b", "x")
	return "UNWIND " + c.param(ids) + " AS id MATCH (n:Node {id: id}) MATCH " + pattern + clause(c.holds(*of.By, "n", "b", "x")) + " WITH DISTINCT x", ok && len(ids) > 0
}

// write asks for the members, and what each way tells of them. Sums come first: rows are grouped
// for these, and what else a row tells would have to be compared.
func (g *gathered) write(c *compiler, members string) part {
	p := part{body: members, values: []string{"x.id", "x._kind"}}
	known := "x"
	for i := range g.ways {
		w := &g.ways[i]
		pattern, _, ok := c.relation("x", w.Rel, "e", "m")
		if !ok || w.Sum == nil {
			continue
		}
		match := " OPTIONAL MATCH " + pattern + clause(c.holds(w.Rel, "x", "e", "m"))
		sum := fmt.Sprint("s", i)
		if w.Sum.Property == "" {
			p.body += match + " WITH " + known + ", [count(e), 0, 0] AS " + sum
		} else {
			of := func(name func(string) string) string { return "e." + quoted(name(w.Sum.Property)) }
			p.body += match + " WITH " + known + ", e, CASE WHEN " + of(moneyName) + " = " + c.param(w.Sum.Currency) + " THEN " + of(centsName) + " END AS cents" +
				" WITH " + known + ", [count(e), count(cents), sum(cents)] AS " + sum
		}
		known += ", " + sum
		w.at = len(p.values)
		p.values = append(p.values, sum)
	}
	for i := range g.ways {
		w := &g.ways[i]
		pattern, to, ok := c.relation("x", w.Rel, "e", "m")
		if !ok || w.Sum != nil {
			continue
		}
		told := "[m.id, m._kind]"
		if len(to.kinds) == 1 {
			w.kind, told = to.kinds[0], "m.id"
		}
		w.at = len(p.values)
		p.values = append(p.values, "["+pattern+clause(c.holds(w.Rel, "x", "e", "m"))+" | "+told+"]")
	}
	return p
}

// writeTree asks for the far ends of a way and all that lies above; false if nothing does.
func (w *gatheredWay) writeTree(c *compiler, members string) (part, bool) {
	if w.Up == nil || w.Sum != nil || w.at == 0 {
		return part{}, false
	}
	pattern, _, _ := c.relation("x", w.Rel, "e", "m")
	body := members + " MATCH " + pattern + clause(c.holds(w.Rel, "x", "e", "m")) + " WITH DISTINCT m"
	values := []string{"y.id", "y._kind", "y._props"}
	step, to, ok := c.relation("y", *w.Up, "u", "z")
	if !ok {
		return part{body: body + " WITH m AS y", values: append(values, "[]")}, true
	}
	// Said so that each node is gone through once (TestPlans): there may be many ways up.
	var all []phrase
	if holds := c.holds(*w.Up, "endNode(u)", "u", "endNode(u)"); holds != always {
		all = append(all, phrase{"all(u IN relationships(p) WHERE " + holds.text + ")", true})
	}
	if w.Up.Kinds != nil && len(to.kinds) < len(c.l.kinds) {
		all = append(all, phrase{"all(k IN nodes(p) WHERE k = m OR k:" + c.l.cover(to.kinds) + ")", true})
	}
	path, _, _ := c.relation("m", store.Rel{Type: w.Up.Type, Dir: w.Up.Dir}, "us", "y")
	path = strings.Replace(path, quoted(w.Up.Type)+"]", quoted(w.Up.Type)+"*0..]", 1)
	return part{
		body:   body + " MATCH p = " + path + clause(and(all...)) + " WITH DISTINCT y",
		values: append(values, "["+step+clause(c.holds(*w.Up, "y", "u", "z"))+" | z.id]"),
	}, true
}

// start forgets what was told.
func (g *gathered) start() {
	g.ids = nil
	for i := range g.ways {
		w := &g.ways[i]
		w.sums, w.ends, w.tree, w.above = map[string]store.Sum{}, leads{}, nil, leads{}
	}
}

// meet gives a node that a row tells of its slot.
func (r *reader) meet(id, kind string) {
	r.mu.Lock()
	r.slots.slot(id, kind)
	r.mu.Unlock()
}

// take takes in a row of a member.
func (g *gathered) take(r *reader, v []any) {
	id := str(v[0])
	r.meet(id, str(v[1]))
	g.ids = append(g.ids, id)
	for i := range g.ways {
		switch w := &g.ways[i]; {
		case w.at == 0:
		case w.Sum != nil:
			s := items(v[w.at])
			w.sums[id] = store.Sum{Edges: int(num(s[0])), Known: int(num(s[1])), Amount: store.Cents(num(s[2]))}
		default:
			for _, x := range items(v[w.at]) {
				far, kind := str(x), w.kind
				if kind == "" {
					far, kind = str(items(x)[0]), str(items(x)[1])
				}
				r.meet(far, kind)
				w.ends[id] = append(w.ends[id], far)
			}
		}
	}
}

// take takes in a row of a node in the tree.
func (w *gatheredWay) take(r *reader, v []any) {
	id := str(v[0])
	r.meet(id, str(v[1]))
	r.bring(v[:3])
	w.tree = append(w.tree, id)
	for _, x := range items(v[3]) {
		w.above[id] = append(w.above[id], str(x))
	}
}

// whole is the tree with all far ends, and nothing leads out of it: of a view that is not
// consistent, what tells of far ends and what tells of the tree may be of two states.
func (w *gatheredWay) whole() []string {
	tree, in := w.tree, make(map[string]bool, len(w.tree))
	for _, id := range tree {
		in[id] = true
	}
	for _, ends := range w.ends {
		for _, id := range ends {
			if !in[id] {
				in[id] = true
				tree = append(tree, id)
			}
		}
	}
	for id := range w.above {
		w.above[id] = slices.DeleteFunc(w.above[id], func(id string) bool { return !in[id] })
	}
	return tree
}

// told is the answer, by slots.
func (g *gathered) told(r *reader) store.Gathering {
	ids := g.ids
	if g.of.By == nil { // in the order of the slots
		met := make(map[string]bool, len(ids))
		for _, id := range ids {
			met[id] = true
		}
		ids = nil
		for _, id := range g.starts {
			if met[id] {
				ids = append(ids, id)
				met[id] = false
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := store.Gathering{Members: r.slots.all(ids), Ways: make([]store.Gathered, len(g.ways))}
	for i, w := range g.ways {
		to := &out.Ways[i]
		if w.Sum != nil {
			to.Sums = make([]store.Sum, len(ids))
			for m, id := range ids {
				to.Sums[m] = w.sums[id]
			}
			continue
		}
		to.Ends = r.slots.fan(ids, w.ends)
		if w.Up != nil {
			tree := w.whole()
			to.Tree, to.Above = r.slots.all(tree), r.slots.fan(tree, w.above)
		}
	}
	return out
}

// all are the slots of some ids that were met.
func (s *slots) all(ids []string) []store.Slot {
	out := make([]store.Slot, len(ids))
	for i, id := range ids {
		out[i] = s.of[id]
	}
	return out
}

// fan is a step from some ids that tells each far end once, in the order of ids, and no edges.
func (s *slots) fan(from []string, to leads) store.Fan {
	f := store.Fan{Off: make([]uint32, 1, len(from)+1)}
	for _, id := range from {
		f.To = append(f.To, s.all(once(to[id]))...)
		f.Off = append(f.Off, uint32(len(f.To)))
	}
	return f
}
