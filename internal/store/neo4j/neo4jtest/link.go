package neo4jtest

import (
	"net"
	"slices"
	"sync"
	"time"
)

// link is one connection through the proxy.
type link struct {
	proxy *Proxy
	torn  bool          // bytes of it were swallowed, so it stays dead; the proxy's lock guards it
	over  chan struct{} // closed when it has ended

	up, down talk
	heard    listener

	mu     sync.Mutex
	client net.Conn
	server net.Conn // nil if it leads nowhere
	ended  bool
	// Each request has one answer that ends it, in the same order.
	asked    int   // requests that were forwarded, or are about to be
	answered int   // those whose answer has ended
	drop     *drop // withholds the answers from number withhold on
	withhold int
	dropping Message
}

// serve leads a new connection to the server, until one of the two ends it.
func (p *Proxy) serve(client net.Conn) {
	l := &link{proxy: p, client: client, over: make(chan struct{}),
		up:   talk{handshake: fromClient, keep: longest},
		down: talk{handshake: fromServer, keep: 2}} // enough to tell an answer's kind
	defer l.end()
	p.mu.Lock()
	p.opened++
	l.heard.connection, l.torn = p.opened, p.hole
	target, hole, closed := p.target, p.hole, p.closed
	if !closed {
		p.links[l] = true
	}
	p.mu.Unlock()
	switch {
	case closed:
	case hole:
		l.forward() // into nothing
	default:
		server, err := net.DialTimeout("tcp", target, 5*time.Second)
		if err == nil && l.join(server) {
			go l.backward()
			l.forward()
		}
	}
}

// join adds the server's side, unless the link has ended meanwhile.
func (l *link) join(server net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		_ = server.Close() // nobody has used it
		return false
	}
	l.server = server
	return true
}

// end closes both sides; what was written still arrives.
func (l *link) end() {
	l.mu.Lock()
	if !l.ended {
		l.ended = true
		close(l.over)
	}
	for _, c := range []net.Conn{l.client, l.server} {
		if c != nil {
			_ = c.Close() // a second time is harmless
		}
	}
	l.mu.Unlock()
	l.proxy.mu.Lock()
	delete(l.proxy.links, l)
	l.proxy.mu.Unlock()
}

// cut resets both sides, as if the network were gone.
func (l *link) cut() {
	l.mu.Lock()
	for _, c := range []net.Conn{l.client, l.server} {
		if t, is := c.(*net.TCPConn); is {
			_ = t.SetLinger(0) // else it ends a little more politely
		}
	}
	l.mu.Unlock()
	l.end()
}

// swallows tells whether bytes that come now are lost, and remembers that some were.
func (l *link) swallows() bool {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	l.torn = l.torn || l.proxy.hole
	return l.torn
}

// forward carries what the client says, until it ends.
func (l *link) forward() {
	buffer := make([]byte, 64<<10)
	for {
		n, err := l.client.Read(buffer)
		if n > 0 && !l.swallows() {
			send, dropped := l.requests(buffer[:n])
			if _, err := l.server.Write(send); err != nil {
				return
			}
			if dropped != nil {
				l.end()
				dropped()
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// requests records what the client says. It returns what of it the server gets, and what to
// call after the connection was broken, if it is to be.
func (l *link) requests(b []byte) (send []byte, dropped func()) {
	for done := 0; done < len(b); {
		n, raw := l.up.next(b[done:])
		if raw == nil {
			break
		}
		m := l.heard.hear(raw)
		d := l.proxy.hears(m)
		if d != nil && !d.reply {
			return b[:done], func() { d.dropped <- m }
		}
		done += n
		l.mu.Lock()
		if d != nil {
			l.drop, l.withhold, l.dropping = d, l.asked, m
		}
		if m.Kind != "GOODBYE" { // the only one without an answer
			l.asked++
		}
		l.mu.Unlock()
	}
	return b, nil
}

// hears records a message, and tells whether it is the one that a drop waits for.
func (p *Proxy) hears(m Message) *drop {
	p.mu.Lock()
	p.messages = append(p.messages, m)
	d := p.drop
	p.mu.Unlock()
	if d == nil || !d.match(m) {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drop != d { // it has happened on another connection, or something else is waited for
		return nil
	}
	p.drop = nil
	return d
}

// parcel is a piece of an answer on its way.
type parcel struct {
	b   []byte
	due time.Time
}

// backward carries what the server says, until it ends. Delayed pieces travel together: the
// delay is a distance, not a speed.
func (l *link) backward() {
	way := make(chan parcel, 256)
	go func() {
		defer close(way)
		buffer := make([]byte, 64<<10)
		for {
			n, err := l.server.Read(buffer)
			if n > 0 {
				select {
				case way <- parcel{slices.Clone(buffer[:n]), time.Now().Add(l.proxy.distance())}:
				case <-l.over:
				}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range way {
		if wait := time.Until(p.due); wait > 0 {
			select {
			case <-time.After(wait):
			case <-l.over:
			}
		}
		if l.swallows() {
			continue
		}
		send, dropped := l.answers(p.b)
		if _, err := l.client.Write(send); err != nil {
			l.end()
			return
		}
		if dropped != nil {
			l.end()
			dropped()
			return
		}
	}
	if !l.swallows() { // or else the client must not learn that the server is gone
		l.end()
	}
}

func (p *Proxy) distance() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay
}

// answers follows what the server says. It returns what of it the client gets, and what to
// call after the connection was broken, if it is to be.
func (l *link) answers(b []byte) (send []byte, dropped func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pass := 0
	for done := 0; done < len(b); {
		withheld := l.drop != nil && l.answered >= l.withhold
		n, raw := l.down.next(b[done:])
		done += n
		if !withheld {
			pass = done
		}
		if !endsAnswer(raw) {
			continue
		}
		l.answered++
		if withheld {
			d, m := l.drop, l.dropping
			return b[:pass], func() { d.dropped <- m }
		}
	}
	return b[:pass], nil
}

// endsAnswer tells SUCCESS, IGNORED and FAILURE from the records before them.
func endsAnswer(raw []byte) bool {
	return len(raw) >= 2 && raw[0]>>4 == 0xb && (raw[1] == 0x70 || raw[1] == 0x7e || raw[1] == 0x7f)
}
