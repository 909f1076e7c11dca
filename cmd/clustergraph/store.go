package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/neo4j"
)

// makeFolder makes the folder of the default store. The folder of one that was
// named must be there: a mistyped path should be told, not made.
func makeFolder(c *cobra.Command, file string) error {
	if named, _ := c.Flags().GetString("store"); named != "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("the folder for the store cannot be made: %w; name another place with --store", err)
	}
	return nil
}

// exists refuses to go on without a store's file, where an empty one would be made
// otherwise. Of a server it knows nothing.
func (pl place) exists() error {
	if pl.server != nil {
		return nil
	}
	if _, err := os.Stat(pl.file); err != nil {
		return fmt.Errorf("there is no store at %s (%w); name it with --store, or fill one with \"clustergraph import\"", pl.file, cause(err))
	}
	return nil
}

// existing is the place that --store names, where there has to be a store.
func (p *program) existing(c *cobra.Command) (place, error) {
	pl, err := p.place(c)
	if err != nil {
		return pl, err
	}
	return pl, pl.exists()
}

// openTruth opens what --store names.
func (p *program) openTruth(c *cobra.Command) (store.Truth, error) {
	pl, err := p.place(c)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(c, pl.file); pl.server == nil && err != nil {
		return nil, err
	}
	return pl.open(c.Context())
}

// wait opens a store, and tries again for a time if its server is not there yet, which the
// store's error tells: servers that are started together are not there at once.
func (pl place) wait(ctx context.Context, patience time.Duration, log *slog.Logger) (store.Truth, error) {
	end := time.Now().Add(patience)
	for told := false; ; {
		s, err := pl.open(ctx)
		if err == nil || !errors.Is(err, neo4j.ErrAway) {
			return s, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%w; waited for it for %s (--wait)", err, patience)
		}
		if !told {
			told = true
			log.Warn("the store is not there yet; waiting for it", "store", pl.shown, "for", patience.String(), "reason", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(time.Second, time.Until(end)+time.Millisecond)):
		}
	}
}

// mirrored puts a mirror in front of a store, which it closes if that fails.
func mirrored(ctx context.Context, truth store.Truth, log *slog.Logger) (*mirror.Store, error) {
	s, err := mirror.Open(ctx, truth, ontology.Served().Store, mirror.Options{Log: log})
	if err != nil {
		return nil, errors.Join(err, truth.Close())
	}
	return s, nil
}

// isEmpty tells whether nothing was ever stored.
func isEmpty(ctx context.Context, s store.Truth) (bool, error) {
	revision, err := s.Revision(ctx)
	return revision.Number == 0, err
}
