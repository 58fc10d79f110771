package console

// germanHold is what is said about holds.
var germanHold = map[string]string{
	"Holds": "Zurückgehaltenes", "Hold": "Zurückhaltung", "Hold %s": "Zurückhaltung %s", "Owner": "Wer", "Ends": "Endet", "ends": "endet", "Copies": "Kopien",
	"Original gone": "Urschrift gelöscht", "original gone": "Urschrift gelöscht", "Release": "Freigeben", "Release it now": "Jetzt freigeben", "still copying": "wird noch kopiert",
	"because of": "wegen", "placed by": "veranlasst von", "%s held": "%s zurückgehalten", "the end of a hold": "des Endes einer Zurückhaltung",
	"What is kept beyond its limit, why, and until when. The originals go at their own limits; a hold keeps copies, and nobody but an officer opens them.": "Was über seine Frist hinaus bleibt, warum und bis wann. Die Urschriften gehen zu ihren Fristen; zurückgehalten werden Kopien, und niemand als der Datenschutzbeauftragte öffnet sie.",
	"Nothing is held. Who needs something longer than its limit holds it for a reason that the policy names: POST /v1/holds.":                              "Nichts wird zurückgehalten. Wer etwas länger braucht als seine Frist, hält es aus einem Grund zurück, den die Regeln nennen: POST /v1/holds.",
	"This erases %s row now, for good: its original is gone already.":                                                                                      "Das löscht jetzt %s Zeile endgültig: ihre Urschrift ist schon fort.",
	"This erases %s rows now, for good: their originals are gone already.":                                                                                 "Das löscht jetzt %s Zeilen endgültig: ihre Urschriften sind schon fort.",
	"%s copy goes.": "%s Kopie geht.", "%s copies go.": "%s Kopien gehen.",
	"It cannot be taken back, and it is written down.": "Es lässt sich nicht zurücknehmen, und es wird festgehalten.",
	"there is no such hold":                            "diese Zurückhaltung gibt es nicht",

	"longer than its limit something is kept for a reason alone: %s":                                                                                           "länger als seine Frist wird etwas nur aus einem Grund aufbewahrt: %s",
	"Whether a reason is a good one, and whether all that is needed for it was named, is for people. What is held cannot be held against the ledger any more.": "Ob ein Grund trägt und ob alles genannt wurde, was er braucht, ist Sache von Menschen. Was zurückgehalten wird, lässt sich nicht mehr gegen das Nachweisbuch halten.",

	"holds placed, each with a reason, an owner and an end": "Zurückhaltungen, jede mit Grund, Verantwortlichem und Ende",
	"holds that have ended, and what they kept with them":   "beendete Zurückhaltungen, und mit ihnen, was sie bewahrten",
	"holds refused: without a reason that is promised":      "abgewiesene Zurückhaltungen: ohne zugesagten Grund",
	"holds now": "Zurückhaltungen jetzt", "copies that they keep": "Kopien, die sie bewahren", "of these, whose original is gone": "davon solche, deren Urschrift fort ist",
	"holds that should have ended":                                 "Zurückhaltungen, die hätten enden sollen",
	"holds for a reason that is promised no more":                  "Zurückhaltungen aus einem Grund, der nicht mehr zugesagt ist",
	"something is held for a reason that the policy names no more": "etwas wird aus einem Grund zurückgehalten, den die Regeln nicht mehr nennen",
	"a hold should have ended, and still keeps something":          "eine Zurückhaltung hätte enden sollen und bewahrt noch etwas",
	"nothing was ever held, and no hold was refused":               "nichts wurde je zurückgehalten, und keine Zurückhaltung abgewiesen",
	"copies that a hold keeps beyond the limit":                    "Kopien, die eine Zurückhaltung über die Frist hinaus bewahrt",
	"held for a reason: %s":                                        "aus einem Grund zurückgehalten: %s", "hold renewed: %s": "Zurückhaltung verlängert: %s", "hold ended: %s": "Zurückhaltung beendet: %s",
	"refused a hold": "Zurückhaltung abgewiesen", "opened by an officer, of what is held: %s": "von Zurückgehaltenem geöffnet: %s",
}
