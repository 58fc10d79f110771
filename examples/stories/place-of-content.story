story "What stays with Atlassian is not taken in, and both sentences about it are kept"
policy dunlin

at 2026-03-01T08:00Z
install beacon on acme
expect verdict content-at-atlassian unproven
acme puts customer-content {issue: "KEY-1"}
expect refused denied under content-stored-nowhere
expect rows 0 of customer-content
expect verdict content-stored-nowhere kept
expect verdict content-at-atlassian kept
