package keep

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"

	"clustergraph/internal/ingest/values"
	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// programme is a programme, of one period.
type programme struct {
	slug   string // "danube-2014-2020"
	ref    store.Ref
	source store.Ref
	read   [unknown]bool // which of its tables
}

var (
	periodRE = regexp.MustCompile(`^\(?((?:19|20)\d\d)\s*[-–]\s*((?:19|20)\d\d)\)?\s+(.+)$`)
	// strandRE is what stands before a programme's own name: "INTERREG VB", "Interreg V-A".
	strandRE = regexp.MustCompile(`(?i)^interreg\b[\s-]*(?:[IVX]+[\s-]*[A-D]?\b)?[\s:–-]*`)
)

// named is a programme as the exports write it, "2014 - 2020 INTERREG VB Danube", taken apart.
type named struct {
	whole, name, own string // own: without what it shares with others, "Danube"
	start, end       string
	interreg         bool
}

func programmeOf(s string) (n named, ok bool) {
	n.whole = strings.Join(strings.Fields(s), " ")
	n.name = n.whole
	if m := periodRE.FindStringSubmatch(n.whole); m != nil {
		n.start, n.end, n.name = m[1], m[2], m[3]
	}
	n.own = n.name
	if at := strandRE.FindStringIndex(n.name); at != nil {
		n.interreg = true
		if n.own = n.name[at[1]:]; text.Key(n.own) == "" {
			n.own = n.name
		}
	}
	return n, text.Key(n.name) != ""
}

func slug(s string) string { return text.Slug(s) }

// programme is the programme of a name; it is told when it is new. period is what the export
// says of its years.
func (r *run) programme(n named, period string) (*programme, error) {
	if p := r.programmes[n.whole]; p != nil {
		return p, nil
	}
	if n.start == "" {
		if from, to, err := values.Span(period); err == nil && from != to {
			n.start, n.end = from.String(), to.String()
		}
	}
	p := &programme{slug: slug(n.own)}
	title := n.own
	if n.interreg && n.own != n.name {
		title = "Interreg " + n.own
	}
	if n.start != "" {
		p.slug += "-" + n.start + "-" + n.end
		title += " " + n.start + "-" + n.end
	}
	for _, same := range r.order {
		if same.slug == p.slug { // another spelling
			r.programmes[n.whole] = same
			return same, nil
		}
	}
	p.ref = store.Ref{Kind: "Programme", Name: n.name, Identifiers: []store.Identifier{{Scheme: SchemeProgramme, Value: cut(p.slug)}}}
	p.source = store.Ref{Kind: "Source", Name: "keep.eu, " + title, Identifiers: []store.Identifier{{Scheme: "DATASET", Value: cut("keep-" + p.slug)}}}
	r.programmes[n.whole] = p
	r.order = append(r.order, p)

	said := r.said(p, "programme "+p.slug)
	about := props("type", "REGISTER", "publisher", "Interact", "url", "https://keep.eu")
	if r.Retrieved != (store.Date{}) {
		about = about.With("retrieved", r.Retrieved)
	}
	is := props("level", "PROGRAMME")
	if n.start != "" {
		from, to, err := values.Span(n.start + "-" + n.end)
		if err == nil {
			is = is.With("start", from).With("end", to)
		}
	}
	if n.whole != n.name {
		is = is.With("aliases", store.List{n.whole})
	}
	nodes := []store.NodeRecord{{Ref: p.source, Said: said, Props: about}, {Ref: p.ref, Said: said, Props: is}}
	var edges []store.EdgeRecord
	if n.interreg {
		interreg := store.Ref{Kind: "Programme", Name: "Interreg", Identifiers: []store.Identifier{{Scheme: SchemeProgramme, Value: "interreg"}}}
		nodes = append(nodes, store.NodeRecord{Ref: interreg, Said: said, Props: props("level", "FRAMEWORK")})
		edges = append(edges, store.EdgeRecord{Type: "PART_OF", From: p.ref, To: interreg, Said: said})
	}
	return p, r.to.Prepare(nodes, edges)
}

// cut keeps what identifies within the 200 bytes that an identifier may have.
func cut(s string) string {
	if len(s) <= 200 {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return strings.ToValidUTF8(s[:180], "") + "-" + hex.EncodeToString(sum[:8])
}

// codeRE is a project's code before its acronym: "DTP1-320-4.1 RARE", "DTP1-260-1.1; InnoHPC".
var codeRE = regexp.MustCompile(`^([A-Z]{2,8}\d*-\s*\d{2,4}-\s*\d+(?:\.\d+)*)(?:\s*[-–,;:]\s*|\s+|$)(.*)$`)

// splitAcronym takes the code of a project and its acronym apart. Without a code it is empty;
// a code alone is the acronym as well.
func splitAcronym(s string) (code, acronym string, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	if m := codeRE.FindStringSubmatch(s); m != nil {
		code, s = strings.ReplaceAll(m[1], " ", ""), m[2]
	}
	if text.Key(s) == "" {
		s = code
	}
	return code, s, text.Key(s) != ""
}

// fundNames are the funds that keep.eu abbreviates.
var fundNames = map[string]string{"ERDF": "European Regional Development Fund", "ENI": "European Neighbourhood Instrument",
	"IPA": "Instrument for Pre-accession Assistance"}

// fund is the fund of an abbreviation: "IPA/IPA II" is IPA.
func (r *row) fund(short string) store.Ref {
	short, _, _ = strings.Cut(short, "/")
	short = strings.ToUpper(strings.TrimSpace(short))
	name := fundNames[short]
	aliases := store.List{short}
	if name == "" {
		name, aliases = short, nil
	}
	id, err := store.Identifier{Scheme: SchemeFund, Value: short}.Normal()
	if err != nil {
		return store.Ref{}
	}
	ref := store.Ref{Kind: "Programme", Name: name, Identifiers: []store.Identifier{id}}
	if r.new("fund", r.of.slug, short) {
		r.nodes = append(r.nodes, store.NodeRecord{Ref: ref, Said: r.said(""), Props: props("level", "FUND", "code", short, "aliases", aliases)})
	}
	return ref
}

// own tells whether an address is that of the programme itself, which the exports give
// wherever a body has none: then it is none of the body's.
func (r *row) own(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return strings.Contains(host, "interreg") || host == "keep.eu" || host == "www.keep.eu"
}

// website is what a row says is the website of a body; nil if it is the programme's.
func (r *row) website(page bool) store.Value {
	s := r.text("Website", "Project website", "Web")
	if s == "" {
		return nil
	}
	address, err := values.URL(s)
	if err != nil {
		r.leave([]string{"Website", "Project website", "Web"}, err.Error())
		return nil
	}
	if !r.own(address) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if home := strings.Trim(u.Path, "/") == ""; !home {
		if page { // its page among the programme's
			return address
		}
	} else if r.new("website", r.of.slug) {
		r.nodes = append(r.nodes, store.NodeRecord{Ref: r.of.ref, Said: r.said("website"), Props: props("url", address)})
	}
	return nil
}
