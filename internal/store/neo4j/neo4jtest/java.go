package neo4jtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// java is a Java machine that was found here.
type java struct {
	path    string // of the program
	release int    // 17, 21, ...
	name    string // how it calls itself in full
}

// javas are those of this machine. Each is asked once, which takes some 50 ms.
var javas = sync.OnceValue(func() []java {
	var found []java
	known := map[string]bool{}
	for _, path := range javaCandidates() {
		real, err := filepath.EvalSymlinks(path)
		if err != nil || known[real] {
			continue
		}
		known[real] = true
		out, err := exec.Command(path, "-version").CombinedOutput()
		if n := javaRelease(string(out)); err == nil && n > 0 {
			found = append(found, java{path, n, strings.TrimSpace(string(out))})
		}
	}
	return found
})

// javaCandidates are the paths where a java may be: what the environment says (JAVA_HOME,
// and those like JAVA_HOME_21_X64 that some CI machines have), then the usual folders.
func javaCandidates() []string {
	var paths []string
	for _, e := range os.Environ() {
		if name, home, _ := strings.Cut(e, "="); strings.HasPrefix(name, "JAVA_HOME") {
			paths = append(paths, filepath.Join(home, "bin", "java"))
		}
	}
	slices.Sort(paths)
	if p, err := exec.LookPath("java"); err == nil {
		paths = append(paths, p)
	}
	for _, pattern := range []string{"/usr/lib/jvm/*/bin/java", "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java"} {
		more, _ := filepath.Glob(pattern) // only a bad pattern is an error
		paths = append(paths, more...)
	}
	return paths
}

var javaVersion = regexp.MustCompile(`version "(\d+)(?:\.(\d+))?`)

// javaRelease reads the release number out of what "java -version" says, 0 if it does not
// say: `openjdk version "21.0.4" 2024-07-16` is 21, and `"1.8.0_292"` is 8.
func javaRelease(said string) int {
	m := javaVersion.FindStringSubmatch(said)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	if n == 1 {
		n, _ = strconv.Atoi(m[2])
	}
	return n
}

// findJava is the oldest Java here that is new enough: nearest to what a version of Neo4j was
// made for.
func findJava(oldest int) (java, error) {
	var best java
	var here []int
	for _, j := range javas() {
		here = append(here, j.release)
		if j.release >= oldest && (best.path == "" || j.release < best.release) {
			best = j
		}
	}
	if best.path == "" {
		return best, fmt.Errorf("it needs Java %d or newer, of which there is none here (found: %v); install one (Debian: apt-get install openjdk-%d-jre-headless), or let JAVA_HOME name its folder", oldest, here, oldest)
	}
	return best, nil
}
