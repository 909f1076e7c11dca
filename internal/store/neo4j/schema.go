package neo4j

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"clustergraph/internal/store"
)

// prefix begins the names of all indexes and constraints that are ours.
const prefix = "clustergraph_"

// namesIndex is the full-text index of the names that nodes are searched by.
const namesIndex = prefix + "names"

// rule is an index, or a constraint with the index that it brings.
type rule struct {
	name   string
	typ    string // RANGE, UNIQUENESS, FULLTEXT
	label  string
	props  []string
	needed bool // without it the store would not be right; others make it fast
}

// what tells rules apart, whatever they are called.
func (r rule) what() string { return r.typ + " " + r.label + " " + strings.Join(r.props, ", ") }

func (r rule) make() string {
	props := make([]string, len(r.props))
	for i, p := range r.props {
		props[i] = "n." + quoted(p)
	}
	on := " FOR (n:" + quoted(r.label) + ") "
	switch r.typ {
	case "UNIQUENESS":
		return "CREATE CONSTRAINT " + quoted(r.name) + " IF NOT EXISTS" + on + "REQUIRE (" + strings.Join(props, ", ") + ") IS UNIQUE"
	case "FULLTEXT":
		return "CREATE FULLTEXT INDEX " + quoted(r.name) + " IF NOT EXISTS" + on + "ON EACH [" + strings.Join(props, ", ") + "] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
	}
	return "CREATE RANGE INDEX " + quoted(r.name) + " IF NOT EXISTS" + on + "ON (" + strings.Join(props, ", ") + ")"
}

func (r rule) drop() string {
	if r.typ == "UNIQUENESS" {
		return "DROP CONSTRAINT " + quoted(r.name) + " IF EXISTS"
	}
	return "DROP INDEX " + quoted(r.name) + " IF EXISTS"
}

// rules are all that a schema asks for: what layout.go and own.go promise.
func (l *layout) rules() []rule {
	var out []rule
	add := func(typ, label string, props ...string) {
		name := prefix + strings.Trim(label, "_") + "_" + strings.Join(each(props, func(p string) string { return strings.Trim(p, "_") }), "_")
		out = append(out, rule{name: name, typ: typ, label: label, props: props, needed: typ != "RANGE"})
	}
	for _, x := range [][2]string{{nodeLabel, "id"}, {"_Graph", "id"}, {"_Id", "node"}, {"_Denied", "id"}, {"_NodeDenial", "key"},
		{"_EdgeDenial", "key"}, {"_Erased", "hash"}, {"_Batch", "id"}, {"_Commit", "revision"}, {"_Property", "name"}, {"_Shape", "of"}} {
		add("UNIQUENESS", x[0], x[1])
	}
	for _, x := range [][]string{{"_EdgeDenial", "to"}, {"_Identifier", "scheme", "value"}, {"_Name", "key"},
		{"_Distinct", "a"}, {"_Distinct", "b"}} {
		add("RANGE", x[0], x[1:]...)
	}
	out = append(out, rule{name: namesIndex, typ: "FULLTEXT", label: nodeLabel, props: []string{namesName}, needed: true})
	kinds := map[string][]string{nodeLabel: slices.Sorted(maps.Keys(l.schema.Kinds))}
	for name := range l.schema.Kinds {
		kinds[name] = []string{name}
	}
	for family, of := range l.family {
		kinds[family] = of
	}
	for _, label := range slices.Sorted(maps.Keys(kinds)) {
		if label != nodeLabel { // which has its constraint
			add("RANGE", label, "id")
		}
		of := kinds[label]
		if len(of) == 0 {
			continue
		}
		for _, p := range slices.Sorted(maps.Keys(l.schema.Kinds[of[0]].Props)) {
			t := l.schema.Kinds[of[0]].Props[p]
			if t.Index && !slices.ContainsFunc(of, func(kind string) bool {
				other := l.schema.Kinds[kind].Props[p]
				return !other.Index || other.Name != t.Name
			}) {
				add("RANGE", label, twinName(p), "id")
			}
		}
	}
	return out
}

// found is what a database has of rules.
type found struct {
	ours    map[string]rule // by name
	others  map[string]rule // by what they are
	broken  []string        // names of our indexes that failed
	foreign []rule          // constraints on our labels and types
}

// look asks for the rules that a database has.
func (s *Store) look(ctx context.Context) (found, error) {
	f := found{ours: map[string]rule{}, others: map[string]rule{}}
	take := func(r rule) {
		if strings.HasPrefix(r.name, prefix) {
			f.ours[r.name] = r
		} else {
			f.others[r.what()] = r
		}
	}
	err := s.read(ctx, `SHOW INDEXES YIELD name, type, labelsOrTypes, properties, state, owningConstraint, options
		WHERE type <> 'LOOKUP' AND owningConstraint IS NULL
		RETURN name, type, labelsOrTypes, properties, state, options`, nil, func(v []any) error {
		r := rule{name: str(v[0]), typ: str(v[1]), label: strings.Join(strs(v[2]), "|"), props: strs(v[3])}
		if options, _ := v[5].(map[string]any); r.typ == "FULLTEXT" {
			config, _ := options["indexConfig"].(map[string]any)
			if config["fulltext.analyzer"] != "whitespace" {
				r.typ = "FULLTEXT with another analyzer"
			}
		}
		if str(v[4]) == "FAILED" && strings.HasPrefix(r.name, prefix) {
			f.broken = append(f.broken, r.name)
		}
		take(r)
		return nil
	})
	if err != nil {
		return f, err
	}
	ours := map[string]bool{}
	for _, labels := range s.layout.labels {
		for _, l := range labels {
			ours[l] = true
		}
	}
	for typ := range s.schema.Edges {
		ours[typ] = true
	}
	return f, s.read(ctx, `SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN name, type, labelsOrTypes, properties`, nil, func(v []any) error {
		r := rule{name: str(v[0]), typ: str(v[1]), label: strings.Join(strs(v[2]), "|"), props: strs(v[3])}
		if r.typ == "NODE_PROPERTY_UNIQUENESS" { // as later servers call it
			r.typ = "UNIQUENESS"
		}
		take(r)
		if !strings.HasPrefix(r.name, prefix) && ours[r.label] && !(r.typ == "UNIQUENESS" && slices.Equal(r.props, []string{"id"})) {
			f.foreign = append(f.foreign, r)
		}
		if r.typ == "UNIQUENESS" { // its index is one, too
			f.others[rule{typ: "RANGE", label: r.label, props: r.props}.what()] = r
		}
		return nil
	})
}

func strs(v any) []string {
	l, _ := v.([]any)
	return each(l, str)
}

// compare tells what is missing, and which of ours are to go.
func (l *layout) compare(f found) (missing, drop []rule) {
	wanted := map[string]bool{}
	for _, r := range l.rules() {
		wanted[r.name] = true
		is, named := f.ours[r.name]
		_, other := f.others[r.what()]
		switch broken := slices.Contains(f.broken, r.name); {
		case named && !broken && r.typ == "UNIQUENESS" && is.typ == "RANGE" && is.label == r.label && slices.Equal(is.props, r.props):
			// The index of a constraint that another instance is making: to make it, too,
			// waits for that; to drop it would take it from under the other.
			missing = append(missing, r)
		case named && (broken || is.what() != r.what()):
			drop = append(drop, is)
			missing = append(missing, r)
		case !named && (!other || r.typ == "FULLTEXT"): // which is asked by name
			missing = append(missing, r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.ours)) {
		if !wanted[name] {
			drop = append(drop, f.ours[name])
		}
	}
	return missing, drop
}

// CheckSchema tells which indexes and constraints are missing, out of date or too many, and
// which of other programs may get in the way. It changes nothing. Cost: two queries.
func (s *Store) CheckSchema(ctx context.Context) ([]store.Problem, error) {
	f, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	var out []store.Problem
	missing, drop := s.layout.compare(f)
	for _, r := range missing {
		out = append(out, store.Problem{Subject: r.name, What: fmt.Sprintf("the %s on %s(%s) is missing or another; run check --fix", kindOf(r), r.label, strings.Join(r.props, ", "))})
	}
	for _, r := range drop {
		if !slices.ContainsFunc(missing, func(m rule) bool { return m.name == r.name }) {
			out = append(out, store.Problem{Subject: r.name, What: fmt.Sprintf("the %s on %s(%s) is not needed any more; run check --fix", kindOf(r), r.label, strings.Join(r.props, ", "))})
		}
	}
	for _, r := range f.foreign {
		out = append(out, store.Problem{Subject: r.name, What: fmt.Sprintf("this %s constraint on %s(%s) is not ours, and may refuse what is written; drop it if it does", r.typ, r.label, strings.Join(r.props, ", "))})
	}
	return out, nil
}

func kindOf(r rule) string {
	if r.typ == "UNIQUENESS" {
		return "constraint"
	}
	return "index"
}

// FixSchema makes the indexes and constraints what the schema asks for, and waits until
// they are there. Only those whose names begin with "clustergraph_" are ever dropped. Cost:
// that of an index grows with the nodes it is of.
func (s *Store) FixSchema(ctx context.Context) error {
	tries := 0
	return s.retry(ctx, s.opts.Patience, func() error {
		f, err := s.look(ctx)
		if err != nil {
			return err
		}
		missing, drop := s.layout.compare(f)
		if len(missing)+len(drop) == 0 {
			return nil
		}
		if _, err := s.attempt(ctx, transaction{mode: neo4j.AccessModeWrite, what: "schema"}, func(t *tx) error {
			for _, r := range drop {
				if err := t.do(r.drop(), nil); err != nil {
					return err
				}
			}
			for _, r := range missing {
				if err := t.do(r.make(), nil); err != nil {
					return s.conflict(ctx, r, err)
				}
			}
			return nil
		}); err != nil {
			if code, _ := codeOf(err); strings.HasPrefix(code, "Neo.DatabaseError.Schema.") && tries < 5 {
				tries++
				return &raced{err} // by another instance, that made or dropped the same
			}
			return err
		}
		if err := s.read(ctx, `CALL db.awaitIndexes(3600)`, nil, func([]any) error { return nil }); err != nil {
			return err
		}
		if f, err = s.look(ctx); err != nil {
			return err
		}
		if missing, _ := s.layout.compare(f); len(missing) > 0 {
			return fmt.Errorf("%w: %s cannot be made, or failed: an index or constraint of another program on %s(%s) may be in the way; drop that, or look at the server's log",
				store.ErrUnavailable, missing[0].name, missing[0].label, strings.Join(missing[0].props, ", "))
		}
		return nil
	})
}

// conflict says why a rule cannot be made.
func (s *Store) conflict(ctx context.Context, r rule, err error) error {
	code, _ := codeOf(err)
	switch code {
	case "Neo.ClientError.Schema.ConstraintCreationFailed", "Neo.ClientError.Schema.ConstraintValidationFailed":
		return fmt.Errorf("%w: nodes with the label %s in the database %q have the same %s twice, so they are not ours; choose another database, or give them another label (%s)",
			store.ErrUnavailable, r.label, s.opts.Database, strings.Join(r.props, ", "), code)
	case "Neo.ClientError.Schema.IndexWithNameAlreadyExists", "Neo.ClientError.Schema.ConstraintWithNameAlreadyExists", "Neo.ClientError.Schema.IndexAlreadyExists",
		"Neo.ClientError.Schema.ConstraintAlreadyExists", "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists":
		return fmt.Errorf("%w: an index or constraint of another program on %s(%s) is in the way of %s; drop it (%s)", store.ErrUnavailable, r.label, strings.Join(r.props, ", "), r.name, code)
	}
	return s.explain(ctx, err)
}
