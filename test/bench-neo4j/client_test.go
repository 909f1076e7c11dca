package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
)

// client is one caller, with one connection that it keeps. It shares the machine with what
// it measures, so it does as little as it can: requests are bytes made beforehand, and
// answers are read, not understood.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { c.conn.Close() }

// requestOf is a POST of JSON as it goes over the wire.
func requestOf(address, path string, body any) ([]byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n", path, address, len(raw))
	b.Write(raw)
	return b.Bytes(), nil
}

// send sends a request and hands its answer's body to read.
func (c *client) send(request []byte, read func(io.Reader) error) error {
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		return fmt.Errorf("%s: %s", answer.Status, said)
	}
	if err := read(answer.Body); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// discard reads an answer without looking at it.
func discard(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
