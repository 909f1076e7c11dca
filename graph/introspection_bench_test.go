package graph

import (
	"encoding/json"
	"net/http"
	"testing"
)

const wholeSchema = `query IntrospectionQuery{__schema{queryType{name}mutationType{name}subscriptionType{name}types{...FullType}directives{name description locations args{...InputValue}}}}fragment FullType on __Type{kind name description fields(includeDeprecated:true){name description args{...InputValue}type{...TypeRef}isDeprecated deprecationReason}inputFields{...InputValue}interfaces{...TypeRef}enumValues(includeDeprecated:true){name description isDeprecated deprecationReason}possibleTypes{...TypeRef}}fragment InputValue on __InputValue{name description type{...TypeRef}defaultValue}fragment TypeRef on __Type{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name}}}}}}}}`

// BenchmarkIntrospection asks what tools ask when they start.
func BenchmarkIntrospection(b *testing.B) {
	h := handlerOf(b, small(b), Options{})
	body, _ := json.Marshal(map[string]any{"query": wholeSchema})
	b.ReportAllocs()
	b.SetBytes(int64(len(sent(b, h, body))))
	for b.Loop() {
		h.ServeHTTP(&discard{h: http.Header{}}, request(body))
	}
}
