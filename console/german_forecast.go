package console

// germanForecast is what the forecast says, and what holds something up.
var germanForecast = map[string]string{
	"Forecast": "Vorschau", "What will be erased when": "Was wann gelöscht wird", "Calendar": "Kalender", "Day by day": "Tag für Tag", "Day": "Tag",
	"Too much ends at once": "Zu viel endet auf einmal",
	"%s rows are due by %s. At the speed of the last sweeps, %s rows a second, deleting them takes until %s: later than the limit allows.":                            "%s Zeilen sind bis %s fällig. So schnell wie zuletzt, mit %s Zeilen in der Sekunde, dauert das Löschen bis %s: länger, als die Frist erlaubt.",
	"%s rows are due by %s. At %s rows a second, which is assumed because no sweep was measured here yet, deleting them takes until %s: later than the limit allows.": "%s Zeilen sind bis %s fällig. Mit %s Zeilen in der Sekunde, angenommen, weil hier noch kein Löschlauf gemessen wurde, dauert das Löschen bis %s: länger, als die Frist erlaubt.",
	"What ends within a day can be deleted in time, at the speed of the last sweeps: %s rows a second.":                                                               "Was binnen eines Tages endet, lässt sich rechtzeitig löschen, so schnell wie zuletzt: %s Zeilen in der Sekunde.",
	"What ends within a day can be deleted in time at %s rows a second, which is assumed because no sweep was measured here yet.":                                     "Was binnen eines Tages endet, lässt sich mit %s Zeilen in der Sekunde rechtzeitig löschen; das ist angenommen, weil hier noch kein Löschlauf gemessen wurde.",
	"Rows with a date: %s.": "Zeilen mit einem Datum: %s.",
	"Weeks run to the right, days from Monday down; the darker, the more.": "Die Wochen laufen nach rechts, die Tage von Montag nach unten; je dunkler, desto mehr.",
	"%s more line is in /v1/forecast.":                                     "%s weitere Zeile steht in /v1/forecast.", "%s more lines are in /v1/forecast.": "%s weitere Zeilen stehen in /v1/forecast.",
	"No clock ends anything that is stored. What goes some time after an uninstall appears here when there is one.": "Keine Frist beendet etwas Gespeichertes. Was einige Zeit nach einer Deinstallation gelöscht wird, erscheint hier, sobald es eine gibt.",
	"closed accounts at %s installation": "geschlossene Konten bei %s Installation", "closed accounts at %s installations": "geschlossene Konten bei %s Installationen",
	"%s category": "%s Kategorie", "%s categories": "%s Kategorien",
	"closed since they ended, and not destroyed yet.": "gesperrt, seit die Frist um ist, und noch nicht vernichtet.",
	"It waits since": "Es wartet seit", "until somebody says so": "bis jemand es freigibt",
	"Destroying keys cannot be undone. It is recorded who did it.": "Vernichtete Schlüssel kommen nicht wieder. Es wird festgehalten, wer es war.",
	"The server's clock went ahead":                                "Die Uhr des Servers geht vor",
	"It shows %s more than the time that the machine has run explains. Nothing is destroyed until two times from outside, or somebody here, say that it is right.": "Sie zeigt %s mehr, als die Laufzeit des Rechners erklärt. Nichts wird vernichtet, bis zwei Zeiten von außen oder jemand hier sie bestätigen.",
	"Whatever has run out by this clock is then destroyed, and that cannot be undone. It is recorded who said so.":                                                 "Was nach dieser Uhr abgelaufen ist, wird dann unwiderruflich vernichtet. Es wird festgehalten, wer sie bestätigt hat.",
	"The clock is right": "Die Uhr geht richtig",
	"Destroy it now":     "Jetzt vernichten", "installations": "Installationen",
	"A change of the policy ends this earlier than was foreseen":             "Eine Änderung der Regeln beendet dies früher als vorgesehen",
	"More ended within a day than anybody could expect":                      "An einem Tag endete mehr, als zu erwarten war",
	"closed, and held up by a brake until somebody says so or a day is over": "gesperrt und angehalten, bis jemand es freigibt oder ein Tag um ist",
	"what has ended is closed, and a brake holds its destruction up":         "was endete, ist gesperrt, und seine Vernichtung ist angehalten",
}
