package neo4jtest

import (
	"slices"
	"time"
)

// Message is a request of a driver, as the proxy overheard it.
type Message struct {
	Connection int    // of the proxy, counted from 1
	Kind       string // HELLO, LOGON, ROUTE, BEGIN, RUN, PULL, DISCARD, COMMIT, ROLLBACK, RESET, ...; "?" if it cannot be read
	Cypher     string // of RUN

	// What follows is told by BEGIN, by RUN outside of a transaction, and in part by ROUTE.
	// Within a transaction, RUN, COMMIT and ROLLBACK have here what its BEGIN said.
	Read      bool           // it asked for a server that only reads; what says nothing may write
	Database  string         // empty if it named none
	Bookmarks []string       // what it wants to see the effects of
	Metadata  map[string]any // of the transaction
	Timeout   time.Duration  // of the transaction, 0 if it set none

	InTransaction bool // it is BEGIN or within the transaction, not one that commits itself
}

var kinds = map[byte]string{
	0x01: "HELLO", 0x02: "GOODBYE", 0x0f: "RESET", 0x10: "RUN", 0x11: "BEGIN", 0x12: "COMMIT", 0x13: "ROLLBACK",
	0x2f: "DISCARD", 0x3f: "PULL", 0x54: "TELEMETRY", 0x66: "ROUTE", 0x6a: "LOGON", 0x6b: "LOGOFF",
}

// longest is how much of a message is looked at; one that is longer is "?".
const longest = 64 << 20

// listener makes Messages of what the client of one connection says.
type listener struct {
	connection  int
	transaction *Message // the BEGIN of the transaction that is open
}

// hear reads one message. It never fails: what it cannot read it calls "?".
func (l *listener) hear(raw []byte) Message {
	m := Message{Connection: l.connection, Kind: "?"}
	v, err := (&packstream{rest: raw}).value()
	s, is := v.(structure)
	if err != nil || !is || kinds[s.Tag] == "" {
		return m
	}
	m.Kind = kinds[s.Tag]
	switch m.Kind {
	case "BEGIN":
		m.InTransaction = true
		m.extra(s, 0)
		begun := m
		l.transaction = &begun
	case "RUN":
		if l.transaction == nil {
			m.extra(s, 2)
		}
		m.inherit(l.transaction)
		m.Cypher, _ = field[string](s, 0)
	case "COMMIT", "ROLLBACK":
		m.inherit(l.transaction)
		l.transaction = nil
	case "RESET":
		l.transaction = nil
	case "ROUTE":
		m.extra(s, 2)
		bookmarks, _ := field[[]any](s, 1)
		m.Bookmarks = texts(bookmarks)
	}
	return m
}

// inherit takes over what was said when the transaction began.
func (m *Message) inherit(from *Message) {
	if from != nil {
		kind := m.Kind
		*m = *from
		m.Kind = kind
	}
}

// extra reads the dictionary that says how a transaction is to be.
func (m *Message) extra(s structure, at int) {
	d, _ := field[map[string]any](s, at)
	m.Read = d["mode"] == "r"
	m.Database, _ = d["db"].(string)
	bookmarks, _ := d["bookmarks"].([]any)
	m.Bookmarks = texts(bookmarks)
	m.Metadata, _ = d["tx_metadata"].(map[string]any)
	ms, _ := d["tx_timeout"].(int64)
	m.Timeout = time.Duration(ms) * time.Millisecond
}

// field is a field of a message, if it has one of that type.
func field[T any](s structure, at int) (T, bool) {
	var none T
	if at >= len(s.Fields) {
		return none, false
	}
	v, is := s.Fields[at].(T)
	return v, is
}

func texts(list []any) []string {
	var out []string
	for _, v := range list {
		if t, is := v.(string); is {
			out = append(out, t)
		}
	}
	return out
}

// Messages are what drivers said through the proxy since it was made or told to Forget, in
// the order in which it was forwarded; of these kinds only, if any are named. Nothing is
// heard through TLS.
func (p *Proxy) Messages(kinds ...string) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Message
	for _, m := range p.messages {
		if len(kinds) == 0 || slices.Contains(kinds, m.Kind) {
			out = append(out, m)
		}
	}
	return out
}

// Forget empties what Messages tells.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = nil
}
