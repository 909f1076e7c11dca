package export

import (
	"bufio"
	"encoding/xml"
	"io"
)

// markup writes XML element by element. Characters that XML forbids become U+FFFD, as
// encoding/xml has it.
type markup struct {
	out  *bufio.Writer
	open []string
	err  error
}

func newMarkup(w io.Writer) *markup {
	m := &markup{out: bufio.NewWriterSize(w, 64<<10)}
	m.raw(xml.Header)
	return m
}

func (m *markup) raw(s string) {
	if m.err == nil {
		_, m.err = m.out.WriteString(s)
	}
}

func (m *markup) text(s string) {
	if m.err == nil {
		m.err = xml.EscapeText(m.out, []byte(s))
	}
}

func (m *markup) tag(name string, attrs []string) {
	m.indent()
	m.raw("<" + name)
	for i := 0; i < len(attrs); i += 2 {
		m.raw(" " + attrs[i] + `="`)
		m.text(attrs[i+1])
		m.raw(`"`)
	}
}

func (m *markup) indent() {
	for range m.open {
		m.raw(" ")
	}
}

// start opens an element; attrs are names and values in turn.
func (m *markup) start(name string, attrs ...string) {
	m.tag(name, attrs)
	m.raw(">\n")
	m.open = append(m.open, name)
}

// empty writes an element without content.
func (m *markup) empty(name string, attrs ...string) {
	m.tag(name, attrs)
	m.raw("/>\n")
}

// leaf writes an element with text.
func (m *markup) leaf(name, content string, attrs ...string) {
	m.tag(name, attrs)
	m.raw(">")
	m.text(content)
	m.raw("</" + name + ">\n")
}

// end closes the element that was opened last.
func (m *markup) end() {
	name := m.open[len(m.open)-1]
	m.open = m.open[:len(m.open)-1]
	m.indent()
	m.raw("</" + name + ">\n")
}

// close closes all elements.
func (m *markup) close() error {
	for len(m.open) > 0 {
		m.end()
	}
	if m.err != nil {
		return m.err
	}
	return m.out.Flush()
}
