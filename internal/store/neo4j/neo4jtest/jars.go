package neo4jtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// cacheFolder is where one version's jars and prepared data are kept.
func cacheFolder(v Version) (string, error) {
	base := os.Getenv("CLUSTERGRAPH_NEO4J_CACHE")
	if base == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no cache folder: %w; let CLUSTERGRAPH_NEO4J_CACHE name one", err)
		}
		base = filepath.Join(user, "clustergraph", "neo4j")
	}
	folder, err := filepath.Abs(filepath.Join(base, string(v)))
	if err != nil {
		return "", err
	}
	return folder, os.MkdirAll(folder, 0o755)
}

// fetch makes sure that cache holds the folder lib with all jars of a version; whoever calls
// it holds the cache's lock. lib appears when it is complete. With Maven's local repository
// empty it takes a minute.
func fetch(v Version, cache string) error {
	lib := filepath.Join(cache, "lib")
	if _, err := os.Stat(lib); err == nil {
		return nil
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return fmt.Errorf("Neo4j %s has to be fetched with Maven, which is not here; install it (Debian: apt-get install maven), or copy a folder lib with its jars to %s", v, cache)
	}
	fmt.Fprintf(os.Stderr, "neo4jtest: fetching Neo4j %s into %s (once)\n", v, cache)
	temp, err := os.MkdirTemp(cache, "fetch-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	pom := filepath.Join(temp, "pom.xml")
	if err := os.WriteFile(pom, []byte(strings.ReplaceAll(pomTemplate, "VERSION", string(v))), 0o644); err != nil {
		return err
	}
	c := exec.Command(mvn, "--batch-mode", "--quiet", "--strict-checksums", "--file", pom,
		"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
		"-DincludeScope=runtime", "-DoutputDirectory="+filepath.Join(temp, "lib"))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("fetching Neo4j %s with Maven, which needs the network once: %w; it said:\n%s", v, err, tail(string(out), 30))
	}
	return os.Rename(filepath.Join(temp, "lib"), lib)
}

// pomTemplate asks for what a server with Bolt needs, and what that needs.
const pomTemplate = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>clustergraph</groupId>
  <artifactId>neo4jtest</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>VERSION</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>VERSION</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j-bolt</artifactId><version>VERSION</version></dependency>
  </dependencies>
</project>
`

// classPath are all jars of a folder, in one order always: a class archive is only used with
// the class path that it was made with.
func classPath(lib string) (string, error) {
	jars, err := filepath.Glob(filepath.Join(lib, "*.jar"))
	if err == nil && len(jars) == 0 {
		err = errors.New("there are no jars in " + lib + "; remove the folder")
	}
	slices.Sort(jars)
	return strings.Join(jars, string(os.PathListSeparator)), err
}

// tail are the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
