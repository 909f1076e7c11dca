package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/sqlite"
)

var source = store.Ref{Kind: "Source", Name: "A list", Identifiers: []store.Identifier{{Scheme: "DATASET", Value: "a-list"}}}

func said(place string) store.Said {
	return store.Said{Source: source, Place: place, Rank: store.FromField}
}

// list is an importer of lines "member|network|role"; "!" is a row it rejects.
type list struct {
	lines []string
	part  bool
	fail  error // after the lines
}

func (l list) Read(ctx context.Context, _ []tabular.File, to ingest.Sink) error {
	if err := to.Prepare([]store.NodeRecord{{Ref: source, Said: said("")}}, nil); err != nil {
		return err
	}
	for i, line := range l.lines {
		at := ingest.Place{File: "list", Line: i + 1}
		if line == "!" {
			if err := to.Reject(ingest.ProblemAt(at, "member", line, "is no member")); err != nil {
				return err
			}
			continue
		}
		f := strings.Split(line, "|")
		member := store.Ref{Kind: "Organisation", Name: f[0], Identifiers: []store.Identifier{{Scheme: "MEMBER", Value: f[0]}}}
		network := store.Ref{Kind: "Network", Name: f[1]}
		r := ingest.Row{At: at,
			Nodes: []store.NodeRecord{{Ref: member, Said: said(line)}, {Ref: network, Said: said(f[1])}},
			Edges: []store.EdgeRecord{{Type: "MEMBER_OF", From: member, To: network, Said: said(line), Props: store.PropsOf(map[string]any{"roleText": f[2]})}}}
		if strings.HasSuffix(f[2], "?") {
			r.Left = append(r.Left, ingest.ProblemAt(at, "role", f[2], "is not sure"))
		}
		if f[2] == "bad" {
			r.Edges[0].Type = "NO_SUCH"
		}
		if err := to.Row(r); err != nil {
			return err
		}
	}
	if !l.part {
		to.Complete(source)
	}
	return l.fail
}

func truth(t *testing.T) store.Truth {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), ontology.Served().Store, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func options(run string) ingest.Options {
	return ingest.Options{By: "test", Schema: ontology.Served().Store, Run: run, Records: 7}
}

func run(t *testing.T, l list, to ingest.Truth, o ingest.Options) ingest.Summary {
	t.Helper()
	s, err := ingest.Run(t.Context(), l, nil, to, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// members tells the edges of a graph as "member|network|role".
func members(t *testing.T, s store.Truth) []string {
	t.Helper()
	names := map[string]string{}
	var out []string
	_, err := s.Load(t.Context(), func(n *store.Node) error { names[n.ID] = n.Props.Text("name"); return nil },
		func(e *store.Edge) error {
			out = append(out, names[e.From]+"|"+names[e.To]+"|"+e.Props.Text("roleText"))
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func lines(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("m%02d|net%d|r", i, i%3)
	}
	return out
}

func TestRunStoresRowsAndCountsEachNodeOnce(t *testing.T) {
	s := truth(t)
	l := lines(40)
	slices.Sort(l)
	got := run(t, list{lines: l}, s, options("1"))
	if d := cmp.Diff(l, members(t, s)); d != "" {
		t.Error("stored:", d)
	}
	want := ingest.Summary{Rows: 40, Nodes: store.Tally{New: 44}, Edges: store.Tally{New: 40}, Revision: got.Revision}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// Again, with a role that has become another, and one member more.
	l[3] = "m03|net0|other"
	l = append(l, "m99|net1|r")
	got = run(t, list{lines: l}, s, options("2"))
	want = ingest.Summary{Rows: 41, Nodes: store.Tally{New: 1, Unchanged: 44}, Edges: store.Tally{New: 1, Unchanged: 39, Changed: 1}, Revision: got.Revision}
	// The place of the row is its text here, so both roles are said: the edge may show either.
	want.Edges.Changed, want.Edges.Unchanged = got.Edges.Changed, 40-got.Edges.Changed
	if d := cmp.Diff(want, got); d != "" {
		t.Error("again:", d)
	}
}

func TestRunRejectsOnlyRowsAtFault(t *testing.T) {
	for _, bad := range [][]int{{0}, {39}, {5, 6}, {0, 13, 14, 39}} {
		s := truth(t)
		l := lines(40)
		var want []string
		for i := range l {
			if slices.Contains(bad, i) {
				l[i] = fmt.Sprintf("m%02d|net%d|bad", i, i%3)
			} else {
				want = append(want, l[i])
			}
		}
		l = append(l, "!", "m50|net0|r?")
		want = append(want, "m50|net0|r?")
		var stored, not []int
		o := options("1")
		o.Rejects = func(p ingest.Problem, kept bool) error {
			if kept {
				stored = append(stored, p.At.Line-1)
			} else {
				not = append(not, p.At.Line-1)
			}
			return nil
		}
		got := run(t, list{lines: l}, s, o)
		if d := cmp.Diff(want, members(t, s)); d != "" {
			t.Error("stored:", d)
		}
		slices.Sort(not)
		if d := cmp.Diff(append(slices.Clone(bad), 40), not); d != "" {
			t.Error("rejected:", d)
		}
		if !slices.Equal(stored, []int{41}) || got.Left != 1 || got.Rejected != len(bad)+1 || got.Rows != 42 {
			t.Error(stored, got)
		}
	}
}

// interrupted applies some batches and fails then.
type interrupted struct {
	store.Truth
	left int
}

var errKilled = errors.New("killed")

func (i *interrupted) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	if i.left--; i.left < 0 {
		return store.Result{}, errKilled
	}
	return i.Truth.Apply(ctx, b)
}

func TestRunGoesOnWhereItWasKilled(t *testing.T) {
	whole, s := truth(t), truth(t)
	l := lines(40)
	want := run(t, list{lines: l}, whole, options("1"))
	for _, batches := range []int{0, 1, 3, 8} {
		if _, err := ingest.Run(t.Context(), list{lines: l}, nil, &interrupted{s, batches}, options("1")); !errors.Is(err, errKilled) {
			t.Fatal("got", err)
		}
	}
	got := run(t, list{lines: l}, s, options("1"))
	if !got.Resumed {
		t.Error("it does not say that it was resumed")
	}
	if got.Resumed = false; got.Nodes != want.Nodes || got.Edges != want.Edges || got.Rows != want.Rows {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if d := cmp.Diff(members(t, whole), members(t, s)); d != "" {
		t.Error(d)
	}
}

func TestReplace(t *testing.T) {
	s := truth(t)
	l := lines(40)
	run(t, list{lines: l}, s, options("1"))
	o := options("2")
	o.Replace = true

	if got := run(t, list{lines: l[:30], part: true}, s, o); got.Kept == "" || len(members(t, s)) != 40 {
		t.Error("a part of what the source publishes withdraws something", got)
	}
	o.Run = "3"
	if got := run(t, list{lines: append(slices.Clone(l[:30]), "!")}, s, o); got.Kept == "" || len(members(t, s)) != 40 {
		t.Error("a broken file withdraws something", got)
	}
	o.Run = "4"
	got := run(t, list{lines: l[:30]}, s, o)
	if got.Kept != "" || got.Nodes.Gone != 10 || got.Edges.Gone != 10 {
		t.Error(got)
	}
	if d := cmp.Diff(l[:30], members(t, s)); d != "" {
		t.Error(d)
	}
	// What went comes back.
	o.Run = "5"
	if got = run(t, list{lines: l}, s, o); got.Nodes.New != 10 || got.Edges.New != 10 {
		t.Error(got)
	}
}

func TestReplaceKeepsWhatWasReadBeforeAnError(t *testing.T) {
	s := truth(t)
	l := lines(40)
	run(t, list{lines: l}, s, options("1"))
	o := options("2")
	o.Replace = true
	broken := errors.New("broken")
	if _, err := ingest.Run(t.Context(), list{lines: l[:3], fail: broken}, nil, s, o); !errors.Is(err, broken) {
		t.Error(err)
	}
	if got := len(members(t, s)); got != 40 {
		t.Error("members:", got)
	}
}

func TestIdentityDecisionsAreApplied(t *testing.T) {
	decisions := &identity.Decisions{}
	if err := decisions.Add("mine", strings.NewReader("same | Actor | One | Uno | Eins | source: me | reviewer: me\n")); err != nil {
		t.Fatal(err)
	}
	s := truth(t)
	o := options("1")
	o.Decisions = decisions
	got := run(t, list{lines: []string{"Uno|net|r", "m|net|r", "Eins|other|r"}}, s, o)
	// Two members (of which one has two identifiers), two networks, two sources.
	if got.Nodes.New != 6 {
		t.Error(got)
	}
	var one []string
	_, err := s.Load(t.Context(), func(n *store.Node) error {
		if n.Props.Text("name") == "One" {
			one = append(one, fmt.Sprint(n.Props.Get("aliases")))
		}
		return nil
	}, func(*store.Edge) error { return nil })
	if err != nil || len(one) != 1 {
		t.Error(one, err)
	}
}

// repeated is an importer of rows that say nothing, or the same merge, again and again. It tells
// how much memory is held in the end.
type repeated struct {
	rows  int
	steps []store.Step
	held  *int64
}

func (r repeated) Read(ctx context.Context, _ []tabular.File, to ingest.Sink) error {
	held := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := held()
	for i := range r.rows {
		if err := to.Row(ingest.Row{At: ingest.Place{File: "list", Line: i + 1}, Steps: r.steps}); err != nil {
			return err
		}
	}
	*r.held = held() - before
	return nil
}

// empty is a truth that takes anything, and keeps nothing.
type empty struct{}

func (empty) Apply(context.Context, store.Batch) (store.Result, error) { return store.Result{}, nil }
func (empty) Load(context.Context, func(*store.Node) error, func(*store.Edge) error) (store.Revision, error) {
	return store.Revision{}, nil
}

// texts notes how much text each batch says.
type texts struct {
	empty
	of []int
}

func (x *texts) Apply(_ context.Context, b store.Batch) (store.Result, error) {
	n := 0
	for _, e := range b.Edges {
		n += len(e.Props.Text("roleText"))
	}
	x.of = append(x.of, n)
	return store.Result{}, nil
}

// However long the texts of rows are, a batch does not say much more than the longest of them.
func TestRowsWithLongTextsMakeShortBatches(t *testing.T) {
	const text, rows = 1 << 20, 12
	var l []string
	for i := range rows {
		l = append(l, fmt.Sprintf("m%d|net|%s", i, strings.Repeat("x", text)))
	}
	var to texts
	o := options("1")
	o.Records = 0 // as many as in an import
	if _, err := ingest.Run(t.Context(), list{lines: l}, nil, &to, o); err != nil {
		t.Fatal(err)
	}
	if slices.Max(to.of) > 8<<20+text || len(to.of) < 2 {
		t.Errorf("of %d rows of %d bytes, batches say %d", rows, text, to.of)
	}
}

// A name that is too long to be one is rejected; what is told of it is short, as is every reason.
func TestLongNamesAreNone(t *testing.T) {
	s := truth(t)
	var problems []ingest.Problem
	o := options("1")
	o.Rejects = func(p ingest.Problem, stored bool) error {
		problems = append(problems, p)
		return nil
	}
	long, longest := strings.Repeat("long ", 1000), strings.Repeat("n", ingest.MostName)
	got := run(t, list{lines: []string{"a|net|r", "b|" + long + "|r", "c|" + longest + "|r"}}, s, o)
	if want := []string{"a|net|r", "c|" + longest + "|r"}; got.Rows != 3 || got.Rejected != 1 || len(problems) != 1 || !slices.Equal(members(t, s), want) {
		t.Errorf("%+v, %v", got, problems)
	}
	if p := problems[0]; p.At.Line != 2 || !strings.Contains(p.Why, "a name of 5000 bytes") || len(p.Text) > 300 {
		t.Errorf("told is %v", p)
	}
	if p := ingest.ProblemAt(ingest.Place{}, "", long, "%q", strings.Repeat(long, 10)); len(p.Why) > 3000 || len(p.Text) > 300 {
		t.Errorf("a reason of %d bytes, a text of %d", len(p.Why), len(p.Text))
	}
}

// Memory does not grow with rows that say nothing of their own, nor with those that only have
// steps.
func TestRowsThatSayNothingNewAreNotKept(t *testing.T) {
	for name, steps := range map[string][]store.Step{"nothing": nil, "steps": {store.Merge{}}} {
		const rows, most = 300_000, 16 << 20
		var held int64
		s, err := ingest.Run(t.Context(), repeated{rows, steps, &held}, nil, empty{}, ingest.Options{Schema: ontology.Served().Store, Run: "1"})
		if err != nil || s.Rows != rows || held > most {
			t.Errorf("%s: %d rows, %d bytes are held, %v", name, s.Rows, held, err)
		}
	}
}

// away is a store that cannot be reached at first.
type away struct {
	store.Truth
	times int
}

func (a *away) Apply(ctx context.Context, b store.Batch) (store.Result, error) {
	if a.times--; a.times >= 0 {
		return store.Result{}, store.ErrUnavailable
	}
	return a.Truth.Apply(ctx, b)
}

func TestRunWaitsForAStoreThatIsAway(t *testing.T) {
	s := truth(t)
	run(t, list{lines: lines(3)}, &away{s, 1}, options("1"))
	if got := len(members(t, s)); got != 3 {
		t.Error(got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ingest.Run(ctx, list{lines: lines(30)}, nil, s, options("2")); !errors.Is(err, context.Canceled) {
		t.Error("cancelled:", err)
	}
}

// table is an importer of bodies "name|country|PIC", addressed by PIC alone if they have one.
type table []string

func (l table) Read(ctx context.Context, _ []tabular.File, to ingest.Sink) error {
	if err := to.Prepare([]store.NodeRecord{{Ref: source, Said: said("")}}, nil); err != nil {
		return err
	}
	for i, line := range l {
		f := strings.Split(line, "|")
		r := store.NodeRecord{Ref: store.Ref{Kind: "Organisation", Name: f[0]}, Said: said(line)}
		if f[1] != "" {
			r.Props = store.PropsOf(map[string]any{"country": f[1]})
		}
		if scheme, value, ok := strings.Cut(f[2], ":"); ok {
			r.Identifiers, r.Exact = []store.Identifier{{Scheme: scheme, Value: value}}, true
		}
		if err := to.Row(ingest.Row{At: ingest.Place{File: "table", Line: i + 1}, Nodes: []store.NodeRecord{r}}); err != nil {
			return err
		}
	}
	return nil
}

// bodies tells which names a graph has, and how many nodes.
func bodies(t *testing.T, lines ...string) (n int) {
	t.Helper()
	s := truth(t)
	for i, line := range lines {
		o := options(fmt.Sprint(i))
		if _, err := ingest.Run(t.Context(), table{line}, nil, s, o); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Load(t.Context(), func(node *store.Node) error {
		if node.Kind == "Organisation" {
			n++
		}
		return nil
	}, func(*store.Edge) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEqualNamesBecomeOneInAnyOrder(t *testing.T) {
	for reason, c := range map[string]struct {
		lines []string
		nodes int
	}{
		"two registers, one country":        {[]string{"Some University|BG|PIC:1", "SOME UNIVERSITY|BG|KEEP_PARTNER:BG/some-university"}, 1},
		"two countries":                     {[]string{"Ministry of Economy|BG|PIC:1", "Ministry of Economy|RO|KEEP_PARTNER:RO/ministry-of-economy"}, 2},
		"a country that is not known":       {[]string{"Ministry of Economy|BG|PIC:1", "Ministry of Economy||KEEP_PARTNER:ministry-of-economy"}, 2},
		"two numbers in one register":       {[]string{"Some University|BG|PIC:1", "Some University|BG|PIC:2"}, 2},
		"not even through a third":          {[]string{"Some University|BG|PIC:1", "Some University|BG|PIC:2", "Some University|BG|KEEP_PARTNER:BG/some-university"}, 2},
		"one word":                          {[]string{"SMART|BG|PIC:1", "Smart|BG|KEEP_PARTNER:BG/smart"}, 2},
		"named in text":                     {[]string{"Smart||", "SMART|BG|PIC:1"}, 1},
		"named in text, in another country": {[]string{"Smart|RO|", "SMART|BG|PIC:1"}, 2},
		"named in text, of three":           {[]string{"Smart||", "SMART|BG|PIC:1", "SMART|BG|PIC:2"}, 2},
	} {
		back := slices.Clone(c.lines)
		slices.Reverse(back)
		if n, m := bodies(t, c.lines...), bodies(t, back...); n != c.nodes || m != c.nodes {
			t.Errorf("%s: %d nodes, and %d in the other order; want %d", reason, n, m, c.nodes)
		}
	}
}

// shared is an importer of rows "member|network|role" of which only the first of a network
// tells of it.
type shared []string

func (l shared) Read(ctx context.Context, _ []tabular.File, to ingest.Sink) error {
	if err := to.Prepare([]store.NodeRecord{{Ref: source, Said: said("")}}, nil); err != nil {
		return err
	}
	told := map[string]bool{}
	for i, line := range l {
		f := strings.Split(line, "|")
		member := store.Ref{Kind: "Organisation", Name: f[0], Identifiers: []store.Identifier{{Scheme: "MEMBER", Value: f[0]}}}
		network := store.Ref{Kind: "Network", Name: f[1]}
		r := ingest.Row{At: ingest.Place{File: "list", Line: i + 1}, Nodes: []store.NodeRecord{{Ref: member, Said: said(line)}},
			Edges: []store.EdgeRecord{{Type: "MEMBER_OF", From: member, To: network, Said: said(line), Props: store.PropsOf(map[string]any{"roleText": f[2]})}}}
		if !told[f[1]] {
			told[f[1]] = true
			r.Nodes = append(r.Nodes, store.NodeRecord{Ref: network, Said: said(f[1])})
		}
		if f[2] == "bad" {
			r.Edges[0].Type = "NO_SUCH"
		}
		if err := to.Row(r); err != nil {
			return err
		}
	}
	return nil
}

func TestARefusedRowTakesNoOtherWithIt(t *testing.T) {
	s := truth(t)
	got, err := ingest.Run(t.Context(), shared{"a|net|bad", "b|net|r", "c|net|r", "d|other|r"}, nil, s, options("1"))
	if err != nil || got.Rejected != 1 {
		t.Fatal(got, err)
	}
	if d := cmp.Diff([]string{"b|net|r", "c|net|r", "d|other|r"}, members(t, s)); d != "" {
		t.Error(d)
	}
}

func TestTheIdThatWasThereStays(t *testing.T) {
	for _, c := range [][2]string{
		{"name:some-university", "Some University||"},
		{"pic:1", "Some University|BG|PIC:1"},
		{"keep_partner:BG/some-university", "Some University|BG|KEEP_PARTNER:BG/some-university"},
	} {
		s := truth(t)
		for i, line := range []string{c[1], "Some University|BG|ZZZ:1"} {
			if _, err := ingest.Run(t.Context(), table{line}, nil, s, options(fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		var ids []string
		_, err := s.Load(t.Context(), func(n *store.Node) error {
			if n.Kind == "Organisation" {
				ids = append(ids, n.ID)
			}
			return nil
		}, func(*store.Edge) error { return nil })
		if err != nil || !slices.Equal(ids, []string{c[0]}) {
			t.Errorf("%s: %v %v", c[1], ids, err)
		}
	}
}
