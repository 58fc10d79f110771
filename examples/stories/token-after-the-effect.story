story "After an uninstall has taken effect no token revives what was closed"
policy larkspur

at 2026-03-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}
at 2026-03-02T08:00Z
uninstall portal-sso on acme
uninstall portal-sso on acme takes effect
uninstall portal-sso on acme takes effect
at 2026-03-02T10:00Z
acme shows a token
expect refused conflict
expect state uninstalled
expect facts installation.revived 0
expect rows 0 of service-credentials
expect rows 1 of app-config
expect facts installation.effective 1
