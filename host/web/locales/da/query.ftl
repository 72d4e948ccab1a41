# Hvad en parameter i adressen skal være.
query-id = Her ventes et id.
query-number = Her ventes et helt tal.
query-moment = Skriv tidspunktet som dato og klokkeslæt med forskydning, for eksempel 2026-11-21T07:30:00+01:00 (plus skrives %2B).
query-alert-state = Vælg open, taken, resolved eller unresolved.
query-unknown = Adressen har en parameter, som ikke findes her. Se /openapi.json.
query-once = Parameteren må kun stå én gang.
problem-bad-header = En header er forkert
problem-bad-header-detail = En Idempotency-Key har 1 til 128 synlige ASCII-tegn og ingen mellemrum. Intet er gemt.
query-flag = Skriv true eller false.
