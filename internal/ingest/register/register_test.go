package register_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clustergraph/internal/ingest/register"
	"clustergraph/internal/store"
)

// What is publicly known of a university, in ROR's two schemas.
const (
	charles2 = `{
  "id": "https://ror.org/024d6js02", "status": "active", "types": ["education"], "established": 1348,
  "domains": ["cuni.cz"],
  "names": [
    {"value": "Charles University", "types": ["ror_display", "label"], "lang": "en"},
    {"value": "Univerzita Karlova", "types": ["label"], "lang": "cs"},
    {"value": "UK", "types": ["acronym"], "lang": null}
  ],
  "locations": [{"geonames_id": 3067696, "geonames_details": {"country_code": "CZ", "country_name": "Czechia", "name": "Prague"}}],
  "links": [{"type": "website", "value": "https://www.cuni.cz/"}, {"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/Charles_University"}],
  "external_ids": [{"type": "grid", "all": ["grid.4491.8"], "preferred": "grid.4491.8"}, {"type": "isni", "all": ["0000 0004 1937 116X"], "preferred": null}],
  "relationships": [{"type": "child", "id": "https://ror.org/0125yxn03", "label": "Charles University, First Faculty"}]
}`
	charles1 = `{
  "id": "https://ror.org/024d6js02", "status": "active", "types": ["Education"], "established": 1348, "email_address": null,
  "name": "Charles University", "aliases": [], "acronyms": ["UK"], "labels": [{"label": "Univerzita Karlova", "iso639": "cs"}],
  "country": {"country_code": "CZ", "country_name": "Czechia"},
  "addresses": [{"lat": 50.08, "lng": 14.42, "city": null, "geonames_city": {"id": 3067696, "city": "Prague"}}],
  "links": ["https://www.cuni.cz/", "cuni.cz"], "wikipedia_url": "http://en.wikipedia.org/wiki/Charles_University",
  "external_ids": {"ISNI": {"preferred": null, "all": ["0000 0004 1937 116X"]}, "GRID": {"preferred": "grid.4491.8", "all": "grid.4491.8"}},
  "relationships": [{"type": "Child", "id": "https://ror.org/0125yxn03", "label": "Charles University, First Faculty"}]
}`
)

func write(t testing.TB, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func zipped(t testing.TB, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		out, err := w.Create(entries[i])
		if err == nil {
			_, err = out.Write([]byte(entries[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func packed(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read reads a register, and what it tells beside records.
func read(file string) (records []register.Record, left []string, err error) {
	tell := func(err error) { left = append(left, err.Error()) }
	r, err := register.Open(file, tell)
	if err != nil {
		return nil, left, err
	}
	err = r.Read(context.Background(), tell, func(r *register.Record) error {
		records = append(records, *r)
		return nil
	})
	return records, left, err
}

func TestFormsOfROR(t *testing.T) {
	want := register.Record{ID: "https://ror.org/024d6js02", Names: []string{"Charles University", "Univerzita Karlova"}, Country: "CZ", Cities: []string{"Prague"},
		Sites:       []string{"https://www.cuni.cz/", "cuni.cz"},
		Identifiers: []store.Identifier{{Scheme: "ROR", Value: "024d6js02"}, {Scheme: "GRID", Value: "grid.4491.8"}, {Scheme: "ISNI", Value: "000000041937116x"}},
		Related:     []string{"https://ror.org/0125yxn03"}, Place: "record 1"}
	array2, array1 := "[\n"+charles2+"\n]\n", "\ufeff["+charles1+"]"
	line := strings.ReplaceAll(charles2, "\n", " ")
	for name, content := range map[string]string{
		"v2.json": array2, "v1.json": array1, "records.jsonl": line + "\n", "one": charles1, "v2.json.gz": packed(t, array2), "lines.jsonl.gz": packed(t, line),
		"ror-data.zip": zipped(t, "v2.5-ror-data.json", array2, "v2.5-ror-data.csv", "id,names.types.label\n", "__MACOSX/._v2.json", "x"),
	} {
		got, left, err := read(write(t, name, content))
		want.File = name
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case len(got) != 1 || !reflect.DeepEqual(got[0], want):
			t.Errorf("%s: read %+v\nwant %+v", name, got, want)
		case name == "ror-data.zip" && (len(left) != 1 || !strings.Contains(left[0], "v2.5-ror-data.csv: is left out: JSON stands beside it")):
			t.Errorf("%s: left out %q", name, left)
		}
	}
	// A zip of both schemas tells each, by its name.
	got, _, err := read(write(t, "both.zip", zipped(t, "v1.json", array1, "v2.json", array2)))
	if err != nil || len(got) != 2 || got[0].File != "both.zip/v1.json" || got[1].File != "both.zip/v2.json" {
		t.Errorf("both schemas: %+v, %v", got, err)
	}
}

func TestWhatBecameOfRecords(t *testing.T) {
	got, _, err := read(write(t, "r.jsonl", `
{"id": "a", "status": "withdrawn", "relationships": [{"type": "Successor", "id": "b"}]}
{"id": "b", "status": "Inactive", "names": [{"value": "Siemens (Germany)", "types": ["label"]}, {"value": "Siemens (Munich)", "types": []}],
 "locations": [{"geonames_details": {"country_code": "DE", "name": "Munich"}}],
 "relationships": [{"type": "predecessor", "id": "a"}, {"type": "successor", "id": "c"}, {"type": "parent", "id": "d"}, {"type": "related", "id": "e"}]}`))
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if a := got[0]; a.Status != register.Withdrawn || !slices.Equal(a.Followed, []string{"b"}) {
		t.Errorf("withdrawn: %+v", a)
	}
	if b := got[1]; b.Status != register.Inactive || !slices.Equal(b.Followed, []string{"c"}) || !slices.Equal(b.Following, []string{"a"}) || !slices.Equal(b.Related, []string{"d", "e"}) {
		t.Errorf("inactive: %+v", b)
	}
	if names := got[1].Names; !slices.Equal(names, []string{"Siemens", "Siemens (Munich)"}) {
		t.Errorf("only the country goes from names: %q", names)
	}
}

func TestTable(t *testing.T) {
	got, left, err := read(write(t, "register.csv", "\ufeffName;ID;Country;City;URL;Founded\r\n"+
		"Charles University;R1;Czechia;Prague;cuni.cz;1348\r\n"+
		"Univerzita Karlova;R1;CZ;;;\r\n"+
		";;;;;\r\n"+
		"Nowhere University;R2;Atlantis;;;\r\n"+
		";R3;CZ;;;\r\n"+
		"Vienna University;https://ror.org/03prydq77;AT;;;\r\n"+
		"Body;PIC:999;;;;\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range got {
		told = append(told, fmt.Sprintf("%s%v%s%v%v%v%s", r.ID, r.Names, r.Country, r.Cities, r.Sites, r.Identifiers, r.Place))
	}
	want := []string{
		"R1[Charles University]CZ[Prague][cuni.cz][]line 2", "R1[Univerzita Karlova]CZ[][][]line 3",
		"https://ror.org/03prydq77[Vienna University]AT[][][{ROR 03prydq77}]line 7", "PIC:999[Body][][][{PIC 999}]line 8",
	}
	if !slices.Equal(told, want) {
		t.Errorf("read\n%s\nnot\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	for i, want := range []string{`the columns "Founded" are not read`, `line 5, column country: "Atlantis" is no country; write a code`, "line 6, names: are missing"} {
		if len(left) != 3 || !strings.Contains(left[i], want) {
			t.Fatalf("told %q, not %q", left, want)
		}
	}
}

// What is no register is told, with what is wrong first and what is expected.
func TestWrongFiles(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"members.csv", "organisation;city\nA;B\n", `members.csv: has no column "id", "name", "country"; a register is ROR's data dump (JSON), or a table with the columns`},
		{"empty.json", "", "empty.json: has no records; a register is"},
		{"empty.csv", "", "empty.csv: has no header and no rows"},
		{"header.csv", "id,name,country\n", "header.csv: has no records; a register is"},
		{"none.json", "[]", "none.json: has no records"},
		{"package.json", `{"name": "left-pad", "version": "1.0.0"}`, "package.json, record 1, id: is missing; each record has one (no other record can be read either, so this is no register"},
		{"map.geojson", `{"type": "FeatureCollection", "features": []}`, "map.geojson, record 1, id: is missing"},
		{"numbers.json", "[1, 2]", "numbers.json, record 1: is no JSON object"},
		{"names.json", `[{"id": "a", "names": ["A"]}]`, "names.json, record 1, names.0: a JSON string cannot stand here"},
		{"page.json", "<html>", "page.json, record 1: is not JSON behind byte 0"},
		{"cut.json", "[" + charles2 + ",\n{\"id\": \"https", "cut.json, record 2: "},
		{"more.json", "[" + charles2 + "] []", "more.json, record 1: more stands behind the array"},
		{"gzip.json.gz", charles2, "gzip.json.gz: is named as if packed by gzip, and is not"},
		{"photos.zip", zipped(t, "a.jpg", "x"), "there is no table in it; looked for .json"},
		{"bomb.json", `[{"id": "` + strings.Repeat("a", 9<<20) + `"}]`, "more than 8388608 bytes in one record"},
		{"all.jsonl", strings.Repeat("{\"id\": \"a\"}\n", 1000), "all.jsonl, record 1, names: are missing"},
	} {
		got, left, err := read(write(t, c.name, c.content))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: told %v, not %q", c.name, err, c.want)
		}
		if len(got) > 1 || len(left) > 0 {
			t.Errorf("%s: read %d records, and told %q", c.name, len(got), left)
		}
	}
	if _, _, err := read("-"); err == nil || !strings.Contains(err.Error(), "standard input") {
		t.Errorf("standard input: %v", err)
	}
	if _, _, err := read(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a file that is not there is read")
	}
	// What is wrong in one record leaves the others.
	got, left, err := read(write(t, "mixed.json", `[{"id": "a", "names": []}, {"id": "b", "status": "gone", "name": "B"}, {"id": "c", "name": "C", "country": {"country_code": "XQ"}}, {"id": 5}, `+charles1+"]"))
	if err != nil || len(got) != 1 || got[0].Place != "record 5" {
		t.Errorf("mixed: %v, %v", got, err)
	}
	for i, want := range []string{"record 1, names: are missing", `record 2, status: "gone" is not known`, `record 3, country_code: "XQ" is no code`, "record 4, id: a JSON number cannot stand here"} {
		if len(left) != 4 || !strings.Contains(left[i], want) {
			t.Fatalf("told %q, not %q", left, want)
		}
	}
}

func FuzzRegister(f *testing.F) {
	f.Add(charles2, false)
	f.Add("["+charles1+"]", false)
	f.Add("[{\"id\": \"a\", \"external_ids\": {\"GRID\": {\"all\": 5}}, \"links\": [[]]}]", false)
	f.Add("id,name,country\nR1,A (Germany),DE\nR1,\"b", true)
	f.Add("id\tname\tcountry\turl\n\xff\t(\t)\t\n", true)
	f.Fuzz(func(t *testing.T, content string, table bool) {
		name := "x.json"
		if table {
			name = "x.csv"
		}
		records, _, err := read(write(t, name, content))
		if err == nil && len(records) == 0 {
			t.Error("nothing is read, and nothing told")
		}
		for _, r := range records {
			if r.ID == "" || r.Place == "" || len(r.Names) == 0 && r.Status != register.Withdrawn {
				t.Errorf("told %+v", r)
			}
		}
	})
}
