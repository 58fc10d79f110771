story "PDF Exporter keeps a number a day and nothing else, and the number goes after a year"

at 2026-02-02T09:00Z
install pdf-exporter on hazel
hazel puts customer-content "page" {issue: "word by word"}
expect refused denied under exporter-stores-nothing
hazel puts error-report "crash" {error_message: "out of ink", app_version: "2.1"}
expect refused denied under exporter-stores-nothing
hazel puts export-statistics "2026-02-02" {exports_per_day: 12}
hazel puts export-statistics "2026-02-03" {exports_per_day: 3, exported_by: ada}
expect refused denied under exports-counted
hazel puts export-statistics "2026-02-03" {exports_per_day: "3 by ada@hazel.example"}
expect refused denied under exports-anonymous
hazel gets export-statistics "2026-02-02" for statistics
expect value {exports_per_day: 12}
hazel gets export-statistics "2026-02-02" for advertising
expect refused denied under counts-to-improve
expect items 1
expect verdict exporter-stores-nothing kept

at 2027-02-02T08:59:59Z
expect items 1 of export-statistics
at 2027-02-02T09:00Z
expect items 0 of export-statistics
expect verdict counts-one-year kept
wait 2 days
expect openable 0
expect ledger verified
