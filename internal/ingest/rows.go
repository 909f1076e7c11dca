package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"io"

	"clustergraph/internal/ingest/tabular"
)

// EachRow calls each for the rows of a table, to their end. Rows that cannot be read are
// rejected; faults is how many.
func EachRow(ctx context.Context, rows *tabular.Rows, to Sink, each func(tabular.Row) error) (faults int, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return faults, err
		}
		row, err := rows.Next()
		var fault *tabular.Fault
		switch {
		case err == io.EOF:
			return faults, nil
		case errors.As(err, &fault):
			faults++
			err = to.Reject(ProblemAt(Place{File: fault.File, Line: fault.Line}, fault.Column, fault.Text, "%s", fault.Why))
		case err == nil:
			err = each(row)
		}
		if err != nil {
			return faults, err
		}
	}
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
