package policy

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) of one file of a policy, for editors. The reader is stricter: a schema
// sees neither other files nor the way something is written.
//
//go:embed policy.schema.json
var Schema []byte
