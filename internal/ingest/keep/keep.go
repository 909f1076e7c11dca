// Package keep reads what keep.eu, the database of the European Union's programmes of
// territorial cooperation (Interreg, IPA and ENI cross-border cooperation), exports: tables of
// projects and of their partners, as csv or xlsx, of one programme or of several. Tables are told apart
// by their columns, columns by their names.
//
// The exports have no ids: a partner's row tells its project by programme and acronym, and so
// do these join. Where the acronym begins with the project's code ("DTP1-071-1.1 - SMART
// FACTORY HUB"), that is its identifier; else programme and acronym are. A partner is known by
// its country and name.
//
//	project row   Project, FUNDED_BY its programme, funds and specific objective, CLASSIFIED_AS
//	              themes and objectives; its lead partner
//	partner row   Organisation, LOCATED_IN its region; PARTICIPATES_IN
//
// Each programme is a source of its own.
package keep

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/ingest"
	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// Schemes of the identifiers that are made of what keep.eu says, and of its topics.
const (
	SchemeProject   = "KEEP"           // the project's code, else programme and acronym
	SchemePartner   = "KEEP_PARTNER"   // country and name: "BG/sofia-municipality"
	SchemeProgramme = "KEEP_PROGRAMME" // "danube-2014-2020", and its specific objectives
	SchemeFund      = "KEEP_FUND"      // "ERDF"
	SchemeTheme     = "KEEP_THEME"     // keep.eu's own themes
	SchemeObjective = "ESI_OBJECTIVE"  // thematic objectives and investment priorities: "1b"
)

// Options say what the files do not.
type Options struct {
	// Retrieved is the day the files were exported; the zero Date: unknown.
	Retrieved store.Date
}

// Importer reads exports of keep.eu. It keeps hashes of what it has told, about 16 bytes for
// each project, organisation and participation.
type Importer struct{ Options }

// The columns, by the names they go by.
var (
	programmeColumn = []string{"Programme"}
	acronymColumn   = []string{"Acronym", "Project acronym"}
	partnerColumn   = []string{"Project Partner", "Partner", "Partner name", "Name of partner"}
	titleColumn     = []string{"Project Name", "Project title", "Name of project"}
)

// content is what a table holds; projects are read first.
type content int

const (
	projects content = iota
	partners
	unknown
)

func contentOf(rows *tabular.Rows) content {
	has := func(names []string) bool { return rows.Column(names...) >= 0 }
	switch {
	case !has(programmeColumn) || !has(acronymColumn):
		return unknown
	case has(partnerColumn):
		return partners
	case has(titleColumn) || has([]string{"Project start"}):
		return projects
	}
	return unknown
}

const noExport = "no export of keep.eu: its tables have the columns Programme and Acronym, and Project Name or Project Partner"

// table is a table of a file, and what it holds.
type table struct {
	tabular.File
	tabular.RowOptions
	content content
	rows    *tabular.Rows // opened already; nil: to be opened
}

// Read tells projects first, then partners. Tables that hold neither are left out; if all are,
// it is an error. A programme of which both were read is told completely.
func (i Importer) Read(ctx context.Context, files []tabular.File, to ingest.Sink) error {
	r := &run{Options: i.Options, to: to, told: ingest.Told{}, programmes: map[string]*programme{}}
	var tables []table
	defer func() {
		for _, t := range tables {
			if t.rows != nil {
				t.rows.Close()
			}
		}
	}()
	for _, f := range files {
		found, err := r.look(ctx, f)
		tables = append(tables, found...)
		switch {
		case err != nil && (len(files) == 1 || ctx.Err() != nil):
			return err
		case err != nil:
			err = to.Reject(ingest.Problem{At: ingest.Place{File: f.Name}, Why: strings.TrimPrefix(err.Error(), f.Name+": ")})
		case len(found) == 0 && f.Named && len(files) > 1:
			err = to.Reject(ingest.Problem{At: ingest.Place{File: f.Name}, Why: noExport})
		}
		if err != nil {
			return err
		}
	}
	if len(tables) == 0 {
		if len(files) == 1 {
			return fmt.Errorf("%s: %s", files[0].Name, noExport)
		}
		return fmt.Errorf("none of the %d files is an export of keep.eu, whose tables have the columns Programme and Acronym, and Project Name or Project Partner", len(files))
	}
	slices.SortStableFunc(tables, func(a, b table) int { return int(a.content - b.content) })
	r.partners = tables[len(tables)-1].content == partners
	for n := range tables {
		if err := r.table(ctx, &tables[n]); err != nil {
			return err
		}
	}
	for _, p := range r.order {
		if p.read[projects] && p.read[partners] {
			to.Complete(p.source)
		}
	}
	return nil
}

// look finds the tables of a file: a workbook may have one on each sheet. Other sheets beside
// them are told.
func (r *run) look(ctx context.Context, f tabular.File) (found []table, err error) {
	var others []string
	err = f.EachSheet(ctx, tabular.RowOptions{}, func(rows *tabular.Rows) error {
		t := table{File: f, RowOptions: tabular.RowOptions{Sheet: rows.Sheet()}, content: contentOf(rows)}
		switch {
		case t.content == unknown:
			others = append(others, t.Sheet)
			if f.Sum == "" {
				return rows.Close()
			}
			return nil
		case f.Sum == "":
			t.rows = rows
		}
		found = append(found, t)
		return nil
	})
	for _, sheet := range others {
		if err == nil && len(found) > 0 {
			err = r.to.Reject(ingest.Problem{At: ingest.Place{File: f.Name, Sheet: sheet}, Why: "is not read: it is no table of projects or partners, which have the columns Programme and Acronym, and Project Name or Project Partner"})
		}
	}
	return found, err
}

// run is one reading.
type run struct {
	Options
	to ingest.Sink
	// told are hashes of what needs no telling again.
	told       ingest.Told
	programmes map[string]*programme // by what the column says
	order      []*programme
	// partners tells that there is a table of partners.
	partners bool
}

// said is how the source of a programme says something at a place, on the day it was exported.
func (r *run) said(of *programme, place string) store.Said {
	return store.Said{Source: of.source, Place: place, At: r.Retrieved, Rank: store.FromRegister}
}

// new tells whether something is told for the first time, and notes it.
func (r *run) new(what ...string) bool { return r.told.New(what...) }

func (r *run) table(ctx context.Context, t *table) error {
	rows := t.rows
	if t.rows = nil; rows == nil {
		var err error
		if rows, err = t.Open(ctx, t.RowOptions); err != nil {
			return err
		}
	}
	defer rows.Close()
	read := (*row).project
	if t.content == partners {
		read = (*row).partner
	}
	_, err := ingest.EachRow(ctx, rows, r.to, func(at ingest.Place, values tabular.Row) error { return r.row(rows, t, at, values, read) })
	if err != nil {
		return err
	}
	return rows.Close()
}

// row reads a row whose programme and project are told.
func (r *run) row(rows *tabular.Rows, t *table, at ingest.Place, values tabular.Row, read func(*row) error) error {
	row := &row{run: r, rows: rows, values: values, at: at}
	of, ok := programmeOf(row.text(programmeColumn...))
	if !ok {
		return row.reject(programmeColumn, "names no programme")
	}
	code, acronym, ok := splitAcronym(row.text(acronymColumn...))
	if !ok {
		return row.reject(acronymColumn, "names no project")
	}
	var err error
	if row.of, err = r.programme(of, row.text("Period")); err != nil {
		return err
	}
	row.of.read[t.content] = true
	row.code, row.acronym, row.key = code, acronym, code
	if code == "" {
		row.key = cut(row.of.slug + "/" + slug(acronym))
	}
	id, err := store.Identifier{Scheme: SchemeProject, Value: row.key}.Normal()
	if err != nil {
		return row.reject(acronymColumn, err.Error())
	}
	row.is = store.Ref{Kind: "Project", Name: acronym, Identifiers: []store.Identifier{id}}
	return read(row)
}
