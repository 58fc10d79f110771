story "An uninstall whose signal got lost comes to light when the app is installed again"
policy larkspur

at 2026-01-10T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-02-01T10:00Z
uninstall portal-sso on acme lost
expect state installed

# More than ninety days after its last sign of life the site gets another installation: an empty start.
at 2026-06-01T10:00Z
reinstall portal-sso on acme
expect state installed
expect items 0
tick
expect rows 0 of app-config on acme
expect rows 0 of service-credentials on acme
wait 1 day
expect openable 0 of app-config
expect openable 0 of service-credentials
expect ledger verified
