package jsonlines

import (
	"strings"
	"testing"

	"clustergraph/internal/ontology"
)

func TestRead(t *testing.T) {
	const head = `{"define":"x","node":{"kind":"Source","name":"X"},"rank":"FIELD"}` + "\n"
	for _, c := range []struct{ reason, file, says string }{
		{"nothing but comments", "\n// a comment\n", ""},
		{"values of all types", head + `{"source":"x","node":{"kind":"Project","name":"P","ids":["CORDIS:1"]},"say":{"start":"2020-Q2","totalCost":{"amount":"1.50","currency":"EUR"},` +
			`"durationMonths":6,"endDerived":true,"aliases":["Q"],"coordinates":{"latitude":1.5,"longitude":2},"indicators":[{"name":"n","value":1,"bound":"EXACTLY"}]}}`, ""},
		{"no JSON", head + "hello", "line 2"},
		{"an unknown field", head + `{"source":"x","nod":{}}`, "line 2"},
		{"an unknown source", `{"source":"y","node":{"kind":"Project","name":"P"}}`, `line 1: the source "y"`},
		{"a source of another kind", `{"define":"x","node":{"kind":"Project","name":"X"},"rank":"FIELD"}`, "line 1: define needs"},
		{"a source twice", head + head, "line 2: define needs"},
		{"neither node nor edge", head + `{"source":"x"}`, "neither"},
		{"an unknown kind", head + `{"source":"x","node":{"kind":"Club","name":"P"}}`, `no kind "Club"`},
		{"an unknown property", head + `{"source":"x","node":{"kind":"Project","name":"P"},"say":{"color":"red"}}`, `no property "color"`},
		{"a wrong date", head + `{"source":"x","node":{"kind":"Project","name":"P"},"say":{"start":"soon"}}`, "start:"},
		{"a placeholder", head + `{"source":"x","node":{"kind":"Project","name":"P","ids":["PIC:N/A"]}}`, "placeholder"},
		{"an unknown relation", head + `{"source":"x","edge":"LIKES","from":"a","to":"b"}`, `no relation "LIKES"`},
		{"an end nobody named", head + `{"source":"x","edge":"PART_OF","from":"Place/A","to":"Place/B"}`, `"Place/A" stands in no line above`},
		{"an unknown rank", head + `{"source":"x","rank":"SURE","node":{"kind":"Project","name":"P"}}`, `"SURE" is no rank`},
		{"a source by hand without rank", `{"node":{"kind":"Project","name":"P"}}`, "has no source"},
		{"by hand without a source", `{"rank":"HAND","node":{"kind":"Project","name":"P"},"say":{"acronym":null}}`, ""},
		{"a date that is none", `{"rank":"HAND","said":"soon","node":{"kind":"Project","name":"P"}}`, "said:"},
		{"null in a list", `{"rank":"HAND","node":{"kind":"Project","name":"P"},"say":{"aliases":[null]}}`, "aliases: null"},
		{"two subjects", `{"rank":"HAND","node":{"kind":"Project","name":"P"},"remove":{"id":"x"}}`, "about both"},
		{"a merge of one", `{"same":[{"id":"a"}]}`, "same needs two nodes"},
		{"marks and steps", `{"same":[{"id":"a"},{"id":"b"}]}` + "\n" + `{"distinct":[{"id":"a"},{"id":"c"}]}` + "\n" + `{"unlink":"PART_OF","from":{"id":"a"},"to":{"id":"b"},"key":"k"}` + "\n" + `{"remove":{"id":"a"}}`, ""},
		{"a record below a step", `{"remove":{"id":"a"}}` + "\n" + `{"rank":"HAND","node":{"kind":"Project","name":"P"}}`, "line 2: a record stands below"},
		{"an identifier whose scheme has a colon", `{"rank":"HAND","node":{"kind":"Project","name":"P","ids":[{"scheme":"A:B","value":"1"}]}}`, ""},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := Read("f.jsonl", strings.NewReader(c.file), ontology.Served().Store)
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "f.jsonl: line ")) {
				t.Errorf("%v; want f.jsonl and %q", err, c.says)
			}
		})
	}
}

// Whatever is read, what is said passes through the store's own checks later; reading only
// has to end, and to say why.
func FuzzRead(f *testing.F) {
	f.Add(`{"define":"x","node":{"kind":"Source","name":"X"},"rank":"FIELD"}` + "\n" + `{"source":"x","node":{"kind":"Project","name":"P","ids":["CORDIS:1"]},"say":{"start":"2020-Q2"}}`)
	f.Add(`{"source":{"id":"s"},"node":{"id":"a","kind":"Cluster"},"rank":"HAND","said":{"@days":[1,2]},"other":{"x":{"@cents":5.00}}}`)
	f.Add(`{"same":[{"id":"a"},"Cluster/b"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := Read("f", strings.NewReader(text), ontology.Served().Store)
		if err != nil && !strings.HasPrefix(err.Error(), "f: line ") {
			t.Errorf("%v does not say where", err)
		}
		if err != nil && len(b.Nodes)+len(b.Edges)+len(b.Steps) > 0 {
			t.Error("a batch beside an error")
		}
	})
}
