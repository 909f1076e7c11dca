package bench

import (
	"testing"

	"clustergraph/test/needs"
)

// The networks are those of every other measurement on this data.
func TestRule(t *testing.T) {
	d, err := readCordis(needs.Data(t, "cordis-h2020-csv.zip"), 1)
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]int{}
	total := 0
	for _, o := range d.organisations {
		for _, n := range o.networks {
			members[n]++
			total++
		}
	}
	if len(d.organisations) != 35871 || len(d.projects) != 31451 || len(d.participations) != 144726 || total != 8980 || members["N000"] != 597 {
		t.Errorf("%d organisations, %d projects, %d participations, %d memberships, %d in N000",
			len(d.organisations), len(d.projects), len(d.participations), total, members["N000"])
	}
}
