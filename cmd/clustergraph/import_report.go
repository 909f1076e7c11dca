package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"clustergraph/internal/ingest"
)

// tablesRead is what became of an import of tables, as it is told to programs.
type tablesRead struct {
	Import   string `json:"import"`
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected"`
	// Left counts values that were left out of rows that are stored, amounts that were rounded to
	// cents, and texts that were read again.
	Left int `json:"left"`
	// Unread counts files that could not be read.
	Unread   int     `json:"unread,omitempty"`
	Nodes    tally   `json:"nodes"`
	Edges    tally   `json:"edges"`
	Withheld int     `json:"withheld,omitempty"`
	United   int     `json:"united,omitempty"`
	Resumed  bool    `json:"resumed,omitempty"`
	DryRun   bool    `json:"dryRun,omitempty"`
	Kept     string  `json:"warning,omitempty"`
	Revision string  `json:"revision,omitempty"`
	Seconds  float64 `json:"seconds"`
	Memory   int64   `json:"peakMemory,omitempty"` // bytes
	Error    string  `json:"error,omitempty"`

	rejects string // the file that tells them; empty: none
}

// text is the same for people.
func (t tablesRead) text() string {
	var b strings.Builder
	b.WriteString(several(t.Rows, "row"))
	if t.Rejected > 0 {
		fmt.Fprintf(&b, ", %s of them not stored", humanize.Comma(int64(t.Rejected)))
	}
	if t.Left > 0 {
		fmt.Fprintf(&b, ", %s left out, rounded or read again", several(t.Left, "value"))
	}
	if t.Rejected+t.Left > 0 {
		if t.rejects != "" {
			fmt.Fprintf(&b, " (%s tells which and why)", t.rejects)
		} else {
			b.WriteString(" (--rejects FILE tells which and why)")
		}
	}
	fmt.Fprintf(&b, "\n  nodes: %s\n  edges: %s", t.Nodes, t.Edges)
	fmt.Fprintf(&b, "\n  in %s", time.Duration(t.Seconds*float64(time.Second)).Round(100*time.Millisecond))
	if t.Memory > 0 {
		fmt.Fprintf(&b, ", with at most %s of memory", humanize.IBytes(uint64(t.Memory)))
	}
	if t.United > 0 {
		fmt.Fprintf(&b, "\n  %s nodes became one with another of the same name", humanize.Comma(int64(t.United)))
	}
	if t.Withheld > 0 {
		fmt.Fprintf(&b, "\n  %d records were left out: they speak of people who were erased", t.Withheld)
	}
	if t.Resumed {
		b.WriteString("\n  a part had been stored before it was interrupted")
	}
	if t.Kept != "" {
		b.WriteString("\n  warning: " + t.Kept)
	}
	if t.DryRun {
		b.WriteString("\n  this was a dry run: nothing is stored")
	}
	return b.String()
}

// several is a number of things: "1 row", "1,214 rows".
func several(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return humanize.Comma(int64(n)) + " " + what
}

// tableReport tells how an import of tables goes: people by a bar with rate and remaining
// time, programs by a line of JSON each second.
type tableReport struct {
	out  io.Writer
	err  io.Writer
	bar  *progressbar.ProgressBar
	json *json.Encoder
	what string
	told time.Time
	from time.Time
}

func (p *program) newTableReport(what string) *tableReport {
	r := &tableReport{out: p.out, err: p.err, what: what, from: time.Now()}
	if file, ok := p.out.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		r.json, r.told = json.NewEncoder(p.out), r.from
		return r
	}
	r.bar = progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(p.err),
		progressbar.OptionSetDescription("importing"),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)
	return r
}

// warn tells of what is wrong with more than a row.
func (r *tableReport) warn(p ingest.Problem) {
	if r.bar != nil {
		_ = r.bar.Clear() // it is drawn anew
	}
	fmt.Fprintf(r.err, "clustergraph: warning: %s\n", p)
}

// progress is told how far the import is. What cannot be shown is no reason to stop it.
func (r *tableReport) progress(p ingest.Progress) {
	if r.json == nil {
		r.bar.ChangeMax64(p.Of)
		r.bar.Describe(fmt.Sprintf("importing: %s rows", humanize.Comma(int64(p.Rows))))
		_ = r.bar.Set64(p.Bytes)
		return
	}
	if time.Since(r.told) < time.Second {
		return
	}
	r.told = time.Now()
	seconds := time.Since(r.from).Seconds()
	round := func(x float64) float64 { return math.Round(x*10) / 10 }
	_ = r.json.Encode(struct {
		Import    string  `json:"import"`
		Rows      int     `json:"rows"`
		Rejected  int     `json:"rejected"`
		Bytes     int64   `json:"bytes"`
		Of        int64   `json:"of,omitempty"`
		PerSecond float64 `json:"rowsPerSecond"`
		Remaining float64 `json:"secondsRemaining,omitempty"`
	}{r.what, p.Rows, p.Rejected, p.Bytes, max(p.Of, 0), round(float64(p.Rows) / seconds), round(remaining(p, seconds))})
}

// remaining is how many seconds are to come if it goes on so; 0 if nobody knows.
func remaining(p ingest.Progress, seconds float64) float64 {
	if p.Of <= 0 || p.Bytes == 0 {
		return 0
	}
	return seconds * float64(p.Of-p.Bytes) / float64(p.Bytes)
}

func (r *tableReport) end(t tablesRead) error {
	if r.json != nil {
		return r.json.Encode(t)
	}
	if err := r.bar.Clear(); err != nil || t.Error != "" {
		return err
	}
	_, err := fmt.Fprintln(r.out, t.text())
	return err
}
