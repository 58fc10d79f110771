story "A value that was overwritten does not come back"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: old}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: new}
expect items 1
expect facts item.overwritten 1

# Until the epoch turns, whoever holds a copy of the database and the key file opens the old one.
expect openable 1
wait 2 hours
turn the epoch
expect openable 0
expect openable 1 of service-credentials
acme gets service-credentials "credentials" for assets-access
expect value {admin_email: ann@acme.example, api_token: new}
