// Package vocabulary knows the controlled vocabularies that sources share: countries (ISO
// 3166), languages (ISO 639), regions (NUTS), economic activities (NACE), industrial
// ecosystems. It reads what sources write for their terms, in words or in codes, gives the
// nodes of terms the same identifiers whoever speaks of them, and imports the vocabularies
// themselves as trees of Places and Topics.
package vocabulary
