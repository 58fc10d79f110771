story "A token opens for its host alone, and support opens only what a promise lets it see"
policy ibis

at 2026-02-01T08:00Z
install sso on acme
acme puts token "jira" {secret: not-a-real-one}
expect refused denied under one-host
acme puts token "jira" {secret: not-a-real-one} at acme.example
acme gets token "jira" for work at other.example
expect refused denied under one-host
acme gets token "jira" for work
expect refused denied under one-host
acme gets token "jira" for work at acme.example
expect value {secret: not-a-real-one}

acme puts figures {note: "opened 3 times", site: admin@acme.example}
acme puts figures {note: "opened by ann@acme.example"}
expect refused denied under nameless
acme puts figures {note: "from 203.0.113.7"}
expect refused denied under nameless
acme puts figures {note: "once"} about "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
expect refused denied under nameless

acme puts bundle "case" {log: "what went wrong"}
support reads bundle "case" of acme for work
expect value {log: "what went wrong"}
support reads bundle "case" of acme for sale
expect refused denied under use
developer reads bundle "case" of acme for work
expect refused denied under support-looks
support reads token "jira" of acme for work
expect refused denied under token-shut
expect facts item.opened 1
acme's admin reviews the log for audit
expect entries 2

acme deletes token "jira"
acme gets token "jira" for work at acme.example
expect refused not-found
expect verdict one-host kept
expect verdict nameless kept
expect verdict support-looks kept
expect verdict token-shut kept
expect ledger verified
