package policy

// Kinds is the closed list of control kinds, in the order of docs/policy.md.
var Kinds = []Kind{
	{Name: "collect", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), typed("fields", FieldName).runs(), word("source", sources...).runs(),
		word("via").runsFor(Marketplace), word("subject").runs(), word("never").runs()}},
	{Name: "store-nothing", Engine: true, OneOf: []string{"app", "category"}, Params: []Param{
		typed("app", AppName, Every).runs(), typed("category", CategoryName).runs(), typed("fields", FieldName).runs(),
		word("at", places...), word("until", events...), typed("except", CategoryName).runs()}},
	{Name: "place", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), word("at", places...).runs(),
		typed("region", Region).runs().butFor("tenant", "same"), typed("provider", RecipientName).runs()}},
	{Name: "purpose", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), typed("purposes", AnyWord).runs(), typed("only", Bool).runs()}},
	{Name: "basis", Params: []Param{
		typed("purpose", AnyWord), typed("category", CategoryName),
		word("basis", "consent", "contract", "legal-obligation", "legitimate-interest").key(), typed("article", Text)}},
	{Name: "role", Params: []Param{
		word("role", "controller", "processor").key(), word("of")}},
	{Name: "recipient", Engine: true, Params: []Param{
		typed("name", RecipientName).runs(), word("kind", parties...).runs(), word("for").runs(),
		typed("region", Region).runs().butFor("tenant", "same"), word("safeguard"), word("contract")}},
	{Name: "disclose", Engine: true, Params: []Param{
		word("only").key().orEmpty().runs()}},
	{Name: "no-sale", Engine: true, Params: []Param{
		typed("purposes", AnyWord).runs()}},
	{Name: "protect", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), typed("fields", FieldName).runs(),
		typed("cipher", Text).runsFor("AES-256", "AES-256-GCM"), typed("layers", Int),
		word("opens-for", whos...)}},
	{Name: "transport", Params: []Param{
		word("min-tls", "1.2", "1.3"), word("preferred-tls", "1.2", "1.3")}},
	{Name: "access", Engine: true, Params: []Param{
		word("who", whos...).runs(), typed("to", AnyWord).key().runs(), word("may"),
		word("condition", "role", "nda", "contract", "least-privilege", "granted-scope", "legal-duty", "setting").
			runsFor("role", "least-privilege")}},
	{Name: "grant", Params: []Param{
		word("for", "support", "diagnosis").key(), word("consent", "explicit", "contact-initiated"),
		word("limited", "time", "scope"), typed("recorded", Bool)}},
	{Name: "token", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), word("scope", "least").runs(), typed("rotate", Bool).runs(),
		typed("revoke", Bool).runs()}},
	{Name: "retain", Engine: true, Needs: []string{"from/until", "max/min/adjustable/until"}, Params: []Param{
		typed("category", CategoryName).key().runs(), word("from", events...).runs(),
		typed("max", Duration).runs().with("from"), typed("min", Duration).runs().with("from"), word("until", events...).butFor("entry", "last-use").runs(),
		typed("adjustable", Bounds).runsFor("customer-admin").with("from"),
		word("by", "severity", "app").runs(), word("severity", Severities...).runs(), word("reasons"), word("copies", "live", "all").runsFor("live")}},
	{Name: "rescue", Engine: true, Needs: []string{"within"}, Params: []Param{
		word("on", "reinstall", "resubscribe").key().runs(), word("from", events...).runsFor("uninstalled", "unsubscribed"),
		typed("within", Duration).runs()}},
	{Name: "purge", Engine: true, Needs: []string{"by"}, Params: []Param{
		word("by", whos...).runsFor("customer-admin"), typed("scope", CategoryName, "installation", "subject").key().runsFor("installation"),
		typed("within", Duration).runsFor("PT0S"), word("channel", channels...), typed("receipt", Bool).runs()}},
	{Name: "hold", Engine: true, Params: []Param{
		word("reasons").key().runs()}},
	{Name: "backup", Params: []Param{
		typed("every", Duration), typed("keep", Duration), typed("encrypted", Bool), typed("restore-tested", Bool), word("excluded-from")}},
	{Name: "anonymise", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), typed("fields", FieldName).runs(), word("removes"), word("method"),
		word("excludes").runs()}},
	{Name: "log", Engine: true, Params: []Param{
		typed("category", CategoryName).key().runs(), word("records").runs(), typed("fields", FieldName).runs(), word("never").runs(),
		typed("adjustable", Bounds)}},
	{Name: "right", Params: []Param{
		word("right", rights...).key(), typed("within", Duration), typed("extend", Duration), word("about"), word("channel", channels...)}},
	{Name: "identity", Params: []Param{
		word("when", "always", "may").key(), typed("for", AnyWord, rights...)}},
	{Name: "propagate", Params: []Param{
		word("of", "erasure", "rectification").key(), typed("to", RecipientName)}},
	{Name: "consent", Params: []Param{
		typed("purpose", AnyWord).key(), word("given", "opt-in", "e-mail", "explicit", "use"), word("withdraw")}},
	{Name: "cookie", Params: []Param{
		word("scope", "app", "website").key(), word("allowed", "none", "strictly-necessary", "with-consent"),
		word("also", "storage", "beacon", "fingerprint")}},
	{Name: "incident", Params: []Param{
		word("steps"), word("notify", "customer", "authority", "subject", "atlassian"), typed("within", Duration), word("how")}},
	{Name: "notice", Params: []Param{
		word("of", "policy", "material-change", "recipients").key(), word("how"), typed("before", Duration)}},
	{Name: "publish", Engine: true, Params: []Param{
		word("document").key().runs(), word("language").runs(), typed("version", Text).runs(), typed("date", Date).runs(),
		word("state", "current", "superseded", "on-request").runsFor("current")}},
	{Name: "assess", Params: []Param{
		word("what", "dpia", "balancing", "transfer").key(), word("when")}},
	{Name: "test", Params: []Param{
		word("what", "scan", "pentest", "code-review", "audit", "restore", "dependencies").key(), typed("every", Duration),
		typed("fix-within", Duration), word("severity")}},
	{Name: "accept-use", Params: []Param{
		word("forbids"), word("sanction", "suspend", "remove", "legal")}},
	{Name: "contact", Engine: true, Params: []Param{
		word("for").key().runs(), typed("address", Text).runs(), word("kind", channels...).runs()}},
	{Name: "attest", Engine: true, Params: []Param{
		word("what").key().runs(), word("by", whos...).runs(), typed("every", Duration).runs()}},
	{Name: "information", Engine: true, Params: []Param{
		word("about").runs()}},
}
