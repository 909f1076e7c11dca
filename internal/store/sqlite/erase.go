package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"clustergraph/internal/store"
	"clustergraph/internal/store/changelog"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// scrub takes people out of the log and out of the answers to earlier batches, and sees to
// it that their bytes leave the files once the batch is committed.
func (t *Truth) scrub(s *session, d *commit.Delta) error {
	for _, id := range d.Scrub {
		if err := scrubLog(s, id); err != nil {
			return err
		}
		if err := scrubBatches(s, id); err != nil {
			return err
		}
	}
	s.after = t.clean
	return s.exec(`UPDATE meta SET unclean = 1`)
}

func scrubLog(s *session, id string) error {
	type entry struct {
		revision uint64
		commit   store.Commit
		changes  any
	}
	var entries []entry
	quoted := string(codec.AppendString(nil, id))
	d := codec.NewDecoder()
	err := s.each(`SELECT revision, nodes, edges, gone_nodes, gone_edges, changes FROM log
		WHERE instr(changes, ?1) OR instr(nodes, ?1) OR instr(edges, ?1) OR instr(gone_nodes, ?1) OR instr(gone_edges, ?1)`, []any{quoted}, func(scan func(...any) error) error {
		var e entry
		var nodes, edges, goneNodes, goneEdges, changes raw
		err := scan(&e.revision, &nodes, &edges, &goneNodes, &goneEdges, &changes)
		if err == nil {
			err = changelog.Decode(d, &e.commit, []byte("[]"), nodes, edges, goneNodes, goneEdges)
		}
		if err == nil && changes != nil {
			var all []store.Change
			all, err = changelog.DecodeChanges(changes)
			e.changes = changelog.EncodeChanges(changelog.ScrubChanges(all, id))
		}
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return err
	}
	w := newWriter(background, s)
	for _, e := range entries {
		changelog.Scrub(&e.commit, id)
		i := changelog.Encode(e.commit, w.props)
		w.do(`UPDATE log SET nodes = ?, edges = ?, gone_nodes = ?, gone_edges = ?, changes = ? WHERE revision = ?`, i.Nodes, i.Edges, i.GoneNodes, i.GoneEdges, e.changes, e.revision)
	}
	return w.err
}

func scrubBatches(s *session, id string) error {
	answers := map[string]changelog.Answer{}
	err := s.each(`SELECT id, result FROM batches WHERE instr(result, ?)`, []any{changelog.Quoted(id)}, func(scan func(...any) error) error {
		var batch string
		var data raw
		err := scan(&batch, &data)
		if err == nil {
			answers[batch], err = changelog.ParseAnswer(data)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, batch := range slices.Sorted(maps.Keys(answers)) {
		a := answers[batch]
		a.Scrub(id)
		if err := s.exec(`UPDATE batches SET result = ? WHERE id = ?`, a.String(), batch); err != nil {
			return err
		}
	}
	return nil
}

// clean takes the bytes of what was erased out of the files, where SQLite leaves them in
// free space and in the write-ahead log (secure_delete would miss copies where rows were
// moved before). It rewrites the file, so it costs what is stored.
func (t *Truth) clean(ctx context.Context, s *session) error {
	if _, err := s.conn.ExecContext(ctx, "VACUUM"); err != nil {
		return unclean(err)
	}
	var busy, pages, moved int
	if err := s.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return unclean(err)
	}
	if busy != 0 {
		return unclean(errors.New("someone reads an old state"))
	}
	return s.exec("UPDATE meta SET unclean = 0")
}

func unclean(err error) error {
	return fmt.Errorf("%w: the person is erased, but bytes may still be in the files until the store is opened again, or someone else is erased: %w", store.ErrUnavailable, err)
}
