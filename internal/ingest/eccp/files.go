package eccp

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// extensions are those of files in folders that are read.
var extensions = []string{".txt", ".text", ".html", ".htm", ".xhtml"}

// Files are the files that paths name: a file is itself, a folder stands for the texts and
// HTML pages in it and below, in order of their names. Hidden files are left out, and so
// are the folders that browsers put a saved page's parts in. A path that is not there, and
// a folder without such files, is an error that names it.
func Files(paths ...string) ([]string, error) {
	var out []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			out = append(out, path)
			continue
		}
		found := len(out)
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && p != path && (strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(d.Name(), "_files")):
				return fs.SkipDir
			case d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") && slices.Contains(extensions, strings.ToLower(filepath.Ext(p))):
				out = append(out, p)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(out) == found {
			return nil, fmt.Errorf("%s: no text or HTML file in this folder (%s)", path, strings.Join(extensions, ", "))
		}
	}
	return out, nil
}

// ParseFile is Parse of a file. Where o does not say when the page was saved, the file's
// time of change stands for it. Errors name the file.
func ParseFile(path string, o Options) (*Profile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a folder", path)
	case o.Retrieved.IsZero():
		o.Retrieved = info.ModTime().UTC().Truncate(24 * time.Hour)
	}
	p, err := Parse(f, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
