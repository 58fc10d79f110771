story "A server that dies again and again forgets neither data nor dates"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme
restart
acme puts app-config "sso" {entity_id: okta}
restart
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}

at 2026-03-01T10:00Z
uninstall portal-sso on acme
restart
expect state uninstalled
at 2026-03-01T12:00Z
turn the epoch
restart
at 2026-05-30T09:59:59Z
restart
expect rows 1 of app-config
at 2026-05-30T10:00Z
restart
expect receipt of app-config unreachable at 2026-05-30T10:00Z late 0
expect rows 0 of app-config
expect state erased
wait 1 day
restart
expect openable 0
expect unrecoverable app-config
expect ledger verified
