package vocabulary

import "testing"

func TestLanguagesAreReadInAllForms(t *testing.T) {
	for in, want := range map[string]string{
		"Bulgarian": "bg", "български": "bg", "Bulgarisch": "bg", "bul": "bg", "BG": "bg", "bg-BG": "bg", "pt_BR": "pt", "Flemish": "nl", "Slovene": "sl",
		"Montenegrin": "cnr", "Deutsch": "de", "allemand": "de", "English": "en", "Norwegian": "no", "": "", "Klingonian": "", "x": "", "-": "",
	} {
		if got, ok := Language(in); got != want || ok != (want != "") {
			t.Errorf("Language(%q) is %q, %v; want %q", in, got, ok, want)
		}
	}
	if code, ok := LanguageNamed("de"); ok {
		t.Errorf(`"de" names no language, yet it is %s`, code)
	}
}

func FuzzLanguage(f *testing.F) {
	f.Add("pt-BR")
	f.Add("български")
	f.Fuzz(func(t *testing.T, s string) {
		if code, ok := Language(s); ok != (len(code) == 2 || len(code) == 3) {
			t.Fatalf("%q is %q, %v", s, code, ok)
		}
	})
}
