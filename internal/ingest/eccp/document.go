package eccp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"

	"clustergraph/internal/ingest/values"
)

// Bounds on what is read. A profile is some 50 KB as text and some 500 KB as a saved page
// with everything its theme brings; these leave a wide margin and keep memory bounded.
const (
	maxBytes = 16 << 20
	maxLine  = 256 << 10
	// maxLines bounds the lines with text; a long profile has a thousand.
	maxLines = 20_000
	// maxSentence bounds what sentences are read in, in bytes; rules look at a sentence's
	// words more than once. The longest in a real profile has some 1,500.
	maxSentence = 3 << 10
	// maxValue bounds a line below a label.
	maxValue = 8 << 10
	// maxProse bounds the running text that is read; a long profile has 50 KB.
	maxProse = 512 << 10
	// maxLooks bounds how often a text is searched for the name of a project.
	maxLooks = 1_000_000
)

// Error is input that cannot be read as a profile. Line is 0 where the fault is not in one
// line.
type Error struct {
	Line int
	Why  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Why)
}

// line is one line of a profile as its reader sees it, with the place it stands at in the
// file. Blank lines are kept: they tell headings from continuations.
type line struct {
	no      int
	text    string
	bullet  bool
	heading int // 1 to 6 of an HTML heading, else 0
	links   []string
}

func (l line) blank() bool { return l.text == "" }

// document is a file taken apart into lines.
type document struct {
	lines []line
	url   string // the canonical address of the page, where the file tells it
	html  bool
	title string // of the HTML page
	// unclosed tells that the file ends before its HTML does.
	unclosed bool
	last     int // the number of the file's last line
	reread   []Unread
}

// meant is a text as its author wrote it, if it had been read in a wrong encoding before it came
// into the file; that is told, of a line.
func (d *document) meant(s string, line int) string {
	meant, encoding, misread := values.Misread(s)
	if !misread {
		return s
	}
	if line > 0 {
		d.reread = append(d.reread, Unread{Line: line, Text: shorten(s, 120), Why: "is UTF-8 that was once read as " + encoding + "; read again as " + strconv.Quote(shorten(meant, 120))})
	}
	return meant
}

// readDocument reads a profile saved as text or as HTML. It reads at most maxBytes, holds
// them in memory once, and costs time in proportion to them.
func readDocument(r io.Reader) (*document, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, &Error{Why: "the file is empty"}
	}
	if no, n := longestLine(raw); n > maxLine && !looksLikeHTML(raw) {
		return nil, &Error{no, fmt.Sprintf("is longer than %d KiB; a profile saved as text has one paragraph per line", maxLine>>10)}
	}
	if len(raw) > maxBytes {
		return nil, &Error{Why: fmt.Sprintf("the file is larger than %d MiB; a saved profile is not", maxBytes>>20)}
	}
	text, err := decode(raw)
	if err != nil {
		return nil, err
	}
	read := readText
	if looksLikeHTML(text) {
		read = readHTML
	}
	d, err := read(text)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, l := range d.lines {
		if !l.blank() {
			n++
		}
		if n > maxLines {
			return nil, &Error{l.no, fmt.Sprintf("is the %dth line with text; a profile has fewer", n)}
		}
	}
	return d, nil
}

// longestLine is the number and the length in bytes of the longest line.
func longestLine(raw []byte) (no, length int) {
	for i := 1; len(raw) > 0; i++ {
		head, rest, _ := bytes.Cut(raw, []byte{'\n'})
		if len(head) > length {
			no, length = i, len(head)
		}
		raw = rest
	}
	return no, length
}

// decode gives raw as UTF-8. It converts only what the file declares (a byte order mark, or
// a charset in HTML); an encoding that would have to be guessed is refused with its place.
func decode(raw []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return nil, &Error{Why: "the file begins as UTF-16 but does not go on so: " + err.Error()}
		}
		raw = out
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	}
	if kind := http.DetectContentType(raw); !strings.HasPrefix(kind, "text/") {
		kind, _, _ = mime.ParseMediaType(kind)
		return nil, &Error{Why: fmt.Sprintf("the file is not text or HTML (its first bytes look like %s); save the profile's page as text or as HTML", kind)}
	}
	if utf8.Valid(raw) {
		if at := bytes.IndexByte(raw, 0); at >= 0 {
			return nil, &Error{lineAt(raw, at), "holds a zero byte: the file is not text"}
		}
		return raw, nil
	}
	if head := raw[:min(len(raw), 1024)]; looksLikeHTML(raw) && bytes.Contains(bytes.ToLower(head), []byte("charset=")) {
		if enc, name, _ := charset.DetermineEncoding(head, "text/html"); name != "utf-8" {
			if out, err := enc.NewDecoder().Bytes(raw); err == nil {
				return out, nil
			}
		}
	}
	at := 0
	for at < len(raw) {
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		at += n
	}
	no := lineAt(raw, at)
	start := bytes.LastIndexByte(raw[:at], '\n') + 1
	return nil, &Error{no, fmt.Sprintf("byte %d (0x%02X) is not UTF-8; save the page as UTF-8", at-start+1, raw[at])}
}

func lineAt(raw []byte, at int) int { return 1 + bytes.Count(raw[:at], []byte{'\n'}) }

func looksLikeHTML(raw []byte) bool {
	head := bytes.ToLower(raw[:min(len(raw), 4096)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<div", "<h1", "<main", "<article"} {
		if bytes.Contains(head, []byte(tag)) {
			return true
		}
	}
	return false
}

func readText(text []byte) (*document, error) {
	d := &document{}
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(make([]byte, 0, 64<<10), maxLine+1)
	for in.Scan() {
		d.last++
		l := line{no: d.last, text: repair(d.meant(in.Text(), d.last))}
		if rest, ok := cutBullet(l.text); ok {
			l.text, l.bullet = rest, true
		}
		d.lines = append(d.lines, l)
	}
	if err := in.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, &Error{d.last + 1, fmt.Sprintf("is longer than %d KiB", maxLine>>10)}
		}
		return nil, err
	}
	return d, nil
}

func cutBullet(s string) (string, bool) {
	for _, mark := range []string{"•", "●", "▪", "◦", "·", "‣", "* ", "- ", "– "} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}

// breaks are the elements that end a line of text.
var breaks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Br: true,
	atom.Dd: true, atom.Details: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.Header: true, atom.Hr: true,
	atom.Li: true, atom.Main: true, atom.Nav: true, atom.Ol: true, atom.P: true, atom.Pre: true, atom.Section: true,
	atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Tfoot: true, atom.Th: true, atom.Thead: true, atom.Caption: true, atom.Tr: true,
	atom.Ul: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
}

// spaced are the blocks that text renderings set off by a blank line.
var spaced = map[atom.Atom]bool{
	atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Ul: true, atom.Ol: true, atom.Table: true, atom.Section: true, atom.Article: true, atom.Blockquote: true,
}

// unseen are the elements whose text no reader of the page sees.
var unseen = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Iframe: true, atom.Select: true, atom.Textarea: true}

// htmlReader gathers the tokens of a page into lines.
type htmlReader struct {
	d       *document
	text    strings.Builder
	current line
	skip    atom.Atom // the unseen element we are in
	depth   int       // how deep in elements of that name
	title   bool
}

func readHTML(raw []byte) (*document, error) {
	h := &htmlReader{d: &document{html: true, unclosed: true}}
	z := html.NewTokenizer(bytes.NewReader(raw))
	z.SetMaxBuf(maxBytes)
	no := 1
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return nil, &Error{no, "the HTML cannot be read: " + err.Error()}
			}
			break
		}
		newlines := bytes.Count(z.Raw(), []byte{'\n'})
		switch kind {
		case html.TextToken:
			switch {
			case h.title:
				h.d.title += string(z.Text())
			case h.skip == 0:
				h.write(string(z.Text()), no)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			h.start(z.Token(), kind == html.SelfClosingTagToken, no)
		case html.EndTagToken:
			name, _ := z.TagName()
			h.end(atom.Lookup(name), no)
		}
		no += newlines
	}
	h.flush()
	h.d.last, h.d.title = no, h.d.meant(h.d.title, 0)
	return h.d, nil
}

func (h *htmlReader) start(t html.Token, closed bool, no int) {
	attr := func(name string) string {
		for _, a := range t.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	a := t.DataAtom
	if h.skip != 0 {
		if a == h.skip && !closed {
			h.depth++
		}
		return
	}
	switch {
	case unseen[a]:
		if !closed {
			h.skip, h.depth = a, 1
		}
		return
	case a == atom.Title:
		h.title = !closed
		return
	case a == atom.Link && attr("rel") == "canonical":
		h.d.url = webAddress(attr("href"))
		return
	case a == atom.Meta && attr("property") == "og:url" && h.d.url == "":
		h.d.url = webAddress(attr("content"))
		return
	}
	if breaks[a] {
		h.flush()
		if spaced[a] {
			h.gap(no)
		}
	}
	switch a {
	case atom.Li:
		h.current.bullet = true
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.current.heading = int(a.String()[1] - '0')
	case atom.A:
		if link := webAddress(attr("href")); link != "" {
			h.current.links = append(h.current.links, link)
		}
	}
}

func (h *htmlReader) end(a atom.Atom, no int) {
	switch {
	case h.skip != 0:
		if a == h.skip {
			if h.depth--; h.depth == 0 {
				h.skip = 0
			}
		}
	case a == atom.Title:
		h.title = false
	case a == atom.Html:
		h.d.unclosed = false
	case breaks[a]:
		h.flush()
		if spaced[a] {
			h.gap(no)
		}
	}
}

// write adds text to the current line. White space in HTML is one space, wherever the file
// breaks its lines, so the line's place is where its first word stands.
func (h *htmlReader) write(s string, no int) {
	if h.current.no == 0 {
		lead := len(s) - len(strings.TrimLeft(s, " \t\r\n\f"))
		if lead == len(s) {
			return
		}
		h.current.no = no + strings.Count(s[:lead], "\n")
	}
	h.text.WriteString(s)
}

func (h *htmlReader) flush() {
	if text := repair(h.d.meant(h.text.String(), h.current.no)); text != "" {
		h.current.text = text
		if rest, ok := cutBullet(text); ok && rest != "" {
			h.current.text, h.current.bullet = rest, true
		}
		h.d.lines = append(h.d.lines, h.current)
		h.current = line{}
	} else {
		// A list item may open a block of its own; what it opened still is the item.
		h.current = line{bullet: h.current.bullet && text == "", heading: h.current.heading}
	}
	h.text.Reset()
}

// gap ends whatever stood before with a blank line.
func (h *htmlReader) gap(no int) {
	h.current.bullet, h.current.heading = false, 0
	if n := len(h.d.lines); n > 0 && !h.d.lines[n-1].blank() {
		h.d.lines = append(h.d.lines, line{no: no})
	}
}

// webAddress is s if it is a whole address on the web, else empty.
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return ""
	}
	return u.String()
}

// slugOf is the last part of the path of a profile's address.
func slugOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if last := path.Base(u.Path); last != "." && last != "/" {
		return last
	}
	return ""
}
