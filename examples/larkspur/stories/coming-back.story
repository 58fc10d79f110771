story "Whoever comes back within ninety days finds the settings, but not the token"

at 2026-02-02T09:00Z
install assets-owner on hazel
hazel puts owner-settings "settings" {admin_email: ada@hazel.example, visibility: jira-users}
hazel puts service-credentials "credentials" {api_token: not-a-real-token}
hazel puts customer-content "copy" {issue: "word by word"}
expect refused denied under no-customer-content

at 2026-03-01
uninstall assets-owner on hazel
at 2026-04-30
reinstall assets-owner on hazel
hazel gets owner-settings "settings" for assets-access
expect value {admin_email: ada@hazel.example, visibility: jira-users}
expect rows 0 of service-credentials
expect verdict reinstall-continues kept
expect verdict no-customer-content kept

# On the app's settings page an administrator erases everything.
wait 1 hour
hazel's admin purges
expect items 0
expect verdict purge-by-admin kept
expect verdict gone-on-request kept
wait 1 day
expect openable 0
