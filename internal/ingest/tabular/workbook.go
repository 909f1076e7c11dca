package tabular

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html/charset"
)

// workbook is what is known of a workbook once its parts were looked through.
type workbook struct {
	// unstored are the cells of each sheet, by its name, that hold a formula without a value: the
	// program that wrote them does not calculate.
	unstored map[string]cellsOf
}

type (
	cellsOf  map[position]bool
	position struct{ row, column int } // from 1 and from 0
)

// look looks through the parts of a workbook, which may unpack to so many bytes, and tells what is
// wrong with them: excelize takes a sheet that breaks off, or whose XML is broken, for one that ends.
func look(packed []byte, most int64) (*workbook, error) {
	parts, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("is no xlsx workbook that can be read; it may have broken off while it was copied: %w", err)
	}
	if !slices.ContainsFunc(parts.File, func(part *zip.File) bool { return part.Name == "[Content_Types].xml" }) {
		return nil, errors.New("is a zip of something else than a workbook; name it .zip, or unpack it first")
	}
	unstored, names := map[string]cellsOf{}, sheetNames{}
	for _, part := range parts.File {
		err := readPart(part, &most, func(in io.Reader) (err error) {
			name := strings.ToLower(part.Name)
			switch {
			case strings.HasPrefix(name, "xl/worksheets/") && path.Ext(name) == ".xml":
				unstored[name], err = lookThrough(in)
			case name == "xl/sharedstrings.xml":
				_, err = lookThrough(in)
			case name == "xl/workbook.xml", name == "xl/_rels/workbook.xml.rels":
				err = xml.NewDecoder(in).Decode(&names)
			}
			return err
		})
		if errors.Is(err, errTooMuch) {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("is damaged, or not whole; copy or save it again: %s: %w", part.Name, err)
		}
	}
	return &workbook{unstored: names.name(unstored)}, nil
}

var errTooMuch = errors.New("unpacks to too much for its packed size, or for a workbook; export the sheet as csv")

// readPart reads a part to its end, where its checksum is proved, and takes its bytes off most.
func readPart(part *zip.File, most *int64, read func(io.Reader) error) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close() // it was only read
	limited := &io.LimitedReader{R: in, N: *most + 1}
	err = read(limited)
	_, unpacked := io.Copy(io.Discard, limited)
	switch *most = limited.N - 1; {
	case *most < 0:
		return errTooMuch
	case unpacked != nil:
		return unpacked
	}
	return err
}

// mostNested is how deep elements may stand in each other: a decoder remembers them all.
const mostNested = 1000

// lookThrough reads a part to its end as XML, and tells which cells hold a formula without a value.
func lookThrough(in io.Reader) (unstored cellsOf, err error) {
	d := xml.NewDecoder(in)
	d.CharsetReader = charset.NewReaderLabel
	s := sheetScan{at: position{column: -1}}
	for depth := 0; depth < mostNested; {
		token, err := d.Token()
		if err == io.EOF {
			return s.unstored, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			s.start(t)
		case xml.CharData:
			s.value = s.value || s.inValue && len(t) > 0
		case xml.EndElement:
			depth--
			s.end(t)
		}
	}
	return nil, errors.New("its elements stand in each other too deep")
}

// sheetScan is where the reading of a sheet is.
type sheetScan struct {
	at       position
	name     string // of the cell; empty: it is the next one
	formula  bool   // the cell has one
	value    bool   // and its value, which may be an empty text
	text     bool
	inValue  bool
	unstored cellsOf
}

func (s *sheetScan) start(e xml.StartElement) {
	switch e.Name.Local {
	case "row":
		s.at.row, s.at.column = s.at.row+1, -1
		if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n > 0 {
			s.at.row = n
		}
	case "c":
		s.at.column++
		s.formula, s.value, s.text, s.name = false, false, attribute(e, "t") == "str", attribute(e, "r")
	case "f":
		s.formula = true
	case "v":
		s.inValue, s.value = true, s.value || s.text
	}
}

func (s *sheetScan) end(e xml.EndElement) {
	switch e.Name.Local {
	case "v":
		s.inValue = false
	case "c":
		if s.formula && !s.value {
			if column, _, err := excelize.CellNameToCoordinates(s.name); err == nil {
				s.at.column = column - 1
			}
			if s.unstored == nil {
				s.unstored = cellsOf{}
			}
			s.unstored[s.at] = true
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// sheetNames are the sheets that a workbook lists, by the relation that each is, and the parts
// that relations lead to.
type sheetNames struct {
	Sheets []struct {
		Name     string `xml:"name,attr"`
		Relation string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
	Relations []struct {
		ID     string `xml:"Id,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// name tells by the names of sheets what is known by the names of their parts.
func (n sheetNames) name(parts map[string]cellsOf) map[string]cellsOf {
	named := map[string]cellsOf{}
	for _, s := range n.Sheets {
		for _, r := range n.Relations {
			if r.ID != s.Relation {
				continue
			}
			target := strings.ToLower(r.Target)
			if !path.IsAbs(target) {
				target = "/xl/" + target
			}
			if cells := parts[strings.TrimPrefix(path.Clean(target), "/")]; cells != nil {
				named[s.Name] = cells
			}
		}
	}
	return named
}
