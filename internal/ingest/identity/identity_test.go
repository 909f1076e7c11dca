package identity

import (
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/store"
)

func TestShipped(t *testing.T) {
	d := Shipped()
	for name, want := range map[string]string{
		"ICT Cluster Bulgaria":                              "ICT Cluster",
		"foundation ict cluster":                            "ICT Cluster",
		"Automotive Cluster Serbia":                         "Autocluster Serbia",
		"ICT Cluster Central Serbia":                        "ICT Cluster of Central Serbia",
		"Balkan, Black Sea and Baltic ICT Clusters Network": "3B ICT Clusters' Network",
		// A name that contains another is not the same name.
		"ICT Network": "ICT Network",
		"Balkan and Black Sea ICT Clusters Network": "Balkan and Black Sea ICT Clusters Network",
		"Vojvodina ICT Cluster":                     "Vojvodina ICT Cluster",
		"Automotive Cluster Bulgaria":               "Automotive Cluster Bulgaria",
	} {
		if got, _ := d.Canonical("Actor", name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if _, ids := d.Canonical("Actor", "ICT Cluster"); !slices.Contains(ids, store.Identifier{Scheme: "ECCP", Value: "ict-cluster"}) {
		t.Errorf("identifiers %v", ids)
	}
	if !d.Distinct("Actor", "3B ICT Clusters' Network", "Balkan and Black Sea ICT Clusters Network") ||
		!d.Distinct("Actor", "Balkan, Black Sea and Baltic ICT Clusters Network", "Balkan and Black Sea ICT Clusters Network") {
		t.Error("the two networks are not distinct under all their names")
	}
	if d.Distinct("Actor", "ICT Cluster", "ICT Cluster Bulgaria") {
		t.Error("one body is distinct from itself")
	}
	for _, x := range d.All() {
		if x.Source == "" || x.Reviewer == "" {
			t.Errorf("line %d has no source or reviewer", x.Line)
		}
	}
}

func TestAdd(t *testing.T) {
	const tail = " | source: a page | reviewer: someone"
	for _, c := range []struct {
		reason, file, says string
	}{
		{"comments and empty lines", "# a comment\n\n", ""},
		{"two lines join", "same | Actor | A | B" + tail + "\nsame | Actor | B | C" + tail, ""},
		{"another family has its own names", "same | Actor | A | B" + tail + "\ndistinct | Project | A | B" + tail, ""},
		{"an unknown verdict", "maybe | Actor | A | B" + tail, `line 1: begins with "maybe"`},
		{"one name", "\nsame | Actor | A" + tail, "line 2: names fewer than two"},
		{"no source", "same | Actor | A | B | reviewer: x", "no source"},
		{"no reviewer", "same | Actor | A | B | source: x", "no reviewer"},
		{"no name", "same | Actor | A | -- " + tail, "is no name"},
		{"a placeholder", "same | Actor | A | PIC:MISSING" + tail, "placeholder"},
		{"same, then distinct", "same | Actor | A | B" + tail + "\ndistinct | Actor | b | a" + tail, "line 2: says that"},
		{"distinct, then same", "distinct | Actor | A | B" + tail + "\nsame | Actor | A | B" + tail, "line 2: says that"},
		{"distinct by way of a third", "distinct | Actor | A | C" + tail + "\nsame | Actor | A | B" + tail + "\nsame | Actor | B | C" + tail, "line 3"},
		{"joining two bodies", "same | Actor | A | B" + tail + "\nsame | Actor | C | D" + tail + "\nsame | Actor | A | C" + tail, "line 3: joins"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			d := &Decisions{}
			err := d.Add("mine.txt", strings.NewReader(c.file))
			switch {
			case c.says == "" && err != nil:
				t.Error(err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "mine.txt: ")):
				t.Errorf("%v; want mine.txt and %q", err, c.says)
			case c.says != "" && len(d.All()) > 0:
				t.Error("a broken file leaves decisions behind")
			}
		})
	}
}

func TestUsersAddToTheShipped(t *testing.T) {
	d := Shipped()
	if err := d.Add("mine.txt", strings.NewReader("same | Actor | ICT Cluster | Our old name | source: us | reviewer: me")); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.Canonical("Actor", "our old name"); got != "ICT Cluster" {
		t.Errorf("our old name is %s", got)
	}
	var none *Decisions
	if got, _ := none.Canonical("Actor", "X"); got != "X" || none.Distinct("Actor", "X", "Y") || len(none.All()) > 0 {
		t.Error("no decisions decide something")
	}
}
