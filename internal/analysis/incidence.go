package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// incidence is who belongs to which networks, and who takes part in which projects, as far as
// it counts for links between the networks. It holds no slots, so it outlives the view it was
// read from.
type incidence struct {
	networks, actors, projects []string // ids by number; those of networks ascend
	// ofActor are the networks of each actor.
	ofActor lists
	// ofProject are the networks of each project, where projects belong to them; else nil.
	ofProject *lists
	// within are the other networks in which each lies, however deep.
	within lists
	// parts are the participations by project, then by actor: those of project p stand from
	// partAt[p] to partAt[p+1].
	parts  []taking
	partAt []uint32
	// The edges of part i stand in edge at the places edges[edgeAt[i]:edgeAt[i+1]].
	edge          []*store.Edge
	edges, edgeAt []uint32
}

// taking is that an actor takes part in a project.
type taking struct{ actor, project uint32 }

// of are the participations in a project.
func (n *incidence) of(project uint32) []taking {
	return n.parts[n.partAt[project]:n.partAt[project+1]]
}

// lists are rows of numbers, each ascending and without repetition.
type lists struct{ off, to []uint32 }

func (l *lists) of(i uint32) []uint32 { return l.to[l.off[i]:l.off[i+1]] }

// entry is a number in a row.
type entry struct{ row, to uint32 }

// has tells whether a row has a number.
func (l *lists) has(i, to uint32) bool {
	_, found := slices.BinarySearch(l.of(i), to)
	return found
}

// listsOf makes n rows of entries in any order.
func listsOf(n int, entries []entry) lists {
	next := make([]uint32, n+1)
	for _, e := range entries {
		next[e.row+1]++
	}
	for i := range n {
		next[i+1] += next[i]
	}
	to := make([]uint32, len(entries))
	for _, e := range entries {
		to[next[e.row]] = e.to
		next[e.row]++ // in the end where the next row begins
	}
	out := lists{make([]uint32, n+1), to[:0]}
	begin := uint32(0)
	for i := range n {
		row := to[begin:next[i]]
		slices.Sort(row)
		out.to = append(out.to, slices.Compact(row)...) // never beyond the row itself
		out.off[i+1] = uint32(len(out.to))
		begin = next[i]
	}
	return out
}

// through are the entries that lead on from where these lead.
func through(entries []entry, on lists) []entry {
	out := make([]entry, 0, len(entries))
	for _, e := range entries {
		for _, to := range on.of(e.to) {
			out = append(out, entry{e.row, to})
		}
	}
	return out
}

// networkForm is how a kind of networks stands in the graph.
type networkForm struct {
	kind  string // of node
	level string // of place; empty: any
	tree  bool   // what is in one belongs to those above it, too
	// The relations by which actors and projects belong to one, from these; nil: they do not.
	actors, projects *store.Rel
}

func (a *Analyst) networkForm(k NetworkKind) networkForm {
	by := func(typ string, kinds ...string) *store.Rel {
		return &store.Rel{Type: typ, Dir: store.Out, Kinds: kinds}
	}
	switch k {
	case Clusters:
		return networkForm{kind: cluster, actors: by(memberOf, cluster)}
	case Countries:
		return networkForm{kind: place, level: "COUNTRY", tree: true, actors: by(locatedIn, place)}
	case Regions:
		return networkForm{kind: place, level: "REGION", tree: true, actors: by(locatedIn, place)}
	case Programmes:
		return networkForm{kind: programme, tree: true, projects: by(fundedBy, programme)}
	case Topics:
		return networkForm{kind: topic, tree: true, actors: by(classifiedAs, topic), projects: by(classifiedAs, topic)}
	}
	return networkForm{kind: network, actors: by(memberOf, network)}
}

// has tells whether a node is a network of the form.
func (f *networkForm) has(n *store.Node) bool {
	return n.Kind == f.kind && (f.level == "" || n.Props.Text("level") == f.level)
}

// reach tells for each of n nodes which networks it belongs to: those it is or lies in.
// partOf leads from nodes to those that they are part of, of says which nodes are networks.
func reach(ctx context.Context, n int, partOf []entry, of []uint32) (lists, error) {
	down := make([]entry, len(partOf))
	for i, e := range partOf {
		down[i] = entry{e.to, e.row}
	}
	parts := listsOf(n, down)
	var out []entry
	seen := make([]uint32, n) // 1 + the network for which
	for x, root := range of {
		if err := ctx.Err(); err != nil {
			return lists{}, err
		}
		seen[root] = uint32(x) + 1
		for next := []uint32{root}; len(next) > 0; {
			node := next[len(next)-1]
			next = next[:len(next)-1]
			out = append(out, entry{node, uint32(x)})
			for _, p := range parts.of(node) {
				if seen[p] != uint32(x)+1 {
					seen[p] = uint32(x) + 1
					next = append(next, p)
				}
			}
		}
	}
	return listsOf(n, out), nil
}

// lie are the networks in which others lie.
func lie(of []uint32, reached lists) lists {
	var out []entry
	for x, node := range of {
		for _, above := range reached.of(node) {
			if above != uint32(x) {
				out = append(out, entry{uint32(x), above})
			}
		}
	}
	return listsOf(len(of), out)
}

// incidence is what a query rests on.
func (a *Analyst) incidence(ctx context.Context, r store.Reader, q LinkQuery) (*incidence, error) {
	read := a.everywhere
	if q.IDs != nil {
		read = a.among
	}
	n, err := read(ctx, r, a.networkForm(q.Kind), q)
	if err != nil {
		return nil, err
	}
	return n, n.prune()
}

// everywhere reads what is told of all networks of a form from the snapshot.
func (a *Analyst) everywhere(ctx context.Context, r store.Reader, f networkForm, q LinkQuery) (*incidence, error) {
	s := a.snapshot(r)
	all, err := s.roll(ctx, r, []string{f.kind})
	if err != nil {
		return nil, err
	}
	of, nodes, err := f.choose(ctx, r, all)
	if err != nil {
		return nil, err
	}
	n := &incidence{}
	for _, node := range of {
		n.networks = append(n.networks, all.ids[node])
	}
	var reached lists
	if f.tree {
		tree, err := s.links(ctx, r, partOf, a.edges[partOf], []string{f.kind}, []string{f.kind})
		if err != nil {
			return nil, err
		}
		var up []entry
		for k, above := range tree.ends {
			if tree.holds(uint32(k), q.When) {
				up = append(up, entry{tree.start[k], above})
			}
		}
		if reached, err = reach(ctx, len(all.ids), up, of); err != nil {
			return nil, err
		}
		n.within = lie(of, reached)
	}
	taking, err := s.participations(ctx, r, a)
	if err != nil {
		return nil, err
	}
	n.actors, n.projects, n.edge = taking.from.ids, taking.to.ids, taking.edge
	actors, err := taking.from.passing(ctx, r, q.Where.Actor, q.When)
	if err != nil {
		return nil, err
	}
	projects, err := taking.to.passing(ctx, r, q.Where.Project, q.When)
	if err != nil {
		return nil, err
	}
	belong := func(rel *store.Rel, kinds []string, pass []bool) ([]entry, error) {
		l, err := s.links(ctx, r, rel.Type, a.edges[rel.Type], kinds, rel.Kinds)
		if err != nil {
			return nil, err
		}
		var out []entry
		for k, node := range l.ends {
			if x := l.start[k]; (pass == nil || pass[x]) && l.holds(uint32(k), q.When) {
				out = append(out, entry{x, node})
			}
		}
		if f.tree {
			out = through(out, reached)
		}
		return out, nil
	}
	var direct []entry
	if f.actors != nil {
		if direct, err = belong(f.actors, a.actors, actors); err != nil {
			return nil, err
		}
	}
	if f.level == "COUNTRY" {
		if direct, err = byProperty(ctx, r, taking.from, actors, nodes, direct); err != nil {
			return nil, err
		}
	}
	if f.projects != nil {
		if !q.When.Always() {
			if projects, err = a.running(ctx, r, taking.to, projects, q.When); err != nil {
				return nil, err
			}
		}
		belonging, err := belong(f.projects, []string{project}, projects)
		if err != nil {
			return nil, err
		}
		l := listsOf(len(n.projects), belonging)
		n.ofProject = &l
	}
	n.ofActor = listsOf(len(n.actors), direct)
	n.partAt, n.edgeAt = make([]uint32, 1, len(n.projects)+1), []uint32{0}
	for y := range uint32(len(n.projects)) {
		if y%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if (projects == nil || projects[y]) && (n.ofProject == nil || len(n.ofProject.of(y)) > 0) {
			for _, k := range taking.backRow(y) {
				x := taking.start[k]
				if (n.ofProject != nil || len(n.ofActor.of(x)) > 0) && (actors == nil || actors[x]) && taking.holds(k, q.When) {
					n.add(x, y, k)
				}
			}
		}
		n.partAt = append(n.partAt, uint32(len(n.parts)))
	}
	if n.ofProject != nil {
		n.join(direct, q.Where.Actor != nil)
	}
	return n, ctx.Err()
}

// choose are the networks of a form in a roll of their kind, by number, with their nodes if it
// had to look at these.
func (f *networkForm) choose(ctx context.Context, r store.Reader, all *roll) ([]uint32, []*store.Node, error) {
	of := make([]uint32, 0, len(all.ids))
	if f.level == "" {
		for i := range all.ids {
			of = append(of, uint32(i))
		}
		return of, nil, nil
	}
	slots, err := all.slots(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	nodes, err := r.At(ctx, slots)
	if err != nil {
		return nil, nil, err
	}
	var chosen []*store.Node
	for i, n := range nodes {
		if n == nil {
			return nil, nil, errChanged
		}
		if f.has(n) {
			of, chosen = append(of, uint32(i)), append(chosen, n)
		}
	}
	return of, chosen, nil
}

// byProperty adds the actors that are located in no country to that of their property.
func byProperty(ctx context.Context, r store.Reader, actors *roll, pass []bool, countries []*store.Node, located []entry) ([]entry, error) {
	number := map[string]uint32{}
	for x, n := range countries {
		if code := n.Props.Text("code"); code != "" {
			if _, met := number[code]; !met {
				number[code] = uint32(x)
			}
		}
	}
	known := make([]bool, len(actors.ids))
	for _, e := range located {
		known[e.row] = true
	}
	slots, err := actors.slots(ctx, r)
	if err != nil {
		return nil, err
	}
	var of []uint32
	var at []store.Slot
	for x, s := range slots {
		if !known[x] && (pass == nil || pass[x]) {
			of, at = append(of, uint32(x)), append(at, s)
		}
	}
	for len(of) > 0 {
		some := min(chunk, len(of))
		nodes, err := r.At(ctx, at[:some])
		if err != nil {
			return nil, err
		}
		for i, n := range nodes {
			if n == nil {
				return nil, errChanged
			}
			if x, found := number[n.Props.Text("country")]; found {
				located = append(located, entry{of[i], x})
			}
		}
		of, at = of[some:], at[some:]
	}
	return located, nil
}

// running tells which projects, of those that pass, are not known to lie outside of a period.
func (a *Analyst) running(ctx context.Context, r store.Reader, projects *roll, pass []bool, when store.Period) ([]bool, error) {
	slots, err := projects.slots(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make([]bool, 0, len(slots))
	for some := range slices.Chunk(slots, chunk) {
		nodes, err := r.At(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if n == nil {
				return nil, errChanged
			}
			out = append(out, (pass == nil || pass[len(out)]) && a.taking.Bounds(&store.Edge{}, n).Meets(when))
		}
	}
	return out, nil
}

// among reads what is told of some networks, and of nothing else.
func (a *Analyst) among(ctx context.Context, r store.Reader, f networkForm, q LinkQuery) (*incidence, error) {
	nodes, err := a.named(ctx, r, f, q.IDs)
	if err != nil {
		return nil, err
	}
	n := &incidence{}
	var of []uint32
	var at []store.Slot
	for i, node := range nodes {
		n.networks, of = append(n.networks, node.ID), append(of, uint32(i))
	}
	if at, err = r.Slots(ctx, n.networks); err != nil {
		return nil, err
	}
	var reached lists
	if f.tree {
		var below []entry // what is below which
		if at, below, err = follow(ctx, r, at, store.Rel{Type: partOf, Dir: store.In, Kinds: []string{f.kind}}, q.When); err != nil {
			return nil, err
		}
		for i, e := range below {
			below[i] = entry{e.to, e.row}
		}
		if reached, err = reach(ctx, len(at), below, of); err != nil {
			return nil, err
		}
		n.within = lie(of, reached)
	}
	// belong are those who belong to the networks by a relation, numbered by a table.
	belong := func(rel *store.Rel, kinds []string, t *table) ([]entry, error) {
		fan, err := r.Step(ctx, at, store.Rel{Type: rel.Type, Dir: store.In, Kinds: kinds}, q.When)
		if err != nil {
			return nil, err
		}
		out := make([]entry, 0, len(fan.To))
		for node := range at {
			for _, s := range fan.To[fan.Off[node]:fan.Off[node+1]] {
				out = append(out, entry{t.number(s), uint32(node)})
			}
		}
		if f.tree {
			out = through(out, reached)
		}
		return out, nil
	}
	actors, projects := newTable(0), newTable(0)
	defer actors.free()
	defer projects.free()
	var direct []entry
	if f.actors != nil {
		if direct, err = belong(f.actors, a.actors, actors); err != nil {
			return nil, err
		}
	}
	if f.level == "COUNTRY" {
		if direct, err = a.byCode(ctx, r, nodes, actors, direct, q.When); err != nil {
			return nil, err
		}
	}
	// pass drops who does not pass a condition.
	pass := func(list []entry, of []store.Slot, t store.Test) ([]entry, error) {
		if t == nil || len(of) == 0 {
			return list, nil
		}
		pass, err := r.Pass(ctx, of, t, q.When)
		return slices.DeleteFunc(list, func(e entry) bool { return err == nil && !pass[e.row] }), err
	}
	if direct, err = pass(direct, actors.met, q.Where.Actor); err != nil {
		return nil, err
	}
	var belonging []entry
	if f.projects != nil {
		if belonging, err = belong(f.projects, []string{project}, projects); err != nil {
			return nil, err
		}
		if belonging, err = pass(belonging, projects.met, q.Where.Project); err != nil {
			return nil, err
		}
		if !q.When.Always() {
			at, err := r.At(ctx, projects.met)
			if err != nil {
				return nil, err
			}
			belonging = slices.DeleteFunc(belonging, func(e entry) bool {
				return !a.taking.Bounds(&store.Edge{}, at[e.row]).Meets(q.When)
			})
		}
	}
	var list []participation
	if f.projects != nil {
		if list, err = a.inProjects(ctx, r, n, belonging, actors, projects, q); err != nil {
			return nil, err
		}
	} else if list, err = a.ofMembers(ctx, r, n, direct, actors, projects, q); err != nil {
		return nil, err
	}
	n.actors, n.projects = r.IDs(actors.met), r.IDs(projects.met)
	n.ofActor = listsOf(len(n.actors), direct)
	slices.SortFunc(list, participation.compare)
	n.partAt, n.edgeAt = make([]uint32, len(n.projects)+1), []uint32{0}
	for _, p := range list {
		n.add(p.actor, p.project, p.edge)
		n.partAt[p.project+1] = uint32(len(n.parts))
	}
	for y := range n.projects {
		n.partAt[y+1] = max(n.partAt[y+1], n.partAt[y])
	}
	if f.projects != nil {
		l := listsOf(len(n.projects), belonging)
		n.ofProject = &l
		n.join(direct, q.Where.Actor != nil)
	}
	return n, ctx.Err()
}

// named are the networks of some ids, each once, in the order of their own.
func (a *Analyst) named(ctx context.Context, r store.Reader, f networkForm, ids []string) ([]*store.Node, error) {
	if len(ids) > MaxNetworks {
		return nil, fmt.Errorf("%w: ids: links between %d networks were asked for, of at most %d at once", ErrTooMuch, len(ids), MaxNetworks)
	}
	slots, nodes, err := lookUp(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	if _, err := check(ids, slots, nodes, []string{f.kind}, "ids"); err != nil {
		return nil, err
	}
	for i, n := range nodes {
		if !f.has(n) {
			return nil, fmt.Errorf("%w: ids: %q is not a place of level %s", store.ErrInvalid, ids[i], f.level)
		}
	}
	nodes = slices.Clone(nodes)
	slices.SortFunc(nodes, func(x, y *store.Node) int { return strings.Compare(x.ID, y.ID) })
	return slices.CompactFunc(nodes, func(x, y *store.Node) bool { return x.ID == y.ID }), nil
}

// follow goes along a relation as far as it leads, over nodes of its kinds: it tells all nodes it
// met, each once, the given ones first, and from which number it went to which.
func follow(ctx context.Context, r store.Reader, from []store.Slot, rel store.Rel, when store.Period) ([]store.Slot, []entry, error) {
	t := newTable(len(from))
	defer t.free()
	for _, s := range from {
		t.number(s)
	}
	var out []entry
	for done := 0; done < len(t.met); {
		next := t.met[done:]
		fan, err := r.Step(ctx, next, rel, when)
		if err != nil {
			return nil, nil, err
		}
		for i := range next {
			for _, s := range fan.To[fan.Off[i]:fan.Off[i+1]] {
				out = append(out, entry{uint32(done + i), t.number(s)})
			}
		}
		done += len(next)
	}
	return t.met, out, nil
}

// byCode adds the actors that are located in no country, and whose property is the code of one
// of some countries.
func (a *Analyst) byCode(ctx context.Context, r store.Reader, countries []*store.Node, actors *table, located []entry, when store.Period) ([]entry, error) {
	number := map[string]uint32{}
	var codes store.List
	for x, n := range countries {
		if code := n.Props.Text("code"); code != "" {
			if _, met := number[code]; !met {
				codes = append(codes, code)
				number[code] = uint32(x)
			}
		}
	}
	// Of several countries with one code the first by id has these actors, whoever is asked about.
	page, err := r.Find(ctx, []string{place}, store.Window{First: store.All, Where: store.And{
		store.Is{Path: []string{"code"}, Op: store.In_, Value: codes}, store.Is{Path: []string{"level"}, Op: store.Eq, Value: "COUNTRY"}}})
	if err != nil {
		return nil, err
	}
	first := map[string]string{}
	for _, h := range page.Hits {
		if code := h.Node.Props.Text("code"); first[code] == "" {
			first[code] = h.Node.ID
		}
	}
	for code, x := range number {
		if countries[x].ID != first[code] {
			delete(number, code)
		}
	}
	if page, err = r.Find(ctx, a.actors, store.Window{First: store.All, Where: store.Is{Path: []string{"country"}, Op: store.In_, Value: codes}}); err != nil {
		return nil, err
	}
	ids := make([]string, len(page.Hits))
	for i, h := range page.Hits {
		ids[i] = h.Node.ID
	}
	slots, err := r.Slots(ctx, ids)
	if err != nil {
		return nil, err
	}
	somewhere, err := inCountry(ctx, r, slots, when)
	if err != nil {
		return nil, err
	}
	for i, h := range page.Hits {
		if x, found := number[h.Node.Props.Text("country")]; found && !somewhere[i] {
			located = append(located, entry{actors.number(slots[i]), x})
		}
	}
	return located, nil
}

// inCountry tells which actors are located in a country, whichever.
func inCountry(ctx context.Context, r store.Reader, actors []store.Slot, when store.Period) ([]bool, error) {
	fan, err := r.Step(ctx, actors, store.Rel{Type: locatedIn, Dir: store.Out, Kinds: []string{place}}, when)
	if err != nil {
		return nil, err
	}
	t := newTable(len(fan.To))
	defer t.free()
	for _, s := range fan.To {
		t.number(s)
	}
	met, up, err := follow(ctx, r, t.met, store.Rel{Type: partOf, Dir: store.Out, Kinds: []string{place}}, when)
	if err != nil {
		return nil, err
	}
	nodes, err := r.At(ctx, met)
	if err != nil {
		return nil, err
	}
	var countries []uint32
	for i, n := range nodes {
		if level("COUNTRY")(n) {
			countries = append(countries, uint32(i))
		}
	}
	reached, err := reach(ctx, len(met), up, countries)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(actors))
	for i := range actors {
		for _, s := range fan.To[fan.Off[i]:fan.Off[i+1]] {
			out[i] = out[i] || len(reached.of(t.number(s))) > 0
		}
	}
	return out, nil
}

// participation is one edge of many, on the way to parts.
type participation struct{ actor, project, edge uint32 }

func (p participation) compare(o participation) int {
	return cmp.Or(cmp.Compare(p.project, o.project), cmp.Compare(p.actor, o.actor), cmp.Compare(p.edge, o.edge))
}

// ofMembers are the participations of members in projects where networks may meet.
func (a *Analyst) ofMembers(ctx context.Context, r store.Reader, n *incidence, direct []entry, actors, projects *table, q LinkQuery) ([]participation, error) {
	groups := make([]store.Group, len(n.networks))
	by := make([]entry, len(direct))
	for i, e := range direct {
		by[i] = entry{e.to, e.row}
	}
	members := listsOf(len(n.networks), by)
	some := 0
	for x := range groups {
		for _, m := range members.of(uint32(x)) {
			groups[x].Of = append(groups[x].Of, actors.met[m])
		}
		some += min(1, len(groups[x].Of))
	}
	if some < 2 {
		return nil, nil
	}
	m, err := r.Meet(ctx, groups, store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}, q.When, 0)
	if err != nil {
		return nil, err
	}
	n.edge = m.Edge
	out := make([]participation, 0, len(m.To))
	for i, s := range m.From {
		for k := m.Off[i]; k < m.Off[i+1]; k++ {
			out = append(out, participation{actors.number(s), projects.number(m.To[k]), k})
		}
	}
	if q.Where.Project == nil || len(out) == 0 {
		return out, nil
	}
	pass, err := r.Pass(ctx, projects.met, q.Where.Project, q.When)
	return slices.DeleteFunc(out, func(p participation) bool { return err == nil && !pass[p.project] }), err
}

// inProjects are the participations in the projects that belong to networks.
func (a *Analyst) inProjects(ctx context.Context, r store.Reader, n *incidence, belonging []entry, actors, projects *table, q LinkQuery) ([]participation, error) {
	var of []uint32
	for _, e := range belonging {
		of = append(of, e.row)
	}
	slices.Sort(of)
	of = slices.Compact(of)
	at := make([]store.Slot, len(of))
	for i, p := range of {
		at[i] = projects.met[p]
	}
	fan, err := r.Step(ctx, at, store.Rel{Type: participatesIn, Dir: store.In, Kinds: a.actors}, q.When)
	if err != nil {
		return nil, err
	}
	n.edge = fan.Edge
	out := make([]participation, 0, len(fan.To))
	for i, p := range of {
		for k := fan.Off[i]; k < fan.Off[i+1]; k++ {
			out = append(out, participation{actors.number(fan.To[k]), p, k})
		}
	}
	if q.Where.Actor == nil || len(out) == 0 {
		return out, nil
	}
	pass, err := r.Pass(ctx, actors.met, q.Where.Actor, q.When)
	return slices.DeleteFunc(out, func(p participation) bool { return err == nil && !pass[p.actor] }), err
}

// add adds a participation; those of one actor in one project stand side by side.
func (n *incidence) add(actor, project, edge uint32) {
	if last := len(n.parts) - 1; last >= 0 && n.parts[last] == (taking{actor, project}) {
		n.edgeAt[last+1]++
	} else {
		n.parts = append(n.parts, taking{actor, project})
		n.edgeAt = append(n.edgeAt, uint32(len(n.edges))+1)
	}
	n.edges = append(n.edges, edge)
}

// join lets actors belong to the networks of the projects in which they take part, beside those
// to which they belong anyway. With partners, projects in which nobody takes part belong nowhere.
func (n *incidence) join(direct []entry, partners bool) {
	for _, p := range n.parts {
		for _, x := range n.ofProject.of(p.project) {
			direct = append(direct, entry{p.actor, x})
		}
	}
	n.ofActor = listsOf(len(n.actors), direct)
	if !partners {
		return
	}
	var belonging []entry
	for y := range uint32(len(n.projects)) {
		if len(n.of(y)) > 0 {
			for _, x := range n.ofProject.of(y) {
				belonging = append(belonging, entry{y, x})
			}
		}
	}
	l := listsOf(len(n.projects), belonging)
	n.ofProject = &l
}

// MaxNetworks is how many networks to which anybody belongs links can be told between at once.
const MaxNetworks = 5_000

// prune leaves out networks to which nobody belongs.
func (n *incidence) prune() error {
	used := make([]bool, len(n.networks))
	for _, x := range n.ofActor.to {
		used[x] = true
	}
	if n.ofProject != nil {
		for _, x := range n.ofProject.to {
			used[x] = true
		}
	}
	number := make([]uint32, len(used))
	var ids []string
	for x, id := range n.networks {
		if used[x] {
			number[x] = uint32(len(ids))
			ids = append(ids, id)
		}
	}
	if len(ids) > MaxNetworks {
		return fmt.Errorf("%w: there are %d to look between, of at most %d at once: give ids", ErrTooMuch, len(ids), MaxNetworks)
	}
	if len(ids) == len(used) {
		return nil
	}
	n.networks = ids
	for i, x := range n.ofActor.to {
		n.ofActor.to[i] = number[x]
	}
	if n.ofProject != nil {
		for i, x := range n.ofProject.to {
			n.ofProject.to[i] = number[x]
		}
	}
	var within []entry
	if len(n.within.off) > 0 {
		for x := range used {
			for _, above := range n.within.of(uint32(x)) {
				if used[x] && used[above] {
					within = append(within, entry{number[x], number[above]})
				}
			}
		}
	}
	n.within = listsOf(len(ids), within)
	return nil
}
