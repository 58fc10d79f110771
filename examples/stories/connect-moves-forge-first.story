story "The customer stays the same when Forge tells of the move before Connect does"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect
acme puts app-config "sso" {entity_id: okta}

at 2026-03-01T10:00Z
move portal on acme to forge forge first
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
expect state installed
acme's admin purges
expect items 0
expect facts installation.erased 1
expect receipt of app-config unreachable at 2026-03-01T10:00Z
acme shows a token through connect
