story "A customer leaves: the token goes at once, the settings after ninety days, and nothing opens afterwards"

at 2026-02-02T09:00Z
officer publishes cloud
install assets-owner on birch paid until 2026-03-01
birch puts owner-settings "settings" {admin_email: ada@birch.example, visibility: jira-users}
birch puts service-credentials "credentials" {api_token: not-a-real-token}
birch gets owner-settings "settings" for assets-access
expect value {admin_email: ada@birch.example, visibility: jira-users}

# Support is not among the reasons.
birch gets owner-settings "settings" for support
expect refused denied under read-for-assets-only
support reads owner-settings "settings" of birch for assets-access
expect refused denied under nobody-opens-secrets

at 2026-03-01T10:00Z
uninstall assets-owner on birch
expect unreadable service-credentials

# The paid period ended on 1 March, so the uninstall takes effect sixty days after the signal.
at 2026-05-01
expect rows 0 of service-credentials
expect rows 1 of owner-settings

at 2026-05-30T10:00Z
expect receipt of owner-settings unreachable at 2026-05-30T10:00Z late 0
expect state erased
wait 1 day
expect openable 0
expect ledger verified
expect verdict settings-90-days kept
expect verdict token-gone-at-uninstall kept
