# What a parameter in the address must be.
query-id = An id is expected here.
query-number = A whole number is expected here.
query-moment = Write the moment as date and time with an offset, for example 2026-11-21T07:30:00+01:00 (write the plus as %2B).
query-alert-state = Choose open, taken, resolved or unresolved.
query-unknown = The address has a parameter that does not exist here. See /openapi.json.
query-once = The parameter may be there only once.
problem-bad-header = A header is wrong
problem-bad-header-detail = An Idempotency-Key has 1 to 128 visible ASCII characters and no space. Nothing was stored.
query-flag = Write true or false.
