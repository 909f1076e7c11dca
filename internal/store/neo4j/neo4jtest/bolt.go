package neo4jtest

import (
	"bytes"
	"encoding/binary"
)

// talk follows one direction of a Bolt connection and cuts it into messages, as the Bolt
// protocol specification (neo4j.com/docs/bolt) lays it down: first a handshake, then
// messages, each in chunks that have their size in two bytes before them, with an empty
// chunk at its end. It takes the bytes in pieces of any size.
type talk struct {
	// handshake tells from the first bytes how many of them the handshake takes: more if it
	// cannot tell yet, foreign if this is not Bolt. It is nil when the handshake is over.
	handshake func([]byte) int
	head      []byte // the handshake so far, then a chunk's size so far
	left      int    // bytes of the present chunk that are still to come
	within    bool   // a message has begun
	message   []byte // the message so far
	keep      int    // how much of a message is kept
	foreign   bool   // this is not Bolt (say TLS), and nothing is made of it
}

const (
	more    = 0
	foreign = -1
)

// next takes bytes until a message ends: it returns how many it took, and the message, or
// nil if these bytes do not end one.
func (t *talk) next(b []byte) (int, []byte) {
	for i := 0; i < len(b) && !t.foreign; {
		switch {
		case t.handshake != nil:
			t.head = append(t.head, b[i])
			i++
			t.shake()
		case t.left > 0:
			n := min(t.left, len(b)-i)
			t.message = append(t.message, b[i:i+min(n, t.keep-len(t.message))]...)
			t.left -= n
			i += n
		default:
			t.head = append(t.head, b[i])
			i++
			if t.size() && t.within {
				m := t.message
				t.message, t.within = nil, false
				return i, m
			}
		}
	}
	return len(b), nil
}

// shake looks whether the handshake is over.
func (t *talk) shake() {
	switch n := t.handshake(t.head); n {
	case more:
	case foreign:
		t.foreign = true
	default:
		t.head, t.handshake = t.head[n:], nil
		t.size()
	}
}

// size reads the size of a chunk when it is there, and tells whether the chunk is empty.
func (t *talk) size() (empty bool) {
	if len(t.head) < 2 {
		return false
	}
	t.left = int(binary.BigEndian.Uint16(t.head))
	t.head = t.head[:0]
	if t.left == 0 {
		return true // the end of a message, or between two a sign of life
	}
	if !t.within {
		t.within, t.message = true, []byte{}
	}
	return false
}

var (
	magic    = []byte{0x60, 0x60, 0xb0, 0x17}
	manifest = []byte{0x00, 0x00, 0x01, 0xff} // "let us choose from a list", since Bolt 5.7
)

// fromClient is the handshake of a client: the magic number and four versions of four bytes.
// If the server answers with a list, the client adds the version it chose, four bytes that
// begin with two zeros, and its capabilities. No message begins with two zeros.
func fromClient(head []byte) int {
	if n := min(len(head), len(magic)); !bytes.Equal(head[:n], magic[:n]) {
		return foreign
	}
	switch {
	case len(head) < 22:
		return more
	case head[20] != 0 || head[21] != 0:
		return 20
	}
	return withNumber(head, 24)
}

// fromServer is the handshake of a server: the version it chose, or a list with a count,
// versions of four bytes, and its capabilities.
func fromServer(head []byte) int {
	if len(head) < 4 {
		return more
	}
	if !bytes.Equal(head[:4], manifest) {
		return 4
	}
	count, n := binary.Uvarint(head[4:])
	switch {
	case n == 0:
		return more
	case n < 0 || count > 100:
		return foreign
	}
	return withNumber(head, 4+n+4*int(count))
}

// withNumber is the end of a number of any length that begins at a place.
func withNumber(head []byte, at int) int {
	if len(head) <= at {
		return more
	}
	_, n := binary.Uvarint(head[at:])
	switch {
	case n == 0:
		return more
	case n < 0:
		return foreign
	}
	return at + n
}
