story "Error reports go to Teasel Monitoring for tracking faults, and nothing goes to anybody else"

at 2026-02-02T09:00Z
install assets-owner on rowan
rowan puts error-report "crash" {error_message: "ada@rowan.example owns nothing", app_version: "3.4"}
expect refused denied under errors-anonymous
rowan puts error-report "crash" {error_message: "no such asset", app_version: "3.4"}
rowan discloses error-report "crash" to teasel-monitoring for error-tracking under troubleshooting
expect value {error_message: "no such asset", app_version: "3.4"}
expect facts item.disclosed 1

# Not for something else, not to the other sub-processor, not something else, not under another purpose.
rowan discloses error-report "crash" to teasel-monitoring for advertising under troubleshooting
expect refused denied
rowan discloses error-report "crash" to linden-hosting for error-tracking under troubleshooting
expect refused denied
rowan puts owner-settings "settings" {admin_email: ada@rowan.example, visibility: jira-users}
rowan discloses owner-settings "settings" to teasel-monitoring for error-tracking under troubleshooting
expect refused denied under read-for-assets-only
rowan discloses error-report "crash" to mallow-analytics for error-tracking under troubleshooting
expect refused denied
expect facts item.disclosed 1
expect verdict errors-tracked-by-teasel kept
expect verdict errors-anonymous kept

# Developers look at them as well, support does not.
developer reads error-report "crash" of rowan for troubleshooting
support reads error-report "crash" of rowan for troubleshooting
expect refused denied under errors-open-to-developers
expect verdict errors-open-to-developers kept

# To people outside only where a law leaves no choice.
officer discloses owner-settings of rowan because curiosity
expect refused denied under no-other-disclosure
officer discloses owner-settings of rowan because legal-duty
expect verdict no-other-disclosure kept
expect ledger verified
