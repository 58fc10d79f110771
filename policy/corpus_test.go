package policy

// minimal is the smallest head of a policy; tests hang what they need below it.
const minimal = `kept: 1
vendor: {id: larkspur, name: Larkspur Apps GmbH, country: DE}
documents:
  - {id: cloud, language: en, version: 2026-03-01}
`

// world declares what the promises of tests speak about.
const world = minimal + `apps:
  - {id: portal-sso, hosting: connect}
  - {id: page-owl, hosting: [forge, forge-remote]}
categories:
  service-credentials:
    scope: installation
    subject: customer-admin
    source: user
    fields:
      service_account_email: {fides: user.contact.email}
      api_token: {secret: true}
  app-config: {scope: installation, fields: {config: {}, theme: }}
  audit-log: {scope: installation, subject: end-user, journal: reads, fields: {account_id: {}}}
  newsletter: {scope: vendor, subject: contact, fields: {email: {}}}
recipients:
  aws: {name: Amazon Web Services, kind: sub-processor, seat: US}
`

func readText(text string) (*Policy, error) {
	return Read(map[string][]byte{"policy.yaml": []byte(text)})
}
