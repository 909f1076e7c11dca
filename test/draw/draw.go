// Package draw runs property tests on drawn values. In CI they are the same in every run: CI judges
// the change it is shown, not the luck of the draw. Elsewhere each run draws others, and says after
// a failure by which seed it is found again (-rapid.seed).
package draw

import (
	"flag"
	"os"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// Check draws values for a property until it fails, or -rapid.checks times (100).
func Check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	if err := settings(); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, property)
}

// settings are made once: tests may run side by side.
var settings = sync.OnceValue(func() error {
	// The seed that is told is enough; files would be left in the package.
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		return err
	}
	if os.Getenv("CI") != "" && flag.Lookup("rapid.seed").Value.String() == "0" {
		return flag.Set("rapid.seed", "1")
	}
	return nil
})
