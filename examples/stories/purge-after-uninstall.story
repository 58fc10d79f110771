story "A customer who has left asks through support that nothing be kept for ninety days"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-01T10:00Z
uninstall portal-sso on acme

at 2026-03-05T09:00Z
officer purges acme
tick
expect receipt of app-config unreachable at 2026-03-05T09:00Z late 0
expect receipt of service-credentials unreachable at 2026-03-05T09:00Z late 0
expect rows 0 of app-config
expect rows 0 of service-credentials
expect state erased
wait 1 day
expect openable 0
expect unrecoverable app-config
expect unrecoverable service-credentials

# The clock that the uninstall started finds nothing left to do.
at 2026-06-01
expect facts retention.erased 2
expect ledger verified
