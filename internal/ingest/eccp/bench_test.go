package eccp

import (
	"bytes"
	"os"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"newer.txt", "newer.html"} {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Parse(bytes.NewReader(raw), Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
