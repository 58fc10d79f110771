story "When the subscription ends the settings stay for 180 days, and whoever subscribes again before that finds them"

at 2026-02-02T09:00Z
install assets-owner on birch paid until 2026-03-01
birch puts owner-settings "settings" {admin_email: ada@birch.example, visibility: jira-users}
install assets-owner on cedar paid until 2026-03-01
cedar puts owner-settings "settings" {admin_email: cem@cedar.example, visibility: everybody}

# Only a licence tells: that nobody was heard of for a while is no end.
at 2026-03-01T00:00Z
birch's subscription ends
birch shows a token
cedar's subscription ends
cedar shows a token
expect facts installation.unsubscribed 1 on birch
birch gets owner-settings "settings" for assets-access

at 2026-08-01
cedar subscribes again until 2027-08-01
cedar shows a token

# The app is still installed at birch; its settings go all the same.
at 2026-08-27T23:59:59Z
expect items 1 of owner-settings on birch
at 2026-08-28T00:00Z
expect receipt of owner-settings on birch unreachable at 2026-08-28T00:00Z late 0
expect state installed of birch
expect verdict settings-180-days-after-subscription kept

at 2026-09-10
cedar gets owner-settings "settings" for assets-access
expect value {admin_email: cem@cedar.example, visibility: everybody}
expect verdict resubscribe-continues kept
expect openable 0 on birch
expect ledger verified
