// Package eccp reads profiles of the European Cluster Collaboration Platform, saved as text
// or as HTML, in the platform's newer and older layout, and pages of its networks.
//
// A profile is read in four steps: the file becomes lines with places (document), the
// platform's labels take the lines apart (profile), readers of the labels' values and of
// sentences make facts (reader), and the facts become a batch for a store. What a rule is
// not sure of it reports with its line instead of guessing.
package eccp

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/store"
)

// Options say what the file itself does not.
type Options struct {
	// Decisions tell who is who; nil: the shipped ones.
	Decisions *identity.Decisions
	// Retrieved is the day the page was saved; the zero Date: unknown.
	Retrieved store.Date
	// URL is the page's address; empty: the one the file tells, if any.
	URL string
}

// Unread is a line that was not understood, or not fully, and why.
type Unread struct {
	Line int
	Text string
	Why  string
}

func (u Unread) String() string { return fmt.Sprintf("line %d: %s: %s", u.Line, u.Why, u.Text) }

// Profile is what a page says.
type Profile struct {
	// Name is the name of the body the page is about, Kind its kind.
	Name, Kind string
	// Unread tells what was not read, or not as it stands there, by line.
	Unread []Unread
	// Cut tells where the page ends too early; nil if it does not seem to. What stands
	// before is read; a cut page must not withdraw what the whole one said.
	Cut *Unread

	older     bool // the platform's older layout
	url       string
	retrieved store.Date
	self      *entity
	facts     *facts
}

// Parse reads one profile. An input that is none is an *Error with its place. At most 16
// MiB are read and held; the cost grows with their number.
func Parse(in io.Reader, o Options) (*Profile, error) {
	d, err := readDocument(in)
	if err != nil {
		return nil, err
	}
	if o.URL != "" {
		d.url = o.URL
	}
	p, err := takeApart(d)
	if err != nil {
		return nil, err
	}
	decisions := o.Decisions
	if decisions == nil {
		decisions = identity.Shipped()
	}
	r := &reader{facts: newFacts(decisions), p: p}
	r.readHeader()
	r.readProse()
	r.readFields()
	out := &Profile{Name: r.self.name, Kind: r.self.kind, Unread: append(r.unread, d.reread...), url: d.url, retrieved: o.Retrieved, self: r.self, facts: r.facts,
		older: r.self.kind == kindCluster && (p.crumb != "" || p.older)}
	if p.cut != nil {
		out.Cut = &p.cut.Unread
		out.Unread = append(out.Unread, p.cut.Unread)
	}
	slices.SortStableFunc(out.Unread, func(a, b Unread) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text), strings.Compare(a.Why, b.Why))
	})
	out.Unread = slices.Compact(out.Unread)
	return out, nil
}

// Fact is one thing a page says, as text: for people, and for comparing.
type Fact struct {
	Subject    string // `Project "GIVE"`, `Cluster "A" PARTICIPATES_IN Project "GIVE"`
	Property   string // empty: that the subject is there
	Value      string
	Line       int
	Rank       store.Rank
	Confidence float64
	Derived    bool
}

func (f Fact) String() string {
	rank := "TEXT"
	if f.Rank == store.FromField {
		rank = "FIELD"
	}
	s := f.Subject
	if f.Property != "" {
		s += " " + f.Property + " = " + f.Value
	}
	s += fmt.Sprintf("  [line %d, %s, %.2f", f.Line, rank, f.Confidence)
	if f.Derived {
		s += ", derived"
	}
	return s + "]"
}

// Facts are all facts of the page, sorted.
func (p *Profile) Facts() []Fact {
	var out []Fact
	put := func(subject string, says []saying) {
		for _, s := range says {
			out = append(out, Fact{subject, s.prop, format(s.value), s.at.line, s.at.rank, s.at.conf, s.at.derived})
		}
	}
	for _, e := range p.facts.entities {
		put(e.label(), e.says)
		for _, id := range e.ids {
			out = append(out, Fact{e.label(), "identifiers", id.Scheme + ":" + id.Value, e.named.line, e.named.rank, e.named.conf, false})
		}
	}
	for _, r := range p.facts.relations {
		put(r.from.label()+" "+r.kind+" "+r.to.label(), r.says)
	}
	slices.SortFunc(out, func(a, b Fact) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), strings.Compare(a.Property, b.Property), strings.Compare(a.Value, b.Value), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(out)
}

func (e *entity) label() string { return fmt.Sprintf("%s %q", e.kind, e.name) }

// format is a value as text.
func format(v store.Value) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case store.Money:
		return x.Amount.String() + " " + x.Currency
	case store.List:
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = format(x[i])
		}
		return strings.Join(parts, "; ")
	case store.Props:
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = x[i].Name + ": " + format(x[i].Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}
