#!/bin/bash
# check.sh POLICY [MIN]: is the policy sound, is every sentence of its texts accounted for, do its stories pass? Needs `kept`
# on the PATH.
set -euo pipefail
policy=${1:?which folder holds the policy?}
min=${2:-100}
kept check "$policy"
kept cover "$policy" --min "$min"
if compgen -G "$policy/stories/*.story" >/dev/null; then
	kept rehearse "$policy"
fi
