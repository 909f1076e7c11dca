package bench

import (
	"os"
	"testing"
)

// shared is where the data of this project lies, next to the repository.
const shared = "../../../shared/data/cordis-h2020-csv.zip"

// The networks are those of every other measurement on this data.
func TestRule(t *testing.T) {
	if _, err := os.Stat(shared); err != nil && os.Getenv("CI") == "" {
		t.Skip("the data of Horizon 2020 is not here")
	}
	d, err := readCordis(shared, 1)
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
