package console

import "maps"

// germanWords are all messages in German. A test holds them against what the console and the board can say.
func germanWords() map[string]string {
	all := maps.Clone(germanPages)
	maps.Copy(all, germanEvidence)
	maps.Copy(all, germanPolicy)
	maps.Copy(all, germanEngines)
	maps.Copy(all, germanHold)
	maps.Copy(all, germanLint)
	maps.Copy(all, germanDiff)
	maps.Copy(all, germanForecast)
	maps.Copy(all, germanDeadlines)
	maps.Copy(all, germanRealm)
	return all
}

// germanPages is what stands on pages whatever the policy and the evidence say.
var germanPages = map[string]string{
	"Board": "Übersicht", "Documents": "Dokumente", "Installations": "Installationen", "Ledger": "Nachweisbuch", "Password": "Passwort",
	"Log in": "Anmelden", "Log out": "Abmelden", "Pages": "Seiten", "Account": "Zugang", "Language": "Sprache", "English": "Englisch", "German": "Deutsch",
	"Document %s": "Dokument %s", "Installation %s": "Installation %s", "Privacy policy": "Datenschutzerklärung",
	"Skip to the content": "Zum Inhalt springen", "Judged at": "Beurteilt am", "never": "nie", "To the board": "Zur Übersicht",
	"A demonstration: the customers and their data are made up.": "Eine Vorführung: Kunden und Daten sind erfunden.",

	"kept": "eingehalten", "exercised, and nothing speaks against it": "angewendet, und nichts spricht dagegen",
	"at risk": "gefährdet", "not broken yet, but somebody must act": "noch nicht gebrochen, aber jemand muss handeln",
	"broken": "gebrochen", "the evidence speaks against it": "die Belege sprechen dagegen",
	"unproven": "unbelegt", "enforced, but never exercised": "durchgesetzt, aber nie angewendet",
	"no engine": "nicht durchgesetzt", "nothing here enforces it yet, so it is unproven": "hier setzt es noch nichts durch, also ist es unbelegt",
	"contradicted": "widersprochen", "the text says something else elsewhere, which is kept instead": "der Text sagt anderswo etwas anderes, und jenes wird eingehalten",
	"attested": "bezeugt", "people give their word for it, with an expiry": "Menschen geben auf Zeit ihr Wort dafür",
	"information": "Hinweis", "nothing is promised": "nichts ist zugesagt",
	"bare": "unbegründet", "it names a length of time or a cipher, and nobody says why it promises nothing": "er nennt eine Frist oder ein Verfahren, und niemand sagt, warum er nichts zusagt",
	"unbound": "ungebunden", "the policy does not know this sentence": "die Regeln kennen diesen Satz nicht",
	"changed": "geändert", "the wording changed since the policy was bound to it": "der Wortlaut wurde geändert, seit die Regeln daran gebunden sind",

	"enforced": "durchgesetzt", "an engine does or judges all that it says": "diese Fassung setzt alles durch, was er sagt, oder beurteilt es",

	"What is promised": "Was zugesagt ist", "%s promise": "%s Zusage", "%s promises": "%s Zusagen", "in %s sentence": "in %s Satz", "in %s sentences": "in %s Sätzen",
	"of %s document": "aus %s Dokument", "of %s documents": "aus %s Dokumenten",
	", and %s decision where the text is silent":  ", dazu %s Festlegung, wo der Text schweigt",
	", and %s decisions where the text is silent": ", dazu %s Festlegungen, wo der Text schweigt",
	"The policy promises nothing yet. Bind the sentences of your published text with <code>kept bind</code>, and they appear here.": "Noch ist nichts zugesagt. Binden Sie die Sätze Ihres veröffentlichten Textes mit <code>kept bind</code>, dann erscheinen sie hier.",
	"verifies": "ist bestätigt", "not verified yet": "noch nicht geprüft", "Facts": "Ereignisse", "Root": "Wurzel", "Verified": "Geprüft",
	"What is not kept": "Was nicht eingehalten ist", "Nothing is broken, nothing is at risk.": "Nichts ist gebrochen, nichts ist gefährdet.",
	"Promises: %s": "Zusagen: %s", "show all": "alle zeigen", "All promises": "Alle Zusagen", "No promise of this app has this verdict.": "Keine Zusage dieser App hat dieses Urteil.",
	"Verdict": "Urteil", "Promise": "Zusage", "Promises": "Zusagen", "Sentences": "Sätze", "Exercised": "Angewendet", "Rehearsed": "Geprobt",
	"sentences": "Sätze", "exercised": "angewendet", "rehearsed": "geprobt", "decision": "Festlegung",
	"What is collected": "Was erhoben wird", "Why it is used": "Wozu es verwendet wird", "How long it stays": "Wie lange es bleibt",
	"Where it is and who receives it": "Wo es liegt und wer es erhält", "How it is protected": "Wie es geschützt ist", "What people can ask for": "Was Menschen verlangen können",
	"When something goes wrong": "Wenn etwas schiefgeht", "What is told, and by whom": "Was gesagt wird und von wem", "What people give their word for": "Wofür Menschen ihr Wort geben",

	"Version of %s": "Fassung vom %s", "%s sentence": "%s Satz", "%s sentences": "%s Sätze", "%s %% bound": "%s %% gebunden", "without its text": "ohne den Text",
	"published": "veröffentlicht", "not published here": "hier nicht veröffentlicht", "The text in other languages": "Der Text in anderen Sprachen",
	"Sentences by verdict": "Sätze nach Urteil", "The text": "Der Text", "Sentence": "Satz",
	"Promises whose sentence is no longer in the text": "Zusagen, deren Satz nicht mehr im Text steht",
	"The text itself is not at hand, so its sentences stand here by identity, in the policy's order. Name its <code>file</code> in the policy to read it here.": "Der Text selbst liegt nicht vor. Seine Sätze stehen hier mit ihrer Kennung, in der Reihenfolge der Regeln. Nennen Sie dort seine Datei (<code>file</code>), um ihn hier zu lesen.",
	"The policy binds no sentence of this document.": "Die Regeln binden keinen Satz dieses Dokuments.",
	"The policy names no document. Add your published texts to <code>documents</code>, and every sentence of theirs appears here.": "Die Regeln nennen kein Dokument. Tragen Sie Ihre veröffentlichten Texte unter <code>documents</code> ein, dann erscheint hier jeder ihrer Sätze.",

	"Coverage of %s": "Abdeckung von %s", "%s heading or the like": "%s Überschrift oder dergleichen", "%s headings and the like": "%s Überschriften und dergleichen",
	"Point at a sentence, tap it or tab to it: what stands behind it opens.": "Zeigen Sie auf einen Satz, tippen Sie ihn an oder springen Sie mit der Tabulatortaste hin: Was hinter ihm steht, öffnet sich.",
	"Perhaps it was bound to this:":                                          "Vielleicht war er hieran gebunden:", "Kept instead": "Eingehalten wird", "Reason": "Grund",
	"What somebody should look at": "Was sich jemand ansehen sollte", "Nothing is unbound, changed or contradicted.": "Nichts ist ungebunden, geändert oder widersprochen.",

	"Evidence": "Belege", "What was seen": "Was zu sehen war", "How often": "Wie oft", "against the promise:": "gegen die Zusage:",
	"There is no evidence, because nothing here enforces this yet.":                              "Es gibt keine Belege, weil hier noch nichts dies durchsetzt.",
	"Where nothing is promised, nothing needs evidence.":                                         "Wo nichts zugesagt ist, braucht nichts einen Beleg.",
	"Nothing has happened yet that would prove or disprove it. Evidence appears here by itself.": "Noch ist nichts geschehen, was es belegt oder widerlegt. Belege erscheinen hier von selbst.",
	"Last exercised": "Zuletzt angewendet", "Last rehearsed": "Zuletzt geprobt", "Control": "Maßnahme", "Kind": "Art", "Id": "Kennung", "Stands in": "Steht in",
	"A decision": "Eine Festlegung", "Where the text says so": "Wo der Text es sagt", "The text leaves this open.": "Der Text lässt dies offen.",
	"The reason for the decision:": "Der Grund der Festlegung:", "line %s": "Zeile %s",
	"No text that is at hand holds this promise's sentences.": "Kein vorliegender Text enthält die Sätze dieser Zusage.",
	"What it does not reach":                                  "Was sie nicht erreicht",

	"Show by app": "Nach App zeigen", "Show by state": "Nach Zustand zeigen", "all apps": "alle Apps", "all states": "alle Zustände",
	"Installation": "Installation", "App": "App", "Hosting": "Betrieb", "State": "Zustand", "Since": "Seit", "since": "seit", "What goes next": "Was als Nächstes geht",
	"restricted": "eingeschränkt", "nothing is left": "nichts ist übrig", "nothing stored": "nichts gespeichert", "no uninstall": "keine Deinstallation",
	"No installation is like this.": "Keine Installation ist so.", "More installations": "Weitere Installationen", "newer": "neuere", "older": "ältere",
	"No app has been installed yet. An installation appears here with the first signed call from Atlassian.": "Noch wurde keine App installiert. Eine Installation erscheint hier mit dem ersten unterschriebenen Aufruf von Atlassian.",
	"installed": "installiert", "suspended": "ausgesetzt", "erased": "gelöscht", "paid until": "bezahlt bis", "restricted since": "eingeschränkt seit", "effective": "wirksam",
	"What was, is and will be there": "Was da war, ist und sein wird", "now": "jetzt", "stored": "gespeichert", "will still be there": "wird noch da sein",
	"closed: nobody reads it, destruction waits for the uninstall's effect": "verschlossen: niemand liest es, die Vernichtung wartet, bis die Deinstallation wirksam ist",
	"Category": "Kategorie", "Items now": "Werte jetzt", "Stored since": "Gespeichert seit", "Next to go": "Geht als Nächstes", "Last gone": "Zuletzt gegangen",
	"closed": "verschlossen", "closed since %s": "verschlossen seit %s", "items": "Werte", "stored since": "gespeichert seit", "next to go": "geht als Nächstes",
	"last gone": "zuletzt gegangen", "overdue": "überfällig", "Nothing was ever stored for this installation.": "Für diese Installation wurde nie etwas gespeichert.",
	"Receipts of erasure": "Löschbelege", "What": "Was", "Because of": "Wegen", "Owed": "Geschuldet", "Unreachable": "Unerreichbar", "Unrecoverable live": "Unwiederbringlich im Betrieb",
	"In backups": "In Sicherungen", "Rows": "Zeilen", "owed": "geschuldet", "unreachable": "unerreichbar", "unrecoverable live": "unwiederbringlich im Betrieb",
	"in backups": "in Sicherungen", "rows": "Zeilen", "when its epoch dies": "wenn ihre Epoche stirbt", "none taken": "keine gemacht",
	"the uninstall": "der Deinstallation", "its age": "seines Alters", "a request to purge": "einer verlangten Löschung", "a deletion": "einer Löschung",
	"Nothing has been erased yet. Each erasure leaves a receipt here, with the instants at which it became unreachable and unrecoverable.": "Noch wurde nichts gelöscht. Jede Löschung hinterlässt hier einen Beleg mit den Zeitpunkten, seit denen etwas unerreichbar und unwiederbringlich ist.",
	"What happened": "Was geschah", "When": "Wann", "Last fact": "Letztes Ereignis", "fact": "Ereignis", "No fact is left of this installation.": "Von dieser Installation ist kein Ereignis übrig.",

	"The whole log verified at %s.": "Das ganze Buch wurde geprüft und bestätigt: %s.", "Not verified yet.": "Noch nicht geprüft.",
	"The ledger has not been verified yet": "Das Nachweisbuch wurde noch nicht geprüft", "The ledger does not verify: %s": "Das Nachweisbuch ist nicht bestätigt: %s",
	"Everything this server does leaves a fact in a log that nobody can change unseen. A fact holds no personal data, so the log can be given to anybody, also after the data is gone.": "Alles, was dieser Server tut, hinterlässt ein Ereignis in einem Buch, das niemand unbemerkt ändern kann. Ein Ereignis enthält keine personenbezogenen Daten; das Buch darf jeder bekommen, auch wenn die Daten längst fort sind.",
	"Checkpoint": "Prüfpunkt", "No fact has been taken in yet.": "Noch ist kein Ereignis eingetragen.", "Verifier key": "Prüfschlüssel",
	"Keep this key somewhere else: whoever compares it later knows that the log is still the same server's.": "Bewahren Sie diesen Schlüssel anderswo auf: Wer ihn später vergleicht, weiß, dass das Buch noch von demselben Server ist.",
	"Check it yourself": "Prüfen Sie selbst",
	"<a href=\"/ledger/bundle\">Download the bundle</a>: every leaf, what may be seen of its facts, and the checkpoint.": "<a href=\"/ledger/bundle\">Laden Sie das Bündel herunter</a>: jedes Blatt, was von seinen Ereignissen zu sehen sein darf, und den Prüfpunkt.",
	"Run <code>kept verify ledger.jsonl</code> on any machine. It needs no network and no server.":                       "Rufen Sie <code>kept verify ledger.jsonl</code> auf irgendeiner Maschine auf. Es braucht weder Netz noch Server.",
	"Compare size, root and key with those above, or with an older checkpoint that you kept.":                            "Vergleichen Sie Größe, Wurzel und Schlüssel mit den obigen, oder mit einem älteren Prüfpunkt, den Sie aufbewahrt haben.",

	"Login": "Anmeldename", "The login or the password is wrong. After several failures an account waits a minute.": "Anmeldename oder Passwort ist falsch. Nach mehreren Fehlversuchen wartet ein Konto eine Minute.",
	"The first password was shown to somebody else too. Set one of your own, then the console opens.": "Das erste Passwort hat auch jemand anders gesehen. Setzen Sie ein eigenes, dann öffnen sich die Seiten.",
	"Old password": "Altes Passwort", "New password, 12 characters or more": "Neues Passwort, mindestens 12 Zeichen", "The new one again": "Das neue noch einmal", "Change it": "Ändern",
	"The new password was not typed the same twice.":               "Das neue Passwort wurde nicht zweimal gleich eingegeben.",
	"The old password is wrong.":                                   "Das alte Passwort ist falsch.",
	"A password has 12 to 256 characters, and is not the old one.": "Ein Passwort hat 12 bis 256 Zeichen und ist nicht das alte.",
	"Not here": "Nicht hier", "Not allowed": "Nicht erlaubt", ourMistake: "Hier ist etwas schiefgegangen",
	"The operator finds what happened in the server's log under <code>%s</code>.": "Was geschah, findet der Betreiber im Protokoll des Servers unter <code>%s</code>.",
	"there is no such page": "diese Seite gibt es nicht", "the request came from another site": "die Anfrage kam von einer anderen Website", "there is no such installation": "diese Installation gibt es nicht",
	"the policy has no such document": "die Regeln haben kein solches Dokument", "the policy has no such promise": "die Regeln haben keine solche Zusage",
	"no text is published under this address, or the one here is not the one that was published": "unter dieser Adresse ist kein Text veröffentlicht, oder der hiesige ist nicht der veröffentlichte",

	"at once": "sofort", "month": "Monat", "months": "Monate", "day": "Tag", "days": "Tage", "hour": "Stunde", "hours": "Stunden",
	"minute": "Minute", "minutes": "Minuten", "second": "Sekunde", "seconds": "Sekunden",
}
