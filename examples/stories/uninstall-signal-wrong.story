story "An uninstall signal that was wrong is taken back by the next valid token"
policy larkspur

at 2026-03-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-02T10:00Z
uninstall portal-sso on acme
expect unreadable service-credentials under credentials-at-once

at 2026-03-20T10:00Z
acme shows a token
expect state installed
expect facts installation.revived 1
acme gets service-credentials "credentials" for provisioning
expect value {admin_email: ann@acme.example, api_token: t-1234}

# No clock of the wrong signal is left.
at 2026-07-01
expect items 1 of app-config
expect items 1 of service-credentials
