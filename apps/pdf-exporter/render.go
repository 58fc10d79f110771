package pdfexporter

import (
	"bytes"
	"errors"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Page is what an export gets.
type Page struct {
	Title  string  `json:"title"`
	Lang   string  `json:"lang"` // BCP 47; may be empty
	Blocks []Block `json:"blocks"`
}

// Block is a heading or a paragraph; it has one of the two.
type Block struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

const (
	face   = "go"
	margin = 20.0 // millimetres
	line   = 1.4  // of the size of the letters
	point  = 25.4 / 72
)

// Render sets a page on A4, in memory. at is the instant that the document bears. The letters are those of the Go fonts:
// Latin, Greek, Cyrillic; others come out as blanks.
func Render(p Page, at time.Time) (*bytes.Buffer, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(face, "", goregular.TTF)
	pdf.AddUTF8FontFromBytes(face, "B", gobold.TTF)
	pdf.SetCreationDate(at.UTC())
	pdf.SetModificationDate(at.UTC())
	pdf.SetCatalogSort(true) // the same page twice is the same bytes twice
	pdf.SetTitle(p.Title, true)
	pdf.SetLang(p.Lang)
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(true, margin)
	pdf.AddPage()
	write := func(style string, size float64, text string) {
		if text == "" {
			return
		}
		pdf.SetFont(face, style, size)
		pdf.MultiCell(0, size*point*line, text, "", "L", false)
		pdf.Ln(size * point * line / 2)
	}
	write("B", 20, p.Title)
	for _, b := range p.Blocks {
		write("B", 14, b.Heading)
		write("", 11, b.Text)
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, errors.New("the page can't be set") // the library's words may quote the page
	}
	return &out, nil
}
