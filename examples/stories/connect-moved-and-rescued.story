story "A tenant that moved to Forge keeps what Connect shared with it through a rescue"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect
acme puts app-config "sso" {entity_id: okta}
move portal on acme to forge

at 2026-03-01
uninstall portal on acme
at 2026-03-10
reinstall portal on acme
expect facts installation.rescued 1
acme shows a token through connect
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
