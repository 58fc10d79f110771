story "A signal alone closes the credentials; they are destroyed when the paid period and sixty days are over"
policy larkspur

at 2026-03-01T09:30Z
install portal-sso on acme paid until 2026-03-31
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-01T10:00Z
uninstall portal-sso on acme
expect unreadable service-credentials under credentials-at-once

at 2026-05-29T23:59:59Z
expect unreadable service-credentials under credentials-at-once
expect rows 1 of service-credentials

at 2026-05-30T00:00Z
expect receipt of service-credentials unreachable at 2026-05-30T00:00Z late 0
expect rows 0 of service-credentials
wait 1 day
expect openable 0 of service-credentials
