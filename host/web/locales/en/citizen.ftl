# The citizen's pages.
citizen-title = Start
citizen-greeting = Hello
citizen-lead = This is where you send your measurements and answers.
citizen-begin = Measure and answer now
citizen-nothing = You are not enrolled in anything right now, so there is nothing to measure. Ask your nurse if this surprises you.
citizen-last = Last measured { $when }
citizen-today = Today
citizen-done = You have sent everything for today. Thank you! You can always send more.
citizen-welcome = You can always send
today-done = Done
today-now = Not done yet
today-later = Later today
today-late = The time has passed, but you can still send
today-between = { $from }–{ $to }
today-by = by { $day }
form-title = Measure and answer
form-title-error = Error: { $title }
form-lead = Fill in what you have measured today. You need not fill in all of it.
form-errors = Mend what is marked. Nothing has been sent yet.
form-errors-confirm = Check that the numbers are right. Nothing has been sent yet.
form-error = Error:
form-optional = (optional)
form-last = Last time: { $value }, { $when }
form-send = Send
form-moment-title = When did you measure?
form-moment-help = Change it if you measured at another time.
form-date = Date
form-time = Time
form-skip = Not measured?
form-skip-why = Why was it not measured?
form-skip-none = Choose a reason
form-reading = The meter did not show a number
form-reading-none = The meter showed a number
form-confirm = Yes, the number is right: { $field }
form-wrong-moment = Write both date and time.
form-nothing = Fill in at least one field before you send.
form-value-and-reason = You have both written a number and chosen a reason why it was not measured. Remove one of them.
form-number-and-reading = Either write a number, or choose what the meter showed.
form-no-number = Write a number, for example 82.5.
form-too-many-decimals = { $most ->
    [0] Write a whole number without decimals.
    [one] Write at most one decimal.
   *[other] Write at most { $most } decimals.
    }
form-no-choice = Choose one of the options.
form-sent-before = You have already sent this form, and what you sent is stored. If you want to send something new, check the time and press Send again.
form-condition = Answer only if { $condition }.
form-condition-and = and
form-condition-or = or
form-condition-answered = you have answered “{ $question }”
form-condition-equals = you have answered “{ $answer }” to “{ $question }”
form-condition-at-least = you have answered “{ $answer }” or more to “{ $question }”
form-condition-at-most = you have answered “{ $answer }” or less to “{ $question }”
receipt-title = Thank you, it is received
receipt-received = Received { $when }
receipt-not-assessed = We could not assess your measurements automatically. They are stored, and a health professional is told.
receipt-next = What happens now?
receipt-looked-at = When does somebody look at it?
receipt-meanwhile = If you get worse
receipt-no-emergency = Do not wait for an answer from here if you are seriously ill. Call 112 if life is in danger.
receipt-sent = What you sent
receipt-responses = { $count ->
    [one] One questionnaire is answered.
   *[other] { $count } questionnaires are answered.
    }
receipt-home = Done
receipt-to-record = To the citizen
advice-emergency = Call 112 now
advice-now = Call the clinic now
advice-today = Do this today
advice-note = Good to know
values-title = My measurements
values-fields = Measurements
values-empty = Not measured in this period:
values-cut = Only the newest 200 are shown.
period = Show
period-7 = 1 week
period-28 = 4 weeks
period-90 = 3 months
period-365 = 1 year
values-when = When
values-source = From
values-older = { $count ->
    [one] Show 1 older
   *[other] Show { $count } older
    }
values-older-caption = older
values-limits = Limits
value-other = Unknown
value-skipped = Not measured
value-skipped-because = Not measured: { $reason }
skip-reason-forgot = Forgotten
skip-reason-no-device = The device was not at hand
skip-reason-device-failed = The device did not work
skip-reason-unwell = Too unwell to measure
skip-reason-other = Other
source-citizen = The citizen
source-relative = A relative
source-clinician = A health professional
source-device = Device: { $device }
source-derived = Computed
chart-description = { $label }: { $count ->
    [one] 1 measurement
   *[other] { $count } measurements
    } from { $from } to { $to }. Lowest { $low }, highest { $high }, newest { $newest }.
chart-skipped = { $count ->
    [one] Not measured once.
   *[other] Not measured { $count } times.
    }
chart-limit = Limit: { $limit } { $value }.
chart-mark = { $value }, { $when }
chart-superseded-mark = { $value }, { $when } (corrected since)
chart-skipped-mark = Not measured { $when }
chart-legend-skipped = Not measured
chart-legend-superseded = Corrected since
form-resumed = Here is how far you came. It is not sent yet.
form-forget = Begin again
form-one = One question at a time
form-all = All on one page
form-step = Step { $number } of { $count }
form-next = Next
form-back = Back
form-later = Save, and go on later
