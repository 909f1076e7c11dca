package neo4jtest

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What a driver says, byte by byte, as the specification has it.
var (
	text  = func(s string) []byte { return append([]byte{0xd0, byte(len(s))}, s...) }
	join  = func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	begin = join([]byte{0xb1, 0x11, 0xa5}, text("mode"), text("r"), text("db"), text("neo4j"), text("bookmarks"), []byte{0x92}, text("a"), text("b"),
		text("tx_timeout"), []byte{0xc9, 0x03, 0xe8}, text("tx_metadata"), []byte{0xa2}, text("batch"), []byte{0xf0}, text("rate"), []byte{0xc1, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0})
	runTx     = join([]byte{0xb3, 0x10}, text("MATCH (n) RETURN n"), []byte{0xa1}, text("day"), []byte{0xb1, 0x44, 0xca, 0, 0, 0x47, 0x9d}, []byte{0xa0})
	runAuto   = join([]byte{0xb3, 0x10}, text("CREATE ()"), []byte{0xa0, 0xa1}, text("db"), text("other"))
	pull      = join([]byte{0xb1, 0x3f, 0xa1}, text("n"), []byte{0xff})
	commit    = []byte{0xb0, 0x12}
	rollback  = []byte{0xb0, 0x13}
	route     = join([]byte{0xb3, 0x66, 0xa0, 0x91}, text("c"), []byte{0xa1}, text("db"), text("neo4j"))
	nonsense  = []byte{0xb1, 0x10, 0xc7}
	dated     = join([]byte{0xb1, 0x11, 0xa1}, text("tx_metadata"), []byte{0xa1}, text("day"), []byte{0xb1, 0x44, 0x01})
	endless   = bytes.Repeat([]byte{0x91}, 1000)
	proposals = join(magic, manifest, []byte{0, 8, 8, 5, 0, 2, 4, 4, 0, 0, 0, 3})
	chosen    = []byte{0, 0, 8, 5, 0}
)

// chunks puts a message into chunks of a size.
func chunks(message []byte, size int) []byte {
	var out []byte
	for len(message) > 0 {
		n := min(size, len(message))
		out = append(binary.BigEndian.AppendUint16(out, uint16(n)), message[:n]...)
		message = message[n:]
	}
	return append(out, 0, 0)
}

// overhear gives bytes to a listener, in pieces of a size.
func overhear(b []byte, size int) []Message {
	t, l := talk{handshake: fromClient, keep: longest}, listener{connection: 1}
	var all []Message
	for len(b) > 0 {
		piece := b[:min(size, len(b))]
		b = b[len(piece):]
		for len(piece) > 0 {
			n, raw := t.next(piece)
			piece = piece[n:]
			if raw != nil {
				all = append(all, l.hear(raw))
			}
		}
	}
	return all
}

func TestRecord(t *testing.T) {
	tx := Message{Connection: 1, Kind: "BEGIN", Read: true, Database: "neo4j", Bookmarks: []string{"a", "b"},
		Metadata: map[string]any{"batch": int64(-16), "rate": 1.5}, Timeout: time.Second, InTransaction: true}
	as := func(kind, cypher string) Message {
		m := tx
		m.Kind, m.Cypher = kind, cypher
		return m
	}
	want := []Message{tx, as("RUN", "MATCH (n) RETURN n"), {Connection: 1, Kind: "PULL"}, as("COMMIT", ""),
		{Connection: 1, Kind: "RUN", Cypher: "CREATE ()", Database: "other"}, {Connection: 1, Kind: "ROUTE", Database: "neo4j", Bookmarks: []string{"c"}},
		{Connection: 1, Kind: "?"}, {Connection: 1, Kind: "?"}, tx, as("ROLLBACK", "")}
	for name, handshake := range map[string][]byte{"since 5.7": join(proposals, chosen), "before": proposals} {
		for _, size := range []int{1, 7, 1 << 16} {
			said := handshake
			for _, m := range [][]byte{begin, runTx, pull, commit, runAuto, route, nonsense, endless, begin, rollback} {
				said = join(said, chunks(m, max(size, 2)), []byte{0, 0}) // and a sign of life
			}
			if d := cmp.Diff(want, overhear(said, size)); d != "" {
				t.Errorf("%s, in pieces of %d:\n%s", name, size, d)
			}
		}
	}
	if got := overhear(join([]byte{0x16, 0x03, 0x01}, chunks(commit, 10)), 100); got != nil {
		t.Errorf("out of TLS was heard %v", got)
	}
}

// FuzzRecord gives anything to the listener: it survives, and hears the same in whatever
// pieces it comes.
func FuzzRecord(f *testing.F) {
	for _, m := range [][]byte{begin, dated, runTx, runAuto, pull, route, nonsense, endless, {0xd6, 0xff, 0xff, 0xff, 0xff}, {0xda, 0xff, 0xff, 0xff, 0xff, 0x80}} {
		f.Add(join(proposals, chosen, chunks(m, 5), chunks(commit, 5)), uint16(3))
		f.Add(join(proposals, chunks(m, 100)), uint16(100))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint16) {
		whole := overhear(b, len(b)+1)
		if d := cmp.Diff(whole, overhear(b, int(size)+1), cmpopts.EquateNaNs()); d != "" {
			t.Error(d)
		}
		// The other direction has another handshake, and the same frame.
		down := talk{handshake: fromServer, keep: 2}
		for len(b) > 0 {
			n, raw := down.next(b)
			if n < 1 || len(raw) > 2 {
				t.Fatalf("took %d bytes, kept %d", n, len(raw))
			}
			b = b[n:]
		}
	})
}
