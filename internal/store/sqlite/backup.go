package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"clustergraph/internal/store"
	"clustergraph/internal/store/commit"
)

// Backup writes the whole store, as of one revision, into a file of its own, while others
// read and write. The file appears when it is complete and on the disk. If there is one
// already it is an ErrConflict, unless overwrite is set. Cost: with what is stored.
func (t *Truth) Backup(ctx context.Context, path string, overwrite bool) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if same, err := sameFile(path, t.path); err != nil || same {
		return fmt.Errorf("%w: %s is the store itself; choose another file: %w", store.ErrInvalid, path, err)
	}
	if _, err := os.Stat(path); err == nil && !overwrite {
		return fmt.Errorf("%w: %s exists already; choose another file, or let it be overwritten", store.ErrConflict, path)
	}
	temp, err := tempFile(path)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	conn, err := t.db.Conn(ctx)
	if err != nil {
		return t.explain(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `VACUUM INTO ?`, temp); err != nil {
		return fmt.Errorf("%w: the backup to %s failed: %w", store.ErrUnavailable, path, err)
	}
	if err := syncFile(temp); err != nil {
		return fmt.Errorf("%w: the backup to %s failed: %w", store.ErrUnavailable, path, err)
	}
	if overwrite {
		err = os.Rename(temp, path)
	} else {
		err = os.Link(temp, path) // fails if there is a file by now
	}
	if err == nil {
		err = syncFile(filepath.Dir(path))
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %s exists already", store.ErrConflict, path)
	}
	if err != nil {
		return fmt.Errorf("%w: the backup to %s failed: %w", store.ErrUnavailable, path, err)
	}
	return nil
}

func sameFile(a, b string) (bool, error) {
	x, err := os.Stat(a)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y), err
}

// tempFile makes an empty file beside another.
func tempFile(beside string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(beside), filepath.Base(beside)+".*.part")
	if err != nil {
		return "", fmt.Errorf("%w: nothing can be written to the folder of %s: %w", store.ErrUnavailable, beside, errors.Unwrap(err))
	}
	return f.Name(), f.Close()
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// tables are those whose content a backup replaces, edges before the nodes they stand on.
var tables = []string{"edges", "nodes", "identifiers", "names", "node_records", "edge_records", "merges", "denied_nodes", "denied_edges",
	"distinct_nodes", "erased", "batches", "log"}

// Restore replaces everything by what a backup holds, while others read and write: they
// see the old content until it is all there. The store has a new epoch then, so that
// whoever follows loads anew. A backup that is damaged, or not ours, is refused, and
// nothing changes; one of an earlier version is brought up to date (the file itself stays
// as it is). People who were erased since it was made are erased again. Cost: with both
// contents.
func (t *Truth) Restore(ctx context.Context, path string) error {
	leave, err := t.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if same, err := sameFile(path, t.path); err != nil || same {
		return fmt.Errorf("%w: %s is the store itself; choose a backup: %w", store.ErrInvalid, path, err)
	}
	copied, err := t.validated(ctx, path)
	if err != nil {
		return err
	}
	defer removeDatabase(copied)
	var s *session
	select {
	case s = <-t.writing:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { t.writing <- s }()
	if err := s.exec(`ATTACH ? AS backup`, copied); err != nil {
		return t.explain(err)
	}
	err = t.transact(ctx, s, func(s *session) error { return t.replace(ctx, s) })
	_, derr := s.conn.ExecContext(background, `DETACH backup`)
	if err == nil {
		err = t.explain(derr)
	}
	if err != nil {
		return err
	}
	t.feed.Replaced()
	return nil
}

// replace takes over the content of the attached backup.
func (t *Truth) replace(ctx context.Context, s *session) error {
	was, _, err := begin(s)
	if err != nil {
		return err
	}
	gone, err := hashes(s)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := s.conn.ExecContext(background, `DELETE FROM main.`+table); err != nil {
			return err
		}
	}
	for _, table := range slices.Backward(tables) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := s.conn.ExecContext(background, `INSERT INTO main.`+table+` SELECT * FROM backup.`+table); err != nil {
			return err
		}
	}
	if _, err := s.conn.ExecContext(background, `UPDATE main.meta SET epoch = ?, revision = backup.revision, salt = backup.salt FROM backup.meta AS backup`, newEpoch()); err != nil {
		return err
	}
	now, f, err := begin(s)
	if err != nil || !bytes.Equal(now.Salt, was.Salt) { // a backup of another store knows no one of ours
		return err
	}
	return t.eraseAgain(ctx, s, f, now, gone)
}

// hashes are those of all erased people.
func hashes(s *session) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.each(`SELECT hash FROM erased`, nil, func(scan func(...any) error) error {
		var h string
		err := scan(&h)
		out[h] = true
		return err
	})
	return out, err
}

// eraseAgain erases the people who were erased since the backup was made.
func (t *Truth) eraseAgain(ctx context.Context, s *session, f *facts, now commit.Now, gone map[string]bool) error {
	var personal []string
	for name, kind := range t.schema.Kinds {
		if kind.Personal {
			personal = append(personal, name)
		}
	}
	b := store.Batch{By: "restore"}
	err := s.each(`SELECT n.id, n.props FROM json_each(?) j CROSS JOIN nodes n ON kind = j.value`, []any{list(personal)}, func(scan func(...any) error) error {
		n := &store.Node{}
		var props raw
		err := scan(&n.ID, &props)
		if err == nil {
			n.Props, err = f.decode.Props(props)
		}
		if slices.ContainsFunc(commit.Hashes(now.Salt, n), func(h commit.Hash) bool { return gone[hex.EncodeToString(h[:])] }) {
			b.Steps = append(b.Steps, store.Erase{Node: store.Ref{ID: n.ID}})
		}
		return err
	})
	if err != nil {
		return err
	}
	for h := range gone {
		if err := s.exec(`INSERT INTO erased (hash) VALUES (?) ON CONFLICT DO NOTHING`, h); err != nil {
			return err
		}
	}
	if len(b.Steps) == 0 {
		return nil
	}
	d, err := commit.Plan(ctx, f, t.schema, now, b)
	if err != nil {
		return err
	}
	return t.put(ctx, s, b, d)
}

// validated is a copy of a backup, up to date and found to be whole. Whatever becomes of
// the backup meanwhile does not matter any more.
func (t *Truth) validated(ctx context.Context, path string) (copied string, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: there is no backup %s", store.ErrNotFound, path)
	}
	if err := inspect(path); err != nil {
		return "", err
	}
	if ours, _, err := holds(path); err == nil && !ours {
		return "", fmt.Errorf("%w: %s is no backup: it is empty", store.ErrInvalid, path)
	}
	temp, err := tempFile(t.path)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			removeDatabase(temp)
		}
	}()
	backup := &Truth{path: path}
	from, err := sql.Open("sqlite", dsn(path, t.opts.Patience)+"&mode=ro")
	if err != nil {
		return "", err
	}
	defer from.Close()
	if _, err := from.ExecContext(ctx, `VACUUM INTO ?`, temp); err != nil {
		return "", backup.explain(err)
	}
	whole, err := Open(ctx, temp, t.schema, t.opts)
	if err != nil {
		return "", err
	}
	var problems []store.Problem
	err = whole.Check(ctx, func(p store.Problem) { problems = append(problems, p) })
	if closing := whole.Close(); err == nil {
		err = closing
	}
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w: the backup %s is not whole (%d problems; %s: %s); choose another one", store.ErrInvalid, path, len(problems), problems[0].Subject, problems[0].What)
	}
	return temp, err
}

// removeDatabase removes a file of SQLite and those beside it.
func removeDatabase(path string) {
	for _, more := range []string{"", "-wal", "-shm"} {
		os.Remove(path + more)
	}
}
