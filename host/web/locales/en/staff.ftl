# One citizen on one screen, limits, enrolments, the worklist's keys: the pages of clinicians.
reason-why = Why?
worklist-unit = Unit
worklist-take = Take
worklist-anothers = Of another unit's list you see the alerts about citizens whom your unit also looks after.
keys-title = Keys for the list
keys-text = They work while the list, or the page below its head, has the focus: press Tab and then Enter at the top of the page to get there.
keys-next = Next alert
keys-previous = Previous alert
keys-open = Open the alert
keys-record = See the citizen
keys-take = Take the alert
green-link = Green measurements
green-title = Green measurements
green-count = { $count ->
    [0] Nothing new that is green.
    [one] 1 citizen with new measurements and nothing to act on.
   *[other] { $count } citizens with new measurements and nothing to act on.
    }
green-full = There may be more: acknowledge these first.
green-receipt = Words to the citizens
green-receipt-hint = All who are ticked see them.
green-send = Acknowledge those ticked
green-none-chosen = Tick at least one.
green-done = { $count ->
    [0] None was acknowledged: they have changed in the meantime.
    [one] 1 was acknowledged.
   *[other] { $count } were acknowledged.
    }
alert-escalated = Nobody took it in time
alert-on-list-of = on the list of
alert-limits-now = The limits as they are now, and why
alert-hand-over = Hand over to another unit
alert-hand-over-to = To which unit?
alert-hand-over-note = What should they know?
alert-hand-over-send = Hand over
alert-hand-over-no-unit = Choose a unit.
alert-give-back = Give it back
alert-take-over = Open it, although a colleague has taken it
alert-reopen = Resolved by mistake?
alert-reopen-send = Open the alert again
outcome-enrolment-ended = The enrolment ended
changes-title = Since you were here
changes-first = This is your first visit.
changes-none = Nothing is new since { $when }.
changes-since = Since { $when }:
changes-alerts = { $count ->
    [one] 1 new alert
   *[other] { $count } new alerts
    }
changes-resolved = { $count ->
    [one] 1 alert resolved
   *[other] { $count } alerts resolved
    }
changes-values = { $count ->
    [one] 1 new measurement
   *[other] { $count } new measurements
    }
changes-responses = { $count ->
    [one] 1 answered questionnaire
   *[other] { $count } answered questionnaires
    }
changes-plan = { $count ->
    [one] 1 change in the plan
   *[other] { $count } changes in the plan
    }
changes-enrolments = { $count ->
    [one] 1 programme begun
   *[other] { $count } programmes begun
    }
waiting-title = Wait for a decision
waiting-limit = “{ $rule }” says nothing until “{ $limit }” is set
waiting-disagreement = The programmes disagree on { $field }: { $limits }
record-expected = Expected now
record-plan = Plan
record-no-plan = Nothing is planned.
record-goals = Goals
record-activities = Activities
record-appointments = Appointments
record-team = Who is involved
record-notes = From the diary
party-citizen = the citizen
party-relative = a relative
place-video = video
values-table = { $count ->
    [one] 1 value
   *[other] All { $count } values
    }
limits-link = Limits
limits-title = Limits: { $programme }
limits-none = The programme has no limits.
limits-rules = Used by:
limits-others = What the other layers say
limits-change = Change
limits-who = set by { $who }, { $when }
limits-until = until { $until }
limits-relative = { $offset } from what is usual ({ $field }, usually { $usual })
limits-back = All limits
limit-title = Limit: { $limit }
limits-set-title = Set for this citizen
limits-value = Value
limits-offset = Or: so much from what is usual for the citizen
limits-offset-hint = With a sign: −4 is four below. Leave the value empty.
limits-until-label = Until
limits-until-hint = To the end of that day. Empty: until it is changed.
limits-set-send = Set the limit
limits-not-a-number = Write a number, for example 88 or 2.5.
limits-why = Why this value?
limits-usual-title = Usual for the citizen
limits-usual-value = Usual value
limits-usual-send = Save
limits-usual-is = { $value }. { $reason } ({ $who }, { $when })
limits-usual-unknown = Nobody has said what is usual.
limits-back-title = Take it back
limits-back-text = The citizen's own limit no longer holds; the next layer decides.
limits-back-send = Take the limit back
enrolment-link = Pause, end
enrolment-start = Start
enrolment-unit = Responsible
enrolment-team = Also in the care team
enrolment-end = Ended
enrolment-pauses = Pauses
enrolment-paused-between = { $from } to { $until }
enrolment-paused-from = from { $from }
enrolment-pause = Pause
enrolment-pause-text = Nothing is expected and nothing is missing meanwhile. What is sent all the same is assessed.
enrolment-pause-from = From
enrolment-pause-until = Until
enrolment-pause-until-hint = The first day that counts again. Empty: until somebody resumes.
enrolment-pause-send = Pause
enrolment-resume = Resume
enrolment-resume-text = Measurements are expected again from now on. Pauses that are agreed are dropped.
enrolment-resume-send = Resume
enrolment-ending = End
enrolment-ending-text = Nothing more is received. What was measured stays in the record.
enrolment-end-outcome = How did it end?
enrolment-end-resolve = Also resolve the alerts that are open
enrolment-end-send = End the enrolment
ending-completed = Completed
ending-withdrawn = The citizen withdrew
ending-moved = Moved
ending-died = Died
ending-other = Other
glass-link = Open the record of a citizen whom your unit does not look after
glass-title = Open a closed record
glass-blocked = The citizen has kept you out of this record.
glass-no-relation = Your unit does not look after the citizen.
glass-text = You may open it for a while where the citizen's health demands it. The citizen sees that you did, and what you write here.
glass-reason = Why is it necessary?
glass-reason-hint = The citizen reads it.
glass-send = Open the record
glass-nobody = There is no citizen with this number.
access-saw-limits = Saw the limits
access-saw-enrolment = Saw an enrolment
record-message = Write a message
record-plan-link = To the plan
record-diary-link = To the diary
values-table-limits = { $count ->
    [one] Limits and 1 value
   *[other] Limits and all { $count } values
    }
