package console

// germanDeadlines is what is said of deadlines, and the public holidays that the calendar knows.
var germanDeadlines = map[string]string{
	"Deadlines": "Fristen", "Until when people must have an answer, by what is promised to them.": "Bis wann Menschen eine Antwort haben müssen, nach dem, was ihnen zugesagt ist.",
	"Asked, or known, at (UTC)": "Gefragt oder bekannt am (UTC)", "Work it out": "Ausrechnen", "Due": "Fällig", "Why then": "Warum dann", "extended:": "verlängert:",
	"That is no instant. Below stands what is asked now.": "Das ist kein Zeitpunkt. Unten steht, was für eine Frage von jetzt gilt.",
	"No promise owes anybody an answer by a deadline.":    "Keine Zusage schuldet jemandem eine Antwort bis zu einer Frist.",
	"How the days count": "Wie die Tage zählen",
	"How long data is kept is another matter: no holiday makes that longer.": "Wie lange Daten aufbewahrt werden, ist etwas anderes: Das verlängert kein Feiertag.",
	"What is asked, or becomes known, today must be answered by %s.":         "Was heute gefragt oder bekannt wird, muss bis %s beantwortet sein.",
	"What is asked, or becomes known, on another day":                        "Was an einem anderen Tag gefragt oder bekannt wird",
	"When an answer is due":                                     "Wann eine Antwort fällig ist",
	"the end of %s, local time":                                 "Ende des %s (Ortszeit)",
	"the promise names no time; %s gives one month":             "die Zusage nennt keine Frist; %s gibt einen Monat",
	"some of it is owed sooner: %s":                             "einiges davon ist früher geschuldet: %s",
	"%s is a Saturday":                                          "der %s ist ein Samstag",
	"%s is a Sunday":                                            "der %s ist ein Sonntag",
	"%s is a public holiday: %s":                                "der %s ist ein Feiertag: %s",
	"%s is the only working day by then, and there must be two": "der %s ist bis dahin der einzige Arbeitstag, und es müssen zwei sein",
	"By the working days of %s and by its time: the day of the question does not count, a month ends on the same day of the next one or on its last, and what would end on a Saturday, a Sunday or a public holiday ends with the next working day. Hours are hours.": "Nach den Arbeitstagen und der Ortszeit von %s: Der Tag der Frage zählt nicht, ein Monat endet am selben Tag des nächsten oder an dessen letztem, und was an einem Samstag, Sonntag oder Feiertag enden würde, endet mit dem nächsten Arbeitstag. Stunden sind Stunden.",
	"No calendar is known of the vendor's country: no weekend and no holiday moves an end, and a day ends where on earth it ends first. Hours are hours.":                                                                                                             "Vom Land des Anbieters ist kein Kalender bekannt: Kein Wochenende und kein Feiertag verschiebt ein Ende, und ein Tag endet, wo er auf der Erde zuerst endet. Stunden sind Stunden.",

	"New Year's Day": "Neujahr", "Epiphany": "Heilige Drei Könige", "Good Friday": "Karfreitag", "Easter Monday": "Ostermontag", "Labour Day": "Tag der Arbeit",
	"Ascension Day": "Christi Himmelfahrt", "Whit Monday": "Pfingstmontag", "Corpus Christi": "Fronleichnam", "Assumption Day": "Mariä Himmelfahrt",
	"Day of German Unity": "Tag der Deutschen Einheit", "National Day": "Nationalfeiertag", "All Saints' Day": "Allerheiligen", "Immaculate Conception": "Mariä Empfängnis",
	"Christmas Day": "Weihnachten", "Boxing Day": "Zweiter Weihnachtstag",
	"Early May Bank Holiday": "Maifeiertag (Early May Bank Holiday)", "Spring Bank Holiday": "Frühlingsfeiertag (Spring Bank Holiday)", "Platinum Jubilee": "Platin-Thronjubiläum",
	"State Funeral of Queen Elizabeth II": "Staatsbegräbnis von Königin Elisabeth II.", "Coronation of King Charles III": "Krönung von König Karl III.",
	"Birthday of Martin Luther King Jr.": "Geburtstag von Martin Luther King", "Washington's Birthday": "Washingtons Geburtstag", "Memorial Day": "Memorial Day", "Juneteenth": "Juneteenth",
	"Independence Day": "Unabhängigkeitstag", "Labor Day": "Labor Day", "Columbus Day": "Kolumbustag", "Veterans Day": "Tag der Veteranen", "Thanksgiving Day": "Thanksgiving",
}
