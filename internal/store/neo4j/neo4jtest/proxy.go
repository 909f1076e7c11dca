package neo4jtest

import (
	"errors"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands between drivers and a server, and is the network that a test wishes for. Its
// address stays the same. All methods may be called at any time, from any goroutine.
//
// A driver that routes (neo4j://) goes where the server tells it to: Config.Proxy makes the
// server name the proxy. In front of Shared, use bolt:// and Address.
type Proxy struct {
	address string

	mu       sync.Mutex
	listener net.Listener // nil while it refuses
	target   string
	delay    time.Duration
	hole     bool
	drop     *drop
	links    map[*link]bool
	opened   int
	messages []Message
	closed   bool
}

// drop is a message that a test waits for to break the connection.
type drop struct {
	match   func(Message) bool
	reply   bool // the server gets the message
	dropped chan Message
}

// NewProxy makes a proxy that listens on this machine until the test ends. target is host
// and port of a server; it may be empty until Target or Config.Proxy names it.
func NewProxy(tb testing.TB, target string) *Proxy {
	tb.Helper()
	p := &Proxy{target: target, links: map[*link]bool{}}
	var err error
	if p.address, err = freeAddress(); err == nil {
		err = p.listen()
	}
	if err != nil {
		tb.Fatalf("neo4jtest: no proxy: %v", err)
	}
	tb.Cleanup(p.close)
	return p
}

// Address is host and port, for drivers.
func (p *Proxy) Address() string { return p.address }

// Target leads connections to another server from now on; those that exist stay.
func (p *Proxy) Target(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Delay makes every answer arrive that much later; 0 ends that.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Cut breaks all connections that exist. New ones are served.
func (p *Proxy) Cut() {
	for _, l := range p.all() {
		l.cut()
	}
}

// Refuse closes the port, so that nobody can connect. Connections that exist go on: Cut
// them, too, to look like a machine that was switched off.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close() // it is closed, whatever it says
		p.listener = nil
	}
}

// Accept opens the port again after Refuse.
func (p *Proxy) Accept(tb testing.TB) {
	tb.Helper()
	if err := p.listen(); err != nil {
		tb.Fatalf("neo4jtest: the proxy's port cannot be opened again: %v", err)
	}
}

// Blackhole swallows all bytes, both ways, of connections that exist and of new ones, which
// are accepted but lead nowhere: who waits for an answer waits until it gives up.
func (p *Proxy) Blackhole() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hole = true
}

// Heal ends everything that the other methods began. Connections that lost something while
// there was a black hole are cut, for what follows makes no sense to them.
func (p *Proxy) Heal(tb testing.TB) {
	tb.Helper()
	p.mu.Lock()
	p.hole, p.delay, p.drop = false, 0, nil
	var torn []*link
	for l := range p.links {
		if l.torn {
			torn = append(torn, l)
		}
	}
	p.mu.Unlock()
	for _, l := range torn {
		l.cut()
	}
	p.Accept(tb)
}

// DropReply waits for the next message that matches, forwards it, waits until the server has
// answered, keeps the answer to itself, and cuts the connection: to the driver it is unknown
// what became of a COMMIT, though it was done. It happens once; the channel gets the message
// when it has. match must be quick, and may be called for messages of several connections at
// once. It needs to understand the messages, so it does nothing through TLS.
func (p *Proxy) DropReply(match func(Message) bool) <-chan Message {
	return p.watch(&drop{match, true, make(chan Message, 1)})
}

// DropRequest is like DropReply, but the server never gets the message: it was not done.
func (p *Proxy) DropRequest(match func(Message) bool) <-chan Message {
	return p.watch(&drop{match, false, make(chan Message, 1)})
}

func (p *Proxy) watch(d *drop) <-chan Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop = d
	return d.dropped
}

// Connections is how many connections there are, and how many there ever were.
func (p *Proxy) Connections() (open, opened int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links), p.opened
}

// listen opens the port, if it is not open.
func (p *Proxy) listen() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errors.New("the test that it was for has ended")
	}
	if p.listener != nil {
		return nil
	}
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		return err
	}
	p.listener = l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // it was closed
			}
			go p.serve(c)
		}
	}()
	return nil
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.Refuse()
	p.Cut()
}

func (p *Proxy) all() []*link {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*link
	for l := range p.links {
		all = append(all, l)
	}
	return all
}
