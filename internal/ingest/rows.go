package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"io"

	"clustergraph/internal/ingest/tabular"
)

// EachRow calls each for the rows of a table, with the place of each, to their end. Rows that
// cannot be read are rejected; faults is how many. What is to be told of the table is told in the
// end.
func EachRow(ctx context.Context, rows *tabular.Rows, to Sink, each func(Place, tabular.Row) error) (faults int, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return faults, err
		}
		row, err := rows.Next()
		var fault *tabular.Fault
		switch {
		case err == io.EOF:
			for _, n := range rows.Notes() {
				if err := to.Reject(ProblemAt(Place{File: rows.File(), Sheet: rows.Sheet()}, n.Column, n.Text, "%s", n.Why)); err != nil {
					return faults, err
				}
			}
			return faults, nil
		case errors.As(err, &fault):
			faults++
			err = to.Reject(ProblemAt(Place{File: fault.File, Sheet: fault.Sheet, Line: fault.Line}, fault.Column, fault.Text, "%s", fault.Why))
		case err == nil:
			err = each(Place{File: rows.File(), Sheet: rows.Sheet(), Line: row.Line}, row)
		}
		if err != nil {
			return faults, err
		}
	}
}

// Noted tells what is to be told of the values that an importer asked a row for: that they were
// read again, as they had been read in a wrong encoding before they came into the file, or that they
// are formulas that nobody worked out. It belongs to Left of the Row.
func Noted(at Place, row tabular.Row) (left []Problem) {
	for _, n := range row.Notes() {
		left = append(left, ProblemAt(at, n.Column, n.Text, "%s", n.Why))
	}
	return left
}

// Told are hashes of what an importer has told, some 16 bytes each: what they know needs no
// telling again.
type Told map[uint64]struct{}

// New tells whether something, said by some texts, is told for the first time, and notes it.
func (t Told) New(what ...string) bool {
	h := Hash(what...)
	_, is := t[h]
	t[h] = struct{}{}
	return !is
}

// Knows tells whether something was told.
func (t Told) Knows(what ...string) bool {
	_, is := t[Hash(what...)]
	return is
}

var seed = maphash.MakeSeed()

// Hash is a hash of some texts, each apart; another one in each process.
func Hash(texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, s := range texts {
		_, _ = h.WriteString(s)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}
