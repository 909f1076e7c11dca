package table

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"clustergraph/internal/ingest"
)

// What the ready mappings tell of tables written by hand.
func TestReadyMappings(t *testing.T) {
	members := map[string]string{"network": "3B ICT Clusters' Network", "kinds": "Cluster", "retrieved": "2026-01-31"}
	projects := map[string]string{"name": "Projects of the cluster"}
	kumu := map[string]string{"map": "Ecosystem of Sofia"}
	for _, c := range []struct {
		golden, mapping string
		params          map[string]string
		files           []string
	}{
		{"members", "members", members, []string{"members.csv"}},
		{"members-jsonl", "members", map[string]string{"network": "A Cluster", "kind": "Cluster"}, []string{"members.jsonl"}},
		{"projects-with-partners", "projects-with-partners", projects, []string{"projects.csv"}},
		{"urbact-networks", "urbact-networks", nil, []string{"urbact-networks.csv"}},
		{"urbact-membership", "urbact-membership", nil, []string{"urbact-membership.csv"}},
		{"kumu", "kumu", kumu, []string{"kumu-connections.csv", "kumu-elements.csv"}},
	} {
		t.Run(c.golden, func(t *testing.T) {
			for i := range c.files {
				c.files[i] = filepath.Join("testdata", c.files[i])
			}
			compare(t, c.golden, readAs(t, c.mapping, c.params, c.files...).text.Bytes())
		})
	}
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("it is not %s; with -update it becomes\n%s", file, got)
	}
}

// A Kumu workbook says what its two sheets say as files, and tells that another is not read.
func TestKumuWorkbook(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for _, sheet := range []struct{ name, file string }{{"Sheet1", "kumu-connections.csv"}, {"Our elements", "kumu-elements.csv"}, {"Notes (ignore)", ""}} {
		if _, err := book.NewSheet(sheet.name); err != nil {
			t.Fatal(err)
		}
		rows := [][]any{{"This is about", "nothing"}}
		if sheet.file != "" {
			rows = nil
			for _, line := range bytes.Split(bytes.TrimSpace(slurp(t, filepath.Join("testdata", sheet.file))), []byte("\n")) {
				var row []any
				for _, cell := range bytes.Split(line, []byte(",")) {
					row = append(row, string(cell))
				}
				rows = append(rows, row)
			}
		}
		for i, row := range rows {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetSheetRow(sheet.name, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "map.xlsx")
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	params := map[string]string{"map": "Ecosystem of Sofia"}
	got, want := readAs(t, "kumu", params, file), readAs(t, "kumu", params, "testdata/kumu-elements.csv", "testdata/kumu-connections.csv")
	const others = "is not read: it does not have the columns that the mapping reads"
	if p := got.rejected[0]; p.At != (ingest.Place{File: file, Sheet: "Notes (ignore)"}) || p.Why != others {
		t.Errorf("of the other sheet it tells: %s", p)
	}
	sheets := bytes.NewBuffer(bytes.TrimPrefix(got.text.Bytes(), fmt.Appendf(nil, "rejected: %s, sheet Notes (ignore): %s\n", file, others)))
	for _, s := range []struct{ sheet, file string }{{file + ", sheet Our elements", "testdata/kumu-elements.csv"}, {file + ", sheet Sheet1", "testdata/kumu-connections.csv"}} {
		sheets = bytes.NewBuffer(bytes.ReplaceAll(sheets.Bytes(), []byte(s.sheet), []byte(s.file)))
	}
	if sheets.String() != want.text.String() {
		t.Errorf("the workbook says\n%s\nand the files\n%s", sheets, &want.text)
	}
}

// A mapping of one table reads the sheets that have its columns, behind an empty one and another.
func TestTheSheetThatHasTheColumns(t *testing.T) {
	book := excelize.NewFile() // with an empty sheet
	defer book.Close()
	for _, sheet := range []struct {
		name string
		rows [][]any
	}{{"About", [][]any{{"Members of", "ours"}, {"Lantern Ltd", 2}}}, {"List", [][]any{{"Name", "Country"}, {"Wick Works", "BG"}}}, {"More", [][]any{{"Country", "Name"}, {"RO", "Hub"}}}} {
		if _, err := book.NewSheet(sheet.name); err != nil {
			t.Fatal(err)
		}
		for i, row := range sheet.rows {
			if err := book.SetSheetRow(sheet.name, fmt.Sprint("A", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "members.xlsx")
	if err := book.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	got := readAs(t, "members", map[string]string{"network": "Ours"}, file)
	if text := got.text.String(); !strings.Contains(text, `"Wick Works" (name:wick-works-bg) -MEMBER_OF-> Network "Ours" @ members.xlsx List row 2`) ||
		!strings.Contains(text, `"Hub" (name:hub-ro) -MEMBER_OF-> Network "Ours" @ members.xlsx More row 2`) || strings.Contains(text, "Lantern") {
		t.Errorf("it reads\n%s", text)
	}
	if len(got.rejected) != 1 || got.rejected[0].At.Sheet != "About" {
		t.Errorf("of the other sheet it tells: %v", got.rejected)
	}
}

func slurp(t *testing.T, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
