package neo4j

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Check implements store.Truth and store.Store. It works out all nodes and edges anew from
// what is said, compares them with what lies in the database, property by property, so that
// it finds what foreign Cypher changed (which Refresh takes in), looks at indexes and
// constraints, and reads the log. Several copies of the graph are in memory meanwhile.
// Others read and write all the same: what they change makes it look again.
func (s *Store) Check(ctx context.Context, report func(store.Problem)) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	schema, err := s.CheckSchema(ctx)
	if err != nil {
		return err
	}
	for _, p := range schema {
		report(p)
	}
	var last []store.Problem
	for try := range 4 {
		var problems []store.Problem
		found := func(p store.Problem) { problems = append(problems, p) }
		v, steady, err := s.survey(ctx)
		if err != nil {
			return err
		}
		for _, f := range s.findings(v) {
			found(f.problem)
		}
		commit.CheckKeys(v.want, v.kept, found)
		if err := s.checkLog(ctx, found); err != nil {
			return err
		}
		if try > 0 { // what is seen twice is so
			problems = slices.DeleteFunc(problems, func(p store.Problem) bool { return !slices.Contains(last, p) })
		}
		last = problems
		if steady || len(problems) == 0 {
			break
		}
	}
	for _, p := range last {
		report(p)
	}
	return nil
}

// survey is all that lies in the database, and what should.
type survey struct {
	want commit.Made // what records make
	kept commit.Made // names, identifiers and denied nodes alone

	nodes []element
	edges []element
}

// element is a node or a relationship as it lies in the database.
type element struct {
	element string // its id in the database
	labels  []string
	id      string
	props   map[string]any

	typ              string // of a relationship
	from, to         string // the ends' ids, if they have some
	fromElem, toElem string
}

// survey reads everything. steady tells whether nobody wrote meanwhile.
func (s *Store) survey(ctx context.Context) (v *survey, steady bool, err error) {
	before, err := s.revision(ctx)
	if err != nil {
		return nil, false, err
	}
	v = &survey{}
	err = s.readAll(ctx, "check", step, func(t *tx) error {
		*v = survey{}
		f := newFacts(t)
		all, err := f.whole()
		if err != nil {
			return err
		}
		v.want = commit.Fold(s.schema, all)
		if err := f.keys(&v.kept); err != nil {
			return err
		}
		return s.elements(t, v)
	})
	if err != nil {
		return nil, false, err
	}
	after, err := s.revision(ctx)
	return v, before == after, err
}

// whole is all that is said.
func (f *facts) whole() (all commit.Whole, err error) {
	err = f.each(`MATCH (x:_Id) RETURN x.node, x.said`, nil, func(v []any) error {
		return f.said(v, func(r *commit.Record, _ string) { all.Records = append(all.Records, r) })
	})
	if err != nil {
		return all, err
	}
	err = f.each(`MATCH ()-[r:_SAID]->() RETURN `+saidColumns, nil, func(v []any) error {
		r, err := edgeRecord(f.decode, v)
		all.Records = append(all.Records, r)
		return err
	})
	if err != nil {
		return all, err
	}
	err = f.each(`MATCH (a:_Id)-[:_MERGED_INTO]->(b:_Id) RETURN a.node, b.node`, nil, func(v []any) error {
		all.Merges = append(all.Merges, commit.Merge{Former: str(v[0]), Into: str(v[1])})
		return nil
	})
	if err != nil {
		return all, err
	}
	err = f.each(`MATCH (d:_NodeDenial) RETURN d.node`, nil, func(v []any) error {
		all.Denied = append(all.Denied, store.Subject{Node: str(v[0])})
		return nil
	})
	if err != nil {
		return all, err
	}
	denied, err := f.edges(`MATCH (r:_EdgeDenial) RETURN `+edgeColumns, nil)
	for _, e := range denied {
		all.Denied = append(all.Denied, store.Subject{Edge: e})
	}
	if err != nil {
		return all, err
	}
	err = f.each(`MATCH (d:_Distinct) RETURN d.a, d.b`, nil, func(v []any) error {
		all.Distinct = append(all.Distinct, [2]string{str(v[0]), str(v[1])})
		return nil
	})
	return all, err
}

// keys are the names and identifiers that are kept, and the denied nodes.
func (f *facts) keys(kept *commit.Made) error {
	err := f.each(`MATCH (n:_Name) RETURN coalesce(n.whole, n.key), n.node`, nil, func(v []any) error {
		kept.Names = append(kept.Names, commit.Name{Key: str(v[0]), Node: str(v[1])})
		return nil
	})
	if err != nil {
		return err
	}
	err = f.each(`MATCH (i:_Identifier) RETURN i.scheme, i.value, i.node`, nil, func(v []any) error {
		kept.Claims = append(kept.Claims, claimOf(v))
		return nil
	})
	if err != nil {
		return err
	}
	return f.each(`MATCH (n:_Denied) RETURN n.id, n._kind, n._props`, nil, func(v []any) error {
		props, err := f.decode.Props([]byte(orNull(v[2])))
		kept.Nodes = append(kept.Nodes, commit.Node{Node: &store.Node{ID: str(v[0]), Kind: str(v[1]), Props: props}, Denied: true})
		return err
	})
}

// elements reads the nodes with our labels, and the relationships of our types.
func (s *Store) elements(t *tx, v *survey) error {
	labels := s.layout.all()
	err := t.each(`MATCH (n`+strings.ReplaceAll(colons(labels), "`:`", "`|`")+`) RETURN elementId(n), labels(n), properties(n)`, nil, func(r []any) error {
		props, _ := r[2].(map[string]any)
		v.nodes = append(v.nodes, element{element: str(r[0]), labels: strs(r[1]), id: str(props["id"]), props: props})
		return nil
	})
	if err != nil {
		return err
	}
	types := "_" // which nobody has
	if len(s.schema.Edges) > 0 {
		types = strings.Join(each(slices.Sorted(maps.Keys(s.schema.Edges)), quoted), "|")
	}
	return t.each(`MATCH (a:Node)-[e]->(b) WHERE type(e) <> '_MERGED_INTO' RETURN elementId(e), type(e), elementId(a), a.id, elementId(b), b.id, properties(e)
		UNION ALL MATCH (a)-[e]->(b:Node) WHERE NOT a:Node RETURN elementId(e), type(e), elementId(a), a.id, elementId(b), b.id, properties(e)
		UNION ALL MATCH (a)-[e:`+types+`]->(b) WHERE NOT a:Node AND NOT b:Node RETURN elementId(e), type(e), elementId(a), a.id, elementId(b), b.id, properties(e)`, nil, func(r []any) error {
		props, _ := r[6].(map[string]any)
		v.edges = append(v.edges, element{element: str(r[0]), typ: str(r[1]), fromElem: str(r[2]), from: str(r[3]), toElem: str(r[4]), to: str(r[5]), props: props})
		return nil
	})
}

// all are all labels of nodes of the graph.
func (l *layout) all() []string {
	out := []string{nodeLabel}
	for _, labels := range l.labels {
		out = append(out, labels...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// finding is something that is not as it should be, and how Refresh takes it in.
type finding struct {
	problem store.Problem
	node    *store.NodeRecord // said by hand, of the element
	edge    *store.EdgeRecord // likewise; its ends by their elements
	step    store.Step
	of      *element
	delete  bool // the element is not ours, and goes once what it says is taken in
	copied  bool // so it does at once
	relabel bool // the element is ours, but lacks the label that all nodes have
	relay   bool // the element is ours, and is laid out anew
	made    *store.Node
	link    *store.Edge
	lost    bool // it cannot be taken in
}

const (
	byOther = "; another program did that: run refresh to take it in"
	notOurs = "; another program wrote it: "
)

// findings compares what lies in the database with what should.
func (s *Store) findings(v *survey) []finding {
	var out []finding
	had := map[string]bool{}
	want := make(map[string]*store.Node, len(v.want.Nodes))
	for _, n := range v.want.Nodes {
		if !n.Denied {
			want[n.ID] = n.Node
		}
	}
	for i := range v.nodes {
		if e := &v.nodes[i]; want[e.id] != nil && slices.Contains(e.labels, nodeLabel) {
			had[e.id] = true // an id is unique with this label
			out = append(out, s.changed(e, want[e.id])...)
		}
	}
	for i := range v.nodes {
		e := &v.nodes[i]
		n, labelled := want[e.id], slices.Contains(e.labels, nodeLabel)
		switch {
		case n != nil && labelled:
		case n != nil && !had[e.id] && e.props[propsName] != nil:
			had[e.id] = true
			some := s.changed(e, n)
			some[len(some)-1].relabel = true
			out = append(out, some...)
		default:
			out = append(out, s.stranger(e))
		}
	}
	for _, n := range v.want.Nodes {
		if !n.Denied && !had[n.ID] {
			out = append(out, finding{problem: store.Problem{Subject: n.ID, What: "the node is gone" + byOther}, step: store.Remove{Node: store.Ref{ID: n.ID}}, made: n.Node})
		}
	}
	commit.Differ(slices.DeleteFunc(slices.Clone(v.want.Nodes), func(n commit.Node) bool { return !n.Denied }), v.kept.Nodes, "denied node", func(n commit.Node) string { return n.ID },
		func(a, b commit.Node) bool { return a.Kind == b.Kind && store.Equal(a.Props, b.Props) }, func(p store.Problem) { out = append(out, finding{problem: p, lost: true}) })
	return append(out, s.linked(v, had)...)
}

// kindsOf are the kinds among labels.
func (l *layout) kindsOf(labels []string) (out []string) {
	for _, x := range labels {
		if _, is := l.schema.Kinds[x]; is {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// stranger is a node with one of our labels that no record makes.
func (s *Store) stranger(e *element) finding {
	name := e.id
	if name == "" {
		name = "node " + e.element
	}
	f := finding{problem: store.Problem{Subject: name}, of: e, delete: true}
	lost := func(why string) finding {
		f.problem.What, f.lost, f.delete = why+notOurs+"set that right, or delete it", true, false
		return f
	}
	kinds := s.layout.kindsOf(e.labels)
	if len(kinds) != 1 {
		return lost(fmt.Sprintf("a node with the labels %s must have exactly one kind among them", strings.Join(e.labels, ", ")))
	}
	types := s.schema.Kinds[kinds[0]].Props
	have := map[string]any{}
	for name, v := range e.props {
		if !strings.HasPrefix(name, "_") && name != "id" {
			have[name] = v
		}
	}
	c, _ := changes(types, map[string]any{}, have)
	if len(c.faults) > 0 {
		return lost("the node cannot be taken in: " + strings.Join(c.faults, "; "))
	}
	r := &store.NodeRecord{Ref: store.Ref{ID: e.id, Kind: kinds[0]}}
	for _, p := range c.props {
		switch {
		case p.Value == nil, p.Name == "formerIds":
		case p.Name == "name":
			r.Name, _ = p.Value.(string)
		case p.Name == "identifiers":
			for _, x := range p.Value.(store.List) {
				id, _ := x.(store.Props)
				r.Identifiers = append(r.Identifiers, store.Identifier{Scheme: id.Text("scheme"), Value: id.Text("value")})
			}
		default:
			r.Props = append(r.Props, p)
		}
	}
	if id, is := e.props["id"]; is && e.id == "" {
		return lost(fmt.Sprintf("the id %v is no text", brief1(id)))
	}
	f.node = r
	f.problem.What = "no record makes the node" + byOther
	return f
}

// changed compares a node of ours with what it should have.
func (s *Store) changed(e *element, n *store.Node) (out []finding) {
	kind := s.schema.Kinds[n.Kind]
	c, own := changes(kind.Props, s.layout.node(n), e.props, "id")
	r := &store.NodeRecord{Ref: store.Ref{ID: n.ID}}
	var told []string
	for _, p := range c.props {
		switch p.Name {
		case "formerIds", "identifiers":
			c.faults = append(c.faults, p.Name+": use the API to change it")
			own = true
		default:
			r.Props = append(r.Props, p)
			told = append(told, p.Name)
		}
	}
	if kinds := s.layout.kindsOf(e.labels); len(kinds) != 1 || kinds[0] != n.Kind {
		others := slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k == n.Kind })
		if len(kinds) == 1 && s.schema.Kinds[kinds[0]].Family == kind.Family {
			r.Kind = kinds[0]
			told = append(told, "kind")
		} else {
			c.faults = append(c.faults, fmt.Sprintf("kind: the labels %s are not those of a %s", strings.Join(append(others, "..."), ", "), n.Kind))
			own = true
		}
	}
	for _, l := range s.layout.labels[n.Kind] {
		own = own || !slices.Contains(e.labels, l)
	}
	if len(told) > 0 {
		out = append(out, finding{problem: store.Problem{Subject: n.ID, What: strings.Join(told, ", ") + " changed" + byOther}, node: r, of: e, relay: true, made: n})
	}
	if len(c.faults) > 0 {
		out = append(out, finding{problem: store.Problem{Subject: n.ID, What: "another program changed what cannot be taken in, and refresh will set back: " + strings.Join(c.faults, "; ")}, of: e, relay: true, made: n, lost: true})
	} else if own && len(told) == 0 {
		out = append(out, finding{problem: store.Problem{Subject: n.ID, What: "what the service keeps beside it was changed by another program: run refresh to set it right"}, of: e, relay: true, made: n})
	}
	return out
}

// linked compares relationships.
func (s *Store) linked(v *survey, nodes map[string]bool) (out []finding) {
	want := make(map[store.EdgeID]*store.Edge, len(v.want.Edges))
	for _, e := range v.want.Edges {
		want[e.EdgeID] = e
	}
	had := map[store.EdgeID]bool{}
	for i := range v.edges {
		e := &v.edges[i]
		typ, known := s.schema.Edges[e.typ]
		key, ours := e.props[keyName].(string)
		id := store.EdgeID{Type: e.typ, From: e.from, To: e.to, Key: key}
		edge := want[id]
		if ours && edge != nil && !had[id] {
			had[id] = true
			c, own := changes(typ.Props, s.layout.edge(edge), e.props)
			if len(c.props) > 0 {
				out = append(out, finding{problem: store.Problem{Subject: commit.EdgeName(id), What: names(c.props) + " changed" + byOther}, of: e, relay: true, link: edge,
					edge: &store.EdgeRecord{Type: id.Type, Key: id.Key, From: store.Ref{ID: id.From}, To: store.Ref{ID: id.To}, Props: c.props}})
			}
			if len(c.faults) > 0 {
				out = append(out, finding{problem: store.Problem{Subject: commit.EdgeName(id), What: "another program changed what cannot be taken in, and refresh will set back: " + strings.Join(c.faults, "; ")}, of: e, relay: true, link: edge, lost: true})
			} else if own && len(c.props) == 0 {
				out = append(out, finding{problem: store.Problem{Subject: commit.EdgeName(id), What: "what the service keeps beside it was changed by another program: run refresh to set it right"}, of: e, relay: true, link: edge})
			}
			continue
		}
		f := finding{of: e, problem: store.Problem{Subject: commit.EdgeName(id)}}
		if !known {
			continue // users may have relationships of their own
		}
		have := map[string]any{}
		for name, v := range e.props {
			if !strings.HasPrefix(name, "_") {
				have[name] = v
			}
		}
		c, _ := changes(typ.Props, map[string]any{}, have)
		if len(c.faults) > 0 {
			f.problem.What, f.lost = "the relationship cannot be taken in: "+strings.Join(c.faults, "; ")+notOurs+"set that right, or delete it", true
			out = append(out, f)
			continue
		}
		f.problem.What, f.copied, f.delete = "no record makes the relationship"+byOther, had[id], true
		if edge == nil || len(c.props) > 0 { // else it is a copy
			f.edge = &store.EdgeRecord{Type: e.typ, Key: key, Props: c.props}
		}
		out = append(out, f)
	}
	for _, e := range v.want.Edges {
		if !had[e.EdgeID] && nodes[e.From] && nodes[e.To] {
			out = append(out, finding{problem: store.Problem{Subject: commit.EdgeName(e.EdgeID), What: "the edge is gone" + byOther},
				step: store.Unlink{Type: e.Type, Key: e.Key, From: store.Ref{ID: e.From}, To: store.Ref{ID: e.To}}})
		}
	}
	return out
}

func names(props store.Props) string {
	return strings.Join(each(props, func(p store.Prop) string { return p.Name }), ", ")
}

// checkLog looks for gaps, and for entries that cannot be read.
func (s *Store) checkLog(ctx context.Context, report func(store.Problem)) error {
	now, err := s.revision(ctx)
	if err != nil {
		return err
	}
	d := codec.NewDecoder()
	log := "the change log"
	var last uint64
	err = s.readSome(ctx, 4, `MATCH (c:_Commit) WHERE c.revision <= $now WITH c ORDER BY c.revision
		RETURN c.revision, c.time, c.batch, c.by, c.sources, c.nodes, c.edges, c.goneNodes, c.goneEdges, c.changes`, map[string]any{"now": int64(now.Number)}, func(v []any) error {
		number := uint64(num(v[0]))
		if last != 0 && number != last+1 {
			report(store.Problem{Subject: log, What: fmt.Sprintf("it lacks what lies between revisions %d and %d; restore a backup", last, number)})
		}
		last = number
		err := unpack(v)
		if err == nil {
			_, err = commitOf(d, now.Epoch, v)
		}
		if err == nil {
			_, err = changesOf(v[9])
		}
		if err != nil {
			report(store.Problem{Subject: log, What: fmt.Sprintf("it cannot be read at revision %d; restore a backup", number)})
		}
		return nil
	})
	if err == nil && last != 0 && last != now.Number {
		report(store.Problem{Subject: log, What: fmt.Sprintf("it ends at revision %d, the store is at %d; restore a backup", last, now.Number)})
	}
	return err
}
