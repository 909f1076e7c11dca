package neo4jtest

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// through is a driver that goes to the shared server through a proxy, and gives up soon.
func through(t *testing.T) (*Proxy, neo4j.DriverWithContext) {
	t.Helper()
	s := Shared(t)
	s.Wipe(t)
	p := NewProxy(t, s.Address())
	d, err := neo4j.NewDriverWithContext("bolt://"+p.Address(), neo4j.BasicAuth(s.User, s.Password, ""), func(c *config.Config) {
		c.MaxTransactionRetryTime = 2 * time.Second
		c.SocketConnectTimeout = time.Second
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) }) // what it is connected to may be broken
	if err := d.VerifyConnectivity(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Forget()
	return p, d
}

// work runs statements in one transaction, that the driver retries or not.
func work(t *testing.T, d neo4j.DriverWithContext, mode neo4j.AccessMode, cypher ...string) error {
	t.Helper()
	session := d.NewSession(t.Context(), neo4j.SessionConfig{DatabaseName: "neo4j"})
	defer session.Close(t.Context())
	each := func(tx neo4j.ManagedTransaction) (any, error) {
		for _, c := range cypher {
			r, err := tx.Run(t.Context(), c, map[string]any{"when": neo4j.Date(time.Now())})
			if err == nil {
				_, err = r.Consume(t.Context())
			}
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	execute := session.ExecuteWrite
	if mode == neo4j.AccessModeRead {
		execute = session.ExecuteRead
	}
	_, err := execute(t.Context(), each, neo4j.WithTxMetadata(map[string]any{"batch": "b1"}), neo4j.WithTxTimeout(3*time.Second))
	return err
}

func once(d neo4j.DriverWithContext, ctx context.Context, cypher string) error {
	return runIn(ctx, d, "neo4j", cypher, nil)
}

func TestProxyHears(t *testing.T) {
	p, d := through(t)
	if err := work(t, d, neo4j.AccessModeWrite, "CREATE (:A {n: 1, when: $when})", "CREATE (:B)"); err != nil {
		t.Fatal(err)
	}
	if err := work(t, d, neo4j.AccessModeRead, "MATCH (a) RETURN a"); err != nil {
		t.Fatal(err)
	}
	if err := once(d, t.Context(), "MATCH (b:B) DELETE b"); err != nil {
		t.Fatal(err)
	}
	var got []Message
	for _, m := range p.Messages("BEGIN", "RUN", "COMMIT", "ROLLBACK") {
		if m.Connection != 1 {
			t.Errorf("%s on connection %d", m.Kind, m.Connection)
		}
		m.Connection = 0
		got = append(got, m)
	}
	tx := func(kind, cypher string, read bool) Message {
		return Message{Kind: kind, Cypher: cypher, Read: read, Database: "neo4j", Metadata: map[string]any{"batch": "b1"}, Timeout: 3 * time.Second, InTransaction: true}
	}
	want := []Message{
		tx("BEGIN", "", false), tx("RUN", "CREATE (:A {n: 1, when: $when})", false), tx("RUN", "CREATE (:B)", false), tx("COMMIT", "", false),
		tx("BEGIN", "", true), tx("RUN", "MATCH (a) RETURN a", true), tx("COMMIT", "", true),
		{Kind: "RUN", Cypher: "MATCH (b:B) DELETE b", Database: "neo4j"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	p.Forget()
	if m := p.Messages(); len(m) > 0 {
		t.Errorf("forgotten, but there is %v", m)
	}
}

func commits(m Message) bool { return m.Kind == "COMMIT" }

// The driver does not learn that its COMMIT was done, or it was not done.
func TestProxyDrops(t *testing.T) {
	for _, c := range []struct {
		name string
		drop func(*Proxy) <-chan Message
		done int64
	}{
		{"reply", func(p *Proxy) <-chan Message { return p.DropReply(commits) }, 1},
		{"request", func(p *Proxy) <-chan Message { return p.DropRequest(commits) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, d := through(t)
			dropped := c.drop(p)
			err := work(t, d, neo4j.AccessModeWrite, "CREATE (a:A) WITH a UNWIND range(1, 5000) AS i RETURN i")
			var e *neo4j.ConnectivityError
			if !errors.As(err, &e) {
				t.Errorf("the driver says %v", err)
			}
			select {
			case m := <-dropped:
				if m.Kind != "COMMIT" || m.Database != "neo4j" {
					t.Errorf("%+v was dropped", m)
				}
			case <-time.After(10 * time.Second):
				t.Error("nothing was dropped")
			}
			if n := count(t, Shared(t), "MATCH (a:A) RETURN count(a) AS n"); n != c.done {
				t.Errorf("%d nodes, want %d", n, c.done)
			}
			if err := work(t, d, neo4j.AccessModeWrite, "CREATE (a:A)"); err != nil {
				t.Errorf("it happens more than once: %v", err)
			}
		})
	}
}

// What the server answers before is passed on, though the client asked for all at once.
func TestProxyDropsExactly(t *testing.T) {
	p := NewProxy(t, "")
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p.Target(server.Addr().String())
	success, record := chunks([]byte{0xb1, 0x70, 0xa0}, 9), chunks([]byte{0xb1, 0x71, 0x90}, 9)
	before := join([]byte{0, 0, 4, 5}, success, success, record, success)
	go func() {
		c, err := server.Accept()
		if err == nil {
			_, err = c.Read(make([]byte, 1000))
		}
		if err == nil {
			_, err = c.Write(join(before, record, success, success))
		}
		if err != nil {
			t.Error(err)
		}
	}()
	dropped := p.DropReply(func(m Message) bool { return m.Cypher == "MATCH (n) RETURN n" })
	client, err := net.Dial("tcp", p.Address())
	if err == nil {
		_, err = client.Write(join(proposals, chunks(begin, 9), chunks(runAuto, 9), chunks(pull, 9), chunks(runTx, 9), chunks(pull, 9)))
	}
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for buffer := make([]byte, 1000); err == nil; {
		var n int
		n, err = client.Read(buffer)
		got = append(got, buffer[:n]...)
	}
	if d := cmp.Diff(before, got); d != "" {
		t.Error(d)
	}
	<-dropped
}

func TestProxyBreaks(t *testing.T) {
	p, d := through(t)
	brief := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		t.Cleanup(cancel)
		return ctx
	}
	answers := func(when string) {
		t.Helper()
		if err := work(t, d, neo4j.AccessModeRead, "RETURN 1"); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	fails := func(when string) {
		t.Helper()
		if err := once(d, brief(), "RETURN 1"); err == nil {
			t.Errorf("%s: the server answers", when)
		}
	}

	p.Delay(150 * time.Millisecond)
	begun := time.Now()
	answers("delayed")
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("answers to several requests took %v", took)
	}
	p.Delay(0)

	p.Cut()
	if open, _ := p.Connections(); open != 0 {
		t.Errorf("%d connections are left", open)
	}
	fails("cut")
	answers("after that")

	p.Refuse()
	answers("refused, on a connection from before")
	p.Cut()
	fails("cut and refused")
	if _, err := net.Dial("tcp", p.Address()); err == nil {
		t.Error("the port is open")
	}
	p.Accept(t)
	answers("accepted again")

	p.Blackhole()
	begun = time.Now()
	fails("swallowed, on a connection from before")
	fails("swallowed, on a new connection")
	if took := time.Since(begun); took < 1900*time.Millisecond {
		t.Errorf("it did not even wait: %v", took)
	}
	p.Heal(t)
	answers("healed")

	p.Target("127.0.0.1:1")
	answers("with another target, on a connection from before")
	p.Cut()
	fails("cut")
	fails("led to where nobody is")
}
