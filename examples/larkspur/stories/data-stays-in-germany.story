story "Data stays in Germany: a server that stands elsewhere stores nothing and reads nothing"

at 2026-02-02T09:00Z
install assets-owner on hazel
hazel puts owner-settings "settings" {admin_email: ada@hazel.example, visibility: jira-users}
expect verdict stored-in-germany kept

# Frankfurt is in Germany, by another name. Oregon is not, whoever runs the data centre.
server stands in eu-central-1
hazel gets owner-settings "settings" for assets-access
wait 2 days
server stands in us-west-2
hazel puts asset-lookup "lookup" {query: mine, result: "two laptops"}
expect refused denied under stored-in-germany
hazel gets owner-settings "settings" for assets-access
expect refused denied under stored-in-germany

# That data stood in the wrong place is not forgotten when it moves, for a month.
server stands in de
hazel gets owner-settings "settings" for assets-access
expect value {admin_email: ada@hazel.example, visibility: jira-users}
expect verdict stored-in-germany broken
wait 31 days
expect verdict stored-in-germany kept
expect ledger verified
