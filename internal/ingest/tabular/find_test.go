package tabular

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// zipped is a zip of entries that change sets what is unusual about.
func zipped(t *testing.T, change func(*zip.FileHeader), entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		h := &zip.FileHeader{Name: entries[i], Method: zip.Deflate}
		if change != nil {
			change(h)
		}
		out, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, entries[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func names(folder string, files []File) []string {
	var out []string
	for _, f := range files {
		out = append(out, strings.TrimPrefix(f.Name, filepath.ToSlash(folder)+"/"))
	}
	return out
}

func TestFind(t *testing.T) {
	d := t.TempDir()
	for _, name := range []string{"in/b.csv", "in/a.TSV", "in/deep/c.jsonl", "in/readme.md", "in/.hidden.csv", "in/~$d.xlsx", "other.dat"} {
		write(t, filepath.Join(d, name), []byte("a;b\n1;2\n"))
	}
	write(t, filepath.Join(d, "in/z.ZIP"), zipped(t, nil, "y/project.csv", "a;b\n1;2\n", "Organization.CSV", "a;b\n3;4\n", "logo.png", "", "__MACOSX/y/._project.csv", "", "y/", ""))
	if err := os.Symlink(filepath.Join(d, "other.dat"), filepath.Join(d, "in/link.csv")); err != nil {
		t.Fatal(err)
	}
	files, err := Find([]string{filepath.Join(d, "other.dat"), filepath.Join(d, "in"), "-"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want(t, names(d, files), "other.dat", "in/a.TSV", "in/b.csv", "in/deep/c.jsonl", "in/link.csv", "in/z.ZIP/Organization.CSV", "in/z.ZIP/y/project.csv", "standard input")
	organization, project := files[5], files[6]
	want(t, told(t, open(t, organization, RowOptions{})), "2: 3|4")
	want(t, told(t, open(t, project, RowOptions{})), "2: 1|2")
	if project.Base != "project.csv" || project.Size != 8 || project.Sum == organization.Sum || project.Sum == "" || organization.Base != "organization.csv" {
		t.Errorf("the entries are %+v and %+v", organization, project)
	}
	if stdin := files[7]; stdin.Size != -1 || stdin.Sum != "" {
		t.Errorf("standard input is %+v", stdin)
	}

	sum := project.Sum
	write(t, filepath.Join(d, "in/z.ZIP"), zipped(t, nil, "y/project.csv", "a;b\n1;3\n"))
	if _, err := project.Open(context.Background(), RowOptions{}); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("an entry that is no longer there opens with %v", err)
	}
	files, err = Find([]string{filepath.Join(d, "in/z.ZIP")}, Options{})
	if err != nil || files[0].Sum == sum {
		t.Errorf("another content has the same sum; %v", err)
	}

	for arg, why := range map[string]string{"missing": "does not exist", "in/deep": "looked for .csv", "in/readme.md": ""} {
		files, err := Find([]string{filepath.Join(d, arg)}, Options{Formats: []string{".csv"}})
		if why == "" && (err != nil || len(files) != 1) || why != "" && (err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), arg)) {
			t.Errorf("%s: found %v, %v", arg, files, err)
		}
	}
	if _, err := Find([]string{write(t, filepath.Join(d, "no.zip"), []byte("a;b"))}, Options{}); err == nil || !strings.Contains(err.Error(), "no.zip: is no zip, or not a whole one") {
		t.Errorf("what is no zip is found with %v", err)
	}
}

// An entry whose bytes were changed or lost is told as that, once.
func TestEntriesThatAreDamaged(t *testing.T) {
	whole := zipped(t, nil, "a.csv", "a;b\n"+strings.Repeat("1;2\n3;4;5\n", 5000))
	for i := range 20 {
		whole[100+i] ^= 0x55
	}
	files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "x.zip"), whole)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := files[0].Open(context.Background(), RowOptions{})
	for err == nil {
		_, err = rows.Next()
	}
	if !strings.Contains(err.Error(), "x.zip/a.csv: is damaged") || strings.Contains(err.Error(), "\n") {
		t.Errorf("it is told as %v", err)
	}
}

// What of a zip is dangerous is told by name, and the rest can be read.
func TestEntriesThatAreLeftOut(t *testing.T) {
	for why, entry := range map[string]string{
		"lead out": "../out.csv", "may lead out": "/etc/x.csv", "its path may": `a\b.csv`, "its path": "C:x.csv", "path may lead out of": "a/../../x.csv", "path may lead": "nul\x00.csv",
		"zip within a zip": "more.zip", "another of its name": "good.csv", "link": "link.csv", "encrypted": "secret.csv",
	} {
		name := write(t, filepath.Join(t.TempDir(), "x.zip"), zipped(t, func(h *zip.FileHeader) {
			switch h.Name {
			case "link.csv":
				h.SetMode(fs.ModeSymlink | 0o777)
			case "secret.csv":
				h.Flags |= 1
			}
		}, "good.csv", "a;b\n1;2\n", entry, "/etc/passwd"))
		files, err := Find([]string{name}, Options{})
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), strings.Trim(strings.ReplaceAll(entry, `\`, `\\`), "\x00")[:3]) {
			t.Errorf("%q: %v", entry, err)
		}
		if len(files) != 1 {
			t.Errorf("%q: found %d tables", entry, len(files))
			continue
		}
		want(t, told(t, open(t, files[0], RowOptions{})), "2: 1|2")

		var left []error
		files, err2 := Find([]string{filepath.Dir(name)}, Options{Left: func(l LeftOut) { left = append(left, l) }})
		if err2 != nil || len(files) != 1 || len(left) != 1 || left[0].Error() != err.Error() {
			t.Errorf("%q: of a folder, left are %v, and the error is %v", entry, left, err2)
		}
	}
}

func TestZipsThatUnpackToTooMuch(t *testing.T) {
	d := t.TempDir()
	row := "1;" + strings.Repeat("0", 1<<20) + "\n"
	bomb := write(t, filepath.Join(d, "bomb.zip"), zipped(t, nil, "a.csv", "a;b\n"+strings.Repeat(row, 80), "b.csv", "a;b\n1;2\n"))

	files, err := Find([]string{bomb}, Options{})
	if err == nil || !strings.Contains(err.Error(), `bomb.zip: the entry "a.csv" is left out: it unpacks to 83886324 bytes, too many for its packed size`) {
		t.Errorf("what unpacks to suspiciously much is found with %v", err)
	}
	want(t, names(d, files), "bomb.zip/b.csv")

	files, err = Find([]string{bomb}, Options{MostBytes: 1 << 20})
	if err == nil || !strings.Contains(err.Error(), "unpacks to more than 1048576 bytes") {
		t.Errorf("what unpacks to more than allowed is found with %v", err)
	}
	want(t, names(d, files), "bomb.zip/b.csv")

	// A zip that says that an entry is smaller than it is.
	lie := zipped(t, nil, "a.csv", "a;b\n"+strings.Repeat("1;2\n", 500_000))
	directory := bytes.LastIndex(lie, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lie[directory+24:], 600_000)
	files, err = Find([]string{write(t, filepath.Join(d, "lie.zip"), lie)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, read := open(t, files[0], RowOptions{}), 0
	for err = nil; err == nil; read++ {
		_, err = rows.Next()
	}
	if err == io.EOF || !strings.Contains(err.Error(), "lie.zip/a.csv") || read > 250_000 {
		t.Errorf("after %d rows comes %v", read, err)
	}
}

// A zip whose directory names the same bytes many times unpacks to more than it can hold.
func TestEntriesThatShareTheirBytes(t *testing.T) {
	var rows strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&rows, "%d;%d\n", i, i*i)
	}
	whole := zipped(t, nil, "0.csv", "a;b\n"+rows.String())
	end := bytes.LastIndex(whole, []byte("PK\x05\x06"))
	at := int(binary.LittleEndian.Uint32(whole[end+16:]))
	entry := whole[at:end]
	bomb := bytes.Clone(whole[:at])
	for i := range 10 {
		bomb = append(bomb, bytes.Replace(entry, []byte("0.csv"), []byte{byte('0' + i), '.', 'c', 's', 'v'}, 1)...)
	}
	tail := bytes.Clone(whole[end:])
	for _, field := range []int{8, 10} {
		binary.LittleEndian.PutUint16(tail[field:], 10)
	}
	binary.LittleEndian.PutUint32(tail[12:], uint32(10*len(entry)))
	d := t.TempDir()
	files, err := Find([]string{write(t, filepath.Join(d, "x.zip"), append(bomb, tail...))}, Options{})
	if err == nil || !strings.Contains(err.Error(), `the entry "9.csv" is left out: the entries take more room than the zip has`) || len(files) != 1 {
		t.Errorf("%d are found: %v", len(files), err)
	}
}

// Rows that are closed twice, as those are whose end was reached, take no file from others.
func TestEntriesThatAreClosedTwice(t *testing.T) {
	files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "x.zip"), zipped(t, nil, "a.csv", "a;b\n1;2\n", "b.csv", "a;b\n3;4\n"))}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := files[0].Open(t.Context(), RowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, files[1], RowOptions{})
	_ = first.Close()
	want(t, told(t, second), "2: 3|4")
	want(t, told(t, open(t, files[0], RowOptions{})), "2: 1|2")
}

// What it costs to open an entry does not grow with the entries beside it.
func TestEntriesAmongMany(t *testing.T) {
	cost := func(entries int) float64 {
		var all []string
		for i := range entries {
			all = append(all, fmt.Sprintf("%d.csv", i), "a;b\n1;2\n")
		}
		files, err := Find([]string{write(t, filepath.Join(t.TempDir(), "x.zip"), zipped(t, nil, all...))}, Options{})
		if err != nil || len(files) != entries {
			t.Fatal(len(files), err)
		}
		return testing.AllocsPerRun(10, func() { want(t, told(t, open(t, files[0], RowOptions{})), "2: 1|2") })
	}
	if few, many := cost(2), cost(2000); many > 2*few {
		t.Errorf("among 2 entries it takes %v allocations, among 2000 %v", few, many)
	}
}

// A link to nothing is told as that: the name alone is there.
func TestLinksToNothing(t *testing.T) {
	d := t.TempDir()
	link := filepath.Join(d, "x.csv")
	if err := os.Symlink(filepath.Join(d, "none"), link); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(d, "y.csv"), []byte("a;b\n1;2\n"))
	for arg, found := range map[string]int{link: 0, d: 1} {
		files, err := Find([]string{arg}, Options{})
		if err == nil || !strings.Contains(err.Error(), "x.csv") || !strings.Contains(err.Error(), "is a link to what does not exist") || len(files) != found {
			t.Errorf("%s: %d are found, %v", arg, len(files), err)
		}
	}
}

// A file that is packed by gzip is what is in it; one that unpacks to too much ends.
func TestPackedByGzip(t *testing.T) {
	packed := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	d := t.TempDir()
	open := func(content []byte, o Options) (*Rows, error) {
		files, err := Find([]string{write(t, filepath.Join(d, "x.csv.gz"), content)}, o)
		if err != nil || len(files) != 1 || files[0].Base != "x.csv" {
			t.Fatalf("found %v, %v", files, err)
		}
		return files[0].Open(context.Background(), RowOptions{})
	}
	rows, err := open(packed("a;b\n1;2\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.Next(); err != nil || row.Named("b") != "2" {
		t.Errorf("read %v, %v", row.Values, err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
	if _, err := open([]byte("a;b\n1;2\n"), Options{}); err == nil || !strings.Contains(err.Error(), "named as if packed by gzip") {
		t.Errorf("not packed: %v", err)
	}
	rows, err = open(packed("a;b\n"+strings.Repeat("1;2\n", 1<<20)), Options{MostBytes: 1 << 20})
	for err == nil {
		_, err = rows.Next()
	}
	if !strings.Contains(err.Error(), "unpacks to more than 1048576 bytes") {
		t.Errorf("too much: %v", err)
	}
}

// Whatever the bytes of a zip, finding and reading end.
func FuzzZip(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"a.csv", "../b.csv", "c/d.jsonl"} {
		out, err := w.Create(name)
		if err != nil {
			f.Fatal(err)
		}
		io.WriteString(out, "a;b\n1;2\n")
	}
	w.Close()
	f.Add(b.Bytes())
	name := filepath.Join(f.TempDir(), "x.zip")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		files, _ := Find([]string{name}, Options{MostBytes: 1 << 20, MostRatio: 10, MostField: 100, MostRow: 1000})
		for _, file := range files {
			if strings.Contains(file.Name, "..") || strings.Contains(file.Name, `\`) {
				t.Errorf("found is %q", file.Name)
			}
			rows, err := file.Open(context.Background(), RowOptions{})
			if err != nil {
				continue
			}
			for rows.ended == nil {
				rows.Next()
			}
			rows.Close()
		}
	})
}
