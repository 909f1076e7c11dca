package table

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Whatever stands in a table, what is told of it is what a store takes: known kinds and
// relations, values of their types, nodes before the edges between them, each record once.
func FuzzTable(f *testing.F) {
	tables := []struct {
		mapping, file string
		params        map[string]string
	}{
		{"members", "members.csv", map[string]string{"network": "N"}},
		{"projects-with-partners", "projects.csv", map[string]string{"name": "P"}},
		{"urbact-networks", "urbact-networks.csv", nil},
		{"urbact-membership", "urbact-membership.csv", nil},
		{"kumu", "kumu-elements.csv", map[string]string{"map": "M"}},
		{"kumu", "kumu-connections.csv", map[string]string{"map": "M"}},
	}
	var importers []*Importer
	var headers []string
	for i, table := range tables {
		raw, err := os.ReadFile(filepath.Join("testdata", table.file))
		if err != nil {
			f.Fatal(err)
		}
		header, rows, _ := strings.Cut(string(raw), "\n")
		im, err := Load(table.mapping, table.params)
		if err != nil {
			f.Fatal(err)
		}
		importers, headers = append(importers, im), append(headers, header)
		f.Add(rows, byte(i))
	}
	f.Fuzz(func(t *testing.T, rows string, which byte) {
		i := int(which) % len(importers)
		s := &sink{}
		if err := importers[i].Read(t.Context(), find(t, strings.NewReader(headers[i]+"\n"+rows), "-"), s); err != nil {
			return // it says what is wrong
		}
		sound(t, s)
	})
}

// sound holds what was told to the contract of batches.
func sound(t *testing.T, s *sink) {
	t.Helper()
	o := ontology.Served()
	key := func(r store.Ref) string { return refText(r) }
	made, told := map[string]bool{}, map[string]bool{}
	said := func(what string, by store.Said, props store.Props, types map[string]store.Type) {
		for i, p := range props {
			typ, ok := types[p.Name]
			if !ok || i > 0 && props[i-1].Name >= p.Name || p.Value == nil {
				t.Errorf("%s: the property %q is not one, or not in order", what, p.Name)
			} else if err := typ.Check(p.Value); err != nil {
				t.Errorf("%s: %s: %v", what, p.Name, err)
			}
			if text, ok := p.Value.(string); ok && (!utf8.ValidString(text) || text == "") {
				t.Errorf("%s: %s is %q", what, p.Name, text)
			}
		}
		if by.Source.Kind != "Source" || by.Rank == 0 || !utf8.ValidString(by.Place) {
			t.Errorf("%s: said %+v", what, by)
		}
		if line := what + saysText(by, props); told[line] {
			t.Errorf("%s is told twice", line)
		} else {
			told[line] = true
		}
	}
	for _, n := range s.nodes {
		k, ok := o.Store.Kinds[n.Kind]
		if !ok {
			t.Errorf("there is no kind %q", n.Kind)
		}
		for _, id := range n.Identifiers {
			if normal, err := id.Normal(); err != nil || normal != id || !utf8.ValidString(id.Value) {
				t.Errorf("%+v is no identifier: %v", id, err)
			}
		}
		if n.Name == "" && len(n.Identifiers) == 0 || !utf8.ValidString(n.Name) {
			t.Errorf("nobody can be met by %+v", n.Ref)
		}
		said(refText(n.Ref), n.Said, n.Props, k.Props)
		made[key(n.Ref)] = true
	}
	for _, e := range s.edges {
		if !o.Links(e.Type, e.From.Kind, e.To.Kind) {
			t.Errorf("no %s leads from %s to %s", e.Type, e.From.Kind, e.To.Kind)
		}
		for _, end := range []store.Ref{e.From, e.To} {
			if made[key(end)] {
				continue
			}
			// The region that another lies in is addressed by its code alone.
			if end.Kind != placeKind || !strings.HasPrefix(key(end), placeKind) {
				t.Errorf("%s leads to %s, which nobody made", e.Type, key(end))
			}
		}
		said(e.Type+" "+e.Key+" "+refText(e.From)+" "+refText(e.To), e.Said, e.Props, o.Store.Edges[e.Type].Props)
	}
}
