# Sundhedspersonalets sider.
worklist-title = Arbejdsliste
worklist-filter = Vis
worklist-unresolved = Ikke afsluttede
worklist-open = Åbne
worklist-taken = Taget
worklist-resolved = Afsluttede
worklist-count = { $count ->
    [0] Ingen alarmer.
    [one] 1 alarm.
   *[other] { $count } alarmer.
    }
worklist-full = Der kan være flere: kun de alvorligste er vist.
worklist-record = Se borgeren
severity-red = Rød: handl nu
severity-yellow = Gul: se på det
severity-unassessed = Ikke vurderet
severity-missing = Mangler
severity-green = Grøn
cause-unassessed = Målingerne kunne ikke vurderes
cause-missing = Ikke modtaget: { $activity }
alert-title = Alarm: { $cause }
alert-back = Til arbejdslisten
alert-state-open = Åben: ingen har taget den
alert-state-taken = Taget af { $who }, { $when }
alert-state-resolved = Afsluttet af { $who }, { $when }
alert-late = vurderet på en forsinket måling
alert-judged = Målt
alert-missed = Det kom ikke
alert-opened = Alarm åbnet
alert-figures = Beregnet
alert-against = sammenlignet med
alert-limits = Grænser, som de var
alert-limit = Grænse
alert-value = Værdi
alert-layer = Sat af
alert-evidence = Værdierne bag
alert-what = Hvad
alert-rule = Reglen
alert-source = Kilde:
alert-earlier = { $count ->
    [one] 1 tidligere fund i samme alarm
   *[other] { $count } tidligere fund i samme alarm
    }
alert-take = Tag alarmen
alert-resolve-title = Afslut
alert-outcome = Hvad blev gjort?
alert-resolve-note = Bemærkning
alert-resolve = Afslut alarmen
alert-notes = Noter
alert-note = Ny note
alert-note-send = Gem noten
outcome-contacted = Borgeren er kontaktet
outcome-no-action = Ingen handling nødvendig
outcome-measured-again = Målt igen
outcome-referred = Henvist
outcome-other = Andet
limit-not-set = ikke sat
layer-programme = programmet
layer-region = regionen
layer-unit = enheden
layer-citizen = borgerens egen
reason-limit-not-set = Ikke vurderet: grænsen ”{ $limit }” er ikke sat.
reason-not-enough-data = Ikke vurderet: for få målinger.
who-host = systemet
record-since = siden
record-enter = Indtast for borgeren
record-alerts = Alarmer
record-no-alerts = Ingen åbne alarmer.
record-done = { $count ->
    [one] 1 afsluttet alarm
   *[other] { $count } afsluttede alarmer
    }
record-values = Målinger
record-responses = Besvarede spørgeskemaer
enrolment-planned = planlagt
enrolment-active = aktiv
enrolment-paused = på pause
enrolment-ended = afsluttet
programmes-title = Programmer
programmes-none = Ingen programmer kører. Læg et programs fil i programmappen.
programmes-others = Andre filer
programmes-no-others = Ingen filer er afvist eller venter.
programme-version = Version
programme-digest = Fingeraftryk
programme-contract = Kontrakt
programme-publisher = Udgiver
programme-licence = Licens
programme-status = Status
programme-sectors = Sektorer
programme-regions = Område
programme-contact = Kontakt
programme-evaluation = Evaluering
programme-website = Hjemmeside
programme-since = I brug fra
programme-failures = { $count ->
    [one] Reglerne fejlede sidste gang.
   *[other] Reglerne har fejlet { $count } gange i træk.
    }
programme-citizen = Det siger programmet til borgeren
programme-fields = Felter
programme-field = Felt
programme-kind = Enhed eller svar
programme-reject = Muligt
programme-confirm = Sædvanligt
programme-codes = Koder
programme-questionnaires = Spørgeskemaer
programme-schedule = Plan
programme-rules = Regler
programme-limits = Grænser
programme-bounds = Må sættes til
programme-source = Kilde
kind-flag = Ja eller nej
kind-date = Dato
kind-text = Fritekst
origin-derived = beregnet
standing-active = I brug
standing-waiting = Venter på godkendelse
standing-settling = Er ved at blive kopieret
standing-superseded = Afløst af en nyere version
standing-refused = Afvist
standing-withdrawn = Taget ud: data er bevaret
gravity-error = Fejl:
gravity-warning = Advarsel:
gravity-note = Bemærk:
card-project = Projekt
card-spreading = Under udbredelse
card-in-operation = I drift
card-ended = Afsluttet
sector-hospital = Hospital
sector-general-practice = Almen praksis
sector-municipality = Kommune
pattern-daily = hver dag
pattern-every-days = { $days ->
    [one] hver dag
   *[other] hver { $days }. dag
    }
pattern-times-a-week = { $times ->
    [one] én gang om ugen
   *[other] { $times } gange om ugen
    }
pattern-before-visit = { $days ->
    [one] dagen før en aftale
   *[other] { $days } dage før en aftale
    }
pattern-on-demand = når der er brug for det
phase-days = Dag { $from } til { $to }: { $pattern }
phase-on = Fra dag { $from }: { $pattern }
weekday-monday = mandag
weekday-tuesday = tirsdag
weekday-wednesday = onsdag
weekday-thursday = torsdag
weekday-friday = fredag
weekday-saturday = lørdag
weekday-sunday = søndag
link-citizens = Borgere
citizens-title = Borgere
citizens-find-title = Find en borger
citizens-find = Find
citizens-number = CPR-nummer eller erstatningsnummer
citizens-not-found = Der er ingen borger med dette nummer, som du har adgang til. Er borgeren ny, så opret borgeren herunder.
citizens-register-title = Opret en borger
citizens-register-text = Bagefter vælger du program og behandlingsteam.
citizens-register = Opret
citizens-name = Fulde navn
enrol-title = Tilmeld til et program
enrol-programme = Hvilket program?
enrol-unit = Alarmer kommer til din enhed:
enrol-team = Andre enheder, der er med i behandlingen
enrol-start = Startdato
enrol-send = Tilmeld
enrol-no-programme = Vælg et program.
enrol-no-date = Skriv en startdato, der findes.
record-enrol = Tilmeld til et program
worklist-mine = Mine
worklist-programme = Program
worklist-all-programmes = Alle programmer
worklist-show = Vis
