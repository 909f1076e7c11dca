package tabular

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// piped is a table that comes by standard input.
func piped(t testing.TB, table string, o Options) File {
	t.Helper()
	o.Stdin = strings.NewReader(table)
	files, err := Find([]string{"-"}, o)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return files[0]
}

// told is what Rows tell, row by row: "2: a|b", or "3! why" of a Fault.
func told(t testing.TB, rows *Rows) []string {
	t.Helper()
	var out []string
	for {
		row, err := rows.Next()
		var fault *Fault
		switch {
		case err == io.EOF:
			return out
		case errors.As(err, &fault):
			why := fault.Why
			if fault.Column != "" {
				why = fault.Column + " " + why
			}
			out = append(out, fmt.Sprintf("%d! %s", fault.Line, why))
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Values, "|")))
		}
	}
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-) and got (+):\n%s", diff)
	}
}

const (
	openQuote  = "a quote is opened and not closed; close it, or double it"
	strayQuote = "a quote is not closed, or stands within a field; close it, or double it"
)

func width(has, header int) string {
	if has == 1 {
		return fmt.Sprintf("has 1 field, and the header %d; quote fields that hold the delimiter or a line break", header)
	}
	return fmt.Sprintf("has %d fields, and the header %d; quote fields that hold the delimiter or a line break", has, header)
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		table string
		want  []string
	}{
		"mixed line ends":              {"a;b\r\n1;2\n3;4\r\n5;6", []string{"2: 1|2", "3: 3|4", "4: 5|6"}},
		"old line ends":                {"a;b\r1;2\r3;4", []string{"2: 1|2", "3: 3|4"}},
		"line breaks in fields":        {"a;b\n\"1\r\n\n2\";3\n4;5\n", []string{"2: 1\n\n2|3", "5: 4|5"}},
		"blank lines":                  {"\n\r\na;b\n\n1;2\n\r\n\n3;4\n\n", []string{"5: 1|2", "8: 3|4"}},
		"too few fields":               {"a;b;c\n1;2;3\n1;2\n4;5;6\n", []string{"2: 1|2|3", "3! " + width(2, 3), "4: 4|5|6"}},
		"too many fields":              {"a;b\n1;2;3\n4;5\n", []string{"2! " + width(3, 2), "3: 4|5"}},
		"too many, but empty":          {"a;b\n1;2;;\n4;5; \n", []string{"2: 1|2", "3: 4|5"}},
		"a header that ends with ;":    {"a;b;\n1;2\n3;4;\n", []string{"2: 1|2", "3: 3|4"}},
		"a quote left open":            {"a;b\n1;2\n3;\"4\n5;6\n7;8\n", []string{"2: 1|2", "3! " + openQuote, "4: 5|6", "5: 7|8"}},
		"and all quoted":               {"\"a\";\"b\"\n\"1\";\"2\n\"3\";\"4\"\n\"5\";\"6\"\n", []string{"2! " + openQuote, "3: 3|4", "4: 5|6"}},
		"and before the delimiter":     {"\"a\";\"b\"\n\"1;\"2\"\n\"3\";\"4\"\n", []string{"2! " + strayQuote, "3: 3|4"}},
		"and closed by another":        {"a;b;c\n1;\"2;3\n4;5;6\n7;8;9\" x\"\n10;11;12\n", []string{"2! " + openQuote, "3: 4|5|6", "4: 7|8|9\" x\"", "5: 10|11|12"}},
		"and closed well by another":   {"a;b;c\n1;\"2;3\n4;5;6\n7;8\";9\n10;11;12\n13;\"14\";15", []string{"2: 1|2;3\n4;5;6\n7;8|9", "5: 10|11|12", "6: 13|14|15"}},
		"and closed to another width":  {"a;b;c\n1;\"2;3\n4;5;6\n7;\"8\n10;11;12\n", []string{"2! " + openQuote, "3: 4|5|6", "4! " + openQuote, "5: 10|11|12"}},
		"in the last line":             {"a;b\n1;2\n3;\"4\n", []string{"2: 1|2", "3! " + strayQuote}},
		"in many lines":                {"a;b\n1;\"2\n3;\"4\n5;\"6\n7;8\n", []string{"2! " + openQuote, "3! " + openQuote, "4! " + openQuote, "5: 7|8"}},
		"a broken field of many lines": {"a;b\n\"1\n\"x\" y\";2\nz\"w;3\n4;5\n", []string{"2! " + openQuote, "3! " + strayQuote, "4! " + strayQuote, "5: 4|5"}},
		"and its rest as wide":         {"a;b\n\"say \"hi\" and\nleave\";\"2\"\n4;5\n5\" pipe;6\n", []string{"2! " + strayQuote, "3! " + strayQuote, "4: 4|5", "5: 5\" pipe|6"}},
		"wide, of many lines":          {"a;b\n1;\"2\nx\";3\n4;5\n", []string{"2! " + width(3, 2), "4: 4|5"}},
		"quotes within fields":         {"a;b\n5\" pipe;say \"hi\"\n\"ACME \"Best\" Ltd\";x\n„typographic\";y\n", []string{"2: 5\" pipe|say \"hi\"", "3: ACME \"Best\" Ltd|x", "4: „typographic\"|y"}},
		"a space before a quote":       {"a, b\n1, \"2, 3\"\n", []string{"2: 1|2, 3"}},
		"only a header":                {"a;b\n", nil},
		"fields that are empty":        {"a;b\n;\n\"\";\n", []string{"2: |", "3: |"}},
		"a separator line":             {"sep=|\r\na;b|c\n1|2\n", []string{"3: 1|2"}},
		"a NUL byte":                   {"a;b\n1;x\x00y\n3;4\n", []string{"2! b holds a NUL byte; take it out", "3: 3|4"}},
		"one column":                   {"name\nA, B\nC\n", []string{"2: A, B", "3: C"}},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, told(t, open(t, piped(t, c.table, Options{}), RowOptions{})), c.want...)
		})
	}
}

// What is to be told of a table as a whole: an encoding that is not sure, columns that stand there
// again and were asked for. Neither is where nothing is in doubt.
func TestNotes(t *testing.T) {
	for _, c := range []struct {
		table string
		o     RowOptions
		want  []string
	}{
		{"a;b;A ;b\n1;2;3;4\n", RowOptions{}, []string{`a  stands there again, as "A": the first one is read`}},
		{"a;b\n1;2\nS\xf3dovy;\xa3\xf3d\x9f\n", RowOptions{}, []string{"a Sódovy is not UTF-8, and read as Windows-1252, like all of the file; if that reads wrong, save it as UTF-8, or name its encoding in a mapping"}},
		{"a;b\n1;2\nS\xf3dovy;\xa3\xf3d\x9f\n", RowOptions{Encoding: "windows-1250"}, nil},
		{"a;b\nSódovy;2\n", RowOptions{}, nil},
	} {
		rows := open(t, piped(t, c.table, Options{}), c.o)
		rows.Column("a")
		told(t, rows)
		var got []string
		for _, n := range rows.Notes() {
			got = append(got, n.Column+" "+n.Text+" "+n.Why)
		}
		want(t, got, c.want...)
	}
}

// An array of objects is told from objects line by line.
func TestArray(t *testing.T) {
	files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "a.json"), []byte(`[{"a": 1}]`))}, Options{})
	must(t, err)
	if _, err := files[0].Open(t.Context(), RowOptions{}); err == nil || !strings.Contains(err.Error(), "write one object a line") {
		t.Errorf("an array opens with %v", err)
	}
}

func TestSkipRows(t *testing.T) {
	for _, c := range []struct {
		table string
		skip  int
		want  []string
	}{
		{"x \"y\n\n\na;b\n1;2\n", 3, []string{"header 4", "5: 1|2"}},
		{"x,x,x,x\r\na;b\r\n1;2\r\n", 1, []string{"header 2", "3: 1|2"}},
		{"x\ra;b\r1;2\r", 1, []string{"header 2", "3: 1|2"}},
		{"sep=|\nx\na|b\n1|2\n", 2, []string{"header 3", "4: 1|2"}},
		{strings.Repeat("x", 1<<20) + "\na;b\n1;2\n", 1, []string{"header 2", "3: 1|2"}},
		{"x\n\na;b\n1;2\n", 1, []string{"header 3", "4: 1|2"}},
		{"a;b\n1;2\n", 0, []string{"header 1", "2: 1|2"}},
	} {
		rows := open(t, piped(t, c.table, Options{}), RowOptions{SkipRows: c.skip})
		want(t, append([]string{fmt.Sprint("header ", rows.Header())}, told(t, rows)...), c.want...)
	}
	if _, err := piped(t, "x\ny\n", Options{}).Open(t.Context(), RowOptions{SkipRows: 2}); !errors.Is(err, ErrEmpty) {
		t.Errorf("behind all rows: %v", err)
	}
}

func TestHeader(t *testing.T) {
	rows := open(t, piped(t, "\ufeff Project ID ;start_date;Name;name;;City.Statut\n1; 2 ;3;4;5;6\n", Options{}), RowOptions{})
	want(t, rows.Columns(), "Project ID", "start_date", "Name", "name", "", "City.Statut")
	for want, names := range map[int][]string{0: {"projectID"}, 1: {"x", "Start-Date"}, 2: {"NAME", "projectID"}, 5: {"city.statut"}, -1: {"", "y"}} {
		if got := rows.Column(names...); got != want {
			t.Errorf("%q is column %d, want %d", names, got, want)
		}
	}
	row, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	if row.At(1) != "2" || row.At(-1) != "" || row.At(6) != "" || row.Named("project-id") != "1" || row.Named("none") != "" {
		t.Errorf("values of %q are %q %q", row.Values, row.At(1), row.Named("project-id"))
	}

	rows = open(t, piped(t, "x;y\n1;2\n", Options{}), RowOptions{NoHeader: true})
	want(t, rows.Columns(), "1", "2")
	want(t, told(t, rows), "1: x|y", "2: 1|2")

	for table, why := range map[string]string{"": "no header", "\n\n": "no header", "\xef\xbb\xbf": "no header", "\"a;b\n1;2\n": "header", "\x1f\x8b\x08": "gzip", "\xd0\xcf\x11\xe0": "password",
		"a;b\x00\x00\x00\x00\x00\x00\x01\x00": "not text"} {
		_, err := piped(t, table, Options{}).Open(context.Background(), RowOptions{})
		if err == nil || !strings.Contains(err.Error(), why) || !strings.HasPrefix(err.Error(), "standard input: ") || errors.Is(err, ErrEmpty) != (why == "no header") {
			t.Errorf("%q opens with %v", table, err)
		}
	}
}

func TestDelimiter(t *testing.T) {
	for table, columns := range map[string]int{
		"a,b,c\n1,2,3\n": 3, "a\tb\n1\t\n": 2, "a|b\n1|2\n": 2, "a;b\n1,5;2,5\n3,5;4\n": 2, "a;b\n": 2, "a, with comma;b;c\n1;2;3\n": 3,
		"\"a;b\",c\n\"1;2\",3\n": 2, "a;b;c\n1;2\n1,2;3;4\n1,2;3,3;4\n": 3, "a\n1\n": 1,
	} {
		if got := open(t, piped(t, table, Options{}), RowOptions{}).Columns(); len(got) != columns {
			t.Errorf("%q has columns %q, want %d", table, got, columns)
		}
	}
	rows := open(t, piped(t, "a,b;c\n1,2;3\n", Options{}), RowOptions{Delimiter: ','})
	want(t, rows.Columns(), "a", "b;c")
	if _, err := piped(t, "a,b", Options{}).Open(context.Background(), RowOptions{Delimiter: '"'}); err == nil {
		t.Error("a quote is taken as delimiter")
	}
}

func TestEncodings(t *testing.T) {
	const table = "stadt;Größe\nKöln;1\nSão Paulo — „x“;2\n"
	for name, e := range map[string]encoding.Encoding{
		"utf-8": unicode.UTF8, "utf-8 with BOM": unicode.UTF8BOM, "windows-1252": charmap.Windows1252,
		"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"utf-16le, no BOM": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16be, no BOM": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	} {
		encoded, err := e.NewEncoder().String(table)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			rows := open(t, piped(t, encoded, Options{}), RowOptions{})
			want(t, rows.Columns(), "stadt", "Größe")
			want(t, told(t, rows), "2: Köln|1", "3: São Paulo — „x“|2")
		})
	}
	for name, e := range map[string]encoding.Encoding{"windows-1251": charmap.Windows1251, "ISO-8859-5": charmap.ISO8859_5, "KOI8-R": charmap.KOI8R, "utf-8": unicode.UTF8, "cp1251": charmap.Windows1251} {
		encoded, err := e.NewEncoder().String("a;b\nСофия;1\n")
		if err != nil {
			t.Fatal(err)
		}
		want(t, told(t, open(t, piped(t, encoded, Options{}), RowOptions{Encoding: name})), "2: София|1")
	}
	if _, err := piped(t, "a", Options{}).Open(context.Background(), RowOptions{Encoding: "klingon"}); err == nil || !strings.Contains(err.Error(), `"klingon" is not known`) {
		t.Errorf("an unknown encoding opens with %v", err)
	}
}

// A byte that is wrong costs its row, wherever it stands; a file that shows only late that it
// is not UTF-8 is read all the same.
func TestInvalidBytes(t *testing.T) {
	many := strings.Repeat("1;plain\n", sample/8+1)
	last := func(table string, o RowOptions) string {
		all := told(t, open(t, piped(t, table, Options{}), o))
		return strings.Join(all[max(0, len(all)-2):], ", ")
	}
	line := fmt.Sprint(sample/8 + 3)
	next := fmt.Sprint(sample/8 + 4)
	for table, want := range map[string]string{
		"a;bé\n" + many + "2;x\xffy\n3;é\n":    line + "! bé is not valid UTF-8; repair it, or name the file's encoding, " + next + ": 3|é",
		"a;b\n" + many + "2;K\xf6ln\n3;\x80\n": line + ": 2|Köln, " + next + ": 3|€",
		"a;b\n" + many + "2;Köln\n3;\x80\n":    line + ": 2|Köln, " + next + "! b is not valid UTF-8; repair it, or name the file's encoding",
		"a;b\n1;éèà\n2;\xff\n":                 "2: 1|éèà, 3! b is not valid UTF-8; repair it, or name the file's encoding",
		"a;b\n1;\xe9\n2;\x81\n":                "2: 1|é, 3! b is neither UTF-8 nor Windows-1252; name the file's encoding",
	} {
		if got := last(table, RowOptions{}); got != want {
			t.Errorf("%q is told, want %q", got, want)
		}
	}
	encoded, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("a;b\n1;x\n2;y\n")
	broken := strings.Replace(encoded, "x\x00", "\x00\xd8", 1) // half of a pair
	if got := last(broken, RowOptions{}); got != "2! b is not valid in the file's encoding; repair it, or name another, 3: 2|y" {
		t.Errorf("half of a pair is told as %q", got)
	}
}

func TestLimits(t *testing.T) {
	o := Options{MostField: 100, MostRow: 1000}
	long := strings.Repeat("x", 101)
	longer := strings.Repeat("x", 200_000)
	want(t, told(t, open(t, piped(t, "a;b\n1;"+long+"\n2;y\n", o), RowOptions{})), "2! b has more than 100 bytes", "3: 2|y")
	want(t, told(t, open(t, piped(t, "a;b\n1;"+longer+"\n2;y\n", o), RowOptions{})), "2! has more than 1000 bytes", "3: 2|y")
	want(t, told(t, open(t, piped(t, "a;b\n1;"+longer, o), RowOptions{})), "2! has more than 1000 bytes")
	got := told(t, open(t, piped(t, "a;b\n1;\"2\n"+strings.Repeat("3;4\n", 500), o), RowOptions{}))
	if len(got) != 501 || got[0] != "2! "+openQuote || got[1] != "3: 3|4" || got[500] != "502: 3|4" {
		t.Errorf("an open quote before 500 rows gives %d, of which %q", len(got), got[0])
	}
	want(t, told(t, open(t, piped(t, `{"a":1}`+"\n"+`{"a":"`+longer+`"}`+"\n"+`{"a":2}`+"\n"+`{"a":"`+long+`"}`, o), RowOptions{})),
		"1: 1", "2! has more than 1000 bytes", "3: 2", "4! a has more than 100 bytes")
}

func TestFaultTellsWhere(t *testing.T) {
	rows := open(t, piped(t, "a;b\n1\n", Options{}), RowOptions{})
	_, err := rows.Next()
	if err == nil || err.Error() != `standard input, line 2: `+width(1, 2)+`: "1"` {
		t.Errorf("told is %v", err)
	}
	if _, err := rows.Next(); err != io.EOF {
		t.Errorf("after the last row comes %v", err)
	}
	if _, err := rows.Next(); err != io.EOF {
		t.Errorf("after the end comes %v", err)
	}
}

func TestJSONLines(t *testing.T) {
	rows := open(t, piped(t, strings.Join([]string{
		``,
		`{"id":1,"name":"Ü\nx","sme":true,"none":null,"geo":{"lat":50.10,"in":{"x":1}},"tags":["a",2,null,"b"]}`,
		`{"name":"y","new":"late","parts":[{"p":1}]}`,
		`[1]`,
		`{"id":`,
		`{"id":1,"id":2}`,
		`{"id":3} {}`,
		"{\"id\":\"\xff\"}",
		`{"id":9007199254740993}`,
	}, "\r\n"), Options{}), RowOptions{})
	want(t, rows.Columns(), "id", "name", "sme", "none", "geo.lat", "geo.in.x", "tags")
	row, err := rows.Next()
	if err != nil {
		t.Fatal(err)
	}
	want(t, row.Values, "1", "Ü\nx", "true", "", "50.10", "1", "a; 2; b")
	if row, err = rows.Next(); err != nil || row.Line != 3 || row.Named("NEW") != "late" || row.Named("id") != "" || row.Named("parts") != `[{"p":1}]` {
		t.Errorf("the second object is read as %q, %v", row.Values, err)
	}
	for line := 4; line <= 8; line++ {
		var fault *Fault
		if _, err := rows.Next(); !errors.As(err, &fault) || fault.Line != line {
			t.Errorf("line %d is read as %v", line, err)
		}
	}
	if row, err := rows.Next(); err != nil || row.Named("id") != "9007199254740993" || row.Named("new") != "" {
		t.Errorf("the last object is read as %q, %v", row.Values, err)
	}
	if _, err := rows.Next(); err != io.EOF {
		t.Error(err)
	}
}

func TestJSONLinesWhoseFirstLinesAreBroken(t *testing.T) {
	got := told(t, open(t, piped(t, "{x\n{\"a\":1}\n{\"a\":2}\n", Options{}), RowOptions{}))
	if len(got) != 3 || !strings.HasPrefix(got[0], "1! ") || got[1] != "2: 1" || got[2] != "3: 2" {
		t.Errorf("told is %q", got)
	}
	_, err := piped(t, strings.Repeat("{\n\"a\": 1\n}\n", 100), Options{}).Open(context.Background(), RowOptions{})
	if err == nil || !strings.Contains(err.Error(), "one object a line") {
		t.Errorf("JSON over several lines opens with %v", err)
	}
}

func TestProgressAndCancellation(t *testing.T) {
	table := "a;b\n" + strings.Repeat("1;2\n", 500_000)
	var shown, seen []int64
	f := piped(t, table, Options{}).Watched(func(n int64) { seen = append(seen, n) })
	if n := len(told(t, open(t, f, RowOptions{Progress: func(n int64) { shown = append(shown, n) }}))); n != 500_000 {
		t.Errorf("%d rows", n)
	}
	if len(shown) < 5 || !slices.IsSorted(shown) || shown[len(shown)-1] != int64(len(table)) || !slices.Equal(shown, seen) {
		t.Errorf("told are %v and %v, want steps up to %d", shown, seen, len(table))
	}

	ctx, cancel := context.WithCancelCause(context.Background())
	rows, err := piped(t, table, Options{}).Open(ctx, RowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	reason := errors.New("enough")
	cancel(reason)
	for err == nil {
		_, err = rows.Next()
	}
	if !errors.Is(err, reason) {
		t.Errorf("cancelled, reading ends with %v", err)
	}
}

// A stream of any length is read in the same memory, even with faults in it.
func TestMemoryDoesNotGrow(t *testing.T) {
	line := "1;\"" + strings.Repeat("text ", 40) + "\"\n"
	broken := "1;\"" + strings.Repeat("text ", 40) + "\n"
	parts := []io.Reader{strings.NewReader("a;b\n")}
	for range 150 {
		parts = append(parts, strings.NewReader(strings.Repeat(line, 1000)+broken+broken))
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	files, err := Find([]string{"-"}, Options{Stdin: io.MultiReader(parts...)})
	if err != nil {
		t.Fatal(err)
	}
	rows := open(t, files[0], RowOptions{})
	before, good, bad := heap(), 0, 0
	for {
		_, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			bad++
			continue
		}
		if good++; good%50_000 == 0 {
			if now := heap(); now > before+2<<20 {
				t.Errorf("after %d rows, %d bytes more are in use", good, now-before)
			}
		}
	}
	if good != 150_000 || bad != 300 {
		t.Errorf("%d rows and %d faults", good, bad)
	}
}

// Whatever the bytes, reading ends, and what is told is valid text in as many columns as there
// are, by growing line numbers. What encoding/csv writes is read back as it reads it.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "a,b\n\"1\n2\",\"3\n4,5\n", "\xff\xfea\x00;\x00b\x00", "a\tb\r\n\"x\" y\t2\r3", "{\"a\":{\"b\":[1,2]}}\n{}\n", "sep=,\na,b\n\x00,\xff\n", "a;b\n\"\n\"\"\n;\"x"} {
		f.Add([]byte(s), byte(0))
		f.Add([]byte(s), byte(3))
	}
	f.Fuzz(func(t *testing.T, table []byte, how byte) {
		o := RowOptions{NoHeader: how&1 != 0}
		if how&2 != 0 {
			o.Delimiter = ','
		}
		if how&4 != 0 {
			o.Encoding = "windows-1251"
		}
		limits := Options{MostField: 64, MostRow: 256}
		if rows, err := piped(t, string(table), limits).Open(context.Background(), o); err == nil {
			lines, last := bytes.Count(table, []byte("\n"))+bytes.Count(table, []byte("\r"))+1, 0
			for told := 0; ; told++ {
				row, err := rows.Next()
				if err == io.EOF {
					break
				}
				var fault *Fault
				if errors.As(err, &fault) {
					row.Line = fault.Line
				} else if err != nil {
					t.Fatal(err)
				}
				if row.Line <= last || told > lines {
					t.Fatalf("line %d comes after %d", row.Line, last)
				}
				last = row.Line
				for _, v := range row.Values {
					if !utf8.ValidString(v) {
						t.Fatalf("%q is told", v)
					}
				}
				if len(row.Values) > len(rows.Columns()) {
					t.Fatalf("%d values in %d columns", len(row.Values), len(rows.Columns()))
				}
			}
			rows.Close()
		}

		// The same bytes as fields.
		if !utf8.Valid(table) || bytes.IndexByte(table, 0) >= 0 {
			return
		}
		records := recordsOf(string(table))
		var written bytes.Buffer
		w := csv.NewWriter(&written)
		if how&8 != 0 {
			w.UseCRLF = true
		}
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		plain := csv.NewReader(bytes.NewReader(written.Bytes()))
		want, err := plain.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rows := open(t, piped(t, written.String(), Options{}), RowOptions{Delimiter: ',', Encoding: "utf-8", NoHeader: true})
		for i, want := range want {
			row, err := rows.Next()
			if err != nil || !equal(want, row.Values) {
				t.Fatalf("%q: record %d is read as %q, %v, want %q", written.String(), i, row.Values, err, want)
			}
		}
		if _, err := rows.Next(); err != io.EOF {
			t.Fatal(err)
		}
	})
}

// recordsOf cuts a text into records of two fields. The first begins with "id", for what
// begins with "{" or the signature of another format is no csv.
func recordsOf(s string) [][]string {
	fields := []string{"id"}
	for s != "" {
		n := min(len(s), 1+int(s[0])%7)
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n++
		}
		fields = append(fields, s[:n])
		s = s[n:]
	}
	if len(fields)%2 == 1 {
		fields = append(fields, "")
	}
	var records [][]string
	for pair := range slices.Chunk(fields, 2) {
		records = append(records, pair)
	}
	return records
}

// One line broken in any way costs at most itself and lines that it takes up: what stands
// well before and behind it is read.
func TestOneBrokenLine(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		quoted := random.IntN(2) == 0
		var lines []string
		for i := range 8 {
			line := fmt.Sprintf("%d;x%d;y", i, i)
			if quoted {
				line = `"` + strings.ReplaceAll(line, ";", `";"`) + `"`
			}
			lines = append(lines, line)
		}
		broken := []byte(lines[4])
		at := random.IntN(len(broken))
		switch random.IntN(3) {
		case 0:
			broken = slices.Insert(broken, at, '"')
		case 1:
			broken = slices.Delete(broken, at, at+1)
		case 2:
			broken = broken[:at+1]
		}
		lines[4] = string(broken)
		got := told(t, open(t, piped(t, "a;b;c\n"+strings.Join(lines, "\n")+"\n", Options{}), RowOptions{Delimiter: ';'}))
		for _, i := range []int{0, 1, 2, 3, 5, 6, 7} {
			if row := fmt.Sprintf("%d: %d|x%d|y", i+2, i, i); !slices.Contains(got, row) {
				t.Fatalf("%q in line 6 costs line %d: %q", broken, i+2, got)
			}
		}
	}
}

func TestFileIsOpenedAgain(t *testing.T) {
	name := filepath.Join(t.TempDir(), "Table.CSV")
	if err := os.WriteFile(name, []byte("a;b\n1;2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := Find([]string{name}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f := files[0]; f.Base != "table.csv" || f.Size != 8 || f.Sum == "" || f.Name != name {
		t.Errorf("found is %+v", f)
	}
	for range 2 {
		want(t, told(t, open(t, files[0], RowOptions{})), "2: 1|2")
	}
}

// Who stops reading does not wait for who should write, whether a first byte came or not.
func TestReadingOfAPipeStops(t *testing.T) {
	for _, written := range []string{"", "a;b\n" + strings.Repeat("1;2\n", 100_000)} {
		in, out := io.Pipe()
		go io.WriteString(out, written)
		files, err := Find([]string{"-"}, Options{Stdin: in})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, stop)
		rows, err := files[0].Open(ctx, RowOptions{})
		for err == nil {
			_, err = rows.Next()
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%d bytes written: %v", len(written), err)
		}
		in.Close()
	}
}

// Long keys behind long keys are told, and do not take the square of their bytes.
func TestKeysBehindKeys(t *testing.T) {
	const deep = 1000
	key := strings.Repeat("k", 1000)
	rows := open(t, piped(t, `{"a":"1"}`+"\n"+strings.Repeat(`{"`+key+`":`, deep)+"1"+strings.Repeat("}", deep)+"\n"+`{"a":"2"}`+"\n", Options{}), RowOptions{})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := told(t, rows)
	runtime.ReadMemStats(&after)
	if len(got) != 3 || !strings.HasPrefix(got[1], "2! has a key of more than 4096 bytes") {
		t.Errorf("told is %.200q", got)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 50*deep*uint64(len(key)) {
		t.Errorf("%d bytes take %d", deep*len(key), used)
	}
}

// Rows of so many fields that empty ones alone would fill the memory are told, and left out.
func TestRowsOfTooManyFields(t *testing.T) {
	many := strings.Repeat(",", 2*mostFields)
	if _, err := piped(t, "a,b"+many+"\n1,2\n", Options{}).Open(t.Context(), RowOptions{}); !errors.Is(err, errTooLong) {
		t.Errorf("the header is %v", err)
	}
	rows := open(t, piped(t, "a,b\n1,2\n3,4"+many+"\n5,\"6\n"+many+"\"\n7,8\n", Options{}), RowOptions{})
	got := told(t, rows)
	if len(got) < 3 || got[0] != "2: 1|2" || !strings.Contains(got[1], "has more than 262144 fields") || got[len(got)-1] != "6: 7|8" {
		t.Errorf("told is %.100q", got)
	}
}

// A header that is longer than what is looked at has its delimiter, and is not told whole.
func TestLongHeaders(t *testing.T) {
	rows := open(t, piped(t, "Name,Country"+strings.Repeat(",", sample-100)+strings.Repeat(" ", 1000)+"\nx,y\n", Options{}), RowOptions{})
	if rows.Column("Country") != 1 {
		t.Errorf("the columns are %s", rows.Listed())
	}
	rows = open(t, piped(t, "Name,"+strings.Repeat("long", 1000)+strings.Repeat(",c", 100)+"\n", Options{}), RowOptions{})
	if s := rows.Listed(); len(s) > 1000 || !strings.HasPrefix(s, "Name, longlong") || !strings.HasSuffix(s, "c, c and 62 more") {
		t.Errorf("it has %s", s)
	}
}
