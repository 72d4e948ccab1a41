# What is on every page.
app-name = Telemedicine
skip-to-content = Skip to content
main-menu = Main menu
log-out = Log out
demo-note = Demonstration: the people are made up, and nobody looks at what you send.
footer-emergency = This is not an emergency service. Call 112 if life is in danger.
link-start = Start
link-form = Measure and answer
link-values = My measurements
link-worklist = Worklist
link-programmes = Programmes
problem-home = Go to the front page
login-title = Log in
login-account = User name
login-password = Password
login-send = Log in
login-empty = Write both user name and password.
login-wrong = Wrong user name or password. Check what you typed and try again.
login-wait = There were too many attempts. Wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
    } and try again.
login-demo-title = Try it
login-demo-text = User names and passwords of the demonstration are in the window where it was started.
link-plan = My plan
link-messages = Messages
link-more = More
link-relative = Those you help
unread = unread
choose = Choose
