story "Both texts are published, and where they contradict themselves the shorter way of saying it gives way"

at 2026-02-02T09:00Z
officer publishes cloud
expect verdict published kept
expect verdict published-in-german unproven
officer publishes cloud-de
expect verdict published-in-german kept
officer attests languages-agree
expect verdict languages-agree attested
expect verdict settings-gone-at-once contradicted
expect verdict logins-kept-a-year contradicted

# An attestation is somebody's word for a year, not for ever.
at 2027-02-03
expect verdict languages-agree at-risk
