story "A customer that moves from Connect to Forge stays the same customer"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-01T10:00Z
move portal on acme to forge twice
expect facts installation.installed 1
expect facts retention.erased 0
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
acme gets service-credentials "credentials" for provisioning

# The modules that are still of Connect go on speaking for the same customer.
acme shows a token through connect
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
rotate the secret of portal on acme
acme shows a token through connect

# Connect's uninstall is only a signal from now on; a token takes it back.
at 2026-04-01T10:00Z
uninstall portal on acme through connect
expect state uninstalled
wait 1 day
expect facts retention.erased 0
acme shows a token
expect state installed
acme gets service-credentials "credentials" for provisioning

# An uninstall of Forge has its own rules, and takes the secret along.
at 2026-05-01T10:00Z
uninstall portal on acme
uninstall portal on acme takes effect
tick
expect receipt of service-credentials unreachable at 2026-05-01T10:00Z
expect receipt of connect-secret unreachable at 2026-05-01T10:00Z
at 2026-07-30T10:00Z
expect receipt of app-config unreachable at 2026-07-30T10:00Z late 0
expect state erased
wait 1 day
expect openable 0
