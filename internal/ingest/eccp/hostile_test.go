//go:build unix

package eccp

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used of the processors.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// What is made to be slow to read is not: the rules are bounded by sentence, by value and by
// page. Each of these took minutes without that. What it takes is the processor's time, not the
// clock's: other programs may keep the machine busy.
func TestHostileInput(t *testing.T) {
	const size = 8 << 20
	head := "X Cluster\n\nBulgaria\n\nLegal form\nAssociation\n\nAbout us\n\n"
	many := func(form string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, form, i)
		}
		return b.String()
	}
	lines := func(unit string) string {
		return strings.Repeat(strings.Repeat(unit, 60_000/len(unit))+".\n\n", size/60_000)
	}
	for name, in := range map[string]string{
		"conjunctions":     head + "EU Programmes\n\nPRO - Title of it\n\n" + lines("Alfa and Beta and "),
		"dates":            head + lines("1 2020 "),
		"dashes":           head + lines("A - B "),
		"one long value":   head + "NACE codes\n" + strings.Repeat("A:B: - ", 30_000),
		"many events":      head + many("Conference \"Ev %d\"\n\nThe conference took place on 3 May 2022 within the FAR project.\n\n", 6_000),
		"many projects":    head + "EU Programmes\n\n" + many("PRO%[1]dX - Title of %[1]d\n\nPartners are: Alfa%[1]d GmbH and Beta%[1]d.\n\n", 6_000),
		"many memberships": head + "Memberships\n" + many("Some Network %d\n", 15_000),
	} {
		t.Run(name, func(t *testing.T) {
			begun := processorTime(t)
			p, e := parse(t, strings.NewReader(in))
			if e != nil {
				t.Fatal(e)
			}
			p.Facts()
			p.Batch(nil)
			if took := processorTime(t) - begun; took > 20*time.Second {
				t.Errorf("%d bytes take %v", len(in), took)
			}
		})
	}
}
