// Package cordis reads the projects of the European framework programmes as CORDIS, the
// register of the European Commission, publishes them (CC BY 4.0): zips, folders or single
// tables of projects, organisations, topics, legal bases, EuroSciVoc terms and links, of
// Horizon 2020 and Horizon Europe. Tables, of workbooks each sheet, are told apart by their
// columns, columns by their names, whatever their order.
//
//	project row       Project; FUNDED_BY its topics and legal basis (else its framework) and its call
//	organization row  Organisation, LOCATED_IN; PARTICIPATES_IN
//	topics, legalBasis row  names of Programmes, FUNDED_BY
//	euroSciVoc row    Topics, CLASSIFIED_AS
//	webLink row       links of the Project
//
// What is said once is not said again: the row of an organisation that was told with the same
// name and address makes one edge.
package cordis

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// Schemes of the identifiers that CORDIS gives.
const (
	SchemeProject      = "CORDIS"           // of projects: the grant number
	SchemeRecord       = "CORDIS_RCN"       // of projects: the number of CORDIS' record of it
	SchemeDOI          = "DOI"              // of projects: of the grant
	SchemeOrganisation = "PIC"              // of organisations: the participant identification code
	SchemeProgramme    = "CORDIS_PROGRAMME" // of frameworks, legal bases, topics and calls: the code
	SchemeTopic        = "EUROSCIVOC"       // of EuroSciVoc terms: the path of their codes
	SchemeDataset      = "DATASET"          // of sources
)

// Options say what the files do not.
type Options struct {
	// Retrieved is the day the files were fetched; the zero Date: unknown.
	Retrieved store.Date
	// Framework is the code of the framework programme of projects that no project file
	// tells of, such as "H2020" or "HORIZON". Empty: the name of the file or of its folder
	// says it, else it is taken for H2020, by source only.
	Framework string
}

// Importer reads CORDIS. It keeps hashes of what it has told, about 16 bytes for each
// project, organisation and participation.
type Importer struct{ Options }

// content is what a table holds; they are read in this order, so that the ends of each edge
// are told before it.
type content int

const (
	projects content = iota
	topics
	legalBases
	scienceTerms
	webLinks
	webItems
	organisations
	unknown
)

// published are the names of the tables as CORDIS publishes them, in lower case.
var published = map[string]content{"project": projects, "topics": topics, "legalbasis": legalBases, "euroscivoc": scienceTerms,
	"weblink": webLinks, "webitem": webItems, "organization": organisations}

// The names of columns, as CORDIS writes them first.
var (
	ofProjectID      = []string{"projectID"}
	ofOrganisationID = []string{"organisationID", "organizationID", "pic"}
)

// contentOf tells by its columns what a table holds.
func contentOf(rows *tabular.Rows) content {
	has := func(names ...string) bool { return rows.Column(names...) >= 0 }
	inProject := has(ofProjectID...)
	switch {
	case inProject && has("euroSciVocCode", "euroSciVocPath"):
		return scienceTerms
	case inProject && has("physUrl"):
		return webLinks
	case inProject && has("uri"):
		return webItems
	case inProject && has(ofOrganisationID...):
		return organisations
	case has("id", "projectID") && has("acronym", "ecMaxContribution", "startDate"):
		return projects
	case inProject && has("topic"):
		return topics
	case inProject && has("legalBasis"):
		return legalBases
	}
	return unknown
}

// table is a file, or a sheet of one, and what it holds.
type table struct {
	tabular.File
	tabular.RowOptions
	content content
	stem    string        // of the file's name, or the sheet's: "organization"
	rows    *tabular.Rows // opened already; nil: to be opened
}

// Read tells what files say: first those of projects, then what is said of these, then who
// takes part. Files that hold none of this are left out; if none does, it is an error.
func (i Importer) Read(ctx context.Context, files []tabular.File, to ingest.Sink) error {
	r := &run{Options: i.Options, ctx: ctx, to: to, told: ingest.Told{}, projects: map[uint64]int8{}, owners: map[uint64]uint64{}}
	var tables []table
	defer func() {
		for _, t := range tables {
			if t.rows != nil {
				t.rows.Close()
			}
		}
	}()
	for _, f := range files {
		found, err := r.look(f)
		tables = append(tables, found...)
		switch {
		case err == nil && len(found) > 0:
			continue
		case err != nil && (len(files) == 1 || ctx.Err() != nil):
			return err
		case len(files) == 1, !f.Named && (err == nil || errors.Is(err, tabular.ErrEmpty) && !isPublished(stemOf(f))):
			continue // another source's, beside those that matter
		}
		why := "no table of CORDIS"
		if err != nil {
			why = strings.TrimPrefix(err.Error(), f.Name+": ")
		}
		if err := to.Reject(ingest.Problem{At: ingest.Place{File: f.Name}, Why: why}); err != nil {
			return err
		}
	}
	if len(tables) == 0 {
		return fmt.Errorf("%s: no table of CORDIS; one of projects has the columns id and acronym, one of organisations projectID and organisationID (is it another source's?)", nameOf(files))
	}
	slices.SortStableFunc(tables, func(a, b table) int { return int(a.content - b.content) })
	for n := range tables {
		if err := r.table(&tables[n]); err != nil {
			return err
		}
	}
	for _, f := range r.frameworks {
		if f.projects && f.organisations {
			to.Complete(f.source)
		}
	}
	return nil
}

func nameOf(files []tabular.File) string {
	switch len(files) {
	case 0:
		return "no files"
	case 1:
		return files[0].Name
	}
	return fmt.Sprintf("%s and %d other files", files[0].Name, len(files)-1)
}

// look finds out what a file holds, or the sheets of a workbook: those beside what is read are
// told.
func (r *run) look(f tabular.File) (found []table, err error) {
	var others []ingest.Problem
	err = f.EachSheet(r.ctx, tabular.RowOptions{}, func(rows *tabular.Rows) error {
		t := table{File: f, RowOptions: tabular.RowOptions{Sheet: rows.Sheet()}, stem: stemOf(f), content: contentOf(rows)}
		if t.Sheet != "" {
			t.stem = strings.TrimSpace(t.Sheet)
		}
		if t.content != unknown {
			if f.Sum == "" { // standard input, which can be read only once
				t.rows = rows
			}
			found = append(found, t)
			return r.lacks(&t, rows)
		}
		if f.Sum == "" {
			if err := rows.Close(); err != nil {
				return err
			}
		}
		lacks := fmt.Sprintf("lacks columns by which %s is read, such as projectID (id in project): the table is left out", t.stem)
		switch published := isPublished(t.stem); {
		case published && t.Sheet == "":
			return fmt.Errorf("%s: %s", f.Name, lacks)
		case published: // a table as a file is one
			others = append(others, ingest.Problem{At: ingest.Place{File: rows.Name()}, Why: lacks})
		case t.Sheet != "":
			others = append(others, ingest.Problem{At: ingest.Place{File: f.Name, Sheet: t.Sheet}, Why: "is not read: it is no table of CORDIS by its columns"})
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return found, err
	}
	for _, p := range others {
		if err := r.to.Reject(p); err != nil {
			return found, err
		}
	}
	return found, nil
}

// stemOf is the name of a file without its ending.
func stemOf(f tabular.File) string { return strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name)) }

// wanted are the columns that CORDIS' own tables have, and that most questions are about.
var wanted = map[content][][]string{
	projects:      {{"acronym"}, {"title"}, {"startDate"}, {"endDate"}, {"totalCost"}, {"ecMaxContribution", "euContribution"}},
	organisations: {{"name"}, {"country"}, {"role"}, {"ecContribution", "euContribution"}},
}

// lacks tells which of these a table that bears CORDIS' name does not have.
func (r *run) lacks(t *table, rows *tabular.Rows) error {
	if !isPublished(t.stem) {
		return nil
	}
	for _, names := range wanted[t.content] {
		if rows.Column(names...) >= 0 {
			continue
		}
		p := ingest.Problem{At: ingest.Place{File: t.Name, Sheet: t.Sheet, Column: names[0]},
			Why: "is not there, so nothing of it is stored; the columns are " + rows.Listed()}
		if err := r.to.Reject(p); err != nil {
			return err
		}
	}
	return nil
}

// isPublished tells whether the name of a table is one of CORDIS' own, which hold all there is.
func isPublished(stem string) bool { _, is := published[strings.ToLower(stem)]; return is }

// run is one reading.
type run struct {
	Options
	ctx context.Context
	to  ingest.Sink
	// told are hashes of what needs no telling again.
	told ingest.Told
	// projects are the projects that are told, by hash, and their frameworks.
	projects map[uint64]int8
	// owners tell whose an identifier is beside the one of a project's id, both by hash.
	owners     map[uint64]uint64
	frameworks []*framework
}

// new tells whether something is told for the first time, and notes it.
func (r *run) new(what ...string) bool { return r.told.New(what...) }

// readers read the header of a table of each content; what they give reads a row.
var readers = map[content]func(*run, *table, *tabular.Rows) (func(*row) error, error){
	projects: readProjects, topics: readTopics, legalBases: readLegalBases, scienceTerms: readScienceTerms,
	webLinks: readLinks, webItems: readLinks, organisations: readOrganisations,
}

// table reads a table.
func (r *run) table(t *table) error {
	rows := t.rows
	if t.rows = nil; rows == nil {
		var err error
		if rows, err = t.Open(r.ctx, t.RowOptions); err != nil {
			return err
		}
	}
	defer rows.Close()
	each, err := readers[t.content](r, t, rows)
	if err != nil {
		return err
	}
	_, err = ingest.EachRow(r.ctx, rows, r.to, func(at ingest.Place, values tabular.Row) error {
		return each(&row{run: r, table: t, values: values, at: at})
	})
	if err != nil {
		return err
	}
	return rows.Close()
}
