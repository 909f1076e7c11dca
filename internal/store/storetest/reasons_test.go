package storetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReasons holds the suite to the words of the contract: a sentence that changes takes
// its test along. Three dots stand for what a reason leaves out.
func TestReasons(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var contract strings.Builder
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(src)) {
			contract.WriteString(strings.ReplaceAll(line, "//", " ") + " ")
		}
	}
	words := func(s string) string {
		return strings.Join(strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(s)), " ")
	}
	all := words(contract.String())
	check := func(name, reason string) {
		for part := range strings.SplitSeq(reason, "...") {
			part = strings.Trim(words(part), " ,;.:")
			if !strings.Contains(all, part) {
				t.Errorf("%s: the contract does not say %q", name, part)
			}
		}
	}
	for _, group := range groups {
		for _, tc := range group.tests {
			check(group.name+"/"+tc.name, tc.reason)
		}
	}
	for _, tc := range truthTests {
		check(tc.name, tc.reason)
	}
}
