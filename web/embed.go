// Package web holds the playground as it was built from this folder by Vite.
package web

import (
	"embed"
	"io/fs"
)

// dist has no page in it until "make web" has run; the file .gitkeep lets the
// package compile before that.
//
//go:embed all:dist
var dist embed.FS

// Playground returns the built page and its assets, with index.html at the
// root. It reports false, and no files, when the page was not built before the
// binary was.
func Playground() (fs.FS, bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false
	}
	if _, err := fs.Stat(files, "index.html"); err != nil {
		return nil, false
	}
	return files, true
}
