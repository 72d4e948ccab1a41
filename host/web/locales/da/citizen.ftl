# Borgerens sider.
citizen-title = Start
citizen-greeting = Hej
citizen-lead = Her sender du dine målinger og svar.
citizen-begin = Mål og svar nu
citizen-nothing = Du er ikke tilmeldt noget lige nu, så der er ikke noget at måle. Spørg din sygeplejerske, hvis det undrer dig.
citizen-last = Sidst målt { $when }
citizen-today = I dag
citizen-done = Du har sendt alt for i dag. Tak! Du kan altid sende mere.
citizen-welcome = Du kan altid sende
today-done = Gjort
today-now = Mangler endnu
today-later = Senere i dag
today-late = Tiden er gået, men du kan stadig sende
today-between = kl. { $from }–{ $to }
today-by = senest { $day }
form-title = Mål og svar
form-title-error = Fejl: { $title }
form-lead = Udfyld det, du har målt i dag. Du behøver ikke udfylde det hele.
form-errors = Ret det, der er markeret. Intet er sendt endnu.
form-errors-confirm = Se efter, om tallene er rigtige. Intet er sendt endnu.
form-error = Fejl:
form-optional = (frivilligt)
form-last = Sidst: { $value }, { $when }
form-send = Send
form-moment-title = Hvornår målte du?
form-moment-help = Ret det, hvis du målte på et andet tidspunkt.
form-date = Dato
form-time = Klokkeslæt
form-skip = Ikke målt?
form-skip-why = Hvorfor blev det ikke målt?
form-skip-none = Vælg en grund
form-reading = Måleren viste ikke et tal
form-reading-none = Måleren viste et tal
form-confirm = Ja, tallet er rigtigt: { $field }
form-wrong-moment = Skriv både dato og klokkeslæt.
form-nothing = Udfyld mindst ét felt, før du sender.
form-value-and-reason = Du har både skrevet et tal og valgt en grund til, at det ikke er målt. Fjern det ene.
form-number-and-reading = Skriv enten et tal, eller vælg det, måleren viste.
form-no-number = Skriv et tal, for eksempel 82,5.
form-too-many-decimals = { $most ->
    [0] Skriv et helt tal uden komma.
    [one] Skriv højst ét ciffer efter kommaet.
   *[other] Skriv højst { $most } cifre efter kommaet.
    }
form-no-choice = Vælg en af mulighederne.
form-sent-before = Du har allerede sendt denne formular, og det sendte er gemt. Vil du sende noget nyt, så se tidspunktet efter, og tryk Send igen.
form-condition = Svar kun, hvis { $condition }.
form-condition-and = og
form-condition-or = eller
form-condition-answered = du har svaret på ”{ $question }”
form-condition-equals = du har svaret ”{ $answer }” til ”{ $question }”
form-condition-at-least = du har svaret ”{ $answer }” eller mere til ”{ $question }”
form-condition-at-most = du har svaret ”{ $answer }” eller mindre til ”{ $question }”
receipt-title = Tak, det er modtaget
receipt-received = Modtaget { $when }
receipt-not-assessed = Vi kunne ikke vurdere dine målinger automatisk. De er gemt, og en sundhedsperson får besked.
receipt-next = Hvad sker der nu?
receipt-looked-at = Hvornår bliver der set på det?
receipt-meanwhile = Hvis du får det dårligere
receipt-no-emergency = Vent ikke på svar herfra, hvis du er alvorligt syg. Ring 112 ved livsfare.
receipt-sent = Det sendte du
receipt-responses = { $count ->
    [one] Et spørgeskema er besvaret.
   *[other] { $count } spørgeskemaer er besvaret.
    }
receipt-home = Færdig
receipt-to-record = Til borgeren
advice-emergency = Ring 112 nu
advice-now = Ring til klinikken nu
advice-today = Gør det i dag
advice-note = Godt at vide
values-title = Mine målinger
values-fields = Målinger
values-empty = Ikke målt i perioden:
values-cut = Kun de nyeste 200 er vist.
period = Vis
period-7 = 1 uge
period-28 = 4 uger
period-90 = 3 måneder
period-365 = 1 år
values-when = Hvornår
values-source = Fra
values-older = { $count ->
    [one] Vis 1 ældre
   *[other] Vis { $count } ældre
    }
values-older-caption = ældre
values-limits = Grænser
value-other = Ukendt
value-skipped = Ikke målt
value-skipped-because = Ikke målt: { $reason }
skip-reason-forgot = Glemt
skip-reason-no-device = Udstyret var ikke ved hånden
skip-reason-device-failed = Udstyret virkede ikke
skip-reason-unwell = For dårlig til at måle
skip-reason-other = Andet
source-citizen = Borgeren
source-relative = En pårørende
source-clinician = En sundhedsperson
source-device = Udstyr: { $device }
source-derived = Beregnet
chart-description = { $label }: { $count ->
    [one] 1 måling
   *[other] { $count } målinger
    } fra { $from } til { $to }. Lavest { $low }, højst { $high }, senest { $newest }.
chart-skipped = { $count ->
    [one] 1 gang ikke målt.
   *[other] { $count } gange ikke målt.
    }
chart-limit = Grænse: { $limit } { $value }.
chart-mark = { $value }, { $when }
chart-superseded-mark = { $value }, { $when } (rettet siden)
chart-skipped-mark = Ikke målt { $when }
chart-legend-skipped = Ikke målt
chart-legend-superseded = Rettet siden
form-resumed = Her er det, du nåede sidst. Det er ikke sendt endnu.
form-forget = Begynd forfra
form-one = Ét spørgsmål ad gangen
form-all = Alle på én side
form-step = Trin { $number } af { $count }
form-next = Næste
form-back = Tilbage
form-later = Gem, og fortsæt senere
