package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clustergraph/internal/ontology"
	"clustergraph/internal/read"
	"clustergraph/internal/store"
	"clustergraph/internal/store/storetest"
)

func small(t testing.TB) store.Store {
	s := storetest.NewOracle(ontology.Served().Store)
	fill(t, s)
	return s
}

// TestRequests holds what golden files cannot: variables, request errors, their messages.
func TestRequests(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	for _, c := range []struct{ why, query, vars, want string }{
		{"keys come in the order of the query, merged at every level", `{project(id:"p:ufo"){name partners(first:1){nodes{id}} ...P id}} fragment P on Project{partners(first:1){totalCount nodes{name}} name}`, ``,
			`{"data":{"project":{"name":"UFO","partners":{"nodes":[{"id":"c:ict","name":"ICT Cluster"}],"totalCount":2},"id":"p:ufo"}}}`},
		{"defer is allowed to be answered at once", `{... @defer{p:project(id:"p:ufo"){name ... @defer(label:"x"){id partners(first:1){nodes{... @defer{id}}}}}} ...R @defer} fragment R on Query{q:project(id:"p:x"){id}}`, ``,
			`{"data":{"p":{"name":"UFO","id":"p:ufo","partners":{"nodes":[{"id":"c:ict"}]}},"q":{"id":"p:x"}}}`},
		{"root fields merge, too", `{p:project(id:"p:ufo"){name} ...R} fragment R on Query{p:project(id:"p:ufo"){id}}`, ``,
			`{"data":{"p":{"name":"UFO","id":"p:ufo"}}}`},
		{"nothing may be left of a selection", `{project(id:"p:ufo"){name @skip(if:true)} a:project(id:"p:ufo"){... on Project @include(if:false){id}}}`, ``,
			`{"data":{"project":{},"a":{}}}`},
		{"enum values in variables are not blind to case", `query($o:[ProjectOrder!]){projects(orderBy:$o){totalCount}}`, `{"o":[{"field":"name"}]}`,
			`{"errors":[{"message":"$o[0].field: \"name\" is not a ProjectOrderField","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"a string is no number", `query($n:Int){projects(first:$n){totalCount}}`, `{"n":"5"}`,
			`{"errors":[{"message":"$n: \"5\" is not an Int","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"an Int has 32 bits, in variables", `query($f:ProjectFilter){projects(filter:$f){totalCount}}`, `{"f":{"durationMonths":{"eq":3000000000}}}`,
			`{"errors":[{"message":"$f.durationMonths.eq: 3000000000 is not a whole number between -2147483648 and 2147483647","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"and in literals", `{projects(filter:{durationMonths:{eq:3000000000}}){totalCount}}`, ``,
			`{"errors":[{"message":"3000000000 is not a whole number between -2147483648 and 2147483647","locations":[{"line":1,"column":38}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"a date that is none, in a literal", `{projects(filter:{start:{lt:"19.5.2019"}}){totalCount}}`, ``,
			`{"errors":[{"message":"\"19.5.2019\" is not a date; write 2005, 2020-Q2, 2005-01 or 2005-01-31","locations":[{"line":1,"column":30}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"and in a variable", `query($d:Date){projects(filter:{start:{lt:$d}}){totalCount}}`, `{"d":2019}`,
			`{"errors":[{"message":"$d: 2019 is not a Date","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"variables stand within literals", `query($d:Date $s:[ProjectStatus!]){projects(filter:{or:[{start:{lt:$d}},{status:{in:$s}}]}){nodes{id}}}`, `{"d":"2020","s":"SIGNED"}`,
			`{"data":{"projects":{"nodes":[{"id":"p:give"},{"id":"p:ufo"}]}}}`},
		{"one value for a list, by variable", `query($s:ProjectStatus!){projects(filter:{status:{in:[$s]}}){nodes{id}}}`, `{"s":"SIGNED"}`,
			`{"data":{"projects":{"nodes":[{"id":"p:ufo"}]}}}`},
		{"a variable that is not given is absent: no condition", `query($d:Date){projects(filter:{start:{lt:$d}}){totalCount}}`, ``,
			`{"data":{"projects":{"totalCount":3}}}`},
		{"null is a value: is unknown", `query($d:Date){projects(filter:{start:{eq:$d}}){nodes{id}}}`, `{"d":null}`,
			`{"data":{"projects":{"nodes":[{"id":"p:x"}]}}}`},
		{"null takes the place of a default; the page is as if nothing were said", `query($n:Int=1){a:projects(first:$n){nodes{id}}}`, `{"n":null}`,
			`{"data":{"a":{"nodes":[{"id":"p:give"},{"id":"p:ufo"},{"id":"p:x"}]}}}`},
		{"a null where a default must not be null is an error of the field", `query($a:DateForm=GIVEN){p:project(id:"p:ufo"){start(as:$a)}}`, `{"a":null}`,
			`{"errors":[{"message":"start: as: DateForm! cannot be null (variable $a)","path":["p","start"],"locations":[{"line":1,"column":48}],"extensions":{"code":"BAD_USER_INPUT"}}],"data":{"p":{"start":null}}}`},
		{"a condition of @skip is not null", `query($b:Boolean=true){project(id:"p:x"){id @skip(if:$b)}}`, `{"b":null}`,
			`{"errors":[{"message":"@skip: if: Boolean! cannot be null","locations":[{"line":1,"column":46}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"@oneOf in variables", `query($s:[Side!]!){partnerships(between:$s){totalCount}}`, `{"s":[{"place":"l:bg","actors":["c:ict"]}]}`,
			`{"errors":[{"message":"$s[0]: Side takes exactly one field, not 2","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"@oneOf with null", `query($s:[Side!]!){partnerships(between:$s){totalCount}}`, `{"s":[{"place":null}]}`,
			`{"errors":[{"message":"$s[0]: place cannot be null: Side takes exactly one field with a value","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"an unknown field of an input", `query($f:ProjectFilter){projects(filter:$f){totalCount}}`, `{"f":{"titel":{"eq":"x"}}}`,
			`{"errors":[{"message":"$f.titel: unknown field","extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"a required variable", `query($id:ID!){project(id:$id){id}}`, ``,
			`{"errors":[{"message":"$id: must be defined","extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"an id may be a whole number", `query($id:ID!){project(id:$id){id} b:project(id:7){id}}`, `{"id":7}`,
			`{"data":{"project":null,"b":null}}`},
		{"gqlgen refuses what the schema does not have", `{projects{nodes{titel}}}`, ``,
			`{"errors":[{"message":"Cannot query field \"titel\" on type \"Project\". Did you mean \"title\" or \"city\"?","locations":[{"line":1,"column":17}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"and what cannot be parsed", `{projects`, ``,
			`{"errors":[{"message":"Expected Name, found <EOF>","locations":[{"line":1,"column":10}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`},
		{"subscriptions are streams", `subscription{changes{revision}}`, ``,
			`{"errors":[{"message":"a subscription is answered as a stream: open a WebSocket (graphql-transport-ws), or send it with Accept: text/event-stream","extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"about the schema, not too often", `{a:__schema{queryType{name}} b:__schema{queryType{name}} c:__type(name:"A"){name} d:__type(name:"A"){name} e:__type(name:"A"){name} f:__type(name:"A"){name}}`, ``,
			`{"errors":[{"message":"the query asks 6 times about the schema; at most 5 times are answered","extensions":{"code":"COMPLEXITY_LIMIT_EXCEEDED"}}]}`},
		{"writing is off", `mutation{remove(ids:["p:ufo"]){revision}}`, ``,
			`{"errors":[{"message":"this server is read-only; it takes mutations when it is started with --allow-writes","extensions":{"code":"FORBIDDEN"}}]}`},
		{"@atLeast of another store", `query @atLeast(revision:"elsewhere-000000000001"){revision}`, ``, ``},
		{"@atLeast that is no revision", `query($r:String!) @atLeast(revision:$r){projects{totalCount}}`, `{"r":"soon"}`,
			`{"errors":[{"message":"\"soon\" is not a revision; use one that an answer carried","extensions":{"code":"BAD_USER_INPUT"}}]}`},
		{"too many rows at once are not tried", `{projects(first:1000){nodes{partners(first:1000){nodes{projects(first:1000){nodes{id}}}}}}}`, ``,
			`{"errors":[{"message":"the query asks for up to 1e+09 rows (each page times the pages around it); at most 2e+08 are tried: make first smaller, or nest less","extensions":{"code":"COMPLEXITY_LIMIT_EXCEEDED"}}]}`},
		{"nor by way of variables and fragments", `query($n:Int){projects(first:$n){...F}} fragment F on ProjectConnection{nodes{partners(last:$n){edges{node{... on Actor{projects(first:$n){nodes{id}}}}}}}}`, `{"n":1000}`,
			`{"errors":[{"message":"the query asks for up to 1e+09 rows (each page times the pages around it); at most 2e+08 are tried: make first smaller, or nest less","extensions":{"code":"COMPLEXITY_LIMIT_EXCEEDED"}}]}`},
	} {
		t.Run(c.why, func(t *testing.T) {
			if c.vars == "" {
				c.vars = "{}"
			}
			got := post(h, c.query, c.vars)
			if c.want == "" {
				if !strings.Contains(got, `"CONFLICT"`) {
					t.Error(got)
				}
				return
			}
			if got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.query, got, c.want)
			}
		})
	}
}

// counting counts the calls of a store's readers.
type counting struct {
	store.Store
	calls, views atomic.Int64
}

func (c *counting) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	c.views.Add(1)
	return c.Store.View(ctx, at, func(r store.Reader) error { return read(counted{r, &c.calls}) })
}

type counted struct {
	store.Reader
	n *atomic.Int64
}

func (c counted) Nodes(ctx context.Context, ids []string) ([]*store.Node, error) {
	c.n.Add(1)
	return c.Reader.Nodes(ctx, ids)
}

func (c counted) At(ctx context.Context, s []store.Slot) ([]*store.Node, error) {
	c.n.Add(1)
	return c.Reader.At(ctx, s)
}

func (c counted) Find(ctx context.Context, kinds []string, w store.Window) (store.Page, error) {
	c.n.Add(1)
	return c.Reader.Find(ctx, kinds, w)
}

func (c counted) Expand(ctx context.Context, ids []string, rel store.Rel, w store.Window) ([]store.Page, error) {
	c.n.Add(1)
	return c.Reader.Expand(ctx, ids, rel, w)
}

func (c counted) Statements(ctx context.Context, of []store.Subject, w store.StatementWindow) ([]store.StatementPage, error) {
	c.n.Add(1)
	return c.Reader.Statements(ctx, of, w)
}

func TestStoreCalls(t *testing.T) {
	for _, c := range []struct {
		why, query string
		want       int64
	}{
		{"many roots and three levels: one call for each level", `{projects{nodes{partners{nodes{... on Actor{networks{nodes{members{totalCount}}}}}}}}}`, 4},
		{"kinds of an interface, fragments and other selections share a call", `{network(id:"n:3b"){members{nodes{... on Cluster{projects{nodes{partners{nodes{id}}}}} ... on Actor{projects{nodes{title}}} ...on Organisation{projects{totalCount}}}}}}`, 4},
		{"so do aliases that ask for the same", `{project(id:"p:give"){a:partners{totalCount} b:partners{nodes{id}} partners{edges{cursor}}}}`, 2},
		{"aliases with other arguments are other calls", `{project(id:"p:give"){a:partners(first:1){totalCount} b:partners(first:2){nodes{id}}}}`, 3},
		{"statements of nodes and edges: one call", `{project(id:"p:give"){partners{edges{statements{totalCount} node{statements{totalCount}}}}}}`, 3},
		{"and their sources: one more", `{project(id:"p:give"){statements{nodes{source{name} value}}}}`, 3},
		{"what a level has already costs nothing", `{projects{nodes{id title contribution{amount} start}}}`, 1},
	} {
		s := &counting{Store: small(t)}
		if got := post(handlerOf(t, s, Options{}), c.query, `{}`); strings.Contains(got, "errors") {
			t.Error(got)
		}
		if s.calls.Load() != c.want || s.views.Load() != 1 {
			t.Errorf("%s: %d calls in %d views, want %d in 1", c.why, s.calls.Load(), s.views.Load(), c.want)
		}
	}
}

// TestOneView makes sure that all root fields are of one revision.
func TestOneView(t *testing.T) {
	s := &counting{Store: small(t)}
	got := post(handlerOf(t, s, Options{}), `{revision projects{totalCount} clusters{totalCount} node(id:"p:x"){id} __schema{queryType{name}}}`, `{}`)
	if want := `{"data":{"revision":"oracle-000000000001","projects":{"totalCount":3},"clusters":{"totalCount":2},"node":{"id":"p:x"},"__schema":{"queryType":{"name":"Query"}}}}`; got != want {
		t.Error(got)
	}
	if s.views.Load() != 1 {
		t.Errorf("%d views", s.views.Load())
	}
	s.views.Store(0)
	post(handlerOf(t, s, Options{}), `{__typename __type(name:"Actor"){possibleTypes{name}}}`, `{}`)
	if s.views.Load() != 0 {
		t.Error("introspection opened a view")
	}
}

// torn is a store that cannot give a view of one revision.
type torn struct{ store.Store }

func (s torn) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	return s.Store.View(ctx, at, func(r store.Reader) error { return read(tornReader{r}) })
}

type tornReader struct{ store.Reader }

func (tornReader) Consistent() bool { return false }

func TestTornView(t *testing.T) {
	got := post(handlerOf(t, torn{small(t)}, Options{}), `{node(id:"p:x"){id}}`, `{}`)
	if want := `{"data":{"node":{"id":"p:x"}},"extensions":{"consistent":false,"revision":"oracle-000000000001"}}`; got != want {
		t.Error(got)
	}
}

// aged is a store that does not see what is written.
type aged struct{ store.Store }

func (aged) Stale() (time.Time, bool) {
	return time.Now().Add(-90*time.Second - time.Millisecond), true
}

// Answers that may be old say how old; so do those to mutations.
func TestStale(t *testing.T) {
	h := handlerOf(t, aged{small(t)}, Options{MayWrite: func(context.Context) error { return nil }})
	for _, query := range []string{`{node(id:"p:x"){id}}`, `mutation {saveOrganisations(input: [{name: "New"}]) {revision}}`} {
		var a struct {
			Errors     []any
			Extensions struct {
				Stale struct {
					Since   time.Time
					Seconds int
				}
			}
		}
		got := post(h, query, `{}`)
		if err := json.Unmarshal([]byte(got), &a); err != nil || a.Errors != nil || a.Extensions.Stale.Seconds != 90 || time.Since(a.Extensions.Stale.Since) < 89*time.Second {
			t.Errorf("%s: %v", got, err)
		}
	}
}

func TestLimits(t *testing.T) {
	s := small(t)
	for _, c := range []struct {
		why, query string
		limits     read.Limits
		want       string
	}{
		{"rows", `{projects{nodes{partners{nodes{id}}}}}`, read.Limits{Rows: 5}, "the answer takes more than 5 rows: ask for smaller pages (first), or filter"},
		{"bytes", `{projects{nodes{name id}}}`, read.Limits{Bytes: 50}, "the answer is longer than 50 bytes: ask for smaller pages (first), or fewer fields"},
		{"statements", `{projects{nodes{statements{totalCount nodes{property}}}}}`, read.Limits{Rows: 9}, "the answer takes more than 9 rows"},
		{"lists", `{a:projects{totalCount} b:projects{totalCount} c:projects{totalCount}}`, read.Limits{Lists: 2}, "the query asks for 3 lists; at most 2 are answered: ask in several queries"},
	} {
		got := post(handlerOf(t, s, Options{Limits: c.limits}), c.query, `{}`)
		if !strings.Contains(got, c.want) || !strings.Contains(got, "COMPLEXITY_LIMIT_EXCEEDED") {
			t.Errorf("%s: %s", c.why, got)
		}
	}
}

func TestCountsFetchNothing(t *testing.T) {
	h := handlerOf(t, small(t), Options{Limits: read.Limits{Rows: 3}})
	got := post(h, `{projects{nodes{partners{totalCount __typename}}}}`, `{}`)
	if want := `{"data":{"projects":{"nodes":[{"partners":{"totalCount":3,"__typename":"ActorParticipationConnection"}},{"partners":{"totalCount":2,"__typename":"ActorParticipationConnection"}},{"partners":{"totalCount":0,"__typename":"ActorParticipationConnection"}}]}}}`; got != want {
		t.Error(got)
	}
	got = post(handlerOf(t, small(t), Options{}), `{project(id:"p:give"){a:partners{totalCount} partners{nodes{id} totalCount}}}`, `{}`)
	if want := `{"data":{"project":{"a":{"totalCount":3},"partners":{"nodes":[{"id":"c:auto"},{"id":"c:ict"},{"id":"o:firm"}],"totalCount":3}}}}`; got != want {
		t.Error(got)
	}
}

// TestPages walks lists page by page, both ways, and must meet every row once, in order.
func TestPages(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	type list struct {
		Edges []struct {
			Cursor string
			Node   struct{ ID string }
		}
		PageInfo struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
		TotalCount int
	}
	ask := func(field, args string) list {
		query := fmt.Sprintf(`{x:node(id:"p:give"){... on Project{l:%[1]s(%[2]s){...L}}}} fragment L on ActorParticipationConnection{edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount}`, field, args)
		if strings.HasPrefix(field, "actors") {
			query = fmt.Sprintf(`{l:%s(%s){edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount}}`, field, args)
		}
		var out struct {
			Data struct {
				L list
				X struct{ L list }
			}
		}
		if err := json.Unmarshal([]byte(post(h, query, `{}`)), &out); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(field, "actors") {
			return out.Data.L
		}
		return out.Data.X.L
	}
	for _, c := range []struct{ field, order string }{
		{"actors", ""}, {"actors", "orderBy:{field:NAME,direction:DESC}"}, {"actors", "orderBy:[{field:PROJECTS_COUNT},{field:CITY}]"},
		{"partners", ""}, {"partners", "orderBy:[{field:EDGE_ROLE},{field:EDGE_SINCE,direction:DESC}]"}, {"partners", "orderBy:{field:EDGE_CONTRIBUTION,direction:DESC}"},
	} {
		var want []string
		whole := ask(c.field, c.order+" first:1000")
		for _, e := range whole.Edges {
			want = append(want, e.Node.ID)
		}
		if len(want) < 3 || whole.TotalCount != len(want) {
			t.Fatalf("%v: %v", c, want)
		}
		for size := 1; size <= 3; size++ {
			for _, back := range []bool{false, true} {
				var got []string
				at := ""
				for range 100 {
					page := ask(c.field, fmt.Sprintf("%s %s:%d %s", c.order, map[bool]string{false: "first", true: "last"}[back], size, at))
					var ids []string
					for _, e := range page.Edges {
						ids = append(ids, e.Node.ID)
					}
					p := page.PageInfo
					if back {
						got = append(ids, got...)
						if p.HasNextPage != (len(got) > len(ids)) {
							t.Errorf("%v back by %d: hasNextPage %v", c, size, p.HasNextPage)
						}
						if !p.HasPreviousPage {
							break
						}
						at = `before:"` + *p.StartCursor + `"`
						continue
					}
					if p.HasPreviousPage != (len(got) > 0) {
						t.Errorf("%v by %d: hasPreviousPage %v", c, size, p.HasPreviousPage)
					}
					got = append(got, ids...)
					if !p.HasNextPage {
						break
					}
					at = `after:"` + *p.EndCursor + `"`
				}
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%v by %d, back %v: %v, want %v", c, size, back, got, want)
				}
			}
		}
	}
	cursor := ask("partners", "first:1").Edges[0].Cursor
	for _, query := range []string{
		`{project(id:"p:give"){l:partners(after:"%s",orderBy:{field:NAME}){totalCount}}}`,
		`{project(id:"p:give"){l:partners(after:"%s",filter:{node:{name:{eq:"x"}}}){totalCount}}}`,
		`{project(id:"p:give"){l:people(after:"%s"){totalCount}}}`,
		`{l:projects(before:"%s"){totalCount}}`,
		`{l:search(text:"ict",after:"%s"){totalCount}}`,
		`{cluster(id:"c:ict"){l:partners(after:"%s"){totalCount}}}`,
		`{cluster(id:"c:ict"){l:statements(after:"%s"){totalCount}}}`,
	} {
		if got := post(h, fmt.Sprintf(query, cursor), `{}`); !strings.Contains(got, "BAD_USER_INPUT") || !strings.Contains(got, "not a cursor of this list") {
			t.Errorf("%s: %s", query, got)
		}
	}
}

func TestDepth(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	query := strings.Repeat("{a", 10_000) + strings.Repeat("}", 10_000)
	if got := post(h, query, `{}`); !strings.Contains(got, "exceeded maximum nesting depth") {
		t.Errorf("%.300s", got)
	}
	query = "{" + strings.Repeat("a:revision ", 30_000) + "}"
	if got := post(h, query, `{}`); !strings.Contains(got, "exceeded token limit") {
		t.Errorf("%.300s", got)
	}
	start := time.Now()
	for _, query := range []string{
		`{project(id:"p:x"){` + strings.Repeat("id ", 19_000) + `}}`,
		`{project(id:"p:x"){` + strings.Repeat("...{id} ", 4_500) + `}}`,
		`{project(id:"p:x"){` + strings.Repeat("partners{nodes{id}} ", 2_700) + `}}`,
	} {
		if got := post(h, query, `{}`); !strings.Contains(got, "repeats itself too often") || !strings.Contains(got, "COMPLEXITY_LIMIT_EXCEEDED") {
			t.Errorf("%.300s", got)
		}
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("it took %s to refuse them", d)
	}
	var unknown strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&unknown, "x%d ", i)
	}
	if got := post(h, `{project(id:"p:x"){`+unknown.String()+`}}`, `{}`); !strings.Contains(got, "and 4950 more errors") || len(got) > 20_000 {
		t.Errorf("%d bytes: %.300s", len(got), got)
	}
	// Fragments that double at each step are told in one.
	var b strings.Builder
	b.WriteString(`{project(id:"p:x"){...F0}}`)
	for i := range 40 {
		fmt.Fprintf(&b, " fragment F%d on Project{a%d:name ...F%d ...F%d}", i, i, i+1, i+1)
	}
	b.WriteString(` fragment F40 on Project{id}`)
	if got := post(h, b.String(), `{}`); !strings.HasSuffix(got, `"id":"p:x"}}}`) {
		t.Errorf("%.300s", got)
	}
}

// slow is a store whose readers take long.
type slow struct{ store.Store }

func (s slow) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	return s.Store.View(ctx, at, func(r store.Reader) error { return read(slowReader{r}) })
}

type slowReader struct{ store.Reader }

func (slowReader) Find(ctx context.Context, _ []string, _ store.Window) (store.Page, error) {
	<-ctx.Done()
	return store.Page{}, ctx.Err()
}

func (slowReader) Nodes(context.Context, []string) ([]*store.Node, error) { panic("oh no: secret") }

func (slowReader) Expand(context.Context, []string, store.Rel, store.Window) ([]store.Page, error) {
	return nil, errors.New("disk on fire: secret")
}

func (slowReader) Identified(context.Context, []store.Identifier) ([]*store.Node, error) {
	return nil, fmt.Errorf("%w: the store is loading", store.ErrUnavailable)
}

// TestFailedAnalysis makes sure that what fails below a root is told where it stands.
func TestFailedAnalysis(t *testing.T) {
	got := post(handlerOf(t, failing{small(t)}, Options{}), `{clusters(first:1){nodes{id}} c:cluster(id:"c:ict"){p:partners{totalCount}}}`, `{}`)
	if want := `{"errors":[{"message":"the disk is full","path":["c","p"],"locations":[{"line":1,"column":53}],"extensions":{"code":"UNAVAILABLE"}}],"data":{"clusters":{"nodes":[{"id":"c:auto"}]},"c":null}}`; got != want {
		t.Error(got)
	}
}

// failing is a store whose analyses fail.
type failing struct{ store.Store }

func (s failing) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	return s.Store.View(ctx, at, func(r store.Reader) error { return read(failingReader{r}) })
}

type failingReader struct{ store.Reader }

func (failingReader) Step(context.Context, []store.Slot, store.Rel, store.Period) (store.Fan, error) {
	return store.Fan{}, fmt.Errorf("%w: the disk is full", store.ErrUnavailable)
}

func TestFailures(t *testing.T) {
	h := handlerOf(t, slow{small(t)}, Options{})
	ask := func(query string) string {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(fmt.Sprintf(`{"query":%q}`, query)))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	for query, want := range map[string]string{
		`{projects{totalCount}}`:                                   "TIMEOUT",
		`{node(id:"c:ict"){id} revision}`:                          "INTERNAL",
		`{byIdentifier(scheme:"A",value:"b"){id}}`:                 "UNAVAILABLE",
		`query @atLeast(revision:"oracle-0000000000ff"){revision}`: "TIMEOUT",
	} {
		got := ask(query)
		if !strings.Contains(got, `"code":"`+want+`"`) || strings.Contains(got, "secret") {
			t.Errorf("%s: %s", query, got)
		}
	}
	if got := ask(`{node(id:"c:ict"){id} revision}`); !strings.Contains(got, `"data":{"node":null,"revision":"oracle-`) {
		t.Error(got)
	}
}

// wishing notes how many pairs readers are asked for where groups meet.
type wishing struct {
	store.Store
	pairs int
}

func (w *wishing) View(ctx context.Context, at store.Revision, read func(store.Reader) error) error {
	return w.Store.View(ctx, at, func(r store.Reader) error { return read(wished{r, w}) })
}

type wished struct {
	store.Reader
	*wishing
}

func (w wished) Meet(ctx context.Context, groups []store.Group, rel store.Rel, when store.Period, pairs int) (store.Meeting, error) {
	w.pairs = pairs
	return w.Reader.Meet(ctx, groups, rel, when, pairs)
}

// TestFirstPairs holds which questions want the first pairs alone, and that their pages are
// those of all pairs.
func TestFirstPairs(t *testing.T) {
	const page = `{edges{cursor node{a{id} b{id} projectCount since sharedProjects{nodes{id}}}} pageInfo{hasNextPage endCursor}}`
	for _, c := range []struct {
		args, selects string
		want          int
	}{
		{"first:0", page, 1}, {"first:1", page, 2}, {"first:3", page, 4}, {"first:3", "{nodes{a{id}} __typename}", 4}, {"", page, 101}, {"first:null", page, 101},
		{"first:2 orderBy:{field:PROJECT_COUNT,direction:DESC}", page, 3}, {"first:2 filter:{minProjects:1}", page, 3},
		{"first:2", "{totalCount nodes{a{id}}}", 0}, {"first:2", "{... on PartnershipConnection{totals{actors}}}", 0}, {"first:2", "{nodes{a{id}} totalCount @skip(if:true)}", 3},
		{"first:2 orderBy:{field:PROJECT_COUNT}", page, 0}, {"first:2 orderBy:{field:SINCE}", page, 0},
		{"first:2 filter:{a:{name:{ne:\"x\"}}}", page, 0}, {"first:2 filter:{projects:{acronym:{isNull:false}}}", page, 0}, {"first:2 filter:{participations:{role:{eq:COORDINATOR}}}", page, 0},
	} {
		s := &wishing{Store: small(t)}
		h := handlerOf(t, s, Options{})
		ask := func(selects string) string {
			return post(h, `{p:partnerships(between:[{actors:["c:ict","c:auto","o:firm"]},{actors:["o:uni","o:firm","c:ict"]}],`+c.args+`)`+selects+`}`, `{}`)
		}
		got := ask(c.selects)
		if s.pairs != c.want || strings.Contains(got, "errors") {
			t.Errorf("%s %s: the first %d, want %d: %s", c.args, c.selects, s.pairs, c.want, got)
		}
		if c.selects == page {
			all := ask(strings.Replace(page, "{edges", "{totalCount @include(if:true) edges", 1))
			if _, rest, _ := strings.Cut(all, ","); s.pairs != 0 || !strings.HasSuffix(got, rest) {
				t.Errorf("%s:\n got %s\nwant %s", c.args, got, all)
			}
		}
	}
}

// TestRowPages walks a list that is computed.
func TestRowPages(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	for _, order := range []string{"", "orderBy:{field:A_NAME,direction:DESC}", "orderBy:[{field:SINCE},{field:B_NAME}]"} {
		var whole, got []string
		for size, out := range map[int]*[]string{1000: &whole, 1: &got} {
			after := ""
			for {
				var page struct {
					Data struct {
						L struct {
							Edges []struct {
								Node struct{ A, B struct{ ID string } }
							}
							PageInfo struct {
								HasNextPage, HasPreviousPage bool
								EndCursor                    string
							}
						}
					}
				}
				answer := post(h, fmt.Sprintf(`{l:partnerships(between:{actors:["c:ict","c:auto","o:firm","o:uni"]},%s first:%d %s){edges{node{a{id} b{id}}} pageInfo{hasNextPage hasPreviousPage endCursor}}}`, order, size, after), `{}`)
				if err := json.Unmarshal([]byte(answer), &page); err != nil || len(page.Data.L.Edges) == 0 {
					t.Fatal(err, answer)
				}
				if page.Data.L.PageInfo.HasPreviousPage != (len(*out) > 0) {
					t.Error("hasPreviousPage", answer)
				}
				for _, e := range page.Data.L.Edges {
					*out = append(*out, e.Node.A.ID+" "+e.Node.B.ID)
				}
				if !page.Data.L.PageInfo.HasNextPage {
					break
				}
				after = `after:"` + page.Data.L.PageInfo.EndCursor + `"`
			}
		}
		if len(whole) != 4 || fmt.Sprint(whole) != fmt.Sprint(got) {
			t.Errorf("%s: %v, want %v", order, got, whole)
		}
	}
}
