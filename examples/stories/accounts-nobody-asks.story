story "Where no trigger comes, somebody is told, and asks in the end"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
acme puts profiles {name: Ann} about "712020:ann"
at 2026-02-09T07:59Z
expect facts alarm.raised 0
at 2026-02-09T08:00Z
expect facts alarm.raised 1
restart
at 2026-02-11T08:01Z
expect facts alarm.raised 3
back end of team-map reports with a token
expect reports 1 of "712020:ann"
at 2026-02-19T08:00Z
expect facts alarm.raised 3
at 2026-02-19T08:02Z
expect facts alarm.raised 4
