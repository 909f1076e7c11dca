package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clustergraph/internal/store"
)

// Dimension is what items are divided by.
type Dimension uint8

// The dimensions. Country, Region, ActorKind, ActorType and Network are those of the actors
// that take part; Programme, Framework and Call of the projects; Topic of the projects, or of
// the actors themselves where actors are counted.
const (
	// Country is that of the places an actor is located at, by the places of level COUNTRY
	// nearest at or above them; where there is none, that of its property country.
	Country Dimension = iota
	// Region likewise is by the places of level REGION nearest at or above.
	Region
	// ActorKind is the kind of node.
	ActorKind
	// ActorType is the type of an organisation or network.
	ActorType
	// Programme is what funds a project, by the programmes and funds (and what has no
	// level) nearest at or above; where there is none, by the frameworks.
	Programme
	// Framework and Call are likewise by programmes of that level.
	Framework
	Call
	// Topic is by the topics themselves, not by those above.
	Topic
	// Year is that in which a project begins or, where participations or actors are counted,
	// in which the participation does (without a date of its own: the project).
	Year
	// Role is that of the participation.
	Role
	// Network is by the networks an actor is a member of.
	Network
)

// column is one dimension: for each fact, or for each actor or project, the numbers of its
// keys.
type column struct {
	per         per
	from, until []uint32 // the keys of the i-th are list[from[i]:until[i]]; never none
	list        []uint32
	keys        []*DimensionKey // by number; 0 is unknown, and nil
	place       []int           // of a key in the order, by number
}

// bytes are those that the column takes.
func (c *column) bytes() int64 {
	const key = 64 // with its texts, which are mostly the store's
	return int64(len(c.from)+len(c.until)+len(c.list))*4 + int64(len(c.keys))*key
}

// per is what has keys.
type per uint8

const (
	perFact per = iota
	perActor
	perProject
	perAll
)

// undivided is the column in which every fact has the same key.
var undivided = column{per: perAll, list: []uint32{0}}

// of are the keys of the i-th fact.
func (c *column) of(f *facts, i uint32) []uint32 {
	switch c.per {
	case perFact:
	case perActor:
		i = f.list[i].actor
	case perProject:
		i = f.list[i].project
	case perAll:
		return c.list
	}
	return c.list[c.from[i]:c.until[i]]
}

// same tells whether all facts of one actor (or project) have the same keys.
func (c *column) same(side per) bool { return c.per == side || c.per == perAll }

// len is how many keys there may be.
func (c *column) len() int { return max(1, len(c.keys)) }

// divider makes the column of one dimension.
type divider struct {
	*column
	a        *Analyst
	f        *facts
	q        BreakdownQuery
	nodes    []store.Slot // of the keys, by number; 0: it is no node
	nodeKeys map[store.Slot]uint32
	textKeys map[string]uint32
	called   map[string]string // names of texts that have others
}

// column is that of a dimension. Of the whole graph it is kept, if it does not depend on which
// facts pass conditions: where it is by actor or project, it never does (but that only years that
// are told are cumulated).
func (a *Analyst) column(f *facts, by Dimension) (*column, error) {
	work := func() (*column, error) {
		d := &divider{
			column: &column{}, a: a, f: f, q: f.q, nodes: []store.Slot{0},
			nodeKeys: map[store.Slot]uint32{}, textKeys: map[string]uint32{},
		}
		if err := d.divide(by); err != nil {
			return nil, err
		}
		return d.column, d.name()
	}
	if f.whole == nil || !f.plain && (by == Year || by == Role) {
		return work()
	}
	return hold(f.ctx, f.r, f.whole, f.whole.parts, kept{fmt.Sprint("column ", by, f.q.Cumulative && by == Year), f.q.Of, f.q.When}, a.otherKeys(by), work)
}

// otherKeys tells what changes the column of a dimension: of what is by fact, what changes the
// facts; of what is by actor or project, which of these there are; and what it looks at beside.
func (a *Analyst) otherKeys(by Dimension) func(*delta) bool {
	of := func(d *delta) bool { return false }
	switch by {
	case Year, Role:
		return a.otherTakings
	case Country, Region:
		of = func(d *delta) bool {
			return d.ofNodes(a.actors, "country") || d.ofNodes([]string{place}, anyProperty) || d.ofEdges(locatedIn, partOf)
		}
	case ActorType:
		of = func(d *delta) bool { return d.ofNodes(a.actors, "type") }
	case Programme, Framework, Call:
		of = func(d *delta) bool { return d.ofNodes([]string{programme}, anyProperty) || d.ofEdges(fundedBy, partOf) }
	case Topic:
		of = func(d *delta) bool { return d.ofNodes([]string{topic}, anyProperty) || d.ofEdges(classifiedAs) }
	case Network:
		of = func(d *delta) bool { return d.ofNodes([]string{network}, anyProperty) || d.ofEdges(memberOf) }
	case ActorKind: // at the actors alone
	}
	return func(d *delta) bool { return d.ofNodes(a.actors) || d.ofNodes([]string{project}) || of(d) }
}

// countries are those of some actors, whose numbers are their places from 1.
func (a *Analyst) countries(ctx context.Context, r store.Reader, actors []store.Slot, when store.Period) (*column, error) {
	f := &facts{ctx: ctx, r: r, q: BreakdownQuery{When: when}}
	f.ends[perActor.place()].slots = append([]store.Slot{0}, actors...)
	return a.column(f, Country)
}

func (d *divider) divide(by Dimension) error {
	switch by {
	case Country:
		return d.countries()
	case Region:
		keys, err := d.above(perActor, by, level("REGION"))
		d.put(perActor, keys)
		return err
	case ActorKind:
		d.called = map[string]string{}
		return d.ofActors(func(n *store.Node) string {
			value := d.a.values[n.Kind]
			d.called[value] = n.Kind
			return value
		})
	case ActorType:
		return d.ofActors(func(n *store.Node) string { return n.Props.Text("type") })
	case Programme:
		keys, err := d.above(perProject, by, level("PROGRAMME", "FUND", ""), level("FRAMEWORK"))
		d.put(perProject, keys)
		return err
	case Framework:
		keys, err := d.above(perProject, by, level("FRAMEWORK"))
		d.put(perProject, keys)
		return err
	case Call:
		return d.calls()
	case Topic:
		per := perProject
		if d.q.Of == OfActors {
			per = perActor
		}
		keys, err := d.above(per, by)
		d.put(per, keys)
		return err
	case Year:
		err := d.years()
		if d.q.Cumulative && err == nil {
			d.cumulate()
		}
		return err
	case Network:
		keys, err := d.above(perActor, by)
		d.put(perActor, keys)
		return err
	}
	d.roles()
	return nil
}

var funded = store.Rel{Type: fundedBy, Kinds: []string{programme}}

// level is a condition on places and programmes.
func level(of ...string) func(*store.Node) bool {
	return func(n *store.Node) bool { return slices.Contains(of, n.Props.Text("level")) }
}

// node is the key that a node is.
func (d *divider) node(s store.Slot) uint32 {
	n, met := d.nodeKeys[s]
	if !met {
		n = uint32(len(d.nodes))
		d.nodes, d.nodeKeys[s] = append(d.nodes, s), n
	}
	return n
}

// text is the key that is a text alone; the empty one is unknown.
func (d *divider) text(s string) uint32 {
	n, met := d.textKeys[s]
	if !met && s != "" {
		n = uint32(len(d.nodes))
		d.nodes, d.textKeys[s] = append(d.nodes, 0), n
	}
	return n
}

// put makes the column: keys are by number of what has them, each may be told several times.
func (d *divider) put(per per, keys [][]uint32) {
	d.per, d.list = per, make([]uint32, 0, len(keys))
	d.from, d.until = make([]uint32, len(keys)), make([]uint32, len(keys))
	for i, of := range keys {
		start := len(d.list)
		for _, k := range of {
			if !slices.Contains(d.list[start:], k) {
				d.list = append(d.list, k)
			}
		}
		if len(of) == 0 {
			d.list = append(d.list, 0)
		}
		d.from[i], d.until[i] = uint32(start), uint32(len(d.list))
	}
}

// putOne makes the column, of what has one key each.
func (d *divider) putOne(per per, keys []uint32) {
	d.per, d.from, d.until = per, keys, make([]uint32, len(keys))
	for i, k := range keys {
		d.until[i] = k + 1
	}
	for k := range d.nodes {
		d.list = append(d.list, uint32(k))
	}
}

// cumulate makes, of years, all that follow the keys of what has one of them.
func (d *divider) cumulate() {
	years := make([]string, len(d.list))
	for year, k := range d.textKeys {
		years[k] = year
	}
	slices.SortFunc(d.list, func(k, l uint32) int { return strings.Compare(years[k], years[l]) })
	place := make([]uint32, len(d.list))
	for p, k := range d.list {
		place[k] = uint32(p)
	}
	for i, k := range d.from {
		if k != 0 {
			d.from[i], d.until[i] = place[k], uint32(len(d.list))
		}
	}
}

// ofActors are the keys that actors have in themselves.
func (d *divider) ofActors(key func(*store.Node) string) error {
	nodes, err := d.f.nodes(perActor)
	if err != nil {
		return err
	}
	keys := make([]uint32, len(nodes))
	for i, n := range nodes[1:] {
		keys[i+1] = d.text(key(n))
	}
	d.putOne(perActor, keys)
	return nil
}

func (d *divider) roles() {
	keys := make([]uint32, len(d.f.list))
	for i, x := range d.f.list {
		if x.edge != nil {
			keys[i] = d.text(x.edge.Props.Text("role"))
		}
	}
	d.putOne(perFact, keys)
}

func (d *divider) years() error {
	nodes, err := d.f.nodesOfProjects()
	if err != nil {
		return err
	}
	met := map[int]uint32{}
	year := func(v store.Value) uint32 {
		date, ok := v.(store.Date)
		if !ok {
			return 0
		}
		y := time.Unix(int64(date.First)*24*60*60, 0).UTC().Year()
		if _, ok := met[y]; !ok {
			met[y] = d.text(fmt.Sprintf("%04d", y))
		}
		return met[y]
	}
	// Only what a fact tells is a key.
	starts, told := make([]uint32, len(nodes)), make([]bool, len(nodes))
	keys := make([]uint32, len(d.f.list))
	for i, x := range d.f.list {
		if d.q.Of != OfProjects && x.edge != nil {
			if since := x.edge.Props.Get(d.a.taking.Since); since != nil {
				keys[i] = year(since)
				continue
			}
		}
		if p := x.project; p != 0 && !told[p] {
			starts[p], told[p] = year(nodes[p].Props.Get(d.a.taking.ToSince)), true
		}
		keys[i] = starts[x.project]
	}
	if d.q.Of == OfProjects {
		d.putOne(perProject, starts)
	} else {
		d.putOne(perFact, keys)
	}
	return nil
}

func (d *divider) countries() error {
	keys, err := d.above(perActor, Country, level("COUNTRY"))
	if err != nil {
		return err
	}
	without, slots, err := d.without(perActor, keys)
	if err != nil {
		return err
	}
	nodes, err := d.f.r.At(d.f.ctx, slots)
	if err != nil {
		return err
	}
	codes := make([]string, len(nodes))
	for i, n := range nodes {
		codes[i] = n.Props.Text("country")
	}
	return d.byCode(perActor, keys, without, codes, place, "COUNTRY")
}

func (d *divider) calls() error {
	keys, err := d.above(perProject, Call, level("CALL"))
	if err != nil {
		return err
	}
	numbers, slots, err := d.without(perProject, keys)
	if err != nil {
		return err
	}
	fan, err := d.f.r.Step(d.f.ctx, slots, funded, d.q.When)
	if err != nil {
		return err
	}
	var without []uint32
	var codes []string
	for i, n := range numbers {
		for _, e := range fan.Edge[fan.Off[i]:fan.Off[i+1]] {
			if call := e.Props.Text("call"); call != "" {
				without, codes = append(without, n), append(codes, call)
			}
		}
	}
	return d.byCode(perProject, keys, without, codes, programme, "CALL")
}

// without are the numbers and slots of those at a side that have no key.
func (d *divider) without(side per, keys [][]uint32) (numbers []uint32, slots []store.Slot, err error) {
	all, err := d.f.slots(side)
	if err != nil {
		return nil, nil, err
	}
	for i, s := range all {
		if i > 0 && len(keys[i]) == 0 {
			numbers, slots = append(numbers, uint32(i)), append(slots, s)
		}
	}
	return numbers, slots, nil
}

// byCode makes the column, in which those without key have the key of a code beside them: of
// the node of a kind and level that has the code, if there is one.
func (d *divider) byCode(per per, keys [][]uint32, without []uint32, codes []string, kind, level string) error {
	known := map[string][]uint32{}
	var asked store.List
	for _, code := range codes {
		if _, met := known[code]; !met && code != "" {
			known[code] = nil
			asked = append(asked, code)
		}
	}
	if len(asked) > 0 {
		page, err := d.f.r.Find(d.f.ctx, []string{kind}, store.Window{First: store.All, Where: store.And{
			store.Is{Path: []string{"code"}, Op: store.In_, Value: asked}, store.Is{Path: []string{"level"}, Op: store.Eq, Value: level}}})
		if err != nil {
			return err
		}
		ids := make([]string, len(page.Hits))
		for i, h := range page.Hits {
			ids[i] = h.Node.ID
		}
		slots, err := d.f.r.Slots(d.f.ctx, ids)
		if err != nil {
			return err
		}
		for i, h := range page.Hits {
			if code := h.Node.Props.Text("code"); known[code] == nil {
				known[code] = []uint32{d.node(slots[i])}
			}
		}
		for code, k := range known {
			if k == nil {
				known[code] = []uint32{d.text(code)}
			}
		}
	}
	for i, of := range without {
		keys[of] = append(keys[of], known[codes[i]]...)
	}
	d.put(per, keys)
	return nil
}

// above goes the way of a dimension from actors or projects, and tells by number the keys that
// are reached: the far ends themselves or, if something is wanted, what is nearest at or above
// each of them.
func (d *divider) above(side per, by Dimension, wanted ...func(*store.Node) bool) ([][]uint32, error) {
	way, _ := by.way()
	to, err := d.f.gather(side, way)
	if err != nil {
		return nil, err
	}
	ends := newTable(len(to.Ends.To))
	defer ends.free()
	numbers := make([]uint32, len(to.Ends.To))
	for i, s := range to.Ends.To {
		numbers[i] = ends.number(s)
	}
	reached := make([][]uint32, len(ends.met))
	if len(wanted) > 0 {
		if reached, err = d.climb(ends.met, to, wanted); err != nil {
			return nil, err
		}
	} else {
		for i, s := range ends.met {
			reached[i] = []uint32{d.node(s)}
		}
	}
	keys := make([][]uint32, len(to.Ends.Off))
	for i := range keys[1:] {
		ends := numbers[to.Ends.Off[i]:to.Ends.Off[i+1]]
		if len(ends) == 1 {
			keys[i+1] = reached[ends[0]]
			continue
		}
		for _, n := range ends {
			keys[i+1] = append(keys[i+1], reached[n]...)
		}
	}
	return keys, nil
}

// climb finds, for each of some nodes, what is nearest at or above it in the tree that was
// gathered: what passes the first condition, or if nothing does, the next.
func (d *divider) climb(from []store.Slot, to store.Gathered, wanted []func(*store.Node) bool) ([][]uint32, error) {
	nodes, err := d.f.r.At(d.f.ctx, to.Tree)
	if err != nil {
		return nil, err
	}
	tree := newTable(len(to.Tree))
	defer tree.free()
	for _, s := range to.Tree {
		tree.number(s)
	}
	out := make([][]uint32, len(from))
	seen := make([]int, len(nodes)) // 1 + for which search
	search := 0
	for i, s := range from {
		begin := tree.number(s)
		for _, want := range wanted {
			search++
			seen[begin] = search
			for next := []uint32{begin}; len(next) > 0; {
				n := next[len(next)-1]
				next = next[:len(next)-1]
				if want(nodes[n]) {
					out[i] = append(out[i], d.node(to.Tree[n]))
					continue
				}
				for _, s := range to.Above.To[to.Above.Off[n]:to.Above.Off[n+1]] {
					if p := tree.number(s); seen[p] != search {
						seen[p] = search
						next = append(next, p)
					}
				}
			}
			if len(out[i]) > 0 {
				break
			}
		}
	}
	return out, nil
}

// name makes the keys, and puts them in order.
func (d *divider) name() error {
	nodes, err := d.f.r.At(d.f.ctx, d.nodes)
	if err != nil {
		return err
	}
	d.keys = make([]*DimensionKey, len(nodes))
	for k, n := range nodes {
		if n != nil {
			d.keys[k] = &DimensionKey{ID: n.ID, Code: n.Props.Text("code"), Name: n.Name()}
		}
	}
	for text, k := range d.textKeys {
		d.keys[k] = &DimensionKey{Code: text, Name: cmp.Or(d.called[text], text)}
	}
	orders := make([][]store.Value, len(d.keys))
	sorted := make([]int, len(d.keys))
	for k, key := range d.keys {
		sorted[k], orders[k] = k, key.order()
	}
	slices.SortFunc(sorted, func(x, y int) int { return slices.CompareFunc(orders[x], orders[y], store.CompareNull) })
	d.place = make([]int, len(d.keys))
	for i, k := range sorted {
		d.place[k] = i
	}
	return nil
}
