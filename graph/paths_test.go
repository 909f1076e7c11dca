package graph

import (
	"strings"
	"testing"
)

func TestWalksRefused(t *testing.T) {
	h := handlerOf(t, small(t), Options{})
	for _, c := range []struct{ query, code, says string }{
		{`{paths(from:"nobody",to:"c:ict"){length}}`, "NOT_FOUND", `there is no node \"nobody\"`},
		{`{paths(from:"c:ict",to:"c:auto",avoid:[""]){length}}`, "NOT_FOUND", `there is no node \"\"`},
		{`{paths(from:"c:ict",to:"c:ict"){length}}`, "BAD_USER_INPUT", "from and to are the same node"},
		{`{paths(from:"c:ict",to:"c:auto",avoid:["c:auto"]){length}}`, "BAD_USER_INPUT", "avoid: paths cannot avoid"},
		{`{paths(from:"c:ict",to:"c:auto",first:101){length}}`, "BAD_USER_INPUT", "first: 101 is not between 0 and 100"},
		{`{paths(from:"c:ict",to:"c:auto",maxLength:13){length}}`, "BAD_USER_INPUT", "maxLength: 13 is not between 1 and 12"},
		{`{paths(from:"c:ict",to:"c:auto",maxDegree:-1){length}}`, "BAD_USER_INPUT", "maxDegree: -1 is less than 0"},
		{`{paths(from:"c:ict",to:"c:auto",asOf:"2017",during:{}){length}}`, "BAD_USER_INPUT", "asOf and during exclude each other"},
		{`{paths(from:"c:ict",to:"c:auto",during:{from:"2018",to:"2017"}){length}}`, "BAD_USER_INPUT", "it begins after its end"},
		{`{paths(from:"c:ict",to:"c:auto"){edges{statements(after:"x"){totalCount}}}}`, "BAD_USER_INPUT", "after"},
		{`{neighbourhood(of:"nobody"){cut}}`, "NOT_FOUND", `there is no node \"nobody\"`},
		{`{neighbourhood(of:"c:ict",depth:7){cut}}`, "BAD_USER_INPUT", "depth: 7 is not between 0 and 6"},
		{`{neighbourhood(of:"c:ict",first:0){cut}}`, "BAD_USER_INPUT", "first: 0 is not between 1 and 1000"},
		{`{neighbourhood(of:"c:ict",minWeight:0){cut}}`, "BAD_USER_INPUT", "minWeight: 0 is less than 1"},
	} {
		got := post(h, c.query, `{}`)
		if !strings.Contains(got, c.says) || !strings.Contains(got, `"code":"`+c.code+`"`) {
			t.Errorf("%s: %s", c.query, got)
		}
	}
}
