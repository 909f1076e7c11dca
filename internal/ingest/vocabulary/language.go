package vocabulary

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"clustergraph/internal/text"
)

// languageTable knows languages by their codes and by the keys of their names.
type languageTable struct{ codes, names map[string]string }

var languages = sync.OnceValue(func() languageTable {
	t := languageTable{map[string]string{}, map[string]string{}}
	for name, code := range map[string]string{"Moldovan": "ro", "Flemish": "nl", "Castilian": "es", "Farsi": "fa", "Slovene": "sl", "Montenegrin": "cnr",
		"Norwegian": "no", "Chinese": "zh", "Mandarin": "zh", "Serbo-Croatian": "sh", "Greek": "el", "Valencian": "ca", "Gaelic": "ga"} {
		t.names[text.Key(name)] = code
	}
	var bases []language.Base
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			base, err := language.ParseBase(string(a) + string(b))
			if err == nil && base.String() == string(a)+string(b) {
				bases = append(bases, base)
				t.codes[base.String()], t.codes[base.ISO3()] = base.String(), base.String()
			}
		}
	}
	name := func(b language.Base, name string) {
		for _, key := range text.Keys(name) {
			if t.names[key] == "" && len(key) > 2 {
				t.names[key] = b.String()
			}
		}
	}
	for _, b := range bases {
		name(b, display.English.Languages().Name(b))
		name(b, display.Self.Name(language.Make(b.String())))
	}
	for _, tag := range namesIn {
		namer := display.Languages(language.MustParse(tag))
		for _, b := range bases {
			name(b, namer.Name(b))
		}
	}
	return t
})

// LanguageNamed is the ISO 639-1 code of the language that a text names, in English, in itself
// or in a language of Europe; of the few that have none the ISO 639-2 code. Codes are no
// names; see [Language].
func LanguageNamed(s string) (code string, ok bool) {
	code, ok = languages().names[text.Key(s)]
	return code, ok
}

// Language is the ISO 639-1 code of the language that a text stands for: its name (see
// [LanguageNamed]), its code in ISO 639-1 or ISO 639-2 ("bul"), or a tag ("pt-BR").
func Language(s string) (code string, ok bool) {
	s = strings.TrimSpace(s)
	if code, ok = LanguageNamed(s); ok {
		return code, true
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	code, ok = languages().codes[strings.ToLower(base)]
	return code, ok
}
