package graph

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestTransport(t *testing.T) {
	h := handlerOf(t, small(t), writable)
	const ask = `{"query":"{project(id:\"p:x\"){id}}"}`
	const answer = `"data":{"project":{"id":"p:x"}}`
	get := func(query string) string { return "/graphql?query=" + url.QueryEscape(query) }
	for _, c := range []struct {
		why, method, target, kind, accept, body string
		status                                  int
		want, answers                           string
	}{
		{"a query by POST", "POST", "/", "application/json; charset=utf-8", "", ask, 200, answer, "application/json; charset=utf-8"},
		{"with the newer content type", "POST", "/", "application/json", "application/graphql-response+json, application/json;q=0.9", ask, 200, answer, "application/graphql-response+json; charset=utf-8"},
		{"whatever is accepted", "POST", "/", "application/json", "text/html, */*", ask, 200, answer, "application/json; charset=utf-8"},
		{"by GET", "GET", get(`{project(id:"p:x"){id}}`), "", "", "", 200, answer, ""},
		{"by GET with variables", "GET", get(`query($i:ID!){project(id:$i){id}}`) + "&variables=" + url.QueryEscape(`{"i":"p:x"}`), "", "", "", 200, answer, ""},
		{"GET does not write", "GET", get(`mutation{remove(ids:["p:x"]){revision}}`), "", "", "", 405, "a mutation has to be sent by POST", ""},
		{"a form that any page may send is refused", "POST", "/", "application/x-www-form-urlencoded", "", "query=%7B__typename%7D", 415, "Content-Type: application/json", ""},
		{"so is plain text", "POST", "/", "text/plain", "", ask, 415, "Content-Type: application/json", ""},
		{"no content type", "POST", "/", "", "", ask, 415, "Content-Type: application/json", ""},
		{"other methods", "PUT", "/", "application/json", "", ask, 405, "PUT means nothing here", ""},
		{"an empty body", "POST", "/", "application/json", "", "", 400, "it is empty", ""},
		{"a batch", "POST", "/", "application/json", "", "[" + ask + "]", 400, "a JSON array where an object belongs", ""},
		{"two in one", "POST", "/", "application/json", "", ask + ask, 400, "something follows the JSON", ""},
		{"broken JSON", "POST", "/", "application/json", "", `{"query":`, 400, "unexpected EOF", ""},
		{"a query that is a number", "POST", "/", "application/json", "", `{"query":1}`, 400, "query is a JSON number", ""},
		{"no query", "POST", "/", "application/json", "", `{}`, 400, "there is no query", ""},
		{"which of two operations", "POST", "/", "application/json", "", `{"query":"query A{revision} query B{revision}"}`, 200, "several operations", ""},
		{"one of two operations", "POST", "/", "application/json", "", `{"query":"query A{project(id:\"p:x\"){id}} query B{revision}","operationName":"A"}`, 200, answer, ""},
		{"what is wrong in a query is 200, as it always was", "POST", "/", "application/json", "", `{"query":"{x}"}`, 200, "GRAPHQL_VALIDATION_FAILED", ""},
		{"and 400 where the caller knows the newer type", "POST", "/", "application/json", "application/graphql-response+json", `{"query":"{x}"}`, 400, "GRAPHQL_VALIDATION_FAILED", ""},
		{"invalid UTF-8", "POST", "/", "application/json", "", "{\"query\":\"{project(id:\\\"\xff\\\"){id}}\"}", 200, `"project":null`, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%d %s, want %d ... %s", w.Code, w.Body, c.status, c.want)
			}
			if got := w.Header().Get("Content-Type"); c.answers != "" && got != c.answers {
				t.Errorf("answers as %s", got)
			}
			if c.status >= 400 && !strings.Contains(w.Body.String(), `"code":`) {
				t.Errorf("an error without a code: %s", w.Body)
			}
		})
	}
}

func TestLargeBody(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"query":"`+strings.Repeat("#", 1000)+`"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.Body = http.MaxBytesReader(w, r.Body, 100)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "more than 100 bytes") {
		t.Error(w.Code, w.Body)
	}
}
