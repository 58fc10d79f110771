story "An uninstall through Connect takes effect at once"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-01T10:00Z
uninstall portal on acme through connect twice
expect state uninstalled
expect facts installation.uninstalled 1
expect facts installation.effective 1
tick
expect receipt of service-credentials unreachable at 2026-03-01T10:00Z late 0
expect receipt of connect-secret unreachable at 2026-03-01T10:00Z late 0
expect rows 0 of service-credentials

# What the tenant shared with the app proves nothing any more.
acme shows a token
expect refused denied

at 2026-05-30T10:00Z
expect receipt of app-config unreachable at 2026-05-30T10:00Z late 0
expect state erased
wait 1 day
expect openable 0
expect verdict credentials-at-once kept
expect verdict config-90-days kept
expect ledger verified
