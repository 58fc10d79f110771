story "A reinstall after ninety days starts empty"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}

at 2026-03-01
uninstall portal-sso on acme

at 2026-05-31
reinstall portal-sso on acme
expect state installed
expect items 0
expect facts installation.rescued 0
expect facts installation.installed 2
acme gets app-config "sso" for sign-in
expect refused not-found
acme puts app-config "sso" {entity_id: onelogin}
acme gets app-config "sso" for sign-in
expect value {entity_id: onelogin}
