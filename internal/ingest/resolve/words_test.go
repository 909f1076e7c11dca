package resolve

import (
	"strings"
	"testing"
	"time"
)

// A cell that holds no name but a text without spaces costs little more than its length: with
// the square of it, this one would take minutes.
func TestAWordOfManyLetters(t *testing.T) {
	began := time.Now()
	means(strings.Repeat("universitaet", 4000) + "x")
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}
