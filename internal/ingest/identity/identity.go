// Package identity keeps decisions on who is who: these names are one body's, those are
// not. They are made by people, line by line, with a source and a reviewer, in a plain file
// that anyone can read and add to. An importer asks them before it writes, so that a
// decision holds for every import and every re-import.
package identity

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

//go:embed decisions.txt
var shipped []byte

// Verdict is what a decision says.
type Verdict string

// The verdicts.
const (
	Same     Verdict = "same"
	Distinct Verdict = "distinct"
)

// Body is how a decision names a body: by its names, the first being the one it is known
// by, and by identifiers.
type Body struct {
	Names       []string
	Identifiers []store.Identifier
	// KnownAs is a short name that the body is shown by but not met by; mostly empty.
	KnownAs string
	// Decided are the lines about it.
	Decided []Decision
}

// Decision is one line of a file of decisions.
type Decision struct {
	Verdict Verdict
	// Family is the group of kinds that the names are of: Actor, or a kind by itself.
	Family string
	// Terms are names and identifiers: of one body if Same, each of another if Distinct.
	Terms    []Term
	KnownAs  string
	Source   string // where it can be checked
	Reviewer string // who checked it, and when
	// At is when, as far as the reviewer says: "clustergraph, 2026-11".
	At store.Date
	// File and Line are where the decision stands. The shipped file's name is empty.
	File string
	Line int
}

// Term is a name, or an identifier written as "SCHEME:value".
type Term struct {
	Name       string
	Identifier store.Identifier
}

func (t Term) key() string {
	if t.Name != "" {
		return text.Key(t.Name)
	}
	return t.Identifier.Scheme + "\x00" + t.Identifier.Value
}

// Decisions answers who is who. The zero value knows nothing; a nil one too.
type Decisions struct {
	all      []Decision
	bodies   map[string]*Body // by family and key
	distinct map[[2]string]bool
}

// Shipped are the decisions that come with the program, each checked against the public
// page it names. It panics if the embedded file is broken, which a test rules out.
func Shipped() *Decisions {
	d := &Decisions{}
	if err := d.Add("", bytes.NewReader(shipped)); err != nil {
		panic(err)
	}
	return d
}

// Add reads a file of decisions; name tells it in errors. A line is empty, a comment that
// begins with "#", or
//
//	same | FAMILY | NAME OR SCHEME:VALUE | NAME ... | known as: NAME | source: WHERE | reviewer: WHO, WHEN
//	distinct | FAMILY | NAME | NAME ... | source: WHERE | reviewer: WHO, WHEN
//
// The first name of "same" is the one the body is known by. "known as" may be left out; it
// is a name to show the body by that many others have too, such as a project's acronym, so
// that nobody is met by it. A line that says otherwise
// than an earlier one (of this file or one before) is an error; nothing of the file is
// taken in then.
func (d *Decisions) Add(name string, r io.Reader) error {
	next := &Decisions{}
	for _, old := range d.all {
		if err := next.put(old); err != nil {
			return err
		}
	}
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 4096), 1<<20)
	no := 0
	for in.Scan() {
		no++
		s := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff"))
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		decision, err := parse(s)
		if err == nil {
			decision.File, decision.Line = name, no
			err = next.put(decision)
		}
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", name, no, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("%s: line %d: %w", name, no+1, err)
	}
	*d = *next
	return nil
}

func parse(s string) (Decision, error) {
	fields := strings.Split(s, "|")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	var d Decision
	d.Verdict = Verdict(fields[0])
	if d.Verdict != Same && d.Verdict != Distinct {
		return d, fmt.Errorf("begins with %q; a decision begins with %q or %q", fields[0], Same, Distinct)
	}
	if len(fields) < 2 || fields[1] == "" {
		return d, fmt.Errorf("names no family; write Actor, Project, Programme ... after the first |")
	}
	d.Family = fields[1]
	for _, f := range fields[2:] {
		if v, ok := strings.CutPrefix(f, "source:"); ok {
			d.Source = strings.TrimSpace(v)
			continue
		}
		if v, ok := strings.CutPrefix(f, "known as:"); ok {
			d.KnownAs = strings.TrimSpace(v)
			continue
		}
		if v, ok := strings.CutPrefix(f, "reviewer:"); ok {
			d.Reviewer = strings.TrimSpace(v)
			if _, when, ok := strings.Cut(d.Reviewer, ","); ok {
				d.At, _ = store.ParseDate(strings.TrimSpace(when))
			}
			continue
		}
		term, err := parseTerm(f)
		if err != nil {
			return d, err
		}
		d.Terms = append(d.Terms, term)
	}
	switch {
	case len(d.Terms) < 2:
		return d, fmt.Errorf("names fewer than two; a decision is about two or more")
	case d.KnownAs != "" && d.Verdict != Same:
		return d, fmt.Errorf("says by which name distinct bodies are known; only a body that is the same has one")
	case d.Source == "":
		return d, fmt.Errorf("has no source; end it with | source: where it can be checked")
	case d.Reviewer == "":
		return d, fmt.Errorf("has no reviewer; end it with | reviewer: who checked it")
	}
	return d, nil
}

// parseTerm reads "PIC:986451977" as an identifier and anything else as a name.
func parseTerm(s string) (Term, error) {
	scheme, value, ok := strings.Cut(s, ":")
	if ok && scheme != "" && scheme == strings.ToUpper(scheme) && !strings.ContainsAny(scheme, " .") && !strings.HasPrefix(value, " ") {
		id, err := store.Identifier{Scheme: scheme, Value: value}.Normal()
		return Term{Identifier: id}, err
	}
	if text.Key(s) == "" {
		return Term{}, fmt.Errorf("%q is no name", s)
	}
	return Term{Name: s}, nil
}

func (d *Decisions) put(x Decision) error {
	if d.bodies == nil {
		d.bodies, d.distinct = map[string]*Body{}, map[[2]string]bool{}
	}
	key := func(t Term) string { return x.Family + "\x00" + t.key() }
	if x.Verdict == Distinct {
		for i, a := range x.Terms {
			for _, b := range x.Terms[i+1:] {
				if ba := d.bodies[key(a)]; ba != nil && ba == d.bodies[key(b)] || key(a) == key(b) {
					return fmt.Errorf("says that %q and %q are distinct; another line says they are the same", a.label(), b.label())
				}
				d.distinct[pair(key(a), key(b))] = true
			}
		}
		d.all = append(d.all, x)
		return nil
	}
	body := &Body{}
	var keys []string
	for _, t := range x.Terms {
		keys = append(keys, key(t))
		if known := d.bodies[key(t)]; known != nil {
			body = known
		}
	}
	for i := range x.Terms {
		if known := d.bodies[keys[i]]; known != nil && known != body {
			return fmt.Errorf("joins %q to %q; earlier lines keep them as two bodies", known.label(), body.label())
		}
	}
	for k, of := range d.bodies {
		if of == body {
			keys = append(keys, k)
		}
	}
	for i, a := range keys {
		for _, b := range keys[i+1:] {
			if d.distinct[pair(a, b)] {
				return fmt.Errorf("says that %q is one body; another line says that two of these are distinct", x.Terms[0].label())
			}
		}
	}
	for i, t := range x.Terms {
		if d.bodies[keys[i]] == body {
			continue
		}
		d.bodies[keys[i]] = body
		if t.Name != "" {
			body.Names = append(body.Names, t.Name)
		} else {
			body.Identifiers = append(body.Identifiers, t.Identifier)
		}
	}
	if body.KnownAs == "" {
		body.KnownAs = x.KnownAs
	}
	body.Decided = append(body.Decided, x)
	d.all = append(d.all, x)
	return nil
}

func (t Term) label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Identifier.Scheme + ":" + t.Identifier.Value
}

func (b *Body) label() string {
	if len(b.Names) > 0 {
		return b.Names[0]
	}
	return Term{Identifier: b.Identifiers[0]}.label()
}

func pair(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// All are the decisions in the order they were read.
func (d *Decisions) All() []Decision {
	if d == nil {
		return nil
	}
	return d.all
}

// Body is the body that a name is decided to be of; nil if nothing is decided.
func (d *Decisions) Body(family, name string) *Body {
	if d == nil {
		return nil
	}
	return d.bodies[family+"\x00"+text.Key(name)]
}

// Canonical is the name that a body is known by, and its identifiers: name itself and none
// if nothing is decided about it.
func (d *Decisions) Canonical(family, name string) (string, []store.Identifier) {
	b := d.Body(family, name)
	if b == nil || len(b.Names) == 0 {
		return name, nil
	}
	return b.Names[0], append([]store.Identifier(nil), b.Identifiers...)
}

// Distinct tells whether two names are decided to be two bodies'.
func (d *Decisions) Distinct(family, a, b string) bool {
	if d == nil {
		return false
	}
	ba, bb := d.Body(family, a), d.Body(family, b)
	for _, ka := range keysOf(ba, a) {
		for _, kb := range keysOf(bb, b) {
			if d.distinct[pair(family+"\x00"+ka, family+"\x00"+kb)] {
				return true
			}
		}
	}
	return false
}

func keysOf(b *Body, name string) []string {
	keys := []string{text.Key(name)}
	if b != nil {
		for _, n := range b.Names {
			keys = append(keys, text.Key(n))
		}
	}
	return keys
}
