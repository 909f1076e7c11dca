package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store/storetest"
)

var writable = Options{MayWrite: func(context.Context) error { return nil }}

// TestMutations writes in order, and reads what came of it.
func TestMutations(t *testing.T) {
	h := handlerOf(t, small(t), writable)
	for _, c := range []struct{ why, query, want string }{
		{"saving creates by identifier, or by name",
			`mutation{saveOrganisations(input:[{name:"New",type:PRC,identifiers:[{scheme:"pic",value:"7"}]},{name:"Firm",city:"Sofia"}],batch:"b1"){nodes{id name type city identifiers{scheme}}}}`,
			`{"data":{"saveOrganisations":{"nodes":[{"id":"pic:7","name":"New","type":"PRC","city":null,"identifiers":[{"scheme":"PIC"}]},{"id":"o:firm","name":"Firm","type":"PRC","city":"Sofia","identifiers":[]}]}}}`},
		{"the same batch twice is once",
			`mutation{saveOrganisations(input:[{name:"New",type:HES,identifiers:[{scheme:"PIC",value:"7"}]}],batch:"b1"){nodes{id type}}}`,
			`{"data":{"saveOrganisations":{"nodes":[{"id":"pic:7","type":"PRC"},{"id":"o:firm","type":"PRC"}]}}}`},
		{"what is absent stays, what is null is unknown",
			`mutation{saveProjects(input:{id:"p:give",title:null,totalCost:{amount:"12.5",currency:"EUR"}}){nodes{title acronym totalCost{amount currency} statements(property:"title"){nodes{value basis}}}}}`,
			`{"data":{"saveProjects":{"nodes":[{"title":null,"acronym":"GIVE","totalCost":{"amount":"12.50","currency":"EUR"},"statements":{"nodes":[{"value":null,"basis":"HAND"},{"value":"Green Ict deVElopment","basis":"FIELD"}]}}]}}}`},
		{"several happen in their order, each seen by the next",
			`mutation{a:saveProjects(input:{name:"P1"}){nodes{id}} b:link(input:[{participatesIn:{from:{id:"o:firm"},to:{id:"name:p1"},role:COORDINATOR,since:"2024"}}],source:{id:"source:page"}){nodes{id ...on Project{partners{edges{role since statements(property:"role"){nodes{source{id}}}}}}}} c:unlink(input:{type:PARTICIPATES_IN,from:{id:"o:firm"},to:{id:"name:p1"}}){nodes{id ...on Project{partners{totalCount}}}} d:remove(ids:["name:p1"]){nodes{id}}}`,
			`{"data":{"a":{"nodes":[{"id":"name:p1"}]},"b":{"nodes":[{"id":"o:firm"},{"id":"name:p1","partners":{"edges":[{"role":"COORDINATOR","since":"2024","statements":{"nodes":[{"source":{"id":"source:page"}}]}}]}}]},"c":{"nodes":[{"id":"o:firm"},{"id":"name:p1","partners":{"totalCount":0}}]},"d":{"nodes":[]}}}`},
		{"merging and undoing",
			`mutation{merge(keep:"o:uni",drop:["pic:7"]){nodes{id formerIds}} unmerge(ids:["pic:7"]){nodes{id formerIds}} markDistinct(ids:["o:uni","pic:7"]){nodes{id}} again:merge(keep:"o:uni",drop:["pic:7"]){revision}}`,
			``},
		{"a person is erased",
			`mutation{erase(ids:["h:ann"]){nodes{id}} }`,
			`{"data":{"erase":{"nodes":[]}}}`},
		{"only people are",
			`mutation{erase(ids:["c:ict"]){nodes{id}} }`,
			`BAD_USER_INPUT`},
		{"who is not there",
			`mutation{link(input:{memberOf:{from:{id:"nobody"},to:{id:"n:3b"}}}){revision}}`,
			`NOT_FOUND`},
		{"what no field could show",
			`mutation{link(input:{memberOf:{from:{id:"p:ufo"},to:{id:"n:3b"}}}){revision}}`,
			`{"errors":[{"message":"input[0]: MEMBER_OF does not lead from a Project to a Network","path":["link"],"locations":[{"line":1,"column":10}],"extensions":{"code":"BAD_USER_INPUT"}}],"data":null}`},
	} {
		got := post(h, c.query, `{}`)
		if c.want == "" {
			if !strings.HasPrefix(got, `{"errors":[{"message":`) || !strings.Contains(got, `"path":["again"]`) || !strings.Contains(got, "CONFLICT") {
				t.Errorf("%s: %s", c.why, got)
			}
			continue
		}
		if got != c.want && (strings.HasPrefix(c.want, "{") || !strings.Contains(got, c.want)) {
			t.Errorf("%s\n got %s\nwant %s", c.why, got, c.want)
		}
	}
}

func TestMayWrite(t *testing.T) {
	const query = `mutation{remove(ids:["c:ict"]){revision}}`
	for want, err := range map[string]error{
		"UNAUTHENTICATED": fmt.Errorf("%w: send the token", ErrUnauthenticated),
		"FORBIDDEN":       fmt.Errorf("%w: not you", ErrForbidden),
	} {
		s := small(t)
		h := handlerOf(t, s, Options{MayWrite: func(context.Context) error { return err }})
		if got := post(h, query, `{}`); !strings.Contains(got, want) || strings.Contains(got, "data") {
			t.Error(got)
		}
		if got := post(h, `{node(id:"c:ict"){id}}`, `{}`); got != `{"data":{"node":{"id":"c:ict"}}}` {
			t.Error("removed all the same: ", got)
		}
	}
}

// TestReadsWhatWasWritten asks for the revision that a mutation answered with.
func TestReadsWhatWasWritten(t *testing.T) {
	h := handlerOf(t, small(t), writable)
	var wrote struct {
		Data struct{ SaveProjects struct{ Revision string } }
	}
	if err := json.Unmarshal([]byte(post(h, `mutation{saveProjects(input:{name:"Later"}){revision}}`, `{}`)), &wrote); err != nil {
		t.Fatal(err)
	}
	got := post(h, `query($r:String!) @atLeast(revision:$r){node(id:"name:later"){name} revision}`, `{"r":"`+wrote.Data.SaveProjects.Revision+`"}`)
	if want := `{"data":{"node":{"name":"Later"},"revision":"` + wrote.Data.SaveProjects.Revision + `"}}`; got != want {
		t.Error(got)
	}
}

// TestAtOnce reads and writes at once: what one query answers is of one revision.
func TestAtOnce(t *testing.T) {
	truth := storetest.NewOracle(ontology.Served().Store)
	fill(t, truth)
	h := handlerOf(t, mirrored(t, truth), writable)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for j := range 10 {
				if got := post(h, fmt.Sprintf(`mutation{saveTopics(input:[{name:"t %d %d a"},{name:"t %d %d b"}]){nodes{id}}}`, i, j, i, j), `{}`); strings.Contains(got, "errors") {
					t.Error(got)
				}
			}
		})
		group.Go(func() {
			for range 20 {
				got := post(h, `{a:topics{totalCount} clusters{nodes{projects{nodes{partners{nodes{name}}}}}} b:topics{totalCount}}`, `{}`)
				var n struct {
					Data struct{ A, B struct{ TotalCount int } }
				}
				if err := json.Unmarshal([]byte(got), &n); err != nil || n.Data.A != n.Data.B || n.Data.A.TotalCount%2 != 0 {
					t.Error(err, got)
				}
			}
		})
	}
	group.Wait()
}
