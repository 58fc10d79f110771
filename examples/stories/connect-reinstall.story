story "A reinstall through Connect is the same tenant, and finds its configuration in time"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect
acme puts app-config "sso" {entity_id: okta}
uninstall portal on acme through connect

at 2026-03-01
reinstall portal on acme through connect
expect state installed
expect facts installation.rescued 1
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}

# Too late is an empty start, and the first installation goes on its own day.
at 2026-06-01
uninstall portal on acme through connect
at 2026-08-30T00:00Z
reinstall portal on acme through connect
expect state installed
expect items 0
expect receipt of app-config unreachable at 2026-08-30 late 0
acme puts app-config "sso" {entity_id: entra}
wait 1 day
expect items 1 of app-config
