story "An app in two products is one installation, whichever product is named first, and staging is another one"
policy plover

at 2026-01-01T08:00Z
install exporter on acme across confluence
acme puts templates "offer" {layout: a4}
install exporter on acme as try in staging
try puts templates "offer" {layout: a5}

# The uninstall and the reinstall speak of the same customer, though Confluence is named first now.
at 2026-02-01T08:00Z
uninstall exporter on acme
at 2026-03-01T08:00Z
reinstall exporter on acme across jira
expect state installed of acme
expect facts installation.rescued 1
acme gets templates "offer" for export
expect value {layout: a4}

# Its end was lost, and it comes back in Jira alone. The data is found again.
at 2026-03-20T08:00Z
reinstall exporter on acme
expect facts installation.rescued 2
acme gets templates "offer" for export
expect value {layout: a4}

# What happens in production never touches what is tried out.
expect state installed of try
expect items 1 of templates on try
uninstall exporter on acme in staging
expect state uninstalled of try
expect state installed of acme
expect ledger verified
