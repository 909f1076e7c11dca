package tabular

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// saved is a workbook as bytes.
func saved(t *testing.T, fill func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	fill(book)
	var b bytes.Buffer
	must(t, book.Write(&b))
	must(t, book.Close())
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	book := saved(t, func(book *excelize.File) {
		const sheet = "Sheet1"
		format := func(code string) int {
			id, err := book.NewStyle(&excelize.Style{CustomNumFmt: &code})
			must(t, err)
			return id
		}
		builtin := func(number int) int {
			id, err := book.NewStyle(&excelize.Style{NumFmt: number})
			must(t, err)
			return id
		}
		must(t, book.SetSheetRow(sheet, "A3", &[]any{" Name ", "Start", "Budget", "SME"}))
		must(t, book.SetSheetRow(sheet, "A4", &[]any{"ICT Cluster", 38383, 49597.57, true, "note"}))
		must(t, book.SetSheetRow(sheet, "A6", &[]any{"x\ny", nil, 0.1}))
		// One value, by column, in each form.
		for i, c := range []struct {
			value any
			style int
		}{
			{38383, builtin(14)}, {38383, format("dd/mm/yyyy")}, {38383, format("d mmm yyyy")}, {38383, format("mm/dd/yy")}, {38383, format("[$-409]mmmm d, yyyy;@")}, {38383, format("mmm-yy")}, {38383, format("mmmm yyyy")},
			{38383, format("yyyy")}, {38383.5, builtin(22)}, {38383, format("yyyy-mm-dd")}, {38383, format("dddd, d mmmm yyyy")},
			{38383, 0}, {1234.5, format("#,##0.00 [$€-407]")}, {0.125, builtin(10)}, {1234, format("00000")}, {94.1, format("0.00")}, {12.34, format("0")}, {0.1 + 0.2, 0}, {-5, 0}, {1e15, 0}, {"007", 0}, {1500000, builtin(11)}, {2005, 0},
			{"31/01/2005", 0}, {0.5, format("hh:mm")},
		} {
			at, err := excelize.CoordinatesToCellName(i+1, 1)
			must(t, err)
			_, err = book.NewSheet("forms")
			must(t, err)
			must(t, book.SetCellValue("forms", at, c.value))
			must(t, book.SetCellStyle("forms", at, at, c.style))
		}
		dates := format("dd/mm/yyyy")
		must(t, book.SetCellStyle(sheet, "B4", "B4", dates))
	})
	name := write(t, filepath.Join(t.TempDir(), "book.xlsx"), book)
	for _, args := range [][]string{{name}, {"-"}} {
		files, err := Find(args, Options{Stdin: bytes.NewReader(book)})
		must(t, err)
		rows := open(t, files[0], RowOptions{})
		want(t, rows.Columns(), "Name", "Start", "Budget", "SME")
		want(t, told(t, rows), "4: ICT Cluster|2005-01-31|49597.57|TRUE|note", "6: x\ny||0.1")
	}
	files, err := Find([]string{name}, Options{})
	must(t, err)
	want(t, told(t, open(t, files[0], RowOptions{Sheet: "FORMS ", NoHeader: true})),
		"1: 2005-01-31|2005-01-31|2005-01-31|2005-01-31|2005-01-31|2005-01|2005-01|2005|2005-01-31 12:00:00|2005-01-31|2005-01-31|"+
			"38383|1234.5|0.125|01234|94.10|12.34|0.3|-5|1000000000000000|007|1500000|2005|31/01/2005|0.5")
	if _, err := files[0].Open(context.Background(), RowOptions{Sheet: "partners"}); err == nil || !strings.Contains(err.Error(), `no sheet "partners", but Sheet1, forms`) {
		t.Errorf("a sheet that is not there opens with %v", err)
	}
}

func TestDatesCountedFrom1904(t *testing.T) {
	book := saved(t, func(book *excelize.File) {
		yes := true
		must(t, book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		must(t, book.SetSheetRow("Sheet1", "A1", &[]any{"day"}))
		must(t, book.SetCellValue("Sheet1", "A2", time.Date(2005, 1, 31, 0, 0, 0, 0, time.UTC)))
	})
	want(t, told(t, open(t, piped(t, string(book), Options{}), RowOptions{})), "2: 2005-01-31")
}

// Without a name the first sheet counts that holds anything.
func TestEmptySheetsComeFirst(t *testing.T) {
	book := saved(t, func(book *excelize.File) {
		for _, name := range []string{"Empty", "Data", "More"} {
			_, err := book.NewSheet(name)
			must(t, err)
		}
		must(t, book.SetSheetRow("Data", "A1", &[]any{"a"}))
		must(t, book.SetSheetRow("Data", "A2", &[]any{"1"}))
	})
	files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "x.xlsx"), book)}, Options{})
	must(t, err)
	rows, err := files[0].Open(context.Background(), RowOptions{})
	must(t, err)
	defer rows.Close()
	want(t, rows.Sheets(), "Data", "More")
	row, err := rows.Next()
	must(t, err)
	want(t, row.Values, "1")
}

func TestWorkbooksThatCannotBeRead(t *testing.T) {
	empty := saved(t, func(*excelize.File) {})
	large := saved(t, func(book *excelize.File) {
		for i := 1; i <= 200; i++ {
			must(t, book.SetSheetRow("Sheet1", fmt.Sprint("A", i), &[]any{strings.Repeat(fmt.Sprint(i, " "), 1000)}))
		}
	})
	damaged := bytes.Clone(large)
	for i := range 20 {
		damaged[len(damaged)/2+i] ^= 0x55
	}
	d := t.TempDir()
	for name, c := range map[string]struct {
		content []byte
		why     string
	}{
		"damaged.xlsx": {damaged, "is damaged"},
		"empty.xlsx":   {empty, "no header"}, "text.xlsx": {[]byte("a;b\n"), "no xlsx"}, "cut.xlsx": {empty[:len(empty)/2], "no xlsx"}, "zip.xlsx": {zipped(t, nil, "a.csv", "a;b\n"), "something else than a workbook"}, "large.xlsx": {large, "too much for its packed size"},
	} {
		files, err := Find([]string{write(t, filepath.Join(d, name), c.content)}, Options{MostBytes: 64 << 10})
		must(t, err)
		rows, err := files[0].Open(context.Background(), RowOptions{})
		if err == nil {
			rows.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.why) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s opens with %v", name, err)
		}
	}
}

// book is a workbook of one sheet, of which the rows are as they stand in its part.
func book(t *testing.T, rows string) []byte {
	t.Helper()
	b := excelize.NewFile()
	b.Sheet.Delete("xl/worksheets/sheet1.xml") // it would be written instead
	b.Pkg.Store("xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+rows+`</sheetData></worksheet>`))
	var out bytes.Buffer
	must(t, b.Write(&out))
	must(t, b.Close())
	return out.Bytes()
}

func inline(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }

// A sheet whose XML is broken is told as that; it does not end there.
func TestSheetsThatAreBroken(t *testing.T) {
	head := "<row>" + inline("a") + "</row>"
	for why, rows := range map[string]string{
		"invalid character entity": head + "<row>" + inline("R&D;") + "</row><row>" + inline("x") + "</row>",
		"illegal character code":   head + "<row>" + inline("\x01") + "</row><row>" + inline("x") + "</row>",
		"closed by":                head + "<row><c></row>",
		"too deep":                 head + strings.Repeat("<x>", 2000) + strings.Repeat("</x>", 2000),
		"beyond 1048576":           head + `<row r="1048576">` + inline("x") + `</row><row r="1048577">` + inline("y") + "</row>",
	} {
		rows, err := piped(t, string(book(t, rows)), Options{}).Open(t.Context(), RowOptions{})
		for err == nil {
			_, err = rows.Next()
		}
		if !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", why, err)
		}
	}
}

// Cells that share one long text say more than a workbook may hold.
func TestSheetsThatSayTooMuch(t *testing.T) {
	content := saved(t, func(b *excelize.File) {
		must(t, b.SetCellStr("Sheet1", "A1", "a"))
		for i := range 200 {
			must(t, b.SetCellStr("Sheet1", fmt.Sprint("A", i+2), strings.Repeat("x", 10_000)))
		}
	})
	rows, err := piped(t, string(content), Options{MostBytes: 1 << 20}).Open(t.Context(), RowOptions{})
	must(t, err)
	read := 0
	for ; err == nil; read++ {
		_, err = rows.Next()
	}
	if !strings.Contains(err.Error(), "says too much") || read < 100 || read > 110 {
		t.Errorf("after %d rows of 10000 bytes comes %v", read, err)
	}
}

// A formula that nobody worked out is told, once it is asked for; one whose value is an empty text is not.
func TestFormulasWithoutValues(t *testing.T) {
	content := book(t, "<row>"+inline("a")+inline("b")+inline("c")+"</row>"+
		`<row><c><f>1+1</f></c><c t="str"><f>"x"</f><v>x</v></c><c t="str"><f>""</f><v></v></c></row>`+
		`<row r="4"><c r="C4"><f>1+1</f><v/></c></row>`+
		"<row>"+inline("x")+"</row>")
	files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "x.xlsx"), content)}, Options{})
	must(t, err)
	for range 2 { // it is looked through when it is opened first
		rows := open(t, files[0], RowOptions{})
		var got []string
		for {
			row, err := rows.Next()
			if err == io.EOF {
				break
			}
			must(t, err)
			said := fmt.Sprintf("%d: %s|%s|%s", row.Line, row.Named("a"), row.Named("b"), row.Named("c"))
			row.Named("a") // asked again
			for _, n := range row.Notes() {
				said += fmt.Sprintf(" (%s %.12s)", n.Column, n.Why)
			}
			got = append(got, said)
		}
		want(t, got, "2: |x| (a is a formula)", "4: || (c is a formula)", "5: x||")
	}
}

// Whatever stands in the parts of a workbook, reading ends.
func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c></row>`))
	f.Add([]byte(`<row r="9999999"/><row><c r="ZZZZ1" s="99" t="s"><v>-1</v></c></row>`))
	f.Fuzz(func(t *testing.T, rows []byte) {
		if len(rows) > 1<<10 {
			return
		}
		table, err := piped(t, string(book(t, string(rows))), Options{}).Open(context.Background(), RowOptions{})
		if err != nil {
			return
		}
		for n := 0; table.ended == nil && n < 2_000_000; n++ {
			table.Next()
		}
		if table.ended == nil {
			t.Error("reading does not end")
		}
		table.Close()
	})
}
