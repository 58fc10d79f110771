story "A server is killed after keys were destroyed and before rows were taken away"
policy larkspur

at 2026-03-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts app-config "second" {entity_id: ping}

# The purge destroys the key in one commit; the rows would go with the next tick, but the server dies first.
acme's admin purges
restart
expect receipt of app-config unreachable at 2026-03-01T08:00Z late 0
expect rows 2 of app-config
expect unreadable app-config
expect items 0
acme gets app-config "sso" for sign-in
expect refused not-found
expect facts retention.reclaimed 0

tick
expect rows 0 of app-config
expect facts retention.reclaimed 1
wait 1 day
expect openable 0
expect ledger verified
