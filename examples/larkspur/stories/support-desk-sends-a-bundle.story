story "Support Desk is silent until a person sends a bundle, which goes after 180 days or with the app"

at 2026-02-02T09:00Z
enrol support-desk on BSPR-1234-5678-9ABC as spruce
expect items 0
spruce puts on-premise-data "tickets" {all: "of them"}
expect refused denied under desk-is-silent
spruce puts customer-content "page" {issue: "word by word"}
expect refused denied under no-customer-content

# A person asks for help and sends what they have seen.
spruce puts support-bundle "case-1" {problem_description: "the queue is empty", console_log: "queue: 0", app_version: "4.2", reply_to: ben@spruce.example}
spruce puts support-bundle "case-2" {problem_description: "again", screenshot: "…"}
expect refused denied under bundles-collected
expect verdict desk-is-silent kept

# Support opens it, for support. Nobody else does, and nobody for anything else.
support reads support-bundle "case-1" of spruce for support
expect value {problem_description: "the queue is empty", console_log: "queue: 0", app_version: "4.2", reply_to: ben@spruce.example}
support reads support-bundle "case-1" of spruce for training
expect refused denied under bundles-for-support-only
developer reads support-bundle "case-1" of spruce for support
expect refused denied under bundles-open-to-support
officer reads support-bundle "case-1" of spruce for support
expect refused denied under bundles-open-to-support
spruce's admin reviews the log for audit
expect entries 1
expect verdict bundles-open-to-support kept
expect verdict bundles-for-support-only kept

# 180 days are over while the app is there.
at 2026-08-01T08:59:59Z
expect items 1 of support-bundle
at 2026-08-01T09:00Z
expect items 0 of support-bundle
expect verdict bundles-180-days kept

# The host says that the app is gone, and with it goes what was sent.
spruce puts support-bundle "case-3" {problem_description: "once more", console_log: "queue: 0", app_version: "4.3", reply_to: ben@spruce.example}
at 2026-09-01T12:00Z
spruce's host uninstalls
tick
expect receipt of support-bundle unreachable at 2026-09-01T12:00Z late 0
expect verdict bundles-gone-at-uninstall kept
wait 3 days
expect openable 0
expect ledger verified
