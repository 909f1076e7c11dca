package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzRequest makes sure that no query and no variables bring the server down, or show that
// something inside went wrong.
func FuzzRequest(f *testing.F) {
	f.Add(tenObjects, `{}`)
	f.Add(nested, `{"a":1}`)
	f.Add(`query($f:ProjectFilter,$n:Int=1){projects(filter:$f,first:$n,orderBy:{field:START}){nodes{...P}}} fragment P on Project{start(as:LAST_DAY) partners(asOf:"2020",last:1){edges{role statements{nodes{source{id}}}}}}`, `{"f":{"start":{"lt":"2020-Q1"},"or":[{"name":{"in":["a"]}}]}}`)
	f.Add(`query($s:[Side!]!){partnerships(between:$s){nodes{a{name} sharedProjects{edges{roleA node{id}}}}}}`, `{"s":{"membersOf":["n:3b"]}}`)
	f.Add(`query($p:ParticipationFilter){breakdown(of:PARTICIPATION,by:[COUNTRY,YEAR],measure:CONTRIBUTION,within:"n:3b",participationFilter:$p,cumulative:true){nodes{keys{code} value share}}}`, `{"p":{"not":{"role":{"isNull":true}}}}`)
	f.Add(`{search(text:"ict",kinds:[CLUSTER]){edges{score matched cursor}} nodes(ids:["a"]){id} byIdentifier(scheme:"PIC",value:"1"){identifiers{scheme}} __type(name:"Node"){fields{name}}}`, `null`)
	f.Add(`mutation($i:[ClusterInput!]!){saveClusters(input:$i,batch:"b"){nodes{id statements{totalCount}} revision}}`, `{"i":[{"name":"A","labels":[{"name":"x"}],"url":null}]}`)
	f.Add(`query @atLeast(revision:"oracle-000000000001"){revision}`, `{}`)
	f.Add(`query @atLeast(revision:"oracle-000000d00001"){revision}`, `{}`)
	h := handlerOf(f, small(f), writable)
	f.Fuzz(func(t *testing.T, query, vars string) {
		body := `{"query":` + quote(query) + `,"variables":` + vars + `}`
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		// A revision that is yet to come is waited for until then, as serve's deadline would end it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r = r.WithContext(ctx)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), `"INTERNAL"`) {
			t.Errorf("%s: %s", body, w.Body)
		}
	})
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string can be encoded
	return string(b)
}
