package sqlite

import (
	"context"
	"fmt"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// Check implements store.Truth. It looks at the file with SQLite's own means, works out
// all nodes and edges anew from what is said, and reads the log. Several copies of the
// graph are in memory meanwhile; others read and write all the same.
func (t *Truth) Check(ctx context.Context, report func(store.Problem)) error {
	return t.read(ctx, func(s *session) error {
		c := &checker{facts: &facts{session: s, decode: codec.NewDecoder()}, ctx: ctx, path: t.path, report: report}
		for _, look := range []func() error{c.file, func() error { return c.content(t.schema) }, c.log} {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := look(); err != nil {
				return err
			}
		}
		return nil
	})
}

type checker struct {
	*facts
	ctx    context.Context
	path   string
	report func(store.Problem)
}

func (c *checker) problem(subject, format string, args ...any) {
	c.report(store.Problem{Subject: subject, What: fmt.Sprintf(format, args...)})
}

// file looks for damage.
func (c *checker) file() error {
	rows, err := c.conn.QueryContext(c.ctx, `PRAGMA integrity_check`) // takes long, so the context may end it
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var what string
		if err := rows.Scan(&what); err != nil {
			return err
		}
		if what != "ok" {
			c.problem(c.path, "the file is damaged: %s; restore a backup", what)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	edges, err := c.edges(c.ctx, `SELECT from_node, type, to_node, key FROM edges WHERE from_node NOT IN (SELECT id FROM nodes) OR to_node NOT IN (SELECT id FROM nodes)`)
	for _, e := range edges {
		c.problem(commit.EdgeName(e), "the edge has no node at one end; restore a backup")
	}
	return err
}

// content compares what is kept with what the records make.
func (c *checker) content(schema store.Schema) error {
	all, err := c.whole()
	if err != nil {
		return err
	}
	kept, err := c.made()
	if err != nil {
		return err
	}
	commit.Check(commit.Fold(schema, all), kept, c.report)
	return nil
}

// whole is all that is said.
func (c *checker) whole() (all commit.Whole, err error) {
	if all.Records, err = c.nodeRecords(c.ctx, `SELECT `+nodeRecord+` FROM node_records r`); err != nil {
		return all, err
	}
	edges, err := c.edgeRecords(c.ctx, `SELECT `+edgeRecord+` FROM edge_records r`)
	if err != nil {
		return all, err
	}
	all.Records = append(all.Records, edges...)
	err = c.each(`SELECT former, into_node FROM merges`, nil, func(scan func(...any) error) error {
		var m commit.Merge
		err := scan(&m.Former, &m.Into)
		all.Merges = append(all.Merges, m)
		return err
	})
	if err != nil {
		return all, err
	}
	err = c.each(`SELECT node FROM denied_nodes`, nil, func(scan func(...any) error) error {
		var x store.Subject
		err := scan(&x.Node)
		all.Denied = append(all.Denied, x)
		return err
	})
	if err != nil {
		return all, err
	}
	denied, err := c.edges(c.ctx, `SELECT from_node, type, to_node, key FROM denied_edges`)
	for _, e := range denied {
		all.Denied = append(all.Denied, store.Subject{Edge: e})
	}
	if err != nil {
		return all, err
	}
	err = c.each(`SELECT a, b FROM distinct_nodes`, nil, func(scan func(...any) error) error {
		var p [2]string
		err := scan(&p[0], &p[1])
		all.Distinct = append(all.Distinct, p)
		return err
	})
	return all, err
}

// made is all that is kept of what they make.
func (c *checker) made() (made commit.Made, err error) {
	var data raw
	err = c.each(`SELECT id, kind, denied, props FROM nodes`, nil, func(scan func(...any) error) error {
		n := commit.Node{Node: &store.Node{}}
		if err := scan(&n.ID, &n.Kind, &n.Denied, &data); err != nil {
			return err
		}
		n.Props, err = c.decode.Props(data)
		made.Nodes = append(made.Nodes, n)
		return err
	})
	if err != nil {
		return made, damaged(err)
	}
	err = c.each(`SELECT from_node, type, to_node, key, props FROM edges`, nil, func(scan func(...any) error) error {
		e := &store.Edge{}
		if err := scan(&e.From, &e.Type, &e.To, &e.Key, &data); err != nil {
			return err
		}
		e.Props, err = c.decode.Props(data)
		made.Edges = append(made.Edges, e)
		return err
	})
	if err != nil {
		return made, damaged(err)
	}
	err = c.each(`SELECT key, node FROM names`, nil, func(scan func(...any) error) error {
		var n commit.Name
		err := scan(&n.Key, &n.Node)
		made.Names = append(made.Names, n)
		return err
	})
	if err != nil {
		return made, err
	}
	err = c.each(`SELECT scheme, value, node FROM identifiers`, nil, func(scan func(...any) error) error {
		var x commit.Claim
		err := scan(&x.Scheme, &x.Value, &x.Node)
		made.Claims = append(made.Claims, x)
		return err
	})
	return made, err
}

// log looks for gaps, and for entries that cannot be read.
func (c *checker) log() error {
	now, err := revision(c.session)
	if err != nil {
		return err
	}
	var last uint64
	err = c.each(`SELECT revision, nodes, edges, gone_nodes, gone_edges, changes FROM log ORDER BY revision`, nil, func(scan func(...any) error) error {
		var number uint64
		var nodes, edges, goneNodes, goneEdges, changes raw
		if err := scan(&number, &nodes, &edges, &goneNodes, &goneEdges, &changes); err != nil {
			return err
		}
		if last != 0 && number != last+1 {
			c.problem(c.path, "the change log lacks what lies between revisions %d and %d; restore a backup", last, number)
		}
		last = number
		err := changelog.Decode(c.decode, &store.Commit{}, []byte("[]"), nodes, edges, goneNodes, goneEdges)
		if err == nil && changes != nil {
			_, err = changelog.DecodeChanges(changes)
		}
		if err != nil {
			c.problem(c.path, "the change log cannot be read at revision %d: %v; restore a backup", number, err)
		}
		return nil
	})
	if err == nil && last != 0 && last != now.Number {
		c.problem(c.path, "the change log ends at revision %d, the store is at %d; restore a backup", last, now.Number)
	}
	return err
}
