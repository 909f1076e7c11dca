// Package samples holds a small real ecosystem, written for this project from public facts:
// what two profiles of the European Cluster Collaboration Platform say, and what CORDIS and
// keep.eu add about the projects these name. README.md tells the form of the files.
package samples

import "embed"

// Files are the samples, in JSON Lines.
//
//go:embed *.jsonl
var Files embed.FS
