story "What a customer configured goes ninety days after the uninstall, to the second"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta, login_url: "https://login.acme.example"}

at 2026-03-01T10:00Z
uninstall portal-sso on acme
expect state uninstalled of acme
expect items 1 of app-config

# One second before the limit it lies there, and the app cannot read it.
at 2026-05-30T09:59:59Z
expect rows 1 of app-config
expect unreadable app-config
expect openable 1 of app-config

# At the limit it is unreachable. The clock's own tick at that instant takes the rows away.
at 2026-05-30T10:00:00Z
expect receipt of app-config unreachable at 2026-05-30T10:00:00Z late 0
expect items 0
expect rows 0 of app-config
expect state erased
expect verdict config-90-days kept

# A day later the epoch has turned: no copy of the database opens what there was.
wait 1 day
expect openable 0 of app-config
expect unrecoverable app-config
expect ledger verified
