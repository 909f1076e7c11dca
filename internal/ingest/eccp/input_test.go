package eccp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func parse(t *testing.T, in io.Reader) (*Profile, *Error) {
	t.Helper()
	p, err := Parse(in, Options{})
	if err == nil {
		return p, nil
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	return nil, e
}

// repeat reads one byte again and again.
type repeat byte

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

func TestBadInput(t *testing.T) {
	newer, err := os.ReadFile("testdata/newer.txt")
	if err != nil {
		t.Fatal(err)
	}
	broken := append(append([]byte{}, newer[:200]...), "caf\xe9\n"...)
	for _, c := range []struct {
		reason string
		in     io.Reader
		line   int
		says   string
	}{
		{"an empty file", strings.NewReader(""), 0, "empty"},
		{"only white space", strings.NewReader(" \n\n\t\n"), 0, "empty"},
		{"a picture", strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), 0, "image/png"},
		{"a PDF", strings.NewReader("%PDF-1.7\n%\xe2\xe3"), 0, "application/pdf"},
		{"a zip", strings.NewReader("PK\x03\x04\x14\x00"), 0, "application/zip"},
		{"a line of 100 MB", io.LimitReader(repeat('x'), 100<<20), 1, "longer than"},
		{"a long line further down", io.MultiReader(strings.NewReader("About us\n\n"), io.LimitReader(repeat('x'), 1<<20)), 3, "longer than"},
		{"100 MB of lines", io.LimitReader(repeat('\n'), 100<<20), 0, "empty"},
		{"too many lines", strings.NewReader("About us\n" + strings.Repeat("x\n", maxLines)), maxLines + 1, "fewer"},
		{"invalid UTF-8", bytes.NewReader(broken), bytes.Count(broken, []byte{'\n'}), "0xE9"},
		{"another page", strings.NewReader("Shopping list\n\nMilk\nBread\n"), 0, "no profile"},
		{"another page in HTML", strings.NewReader("<!doctype html><html><body><h1>Shop</h1><p>Milk</p></body></html>"), 0, "no profile"},
		{"a profile without a name", strings.NewReader("About us\n\nSome text that is long enough to be text.\n\nCluster composition\n"), 0, "no name"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, e := parse(t, c.in)
			if e == nil {
				t.Fatal("no error")
			}
			if e.Line != c.line || !strings.Contains(e.Error(), c.says) {
				t.Errorf("line %d: %v; want line %d and %q", e.Line, e, c.line, c.says)
			}
		})
	}
}

// However much is poured in, what is held stays bounded.
func TestMemoryIsBounded(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if _, e := parse(t, io.LimitReader(repeat('x'), 1<<30)); e == nil {
		t.Fatal("no error")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 10*maxBytes {
		t.Errorf("%d MiB for a stream of 1 GiB", grown>>20)
	}
}

func TestDeclaredEncodings(t *testing.T) {
	text, err := os.ReadFile("testdata/older.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := dump(parseFile(t, "testdata/older.txt"))
	for name, enc := range map[string]interface{ Bytes([]byte) ([]byte, error) }{
		"UTF-16 LE": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16 BE": unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
	} {
		raw, err := enc.Bytes(text)
		if err != nil {
			t.Fatal(err)
		}
		p, e := parse(t, bytes.NewReader(raw))
		if e != nil {
			t.Fatalf("%s: %v", name, e)
		}
		compareLines(t, dump(p), want)
	}
	p, e := parse(t, io.MultiReader(strings.NewReader("\xef\xbb\xbf"), bytes.NewReader(text)))
	if e != nil {
		t.Fatal(e)
	}
	compareLines(t, dump(p), want)
	page := `<html><head><meta charset="windows-1252"></head><body><h1>Möbel Cluster</h1><p>About us</p><p>Legal form</p><p>Verein</p></body></html>`
	raw, err := charmap.Windows1252.NewEncoder().Bytes([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if p, e := parse(t, bytes.NewReader(raw)); e != nil || p.Name != "Möbel Cluster" {
		t.Errorf("a page that declares windows-1252: %v, %v", p, e)
	}
}

// A profile cut anywhere is read up to there, or refused; and a cut within a sentence or a
// label is told, so that such a page does not withdraw what the whole one said.
func TestCutProfiles(t *testing.T) {
	for _, name := range fixtures {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(whole); n += 97 {
			if _, err := Parse(bytes.NewReader(whole[:n]), Options{}); err != nil {
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("%s cut at %d: %v", name, n, err)
				}
			}
		}
	}
	text, err := os.ReadFile("testdata/newer.txt")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte("The consortium coordinated")) + 130
	p, e := parse(t, bytes.NewReader(text[:at]))
	if e != nil {
		t.Fatal(e)
	}
	if p.Cut == nil || p.Cut.Line != 118 {
		t.Errorf("cut within line 118; told is %v", p.Cut)
	}
	if b := p.Batch(&Replace{Run: "r"}); len(b.Steps) > 0 {
		t.Error("a cut page withdraws what the whole one said")
	}
	page, err := os.ReadFile("testdata/newer.html")
	if err != nil {
		t.Fatal(err)
	}
	if p, e = parse(t, bytes.NewReader(page[:len(page)-100])); e != nil || p.Cut == nil {
		t.Errorf("HTML without its end: cut is %v, error %v", p.Cut, e)
	}
}

// A page whose text had been read in a wrong encoding before it was saved says the same, and
// which lines were read again is told.
func TestMisreadPage(t *testing.T) {
	for _, name := range []string{"testdata/newer.txt", "testdata/newer.html"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		was, is := "Hölzhaus", "H√∂lzhaus"
		page = bytes.ReplaceAll(page, []byte("Waldhaus"), []byte(was))
		right, e := parse(t, bytes.NewReader(page))
		misread, e2 := parse(t, bytes.NewReader(bytes.ReplaceAll(page, []byte(was), []byte(is))))
		if e != nil || e2 != nil {
			t.Fatal(e, e2)
		}
		if a, b := fmt.Sprint(right.Facts()), fmt.Sprint(misread.Facts()); a != b || !strings.Contains(a, was) {
			t.Errorf("%s says\n%s\nwant\n%s", name, b, a)
		}
		told := 0
		for _, u := range misread.Unread {
			if strings.Contains(u.Why, "once read as Mac Roman") && strings.Contains(u.Text, is) {
				told++
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times: %v", name, told, misread.Unread)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range fixtures {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("Home > Cluster Networks > X\n\nX\n\nThe seven clusters that founded X come: A, B, and C."))
	f.Add([]byte("Home > Cluster Organisations > X\n\nX\n\nGeneral Information\nS3 EU priority areas: \nAdvanced materials\nOther areas, told: \n:\n: Textiles"))
	f.Add([]byte("<html><h1>X</h1><ul><li>1<li>2</ul>About us"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Parse(bytes.NewReader(raw), Options{})
		if err != nil {
			return
		}
		lines := 1 + bytes.Count(raw, []byte{'\n'})
		if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
			lines = len(raw)
		}
		for _, fact := range p.Facts() {
			if fact.Line < 1 || fact.Line > lines {
				t.Fatalf("%v is at line %d of %d", fact, fact.Line, lines)
			}
		}
		b := p.Batch(&Replace{Run: "r"})
		for _, n := range b.Nodes {
			if n.Name == "" || n.Kind == "" {
				t.Fatalf("a record of nothing: %+v", n)
			}
			for _, id := range n.Identifiers {
				if _, err := id.Normal(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
