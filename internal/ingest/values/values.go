// Package values reads numbers, amounts, dates, truth values, countries, coordinates and
// addresses in the forms that public tables write them in. An empty text, and placeholders
// such as "-", "n/a" and "MISSING", are no value ([Empty]); what cannot be read for sure is an
// error that says what would be.
package values

import "clustergraph/internal/store"

// Empty tells whether a text stands for no value.
func Empty(s string) bool { panic("not written yet") }

// Amount reads an amount of money: "50000.0", "71429", "49,597.57", "49.597,57", "1234,5",
// "1 234,50 €" (the currency apart). More than two decimals are refused, unless they are
// zeros; so is "1,234", which may be either, unless decimal says what the comma is.
func Amount(s string, decimal byte) (store.Cents, error) { panic("not written yet") }

// Number reads a number, likewise.
func Number(s string, decimal byte) (float64, error) { panic("not written yet") }

// Integer reads a whole number: "12", "12.0", "3,200".
func Integer(s string) (int64, error) { panic("not written yet") }

// Bool reads true/false, yes/no, y/n, 1/0, whatever their case.
func Bool(s string) (bool, error) { panic("not written yet") }

// Date reads a date as precise as it is: what store.ParseDate reads, "2023-03-10 21:15:00",
// RFC 3339, "31/01/2005", "31.01.2005", "1.2.2005", "01/2005", "January 2005", "31 January
// 2005", and the serial numbers of spreadsheets if serial is set. "01/02/2005" is the day 1
// February, as Europe writes it.
func Date(s string, serial bool) (store.Date, error) { panic("not written yet") }

// Span reads "2014-2020", "2015 – 2018", "2016".
func Span(s string) (from, to store.Date, err error) { panic("not written yet") }

// Coordinates reads "50.8149338,4.93566715" (latitude first) as the value of the property.
func Coordinates(s string) (store.Props, error) { panic("not written yet") }

// URL reads an address of the web; "www.tmleuven.be" gets https.
func URL(s string) (string, error) { panic("not written yet") }
