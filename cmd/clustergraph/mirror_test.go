package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
)

// both is a truth that can answer by itself, like Neo4j.
type both struct {
	*storetest.Oracle
	nodes, edges int
	err          error
}

func (b both) Size(context.Context) (nodes, edges int, err error) { return b.nodes, b.edges, b.err }

func TestMirrorIsDecided(t *testing.T) {
	const machine = 100 * 1142 * 2 // of which half are 100 nodes
	for _, c := range []struct {
		reason       string
		nodes, edges int
		options      mirrorOptions
		memory       uint64
		mirror       bool
		says         []string
	}{
		{"what fits is mirrored", 90, 10, mirrorOptions{"auto", "50%"}, machine, true, []string{"90 nodes, 10 edges", "which fits into 112 KiB", "50% of the 223 KiB of this box"}},
		{"what does not, is not", 90, 100, mirrorOptions{"auto", "50%"}, machine, false, []string{"more than 112 KiB"}},
		{"a larger share", 90, 100, mirrorOptions{"auto", "60"}, machine, true, []string{"60% of"}},
		{"unless one wants it", 90, 100, mirrorOptions{"on", "50%"}, machine, true, []string{"--mirror on"}},
		{"or does not", 1, 0, mirrorOptions{"off", "50%"}, machine, false, []string{"--mirror off"}},
		{"nobody knows how much there is", 1, 0, mirrorOptions{"auto", "50%"}, 0, false, []string{"cannot be found out", "--mirror on"}},
	} {
		var log bytes.Buffer
		p := program{available: func() (uint64, string, error) {
			if c.memory == 0 {
				return 0, "", errors.New("no such thing")
			}
			return c.memory, "box", nil
		}}
		s, err := p.front(t.Context(), both{storetest.NewOracle(storetest.Schema()), c.nodes, c.edges, nil}, c.options, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if _, is := s.(*mirror.Store); is != c.mirror {
			t.Errorf("%s: mirror %v", c.reason, is)
		}
		for _, says := range c.says {
			if !strings.Contains(log.String(), says) {
				t.Errorf("%s: %q is not in %s", c.reason, says, log.String())
			}
		}
		_ = s.Close()
	}
	gone := errors.New("gone")
	_, err := (&program{}).front(t.Context(), both{storetest.NewOracle(storetest.Schema()), 0, 0, gone}, mirrorOptions{"auto", "50%"}, slog.New(slog.DiscardHandler))
	if !errors.Is(err, gone) {
		t.Errorf("counting failed, and %v", err)
	}
}

// grown is a mirror of some size.
type grown struct {
	mu    sync.Mutex
	nodes int
}

func (g *grown) Health() mirror.Health {
	g.mu.Lock()
	defer g.mu.Unlock()
	return mirror.Health{Nodes: g.nodes}
}

// A mirror that grows past its room is told once, and again when it has doubled.
func TestGrowthIsTold(t *testing.T) {
	said := make(chan string, 100)
	log := slog.New(slog.NewTextHandler(lines(said), nil))
	g := &grown{nodes: 10}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		watch(ctx, g, room{10 * nodeBytes, "because"}, log, time.Millisecond)
	}()
	told := 0
	for _, step := range []struct{ nodes, told int }{{10, 0}, {11, 1}, {21, 1}, {23, 2}, {30, 2}, {60, 3}} {
		g.mu.Lock()
		g.nodes = step.nodes
		g.mu.Unlock()
		time.Sleep(30 * time.Millisecond)
		for len(said) > 0 {
			if line := <-said; !strings.Contains(line, "has grown past") || !strings.Contains(line, "because") {
				t.Errorf("it says %s", line)
			}
			told++
		}
		if told != step.told {
			t.Errorf("with %d nodes it was told %d times, want %d", step.nodes, told, step.told)
		}
	}
	stop()
	<-ended
}

type lines chan<- string

func (l lines) Write(line []byte) (int, error) { l <- string(line); return len(line), nil }

// away is a store that is there after some tries.
func TestWait(t *testing.T) {
	closed := place{server: nil, file: t.TempDir() + "/missing/x.db"}
	began := time.Now()
	if _, err := closed.wait(t.Context(), time.Minute, slog.New(slog.DiscardHandler)); !errors.Is(err, store.ErrUnavailable) || time.Since(began) > time.Second {
		t.Errorf("a file is not waited for: %v after %s", err, time.Since(began))
	}
}
