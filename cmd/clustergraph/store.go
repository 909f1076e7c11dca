package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/sqlite"
)

// storePath is the file that --store names, or the default one.
func (p *program) storePath(c *cobra.Command) (string, error) {
	address, _ := c.Flags().GetString("store")
	if address == "" {
		return filepath.Join(p.folder("XDG_DATA_HOME", filepath.Join(".local", "share")), "clustergraph.db"), nil
	}
	scheme, path, ok := strings.Cut(address, ":")
	switch {
	case !ok || scheme != "sqlite" && (strings.ContainsAny(scheme, `/\`) || len(scheme) == 1):
		return "", usagef("--store %q has no kind; if it is a file, write it as %q", address, "sqlite:"+address)
	case scheme != "sqlite":
		return "", usagef("--store %q: there is no store of the kind %q; use sqlite:path/to/file.db", withoutPassword(address), scheme)
	case path == "":
		return "", usagef("--store %q names no file; use sqlite:path/to/file.db", address)
	}
	return path, nil
}

// withoutPassword is an address as it may be shown.
func withoutPassword(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return address
}

// makeFolder makes the folder of the default store. The folder of one that was
// named must be there: a mistyped path should be told, not made.
func makeFolder(c *cobra.Command, path string) error {
	if named, _ := c.Flags().GetString("store"); named != "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the folder for the store cannot be made: %w; name another place with --store", err)
	}
	return nil
}

// storeExists refuses to go on without a store, where an empty one would be made
// otherwise.
func (p *program) storeExists(c *cobra.Command) error {
	path, err := p.storePath(c)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no store at %s (%w); name it with --store, or fill one with \"clustergraph import\"", path, cause(err))
	}
	return nil
}

// openTruth opens the store's file, and makes it if it is not there.
func (p *program) openTruth(c *cobra.Command) (*sqlite.Truth, error) {
	path, err := p.storePath(c)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(c, path); err != nil {
		return nil, err
	}
	return sqlite.Open(c.Context(), path, ontology.Served().Store, sqlite.Options{})
}

// openStore opens the store's file with a mirror in front, which answers.
func (p *program) openStore(c *cobra.Command, log *slog.Logger) (*mirror.Store, error) {
	truth, err := p.openTruth(c)
	if err != nil {
		return nil, err
	}
	s, err := mirror.Open(c.Context(), truth, ontology.Served().Store, mirror.Options{Log: log})
	if err != nil {
		return nil, errors.Join(err, truth.Close())
	}
	return s, nil
}

// isEmpty tells whether nothing was ever stored.
func isEmpty(ctx context.Context, s *sqlite.Truth) (bool, error) {
	revision, err := s.Revision(ctx)
	return revision.Number == 0, err
}
