package cordis

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

var errTooMany = errors.New("more than 128 framework programmes: what stands in the column frameworkProgramme?")

// numberOf tells whether the id of a project is the number of CORDIS' record of it: "rcn-212426"
// stands where the grant number is unknown.
func numberOf(id string) (rcn string, is bool) { return strings.CutPrefix(id, "rcn-") }

// projectRef addresses a project by the id that tables give it; err says why it is none.
func projectRef(id string) (store.Ref, error) {
	scheme := SchemeProject
	rcn, is := numberOf(id)
	if is {
		scheme, id = SchemeRecord, rcn
	}
	i, err := store.Identifier{Scheme: scheme, Value: id}.Normal()
	return store.Ref{Kind: "Project", Identifiers: []store.Identifier{i}}, err
}

// statuses are the states of projects in the words of the schema.
var statuses = map[string]string{"SIGNED": "SIGNED", "ONG": "SIGNED", "CLOSED": "CLOSED", "CLO": "CLOSED", "TERMINATED": "TERMINATED", "SUSPENDED": "SUSPENDED"}

// readProjects reads project.csv.
func readProjects(r *run, t *table, rows *tabular.Rows) (func(*row) error, error) {
	var (
		number      = find(rows, "id", "projectID")
		rcn         = find(rows, "rcn", "projectRcn")
		acronym     = find(rows, "acronym")
		status      = find(rows, "status")
		title       = find(rows, "title")
		start       = find(rows, "startDate")
		end         = find(rows, "endDate")
		totalCost   = find(rows, "totalCost")
		pays        = find(rows, "ecMaxContribution", "euContribution")
		basis       = find(rows, "legalBasis")
		topic       = find(rows, "topics", "topicCode", "topic")
		frame       = find(rows, "frameworkProgramme")
		masterCall  = find(rows, "masterCall")
		subCall     = find(rows, "subCall", "call")
		scheme      = find(rows, "fundingScheme")
		objective   = find(rows, "objective")
		updated     = find(rows, "contentUpdateDate")
		doi         = find(rows, "grantDoi")
		standing, _ = r.frameworkOf(t.Name)
		places      = map[uint64]int{}
	)
	return func(row *row) error {
		id := row.number(number)
		if n := row.number(rcn); id == "" && n != "" {
			id = "rcn-" + n
		}
		if id == "" {
			return row.reject(number, "a project without an id; nothing can be said of it")
		}
		project, err := projectRef(id)
		if err != nil {
			return row.reject(number, "%s", err)
		}
		code := row.code(frame)
		if code == "" {
			code = standing
		}
		n, err := row.framework(code)
		if err != nil {
			return err
		}
		f := row.frameworks[n]
		f.projects = f.projects || isPublished(t.stem)
		own := ingest.Hash(id)
		row.projects[own] = n
		ref := project

		var grant, page store.Value
		if i := project.Identifiers[0]; i.Scheme == SchemeProject {
			grant, page = i.Value, pageOf(i.Value)
			if n := row.number(rcn); n != "" {
				row.identify(&ref, rcn, SchemeRecord, n, own)
			}
		} else {
			row.owners[ingest.Hash(i.Scheme, i.Value)] = own
		}
		if text := row.text(doi); text != "" {
			_, text, found := strings.Cut(text, "10.")
			if found {
				text = "10." + text
			}
			row.identify(&ref, doi, SchemeDOI, text, own)
		}
		short, long := row.raw(acronym), row.raw(title)
		if ref.Name = short; short == "" {
			ref.Name = long
		}
		row.said = row.updatedAt(updated, f.said(once(places, own, t.stem+" "+id)))
		amount := row.money(pays)

		p := make(store.Props, 0, 11)
		p = add(p, "acronym", short)
		p = add(p, "contribution", amount)
		p = add(p, "description", row.text(objective))
		from, until := row.date(start), row.date(end)
		if a, ok := from.(store.Date); ok {
			if b, ok := until.(store.Date); ok && b.Last < a.First {
				row.leave(end, fmt.Errorf("comes before the project begins, %s: neither day is kept", a))
				from, until = nil, nil
			}
		}
		p = add(p, "end", until)
		p = add(p, "fundingScheme", row.text(scheme))
		p = add(p, "grantNumber", grant)
		p = add(p, "start", from)
		if text := row.text(status); text != "" {
			if s := statuses[strings.ToUpper(text)]; s != "" {
				p = add(p, "status", s)
			} else {
				row.leave(status, errors.New("is no status known; CORDIS writes SIGNED, CLOSED, TERMINATED or SUSPENDED"))
			}
		}
		p = add(p, "title", long)
		p = add(p, "totalCost", row.money(totalCost))
		p = add(p, "url", page)
		row.nodes = []store.NodeRecord{{Ref: ref, Said: row.said, Props: p}}

		funds := make(store.Props, 0, 3)
		funds = add(funds, "amount", amount)
		call := row.code(subCall)
		master := row.code(masterCall)
		if call == "" {
			call = master
		}
		funds = add(funds, "call", call)
		funds = add(funds, "grantNumber", grant)
		if err := row.funded(project, id, row.code(basis), topic, funds, f); err != nil {
			return err
		}
		if call != "" {
			up := f.programme
			if master != "" && master != call {
				if up, err = row.programme(master, levelCall, up, f); err != nil {
					return err
				}
			}
			of, err := row.programme(call, levelCall, up, f)
			if err != nil {
				return err
			}
			row.fundedBy(project, id, of, nil)
		}
		return row.store()
	}, nil
}

// identify gives a project an identifier beside the one of its id, unless that belongs to
// another project already: both would be taken for one, and one row refused.
func (r *row) identify(project *store.Ref, c column, scheme, value string, own uint64) {
	i, err := store.Identifier{Scheme: scheme, Value: value}.Normal()
	if err != nil {
		r.leave(c, err)
		return
	}
	h := ingest.Hash(i.Scheme, i.Value)
	if owner, is := r.owners[h]; is && owner != own {
		r.leave(c, errors.New("identifies another project already"))
		return
	}
	r.owners[h] = own
	project.Identifiers = append(slices.Clip(project.Identifiers), i)
}

// once makes the place of a row that tells of something for the second time another one.
func once(places map[uint64]int, what uint64, place string) string {
	places[what]++
	if n := places[what]; n > 1 {
		return fmt.Sprintf("%s (%d)", place, n)
	}
	return place
}

// funded tells what funds a project: its topics and its legal basis, else its framework. What
// is said of the money stands on the first edge alone, so that sums count it once.
func (r *row) funded(project store.Ref, id, basis string, topic column, funds store.Props, f *framework) error {
	of := f.programme
	if basis != "" {
		var err error
		if of, err = r.legalBasis(basis, f); err != nil {
			return err
		}
	}
	var told []string
	for code := range strings.SplitSeq(r.text(topic), ";") {
		if code = strings.TrimSpace(code); code == "" || slices.Contains(told, code) {
			continue
		}
		if err := codeFault(code); err != nil {
			r.leave(topic, err)
			continue
		}
		t, err := r.programme(code, levelTopic, of, f)
		if err != nil {
			return err
		}
		r.fundedBy(project, id, t, funds)
		told, funds = append(told, code), nil
	}
	if told == nil || basis != "" {
		r.fundedBy(project, id, of, funds)
	}
	return nil
}

// fundedBy tells that a programme funds a project.
func (r *row) fundedBy(project store.Ref, id string, by store.Ref, funds store.Props) {
	r.new("funded", id, by.Identifiers[0].Value)
	r.edges = append(r.edges, store.EdgeRecord{Type: "FUNDED_BY", From: project, To: by, Said: r.said, Props: funds})
}

// project is the project that a row speaks of, and its framework; nil if the row is rejected.
// A project that no table of projects tells of is made of its id and acronym.
func (r *row) project(id string, c column, acronym string) (store.Ref, *framework, error) {
	if id == "" {
		return store.Ref{}, nil, r.reject(c, "names no project; nothing can be said of it")
	}
	ref, err := projectRef(id)
	if err != nil {
		return store.Ref{}, nil, r.reject(c, "%s", err)
	}
	own := ingest.Hash(id)
	if n, known := r.projects[own]; known {
		return ref, r.frameworks[n], nil
	}
	code, told := r.frameworkOf(r.table.Name)
	n, err := r.framework(code)
	if err != nil {
		return store.Ref{}, nil, err
	}
	r.projects[own] = n
	f := r.frameworks[n]
	node := store.NodeRecord{Ref: ref, Said: f.said(r.table.stem + " " + id)}
	node.Name = acronym
	node.Props = add(node.Props, "acronym", acronym)
	if i := ref.Identifiers[0]; i.Scheme == SchemeProject {
		node.Props = add(node.Props, "grantNumber", i.Value)
		node.Props = add(node.Props, "url", pageOf(i.Value))
	}
	var edges []store.EdgeRecord
	if told {
		edges = []store.EdgeRecord{{Type: "FUNDED_BY", From: ref, To: f.programme, Said: node.Said}}
	}
	return ref, f, r.to.Prepare([]store.NodeRecord{node}, edges)
}

// pageOf is the page of a project on CORDIS, by its grant number.
func pageOf(number string) string { return "https://cordis.europa.eu/project/id/" + number }
