package changelog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
)

// words are what stands in the log for what became of something.
var words = map[store.What]string{store.New: "new", store.Changed: "changed", store.Gone: "gone"}

// EncodeChanges writes what a commit did as a JSON list of lists: for a node what became of
// it, its kind, its id, a list of sources and a list of properties; for an edge what became
// of it, its type, from, to, key and the same two lists.
func EncodeChanges(changes []store.Change) string {
	b := []byte{'['}
	for i, c := range changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `["`...), words[c.What]...), `",`...)
		about := []string{c.Kind, c.Node}
		if c.Node == "" {
			about = []string{c.Edge.Type, c.Edge.From, c.Edge.To, c.Edge.Key}
		}
		for _, x := range about {
			b = append(codec.AppendString(b, x), ',')
		}
		b = append(codec.AppendStrings(b, c.Sources), ',')
		b = append(codec.AppendStrings(b, c.Props), ']')
	}
	return string(append(b, ']'))
}

// DecodeChanges reads them back. Its error says that they are not as EncodeChanges writes
// them.
func DecodeChanges(data []byte) ([]store.Change, error) {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	names := map[string]string{} // sources and kinds come again and again
	text := func() (string, error) {
		t, err := d.ReadToken()
		if err == nil && t.Kind() != '"' {
			err = errForm
		}
		if err != nil {
			return "", err
		}
		s := t.String()
		if known, met := names[s]; met {
			return known, nil
		}
		if len(names) < 1000 {
			names[s] = s
		}
		return s, nil
	}
	open := func(kind jsontext.Kind) error {
		t, err := d.ReadToken()
		if err == nil && t.Kind() != kind {
			err = errForm
		}
		return err
	}
	texts := func() (out []string, err error) {
		if err := open('['); err != nil {
			return nil, err
		}
		for d.PeekKind() == '"' {
			s, err := text()
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		return out, open(']')
	}
	change := func() (c store.Change, err error) {
		if err := open('['); err != nil {
			return c, err
		}
		var about []string
		for d.PeekKind() == '"' {
			s, err := text()
			if err != nil {
				return c, err
			}
			about = append(about, s)
		}
		switch len(about) {
		case 3:
			c.Kind, c.Node = about[1], about[2]
		case 5:
			c.Edge = store.EdgeID{Type: about[1], From: about[2], To: about[3], Key: about[4]}
		default:
			return c, errForm
		}
		for what, word := range words {
			if word == about[0] {
				c.What = what
			}
		}
		if c.What == 0 {
			return c, errForm
		}
		if c.Sources, err = texts(); err == nil {
			c.Props, err = texts()
		}
		if err != nil {
			return c, err
		}
		return c, open(']')
	}
	out := []store.Change{}
	if err := open('['); err != nil {
		return nil, err
	}
	for d.PeekKind() == '[' {
		c, err := change()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, open(']')
}

var errForm = errors.New("changes that are not as they are written")

// ScrubChanges takes a node and its edges out of what changed.
func ScrubChanges(changes []store.Change, id string) []store.Change {
	out := []store.Change{}
	for _, c := range changes {
		if c.Node != id && c.Edge.From != id && c.Edge.To != id {
			out = append(out, c)
		}
	}
	return out
}

// Begin is the number after which entries are told, from a point in the history of a store
// that stands at now, up to a revision. seek is asked for the first entry of the log, and
// for the first one made after a time; their numbers are 0 if there is none.
func Begin(since store.Since, until, now store.Revision, seek func(time.Time) (oldest, first store.Entry, err error)) (after uint64, err error) {
	if until.Epoch != now.Epoch {
		return 0, fmt.Errorf("%w: revision %s is not of the store's history, which is at %s", store.ErrBehind, until, now)
	}
	if !since.Time.IsZero() {
		oldest, first, err := seek(since.Time)
		switch reaches := oldest.Revision.Number == 1 || now.Number == 0 || oldest.Revision.Number > 0 && !oldest.At.After(since.Time); {
		case err != nil:
			return 0, err
		case !reaches:
			return 0, fmt.Errorf("%w: the change log does not reach back to %s; read everything anew, and go on from the revision of that answer", store.ErrBehind, since.Time.Format(time.RFC3339))
		case first.Revision.Number == 0:
			return until.Number, nil
		}
		return min(first.Revision.Number-1, until.Number), nil
	}
	switch r := since.Revision; {
	case r == store.Revision{}:
		return 0, nil
	case r.Epoch != now.Epoch:
		return 0, fmt.Errorf("%w: revision %s is not of the store's history, which is at %s; read everything anew, and go on from the revision of that answer", store.ErrBehind, r, now)
	case r.Number > until.Number:
		return 0, fmt.Errorf("%w: revision %s is later than what is shown, %s: ask with @atLeast(revision: %q)", store.ErrConflict, r, until, r)
	}
	return since.Revision.Number, nil
}

// Tell tells the entries after a number, up to another. read are some after a number, in
// their order.
func Tell(ctx context.Context, after, until uint64, read func(after uint64) ([]store.Entry, error), tell func(store.Entry) error) error {
	for after < until {
		if err := ctx.Err(); err != nil {
			return err
		}
		some, err := read(after)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			return Lacks(after + 1)
		}
		for _, e := range some {
			if e.Revision.Number > until {
				return nil
			}
			if e.Revision.Number != after+1 || e.Changes == nil {
				return Lacks(after + 1)
			}
			if err := tell(e); err != nil {
				return err
			}
			after++
		}
	}
	return nil
}

// Lacks says that an entry is no longer in the log, or was written by a version that did not
// tell what changed.
func Lacks(number uint64) error {
	return fmt.Errorf("%w: the change log no longer tells what happened at revision number %x; read everything anew, and go on from the revision of that answer", store.ErrBehind, number)
}
