package tabular

import (
	"archive/zip"
	"bufio"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

var defaultFormats = []string{".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson"}

func (o Options) withDefaults() Options {
	if o.Formats == nil {
		o.Formats = defaultFormats
	}
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	o.MostBytes = cmp.Or(o.MostBytes, 16<<30)
	o.MostRatio = cmp.Or(o.MostRatio, 200)
	o.MostField = cmp.Or(o.MostField, 8<<20)
	o.MostRow = cmp.Or(o.MostRow, 32<<20)
	return o
}

// Find lists the tables that arguments name: files (also packed by gzip, as x.csv.gz), folders
// (and what is below them), zips (and what is in them), "-"; in the arguments' order, and by name within one. An argument
// that names none is an error that says what was looked for.
//
// What of a folder or zip cannot be read or is not to be trusted is told to Options.Left, one
// by one: entries whose path leads out of the zip, that are links, encrypted, themselves zips,
// or too large. Without Left, it makes an error, beside the tables.
func Find(args []string, o Options) ([]File, error) {
	o = o.withDefaults()
	var files []File
	var errs []error
	if o.Left == nil {
		o.Left = func(l LeftOut) { errs = append(errs, l) }
	}
	for _, arg := range args {
		found, err := find(arg, o)
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("%s: there is no table in it; looked for %s", arg, strings.Join(o.Formats, ", "))
		}
		files = append(files, found...)
		if err != nil {
			errs = append(errs, err)
		}
	}
	return files, errors.Join(errs...)
}

// LeftOut is what of a folder or zip is not read, and why.
type LeftOut struct{ Name, Why string }

func (l LeftOut) Error() string { return l.Name + ": " + l.Why }

// leftOut is what cannot be read because of an error.
func leftOut(name string, err error) LeftOut {
	var system *fs.PathError
	if errors.As(err, &system) {
		err = system.Err // its path is the name
	}
	return LeftOut{shownName(name), strings.TrimPrefix(err.Error(), name+": ")}
}

func find(arg string, o Options) ([]File, error) {
	if arg == "-" {
		return []File{{Name: "standard input", Base: "-", Named: true, Size: -1, options: o, book: new(atomic.Pointer[workbook]),
			open: func() (io.ReadCloser, error) { return io.NopCloser(o.Stdin), nil }}}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist) && isLink(arg):
		return nil, fmt.Errorf("%s is a link to what does not exist; name a file, folder or zip that does", arg)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s does not exist; name a file, folder or zip that does", arg)
	case err != nil:
		return nil, err
	case info.IsDir():
		return inFolder(arg, o), nil
	case isZip(arg):
		return inZip(arg, o)
	}
	f := onDisk(arg, info, o)
	f.Named = true
	return []File{f}, nil
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

func isZip(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// counts tells whether a file of a folder or zip is a table. What systems and spreadsheets
// leave beside files (".DS_Store", "._x.csv", "~$x.xlsx") is none.
func (o Options) counts(name string) bool {
	base := path.Base(name)
	return !strings.HasPrefix(base, ".") && !strings.HasPrefix(base, "~$") &&
		slices.ContainsFunc(o.Formats, func(f string) bool { return strings.EqualFold(f, path.Ext(base)) })
}

func onDisk(name string, info fs.FileInfo, o Options) File {
	full := shownName(name)
	f := File{Name: full, Base: strings.ToLower(path.Base(full)), Size: -1, options: o, book: new(atomic.Pointer[workbook]),
		open: func() (io.ReadCloser, error) { return os.Open(name) }}
	if info.Mode().IsRegular() { // else it may be a pipe
		f.Size = info.Size()
		f.Sum = fmt.Sprintf("%s %d %d", f.Name, info.Size(), info.ModTime().UnixNano())
	}
	if base, ok := strings.CutSuffix(f.Base, ".gz"); ok {
		f.Base, f.Size = base, -1
		f.open = func() (io.ReadCloser, error) { return openPacked(name, o) }
	}
	return f
}

// openPacked opens a file that is packed by gzip.
func openPacked(name string, o Options) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	in, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("is named as if packed by gzip, and is not: %w", err), file.Close())
	}
	return &unpacked{in: in, close: file.Close, most: min(o.MostBytes, mostUnpacked(info.Size(), o.MostRatio))}, nil
}

// shownName is a path as text; systems and zips have names that are not UTF-8.
func shownName(name string) string { return strings.ToValidUTF8(filepath.ToSlash(name), "\ufffd") }

func inFolder(folder string, o Options) []File {
	var files []File
	_ = filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			o.Left(leftOut(name, err))
			return nil
		}
		if d.IsDir() || !o.counts(name) && !isZip(name) {
			return nil
		}
		info, err := os.Stat(name) // of what a link leads to
		switch {
		case errors.Is(err, fs.ErrNotExist):
			o.Left(LeftOut{shownName(name), "is a link to what does not exist"})
		case err != nil:
			o.Left(leftOut(name, err))
		case !info.Mode().IsRegular():
		case isZip(name):
			found, err := inZip(name, o)
			files = append(files, found...)
			if err != nil {
				o.Left(leftOut(name, err))
			}
		default:
			files = append(files, onDisk(name, info, o))
		}
		return nil
	})
	return files
}

// archive is a zip whose directory is read once, however many of its entries are opened: each
// would cost as much as there are. Its file is open while an entry is.
type archive struct {
	*zip.Reader
	name string
	info fs.FileInfo

	guard sync.Mutex
	file  *os.File
	users int
}

// hold opens the file of an archive, unless it is open, until release.
func (a *archive) hold() error {
	info, err := os.Stat(a.name)
	if err != nil {
		return err
	}
	if a.info != nil && (info.Size() != a.info.Size() || !info.ModTime().Equal(a.info.ModTime())) {
		return errors.New("the zip has changed meanwhile")
	}
	a.guard.Lock()
	defer a.guard.Unlock()
	if a.users == 0 {
		if a.file, err = os.Open(a.name); err != nil {
			return err
		}
	}
	a.users++
	return nil
}

func (a *archive) release() error {
	a.guard.Lock()
	defer a.guard.Unlock()
	if a.users--; a.users > 0 {
		return nil
	}
	return a.file.Close()
}

// ReadAt reads the file that is held.
func (a *archive) ReadAt(p []byte, at int64) (int, error) { return a.file.ReadAt(p, at) }

// openArchive reads the directory of a zip, and holds its file.
func openArchive(name string) (*archive, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	a := &archive{name: name, info: info}
	if err := a.hold(); err != nil {
		return nil, err
	}
	a.Reader, err = zip.NewReader(a, info.Size())
	switch {
	case errors.Is(err, zip.ErrFormat):
		err = errors.New("is no zip, or not a whole one; its download may have broken off: download it again")
	case errors.Is(err, zip.ErrInsecurePath): // such entries are left out
		err = nil
	}
	if err != nil {
		return nil, errors.Join(err, a.release())
	}
	return a, nil
}

// inZip lists the tables of a zip by name.
func inZip(name string, o Options) ([]File, error) {
	zipped, err := openArchive(name)
	if err != nil {
		return nil, leftOut(name, err)
	}
	defer zipped.release() // it was only read
	var files []File
	seen := map[string]bool{}
	total, packed := uint64(0), uint64(0)
	for _, entry := range zipped.File {
		why := ""
		switch {
		case !filepath.IsLocal(entry.Name) || strings.ContainsAny(entry.Name, "\\\x00:"):
			why = "its path may lead out of the zip"
		case entry.Mode()&fs.ModeSymlink != 0:
			why = "it is a link"
		case entry.Mode().IsDir() || strings.HasPrefix(entry.Name, "__MACOSX/"):
			continue
		case isZip(entry.Name):
			why = "it is a zip within a zip; unpack it first"
		case !o.counts(entry.Name):
			continue
		case !entry.Mode().IsRegular():
			why = "it is no file"
		case entry.Flags&1 != 0:
			why = "it is encrypted; unpack it first"
		case seen[entry.Name]:
			why = "there is another of its name"
		case entry.CompressedSize64 > uint64(zipped.info.Size())-packed:
			why = "the entries take more room than the zip has; some may be one and the same, to make it unpack to more than it holds"
		case entry.UncompressedSize64 > uint64(o.MostBytes)-total:
			why = fmt.Sprintf("the zip unpacks to more than %d bytes", o.MostBytes)
		case entry.UncompressedSize64 > uint64(mostUnpacked(int64(entry.CompressedSize64), o.MostRatio)):
			why = fmt.Sprintf("it unpacks to %d bytes, too many for its packed size; if it is to be trusted, unpack it first", entry.UncompressedSize64)
		}
		if why != "" {
			o.Left(LeftOut{shownName(name), fmt.Sprintf("the entry %q is left out: %s", entry.Name, why)})
			continue
		}
		seen[entry.Name] = true
		total += entry.UncompressedSize64
		packed += entry.CompressedSize64
		full := shownName(name + "/" + path.Clean(entry.Name))
		files = append(files, File{
			Name: full, Base: strings.ToLower(path.Base(full)), Size: int64(entry.UncompressedSize64), options: o, book: new(atomic.Pointer[workbook]),
			Sum:  fmt.Sprintf("%s %d %08x", full, entry.UncompressedSize64, entry.CRC32),
			open: func() (io.ReadCloser, error) { return zipped.open(entry, o.MostRatio) },
		})
	}
	slices.SortStableFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// unpacked is what an entry of a zip or a packed file holds. archive/zip ends it where it is
// longer than the zip says; unpacked, where it is suspiciously longer than it is packed.
type unpacked struct {
	in         io.Reader
	close      func() error
	read, most int64
	damaged    bool
	closed     bool
}

// mostUnpacked is how many bytes may come of so many packed ones.
func mostUnpacked(packed int64, ratio int) int64 {
	const modest = 64 << 20 // what is no bomb, however well it is packed
	return max(modest, int64(ratio)*packed)
}

func (a *archive) open(entry *zip.File, ratio int) (io.ReadCloser, error) {
	if err := a.hold(); err != nil {
		return nil, err
	}
	in, err := entry.Open()
	if err != nil {
		return nil, errors.Join(err, a.release())
	}
	return &unpacked{in: in, close: func() error { return errors.Join(in.Close(), a.release()) },
		most: mostUnpacked(int64(entry.CompressedSize64), ratio)}, nil
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	u.read += int64(n)
	if u.read > u.most {
		return 0, fmt.Errorf("unpacks to more than %d bytes, too many for its packed size; if it is to be trusted, unpack it first", u.most)
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		u.damaged = true
		err = fmt.Errorf("is damaged, or not whole; download it again: %w", err)
	}
	return n, err
}

// Close may be called again: others may hold the archive meanwhile.
func (u *unpacked) Close() error {
	if u.closed {
		return nil
	}
	u.closed = true
	if err := u.close(); err != nil && !u.damaged { // else it was told
		return err
	}
	return nil
}
