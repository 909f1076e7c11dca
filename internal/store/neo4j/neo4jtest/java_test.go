package neo4jtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJavaRelease(t *testing.T) {
	for said, want := range map[string]int{
		"openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment":   17,
		"openjdk version \"25\" 2025-09-16 LTS":                                 25,
		"java version \"1.8.0_292\"":                                            8,
		"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version \"21-ea\"":        21,
		"The operation couldn't be completed. Unable to locate a Java Runtime.": 0,
	} {
		if got := javaRelease(said); got != want {
			t.Errorf("%q is %d, want %d", said, got, want)
		}
	}
}

// What is missing is told, with what to do.
func TestMissing(t *testing.T) {
	if _, err := findJava(1000); err == nil || !strings.Contains(err.Error(), "JAVA_HOME") {
		t.Errorf("no Java: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := fetch(V5, t.TempDir()); err == nil || !strings.Contains(err.Error(), "apt-get install maven") {
		t.Errorf("no Maven: %v", err)
	}
	broken := filepath.Join(os.Getenv("PATH"), "mvn")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho no network here\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	if err := fetch(V5, cache); err == nil || !strings.Contains(err.Error(), "no network here") {
		t.Errorf("no network: %v", err)
	}
	if left, err := os.ReadDir(cache); err != nil || len(left) > 0 {
		t.Errorf("a fetch that failed leaves %v %v", left, err)
	}
}
