package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/dustin/go-humanize"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
)

// nodeBytes and edgeBytes are what a mirror holds for each node and edge, with their names,
// orders and links: measured (docs/performance.md).
const (
	nodeBytes = 1142
	edgeBytes = 203
)

func mirrorBytes(nodes, edges int) uint64 {
	return uint64(nodes)*nodeBytes + uint64(edges)*edgeBytes
}

// mirrorOptions say whether questions are answered from memory.
type mirrorOptions struct {
	mode  string // auto, on, off
	share string // of the memory available, in percent
}

// percent is the share as a number.
func (o mirrorOptions) percent() (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimSuffix(o.share, "%"), 10, 8)
	if err != nil || n < 1 || n > 100 {
		return 0, usagef("--mirror-share %q is no share; write it in percent, from 1%% to 100%%", o.share)
	}
	return n, nil
}

// check refuses what cannot be meant, or cannot be had of a store.
func (o mirrorOptions) check(pl place) error {
	switch o.mode {
	case "auto", "on":
	case "off":
		if pl.server == nil {
			return usagef("--mirror off: an SQLite file is always answered from memory; leave the option out, or keep the graph in Neo4j (--store neo4j://user@host:7687/database)")
		}
	default:
		return usagef("--mirror %q is unknown; use auto, on or off", o.mode)
	}
	_, err := o.percent()
	return err
}

// room is the memory that a mirror may take.
type room struct {
	bytes uint64 // 0: it cannot be found out
	why   string // how it was worked out
}

// room works out how much a mirror may take: a share of what the container may have, or of
// the machine's memory.
func (p *program) room(o mirrorOptions) room {
	percent, _ := o.percent()
	bytes, of, err := p.memory()
	if err != nil {
		return room{why: fmt.Sprintf("how much memory there is cannot be found out: %v", err)}
	}
	return room{bytes * percent / 100, fmt.Sprintf("%d%% of the %s of this %s (--mirror-share)", percent, humanize.IBytes(bytes), of)}
}

// memory is how much this process may have, and whose it is.
func (p *program) memory() (bytes uint64, of string, err error) {
	if p.available != nil {
		return p.available()
	}
	system, err := memlimit.FromSystem()
	if limit, cerr := memlimit.FromCgroup(); cerr == nil && (err != nil || limit < system) {
		return limit, "container", nil
	}
	return system, "machine", err
}

// front is the store that answers: a mirror in front of a truth, or the truth itself. It
// says in the log what was decided, and why.
func (p *program) front(ctx context.Context, truth store.Truth, o mirrorOptions, log *slog.Logger) (store.Store, error) {
	itself, answers := truth.(store.Store)
	want, why := true, "--mirror "+o.mode
	fits := p.room(o)
	switch {
	case !answers:
		why = "an SQLite file is always answered so"
	case o.mode == "off":
		want = false
	case o.mode == "auto":
		var err error
		if want, why, err = decide(ctx, truth, fits); err != nil {
			return nil, errors.Join(err, truth.Close())
		}
	}
	if !want {
		log.Info("questions are answered by the database", "why", why)
		return itself, nil
	}
	m, err := mirrored(ctx, truth, log)
	if err != nil {
		return nil, err
	}
	h := m.Health()
	log.Info("questions are answered from memory", "why", why, "nodes", h.Nodes, "edges", h.Edges, "memory", humanize.IBytes(mirrorBytes(h.Nodes, h.Edges)))
	go watch(ctx, m, fits, log, 10*time.Second)
	return m, nil
}

// sized is a store that counts what it holds without reading it.
type sized interface {
	Size(ctx context.Context) (nodes, edges int, err error)
}

// decide tells whether a graph fits into the memory that a mirror may take.
func decide(ctx context.Context, truth store.Truth, fits room) (bool, string, error) {
	s, ok := truth.(sized)
	if !ok {
		return true, "", nil
	}
	nodes, edges, err := s.Size(ctx)
	if err != nil {
		return false, "", err
	}
	needs := fmt.Sprintf("the graph (%d nodes, %d edges) takes about %s", nodes, edges, humanize.IBytes(mirrorBytes(nodes, edges)))
	if fits.bytes == 0 {
		return false, needs + ", and " + fits.why + "; --mirror on has it in memory all the same", nil
	}
	what := "which fits into "
	enough := mirrorBytes(nodes, edges) <= fits.bytes
	if !enough {
		what = "more than "
	}
	return enough, needs + ", " + what + humanize.IBytes(fits.bytes) + ": " + fits.why, nil
}

// watch warns when a mirror has grown past its room, and again each time it has doubled.
func watch(ctx context.Context, m interface{ Health() mirror.Health }, fits room, log *slog.Logger, every time.Duration) {
	if fits.bytes == 0 {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for limit := fits.bytes; ; {
		h := m.Health()
		if takes := mirrorBytes(h.Nodes, h.Edges); takes > limit {
			limit = 2 * takes
			log.Warn("the graph has grown past the memory meant for it; it is served all the same: give it more memory, raise --mirror-share, or answer from Neo4j (--mirror off)",
				"nodes", h.Nodes, "edges", h.Edges, "memory", humanize.IBytes(takes), "meant", humanize.IBytes(fits.bytes), "why", fits.why)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
