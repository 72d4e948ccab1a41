# The pages of clinicians and operators.
worklist-title = Worklist
worklist-filter = Show
worklist-unresolved = Not resolved
worklist-open = Open
worklist-taken = Taken
worklist-resolved = Resolved
worklist-count = { $count ->
    [0] No alerts.
    [one] 1 alert.
   *[other] { $count } alerts.
    }
worklist-full = There may be more: only the gravest are shown.
worklist-record = See the citizen
severity-red = Red: act now
severity-yellow = Yellow: look at it
severity-unassessed = Not assessed
severity-missing = Missing
severity-green = Green
cause-unassessed = The measurements could not be assessed
cause-missing = Not received: { $activity }
alert-title = Alert: { $cause }
alert-back = To the worklist
alert-state-open = Open: nobody has taken it
alert-state-taken = Taken by { $who }, { $when }
alert-state-resolved = Resolved by { $who }, { $when }
alert-late = judged on a late measurement
alert-judged = Measured
alert-missed = What did not come
alert-opened = Alert opened
alert-figures = Computed
alert-against = compared with
alert-limits = Limits as they were
alert-limit = Limit
alert-value = Value
alert-layer = Set by
alert-evidence = The values behind it
alert-what = What
alert-rule = The rule
alert-source = Source:
alert-earlier = { $count ->
    [one] 1 earlier finding in the same alert
   *[other] { $count } earlier findings in the same alert
    }
alert-take = Take the alert
alert-resolve-title = Resolve
alert-outcome = What was done?
alert-resolve-note = Remark
alert-resolve = Resolve the alert
alert-notes = Notes
alert-note = New note
alert-note-send = Save the note
outcome-contacted = The citizen was contacted
outcome-no-action = No action needed
outcome-measured-again = Measured again
outcome-referred = Referred
outcome-other = Other
limit-not-set = not set
layer-programme = the programme
layer-region = the region
layer-unit = the unit
layer-citizen = the citizen's own
reason-limit-not-set = Not judged: the limit “{ $limit }” is not set.
reason-not-enough-data = Not judged: too few measurements.
who-host = the system
record-since = since
record-enter = Enter for the citizen
record-alerts = Alerts
record-no-alerts = No open alerts.
record-done = { $count ->
    [one] 1 resolved alert
   *[other] { $count } resolved alerts
    }
record-values = Measurements
record-responses = Answered questionnaires
enrolment-planned = planned
enrolment-active = active
enrolment-paused = paused
enrolment-ended = ended
programmes-title = Programmes
programmes-none = No programme is running. Put a programme's file in the programmes folder.
programmes-others = Other files
programmes-no-others = No file was refused or is waiting.
programme-version = Version
programme-digest = Digest
programme-contract = Contract
programme-publisher = Publisher
programme-licence = Licence
programme-status = Status
programme-sectors = Sectors
programme-regions = Area
programme-contact = Contact
programme-evaluation = Evaluation
programme-website = Web page
programme-since = In use since
programme-failures = { $count ->
    [one] The rules failed last time.
   *[other] The rules have failed { $count } times in a row.
    }
programme-citizen = What the programme tells the citizen
programme-fields = Fields
programme-field = Field
programme-kind = Unit or answers
programme-reject = Possible
programme-confirm = Usual
programme-codes = Codes
programme-questionnaires = Questionnaires
programme-schedule = Schedule
programme-rules = Rules
programme-limits = Limits
programme-bounds = May be set to
programme-source = Source
kind-flag = Yes or no
kind-date = Date
kind-text = Free text
origin-derived = computed
standing-active = In use
standing-waiting = Waits for approval
standing-settling = Is being copied
standing-superseded = Replaced by a newer version
standing-refused = Refused
standing-withdrawn = Withdrawn: data is kept
gravity-error = Error:
gravity-warning = Warning:
gravity-note = Note:
card-project = Project
card-spreading = Spreading
card-in-operation = In operation
card-ended = Ended
sector-hospital = Hospital
sector-general-practice = General practice
sector-municipality = Municipality
pattern-daily = every day
pattern-every-days = { $days ->
    [one] every day
   *[other] every { $days } days
    }
pattern-times-a-week = { $times ->
    [one] once a week
   *[other] { $times } times a week
    }
pattern-before-visit = { $days ->
    [one] the day before a visit
   *[other] { $days } days before a visit
    }
pattern-on-demand = when needed
phase-days = Day { $from } to { $to }: { $pattern }
phase-on = From day { $from }: { $pattern }
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
link-citizens = Citizens
citizens-title = Citizens
citizens-find-title = Find a citizen
citizens-find = Find
citizens-number = CPR or replacement number
citizens-not-found = There is no citizen with this number to whom you have access. If the citizen is new, register them below.
citizens-register-title = Register a citizen
citizens-register-text = After that you choose programme and care team.
citizens-register = Register
citizens-name = Full name
enrol-title = Enrol in a programme
enrol-programme = Which programme?
enrol-unit = Alerts come to your unit:
enrol-team = Other units that take part in the treatment
enrol-start = Start date
enrol-send = Enrol
enrol-no-programme = Choose a programme.
enrol-no-date = Write a start date that exists.
record-enrol = Enrol in a programme
worklist-mine = Mine
worklist-programme = Programme
worklist-all-programmes = All programmes
worklist-show = Show
