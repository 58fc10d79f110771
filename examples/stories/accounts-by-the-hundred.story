story "No call speaks of more than ninety accounts, and Atlassian is left alone for as long as it says"
policy pipit

at 2026-02-01T08:00Z
install team-map on acme
acme puts profiles {name: Somebody} about 200 people
expect subjects 200

at 2026-02-08T09:00Z
atlassian answers no reports
acme's scheduled trigger runs
expect reports 0
atlassian answers reports again
atlassian puts 1 reports off for 10 minutes
acme's scheduled trigger runs
expect reports 0
wait 5 minutes
acme's scheduled trigger runs
expect reports 0
wait 5 minutes
acme's scheduled trigger runs
expect reports 3
expect facts accounts.reported 3

# Atlassian may want a shorter cycle, from its next answer on.
atlassian wants reports within 3 days
at 2026-02-15T09:10Z
acme's scheduled trigger runs
expect reports 6
at 2026-02-18T09:10Z
back end of team-map reports with a token
expect reports 9
expect reports 3 of "712020:000007"
expect ledger verified
