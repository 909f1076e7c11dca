package graph

import (
	"context"
	"testing"

	"clustergraph/internal/store"
)

// damaged is a store that gives nodes that break the promises of the schema: p:ufo without
// a name, p:give with a status that is none, c:ict with a label and an identifier that lack
// a part, c:auto with a number where text belongs.
type damaged struct{ store.Store }

func (d damaged) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	return d.Store.View(ctx, at, func(r store.Reader) error { return read(damagedReader{r}) })
}

type damagedReader struct{ store.Reader }

func damage(n *store.Node) *store.Node {
	if n == nil {
		return nil
	}
	c := *n
	set := func(name string, v any) { c.Props = c.Props.With(name, v) }
	switch n.ID {
	case "p:ufo":
		set("name", nil)
	case "p:give":
		set("status", "NONSENSE")
	case "c:ict":
		set("labels", store.List{store.PropsOf(map[string]any{"name": "A"}), store.PropsOf(map[string]any{"level": "B"})})
		set("coordinates", store.PropsOf(map[string]any{"latitude": 1.5}))
	case "c:auto":
		set("legalForm", int64(7))
		set("profileCompletion", int64(1)<<40)
		set("languages", store.List{"en", nil, "bg"})
	}
	return &c
}

func hits(p store.Page) store.Page {
	out := make([]store.Hit, len(p.Hits))
	for i, h := range p.Hits {
		out[i] = store.Hit{Node: damage(h.Node), Edge: h.Edge}
	}
	p.Hits = out
	return p
}

func (d damagedReader) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	nodes, err := d.Reader.Nodes(ctx, ids)
	out := make([]*store.Node, len(nodes))
	for i, n := range nodes {
		out[i] = damage(n)
	}
	return out, err
}

func (d damagedReader) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	p, err := d.Reader.Find(ctx, kinds, w)
	return hits(p), err
}

func (d damagedReader) Expand(ctx context.Context, ids []string, rel store.Rel, w store.Window) ([]store.Page, error) {
	pages, err := d.Reader.Expand(ctx, ids, rel, w)
	for i := range pages {
		pages[i] = hits(pages[i])
	}
	return pages, err
}

// TestNulls holds where a null goes that may not be, and how it is told.
func TestNulls(t *testing.T) {
	h := handlerOf(t, damaged{small(t)}, Options{})
	const name = `{"errors":[{"message":"Cannot return null for non-nullable field Project.name.",`
	const internal = `"extensions":{"code":"INTERNAL"}}]`
	for _, c := range []struct{ why, query, want string }{
		{"it rises to the nearest place that may be null", `{o:organisation(id:"o:uni"){id projects{nodes{id name}}} p:project(id:"p:give"){name}}`,
			name + `"path":["o","projects","nodes",0,"name"],"locations":[{"line":1,"column":50}],` + internal + `,"data":{"o":null,"p":{"name":"GIVE"}}}`},
		{"in a list of what may be null only the one is", `{nodes(ids:["p:give","p:ufo"]){... on Project{name}}}`,
			name + `"path":["nodes",1,"name"],"locations":[{"line":1,"column":47}],` + internal + `,"data":{"nodes":[{"name":"GIVE"},null]}}`},
		{"through a root that may not be null it is all of the data", `{projects{edges{node{n:name}}} c:cluster(id:"c:ict"){id}}`,
			name + `"path":["projects","edges",1,"node","n"],"locations":[{"line":1,"column":22}],` + internal + `,"data":null}`},
		{"a part of a value that may be null", `{cluster(id:"c:ict"){coordinates{latitude longitude} id}}`,
			`{"errors":[{"message":"Cannot return null for non-nullable field Coordinates.longitude.","path":["cluster","coordinates","longitude"],"locations":[{"line":1,"column":43}],` + internal + `,"data":{"cluster":{"coordinates":null,"id":"c:ict"}}}`},
		{"a part of an element that may not", `{cluster(id:"c:ict"){labels{level name}}}`,
			`{"errors":[{"message":"Cannot return null for non-nullable field Label.name.","path":["cluster","labels",1,"name"],"locations":[{"line":1,"column":35}],` + internal + `,"data":{"cluster":null}}`},
		{"an element of a list of leaves", `{cluster(id:"c:auto"){l:languages}}`,
			`{"errors":[{"message":"Cannot return null for non-nullable field Cluster.languages.","path":["cluster","l",1],"locations":[{"line":1,"column":23}],` + internal + `,"data":{"cluster":null}}`},
		{"a value that its enum does not have", `{project(id:"p:give"){status id}}`,
			`{"errors":[{"message":"Project.status: NONSENSE is not a ProjectStatus","path":["project","status"],"locations":[{"line":1,"column":23}],` + internal + `,"data":{"project":{"status":null,"id":"p:give"}}}`},
		{"each place that may be null is told", `{cluster(id:"c:auto"){legalForm profileCompletion name}}`,
			`{"errors":[{"message":"Cluster.legalForm: 7 is not a String","path":["cluster","legalForm"],"locations":[{"line":1,"column":23}],"extensions":{"code":"INTERNAL"}},{"message":"Cluster.profileCompletion: 1099511627776 is not an Int","path":["cluster","profileCompletion"],"locations":[{"line":1,"column":33}],` + internal + `,"data":{"cluster":{"legalForm":null,"profileCompletion":null,"name":"Auto \"S\" <Serbia>"}}}`},
		{"errors come in the order of the query", `{a:project(id:"p:ufo"){name} b:cluster(id:"c:ict"){coordinates{longitude}} c:project(id:"p:ufo"){name}}`,
			`{"errors":[{"message":"Cannot return null for non-nullable field Project.name.","path":["a","name"],"locations":[{"line":1,"column":24}],"extensions":{"code":"INTERNAL"}},{"message":"Cannot return null for non-nullable field Coordinates.longitude.","path":["b","coordinates","longitude"],"locations":[{"line":1,"column":64}],"extensions":{"code":"INTERNAL"}},{"message":"Cannot return null for non-nullable field Project.name.","path":["c","name"],"locations":[{"line":1,"column":98}],` + internal + `,"data":{"a":null,"b":{"coordinates":null},"c":null}}`},
	} {
		t.Run(c.why, func(t *testing.T) {
			if got := post(h, c.query, `{}`); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.query, got, c.want)
			}
		})
	}
}
