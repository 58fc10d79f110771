package region

import "strings"

// countries are those of ISO 3166-1.
var countries = strings.Fields(`
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

// providers are the regions that each provider publishes, by country. Names that two providers use for different
// countries would have to stay out; there are none today, which a test watches.
var providers = map[string]map[string]string{
	"aws": {
		"US": "us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1", "CA": "ca-central-1 ca-west-1", "MX": "mx-central-1", "BR": "sa-east-1",
		"DE": "eu-central-1 eusc-de-east-1", "CH": "eu-central-2", "IE": "eu-west-1", "GB": "eu-west-2", "FR": "eu-west-3", "IT": "eu-south-1", "ES": "eu-south-2", "SE": "eu-north-1",
		"ZA": "af-south-1", "IL": "il-central-1", "AE": "me-central-1", "BH": "me-south-1",
		"HK": "ap-east-1", "TW": "ap-east-2", "IN": "ap-south-1 ap-south-2", "SG": "ap-southeast-1", "AU": "ap-southeast-2 ap-southeast-4", "ID": "ap-southeast-3",
		"MY": "ap-southeast-5", "NZ": "ap-southeast-6", "TH": "ap-southeast-7", "JP": "ap-northeast-1 ap-northeast-3", "KR": "ap-northeast-2", "CN": "cn-north-1 cn-northwest-1",
	},
	"azure": {
		"US": "eastus eastus2 centralus northcentralus southcentralus westcentralus westus westus2 westus3", "CA": "canadacentral canadaeast", "MX": "mexicocentral",
		"BR": "brazilsouth brazilsoutheast", "CL": "chilecentral", "IE": "northeurope", "NL": "westeurope", "DE": "germanywestcentral germanynorth", "FR": "francecentral francesouth",
		"AT": "austriaeast", "BE": "belgiumcentral", "CH": "switzerlandnorth switzerlandwest", "ES": "spaincentral", "IT": "italynorth", "NO": "norwayeast norwaywest",
		"PL": "polandcentral", "SE": "swedencentral swedensouth", "GB": "uksouth ukwest", "ZA": "southafricanorth southafricawest", "AE": "uaenorth uaecentral",
		"QA": "qatarcentral", "IL": "israelcentral", "IN": "centralindia southindia westindia", "SG": "southeastasia", "HK": "eastasia", "ID": "indonesiacentral",
		"MY": "malaysiawest", "JP": "japaneast japanwest", "KR": "koreacentral koreasouth", "AU": "australiaeast australiasoutheast australiacentral australiacentral2", "NZ": "newzealandnorth",
	},
	"gcp": {
		"US": "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4", "CA": "northamerica-northeast1 northamerica-northeast2", "MX": "northamerica-south1",
		"BR": "southamerica-east1", "CL": "southamerica-west1", "BE": "europe-west1", "GB": "europe-west2", "DE": "europe-west3 europe-west10", "NL": "europe-west4", "CH": "europe-west6",
		"IT": "europe-west8 europe-west12", "FR": "europe-west9", "PL": "europe-central2", "FI": "europe-north1", "SE": "europe-north2", "ES": "europe-southwest1",
		"ZA": "africa-south1", "IL": "me-west1", "QA": "me-central1", "SA": "me-central2", "TW": "asia-east1", "HK": "asia-east2", "JP": "asia-northeast1 asia-northeast2",
		"KR": "asia-northeast3", "IN": "asia-south1 asia-south2", "SG": "asia-southeast1", "ID": "asia-southeast2", "AU": "australia-southeast1 australia-southeast2",
	},
	"hetzner": {"DE": "fsn1 nbg1", "FI": "hel1"},
	"ovh":     {"FR": "gra7 gra9 gra11 sbg5 sbg7 rbx-a eu-west-par", "DE": "de1", "GB": "uk1", "PL": "waw1", "CA": "bhs5"},
}

// clouds is the country of each region, whoever runs it.
var clouds = byRegion()

func byRegion() map[string]string {
	all := map[string]string{}
	for _, regions := range providers {
		for country, names := range regions {
			for _, name := range strings.Fields(names) {
				all[name] = country
			}
		}
	}
	return all
}
