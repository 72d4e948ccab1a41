# Én borger på én skærm, grænser, forløb, arbejdslistens taster: sundhedspersonalets sider.
reason-why = Hvorfor?
worklist-unit = Enhed
worklist-take = Tag
worklist-anothers = På en anden enheds liste ser du alarmerne om de borgere, som din enhed også følger.
keys-title = Taster til listen
keys-text = De virker, når listen eller siden under hovedet har fokus: tryk Tab og så Enter øverst på siden for at komme dertil.
keys-next = Næste alarm
keys-previous = Forrige alarm
keys-open = Åbn alarmen
keys-record = Se borgeren
keys-take = Tag alarmen
green-link = Grønne målinger
green-title = Grønne målinger
green-count = { $count ->
    [0] Intet nyt, der er grønt.
    [one] 1 borger med nye målinger og intet at handle på.
   *[other] { $count } borgere med nye målinger og intet at handle på.
    }
green-full = Der kan være flere: kvittér for disse først.
green-receipt = Besked til borgerne
green-receipt-hint = Alle, der er sat flueben ved, ser den.
green-send = Kvittér for de valgte
green-none-chosen = Sæt mindst ét flueben.
green-done = { $count ->
    [0] Ingen blev kvitteret: de har ændret sig i mellemtiden.
    [one] 1 er kvitteret.
   *[other] { $count } er kvitteret.
    }
alert-escalated = Ingen tog den i tide
alert-on-list-of = på listen hos
alert-limits-now = Grænserne, som de er nu, og hvorfor
alert-hand-over = Giv videre til en anden enhed
alert-hand-over-to = Til hvilken enhed?
alert-hand-over-note = Hvad skal de vide?
alert-hand-over-send = Giv videre
alert-hand-over-no-unit = Vælg en enhed.
alert-give-back = Giv den tilbage
alert-take-over = Åbn den, selv om en kollega har taget den
alert-reopen = Afsluttet ved en fejl?
alert-reopen-send = Åbn alarmen igen
outcome-enrolment-ended = Forløbet blev afsluttet
changes-title = Siden du var her
changes-first = Det er dit første besøg.
changes-none = Intet er nyt siden { $when }.
changes-since = Siden { $when }:
changes-alerts = { $count ->
    [one] 1 ny alarm
   *[other] { $count } nye alarmer
    }
changes-resolved = { $count ->
    [one] 1 alarm afsluttet
   *[other] { $count } alarmer afsluttet
    }
changes-values = { $count ->
    [one] 1 ny måling
   *[other] { $count } nye målinger
    }
changes-responses = { $count ->
    [one] 1 besvaret spørgeskema
   *[other] { $count } besvarede spørgeskemaer
    }
changes-plan = { $count ->
    [one] 1 ændring i planen
   *[other] { $count } ændringer i planen
    }
changes-enrolments = { $count ->
    [one] 1 program begyndt
   *[other] { $count } programmer begyndt
    }
waiting-title = Venter på en beslutning
waiting-limit = ”{ $rule }” siger intet, før ”{ $limit }” er sat
waiting-disagreement = Programmerne er uenige om { $field }: { $limits }
record-expected = Ventes nu
record-plan = Plan
record-no-plan = Der er ikke planlagt noget.
record-goals = Mål
record-activities = Aktiviteter
record-appointments = Aftaler
record-team = Hvem er med
record-notes = Fra dagbogen
party-citizen = borgeren
party-relative = en pårørende
place-video = video
values-table = { $count ->
    [one] 1 værdi
   *[other] Alle { $count } værdier
    }
limits-link = Grænser
limits-title = Grænser: { $programme }
limits-none = Programmet har ingen grænser.
limits-rules = Bruges af:
limits-others = Hvad de andre lag siger
limits-change = Ændr
limits-who = sat af { $who }, { $when }
limits-until = til { $until }
limits-relative = { $offset } fra det sædvanlige ({ $field }, sædvanligvis { $usual })
limits-back = Alle grænser
limit-title = Grænse: { $limit }
limits-set-title = Sæt for denne borger
limits-value = Værdi
limits-offset = Eller: så meget fra det, der er sædvanligt for borgeren
limits-offset-hint = Med fortegn: −4 er fire under. Lad værdien stå tom.
limits-until-label = Til
limits-until-hint = Til den dags slutning. Tom: indtil den ændres.
limits-set-send = Sæt grænsen
limits-not-a-number = Skriv et tal, for eksempel 88 eller 2,5.
limits-why = Hvorfor denne værdi?
limits-usual-title = Sædvanligt for borgeren
limits-usual-value = Sædvanlig værdi
limits-usual-send = Gem
limits-usual-is = { $value }. { $reason } ({ $who }, { $when })
limits-usual-unknown = Ingen har sagt, hvad der er sædvanligt.
limits-back-title = Tag den tilbage
limits-back-text = Borgerens egen grænse gælder ikke længere; det næste lag afgør det.
limits-back-send = Tag grænsen tilbage
enrolment-link = Pause, afslutning
enrolment-start = Start
enrolment-unit = Ansvarlig
enrolment-team = Også i teamet
enrolment-end = Afsluttet
enrolment-pauses = Pauser
enrolment-paused-between = { $from } til { $until }
enrolment-paused-from = fra { $from }
enrolment-pause = Pause
enrolment-pause-text = Der ventes intet, og intet mangler imens. Det, der alligevel sendes, bliver vurderet.
enrolment-pause-from = Fra
enrolment-pause-until = Til
enrolment-pause-until-hint = Den første dag, der tæller igen. Tom: indtil nogen genoptager.
enrolment-pause-send = Sæt på pause
enrolment-resume = Genoptag
enrolment-resume-text = Der ventes målinger igen fra nu af. Aftalte pauser bortfalder.
enrolment-resume-send = Genoptag
enrolment-ending = Afslut
enrolment-ending-text = Der modtages ikke mere. Det, der er målt, bliver i journalen.
enrolment-end-outcome = Hvordan endte det?
enrolment-end-resolve = Afslut også de åbne alarmer
enrolment-end-send = Afslut forløbet
ending-completed = Gennemført
ending-withdrawn = Borgeren trak sig
ending-moved = Flyttet
ending-died = Død
ending-other = Andet
glass-link = Åbn journalen for en borger, som din enhed ikke følger
glass-title = Åbn en lukket journal
glass-blocked = Borgeren har spærret journalen for dig.
glass-no-relation = Din enhed følger ikke borgeren.
glass-text = Du må åbne den for en stund, når borgerens helbred kræver det. Borgeren ser, at du gjorde det, og det, du skriver her.
glass-reason = Hvorfor er det nødvendigt?
glass-reason-hint = Borgeren læser det.
glass-send = Åbn journalen
glass-nobody = Der er ingen borger med dette nummer.
access-saw-limits = Så grænserne
access-saw-enrolment = Så et forløb
record-message = Skriv en besked
record-plan-link = Til planen
record-diary-link = Til dagbogen
values-table-limits = { $count ->
    [one] Grænser og 1 værdi
   *[other] Grænser og alle { $count } værdier
    }
