package resolve

import (
	"testing"

	"clustergraph/internal/store"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		a, b    Address
		country string
		near    match
		want    located
	}{
		{Address{"Altenberger Straße 69", "4040"}, Address{"ALTENBERGERSTR. 69", "A-4040"}, "AT", unknown, sameAddress},
		{Address{"ul. Poniatowskiego 15", ""}, Address{"PONIATOWSKIEGO 15", "40-055"}, "PL", agrees, sameAddress},
		{Address{"Ctra. de Sant Llorenç de Morunys Km.2", "25280"}, Address{"CTRA SANT LLORENC DE MORUNYS KM 2", "25280"}, "ES", agrees, sameAddress},
		{Address{"Moltkestraße 30", "76133"}, Address{"Moltkestr. 12", "76133"}, "DE", agrees, inDistrict},
		{Address{"Moltkestraße", ""}, Address{"Moltkestr. 12", ""}, "DE", agrees, inStreet},
		{Address{"Moltkestraße 30", ""}, Address{"Kaiserstr. 30", ""}, "DE", agrees, elsewhere},
		{Address{"Moltkestraße 30", ""}, Address{"Moltkestr. 30", ""}, "DE", differs, nowhere},
		{Address{"", "LV-1050"}, Address{"", "1050"}, "LV", unknown, inDistrict},
		{Address{"", "CB2 9NB"}, Address{"", "cb29nb"}, "GB", unknown, inDistrict},
		{Address{"", "CB2 9NB"}, Address{"", "OX2 9NB"}, "GB", agrees, nowhere},
		{Address{"", "00000"}, Address{"", "00000"}, "IE", agrees, nowhere},
		{Address{}, Address{"Moltkestr. 30", "76133"}, "DE", agrees, nowhere},
	} {
		a, b := addressOf(c.a, c.country), addressOf(c.b, c.country)
		if got := locate(&a, &b, c.near, false); got != c.want {
			t.Errorf("%v, %v: %d, not %d (%v, %v)", c.a, c.b, got, c.want, a, b)
		}
		if many := locate(&a, &b, c.near, true); many == sameAddress {
			t.Errorf("%v, %v: one address, though many have it", c.a, c.b)
		}
	}
}

// What names alone leave to review, an address decides.
func TestOneAddress(t *testing.T) {
	node := func(id, name, street, code string) Body {
		return bodyOf(&store.Node{ID: id, Kind: "Organisation", Props: store.Props{{Name: "name", Value: name}, {Name: "country", Value: "DE"},
			{Name: "city", Value: "Emden"}, {Name: "street", Value: street}, {Name: "postCode", Value: code}}})
	}
	english, german := "Development Centre for Bridge and Dredger Technology and Transport Systems", "ENTWICKLUNGSZENTRUM FUR BRUCKENTECH NIK UND BAGGER UND TRANSPORTSYSTEME EV"
	one := []Body{node("a", english, "Oststraße 77", "47057"), node("b", german, "OSTSTRASSE 77", "D-47057")}
	two := []Body{node("a", english, "Oststraße 77", "47057"), node("b", german, "Hafenweg 3", "")}
	for name, c := range map[string]struct {
		bodies []Body
		merges int
	}{"one address": {one, 1}, "two streets": {two, 0}} {
		if got := merges(Find(c.bodies, Default, nil)); got != c.merges {
			t.Errorf("%s: %d merges, not %d", name, got, c.merges)
		}
	}
}
