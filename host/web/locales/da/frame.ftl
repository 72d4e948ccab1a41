# Det, der er på alle sider.
app-name = Telemedicin
skip-to-content = Gå til indhold
main-menu = Hovedmenu
log-out = Log af
demo-note = Demonstration: personerne er opdigtede, og ingen ser på det, du sender.
footer-emergency = Dette er ikke en akuttjeneste. Ring 112 ved livsfare.
link-start = Start
link-form = Mål og svar
link-values = Mine målinger
link-worklist = Arbejdsliste
link-programmes = Programmer
problem-home = Gå til forsiden
login-title = Log ind
login-account = Brugernavn
login-password = Adgangskode
login-send = Log ind
login-empty = Skriv både brugernavn og adgangskode.
login-wrong = Forkert brugernavn eller adgangskode. Se efter, om du har tastet rigtigt, og prøv igen.
login-wait = Der er forsøgt for mange gange. Vent { $minutes ->
    [one] et minut
   *[other] { $minutes } minutter
    }, og prøv igen.
login-demo-title = Prøv det
login-demo-text = Brugernavne og adgangskoder til demonstrationen står i det vindue, hvor den blev startet.
link-plan = Min plan
link-messages = Beskeder
link-more = Mere
link-relative = Dem, du hjælper
unread = ulæste
choose = Vælg
