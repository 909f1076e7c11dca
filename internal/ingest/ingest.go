// Package ingest brings what a source's files say into a truth. An importer reads files and
// tells rows; a [Job] gathers rows into batches, applies them, and keeps account: of rows
// stored and rejected, of what became of nodes and edges, of where to go on after a kill.
//
// The way of the data: file -> tabular.Rows -> importer -> Row -> Job -> store.Batch -> truth.
package ingest

import (
	"context"
	"fmt"
	"strings"

	"clustergraph/internal/ingest/tabular"
	"clustergraph/internal/store"
)

// Importer reads the files of one source. It keeps no more in memory than it needs to
// recognise what it has told: what it costs grows with the rows.
type Importer interface {
	// Read tells what files say, row by row and in their order. An error of the sink is
	// returned as it is; one of its own names the file. What is wrong with a row or a value
	// is told to the sink, and the reading goes on.
	Read(ctx context.Context, files []tabular.File, to Sink) error
}

// Sink takes what an importer reads.
type Sink interface {
	// Row takes what one row says. Its refs may meet nodes of earlier rows. A row whose
	// batch the store refuses because of it is rejected later, with the store's reason.
	Row(Row) error
	// Reject tells that a row is not stored, and why. A Problem without a line speaks of a whole
	// file, which is not read; with a sheet, of one that says nothing of this source; with a
	// column, of one that the file should have, or has otherwise than it seems.
	Reject(Problem) error
	// Prepare takes records that belong to no row, such as those of the source itself and
	// of the nodes a rule makes. They count as nodes and edges, not as rows.
	Prepare(nodes []store.NodeRecord, edges []store.EdgeRecord) error
	// Complete says that the files hold all that a source says: with --replace, what earlier
	// runs said in its name and this one does not is withdrawn at the end of the run.
	Complete(source store.Ref)
}

// Row is what one row of a file says. Nodes that its edges lead between are made by its own
// records or by those of earlier rows.
type Row struct {
	At    Place
	Nodes []store.NodeRecord
	Edges []store.EdgeRecord
	// Steps happen after the records of the row, and before the rows that follow.
	Steps []store.Step
	// Left are values of the row that were left out, amounts that were rounded to cents, and texts
	// that were read again ([Noted]); the rest of it is stored.
	Left []Problem
}

// Place is where something stands. Sheet is the one of a workbook that has several. Line counts
// from 1, the header included; of a spreadsheet it is the row. Column is the name of a column;
// empty if it is about the row.
type Place struct {
	File, Sheet string
	Line        int
	Column      string
}

func (p Place) String() string {
	s := p.File
	if p.Sheet != "" {
		s += ", sheet " + p.Sheet
	}
	if p.Line > 0 {
		s += fmt.Sprintf(", line %d", p.Line)
	}
	if p.Column != "" {
		s += ", column " + p.Column
	}
	return s
}

// Problem is a row or a value that is not stored, or not as it stands there: where it stands,
// why, and the text that stands there, cut to [MostText] bytes.
type Problem struct {
	At   Place
	Why  string
	Text string
}

// MostText is how many bytes of a faulty text are told, and MostWhy of the reason, which may have
// such texts in it.
const (
	MostText = 200
	MostWhy  = 2000
)

// ProblemAt makes a Problem of a value.
func ProblemAt(at Place, column, text, format string, args ...any) Problem {
	at.Column = column
	return Problem{at, cut(fmt.Sprintf(format, args...), MostWhy), cut(text, MostText)}
}

// cut is the beginning of a text that has more than so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func (p Problem) String() string {
	s := p.At.String() + ": " + p.Why
	if p.Text != "" {
		s += fmt.Sprintf(": %q", p.Text)
	}
	return s
}
