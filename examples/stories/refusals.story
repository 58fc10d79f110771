story "What no promise allows is not stored, and not read"
policy heron

at 2026-03-01T08:00Z
install assets-owner on acme
acme puts shoe-sizes {size: 44}
expect refused denied
acme puts owner-settings "settings" {visibility: everybody, favourite_colour: red}
expect refused denied under collect-settings
acme puts owner-settings "settings" {visibility: everybody, notes: private}
expect refused denied under collect-settings
acme puts owner-settings "settings" {}
expect refused invalid
acme puts owner-settings "settings" {visibility: everybody}
acme gets owner-settings "settings" for advertising
expect refused denied under settings-purpose
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}
acme gets service-credentials "credentials" for editing
expect refused denied under credentials-purpose
acme gets service-credentials "credentials" for assets-access
expect value {admin_email: ann@acme.example, api_token: t-1234}
expect facts item.refused 3
expect facts read.refused 2
expect items 2
expect verdict collect-settings kept
expect verdict credentials-purpose kept
