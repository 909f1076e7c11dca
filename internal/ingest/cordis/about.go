package cordis

import (
	"slices"
	"strings"

	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// readTopics reads topics.csv: the topics of projects, with their titles.
func readTopics(_ *run, _ *table, rows *tabular.Rows) (func(*row) error, error) {
	return readProgrammes(rows, levelTopic, find(rows, "topic")), nil
}

// readLegalBases reads legalBasis.csv: the parts of frameworks that projects belong to, with
// their titles.
func readLegalBases(_ *run, _ *table, rows *tabular.Rows) (func(*row) error, error) {
	return readProgrammes(rows, levelProgramme, find(rows, "legalBasis")), nil
}

func readProgrammes(rows *tabular.Rows, level string, code column) func(*row) error {
	id, title := find(rows, ofProjectID...), find(rows, "title")
	return func(row *row) error {
		project, f, err := row.project(row.number(id), id, "")
		if err != nil || f == nil {
			return err
		}
		of := row.code(code)
		if of == "" {
			row.left = nil // it is the whole row
			return row.reject(code, "names no programme")
		}
		if level == levelProgramme {
			_, err = row.legalBasis(of, f)
		} else if !row.told.Knows("programme", f.code, of) {
			_, err = row.programme(of, level, f.programme, f)
		}
		if err != nil {
			return err
		}
		if name := row.text(title); name != "" && row.new("title", f.code, of, name) {
			node := programmeRecord(of, level, f.said(row.table.stem))
			node.Name = name
			if err := row.to.Prepare([]store.NodeRecord{node}, nil); err != nil {
				return err
			}
		}
		row.said = f.said(row.table.stem + " " + row.number(id) + "/" + of)
		if !row.told.Knows("funded", row.number(id), of) {
			row.fundedBy(project, row.number(id), programmeRef(of), nil)
		}
		return row.store()
	}
}

// readScienceTerms reads euroSciVoc.csv: the terms of the European Science Vocabulary that
// projects are classified by. The code of a term, "/23/49/335", has those of all that contain
// it, and so has its path.
func readScienceTerms(_ *run, _ *table, rows *tabular.Rows) (func(*row) error, error) {
	var (
		id      = find(rows, ofProjectID...)
		code    = find(rows, "euroSciVocCode")
		path    = find(rows, "euroSciVocPath")
		title   = find(rows, "euroSciVocTitle")
		meaning = find(rows, "euroSciVocDescription")
	)
	return func(row *row) error {
		project, f, err := row.project(row.number(id), id, "")
		if err != nil || f == nil {
			return err
		}
		term := termOf(row.text(code), row.text(path), row.text(title))
		if _, err := term.identifier().Normal(); len(term.code) == 0 || err != nil {
			return row.reject(code, "names no term of EuroSciVoc")
		}
		to, err := row.term(term, row.text(meaning), f)
		if err != nil {
			return err
		}
		row.said = f.said(row.table.stem + " " + row.number(id) + to.Identifiers[0].Value)
		row.edges = []store.EdgeRecord{{Type: "CLASSIFIED_AS", From: project, To: to, Said: row.said}}
		return row.store()
	}, nil
}

// term is a term of a tree: its code, and its names, from the broadest term to itself. Of
// terms without a code the names stand in.
type term struct{ code, names []string }

func (t term) identifier() store.Identifier {
	return store.Identifier{Scheme: SchemeTopic, Value: "/" + strings.Join(t.code, "/")}
}

func termOf(code, path, title string) term {
	split := func(s string) []string {
		return slices.DeleteFunc(strings.Split(s, "/"), func(part string) bool { return strings.TrimSpace(part) == "" })
	}
	t := term{split(code), split(path)}
	if len(t.code) == 0 {
		t.code = t.names
	}
	if len(t.names) != len(t.code) { // a "/" within a name
		t.names = make([]string, len(t.code))
	}
	if len(t.code) > 0 && title != "" {
		t.names[len(t.names)-1] = title
	}
	return t
}

// term tells a term and those that contain it, once.
func (r *run) term(t term, meaning string, f *framework) (store.Ref, error) {
	ref := store.Ref{Kind: "Topic", Identifiers: []store.Identifier{t.identifier()}}
	code := ref.Identifiers[0].Value
	if !r.new("term", f.code, code) {
		return ref, nil
	}
	last := len(t.code) - 1
	said := f.said("term")
	node := store.NodeRecord{Ref: ref, Said: said}
	node.Name = t.names[last]
	node.Props = add(node.Props, "code", code)
	node.Props = add(node.Props, "description", meaning)
	node.Props = add(node.Props, "scheme", "EuroSciVoc")
	var edges []store.EdgeRecord
	if last > 0 {
		up, err := r.term(term{t.code[:last], t.names[:last]}, "", f)
		if err != nil {
			return ref, err
		}
		edges = []store.EdgeRecord{{Type: "PART_OF", From: ref, To: up, Said: said}}
	}
	return ref, r.to.Prepare([]store.NodeRecord{node}, edges)
}

// readLinks reads webLink.csv and webItem.csv: pages and files of projects.
func readLinks(_ *run, _ *table, rows *tabular.Rows) (func(*row) error, error) {
	var (
		id      = find(rows, ofProjectID...)
		address = find(rows, "physUrl", "uri")
		what    = find(rows, "type")
	)
	return func(row *row) error {
		project, f, err := row.project(row.number(id), id, "")
		if err != nil || f == nil {
			return err
		}
		link := row.url(address)
		if link == nil {
			row.left = nil // it is the whole row
			return row.reject(address, "is no address of the web; nothing can be linked")
		}
		// CORDIS writes projectWebsite and projectDeliverable.
		kind := strings.TrimPrefix(strings.ToLower(row.text(what)), "project")
		if kind == "" {
			kind = "website"
		}
		row.said = f.said(row.table.stem + " " + row.number(id) + " " + link.(string))
		row.nodes = []store.NodeRecord{{Ref: project, Said: row.said,
			Props: store.Props{{Name: "links", Value: store.List{store.Props{{Name: "kind", Value: kind}, {Name: "value", Value: link}}}}}}}
		return row.store()
	}, nil
}
