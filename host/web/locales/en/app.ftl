# The app without a connection.
offline-title = No connection
offline-text = The phone has no connection to the internet right now. You can measure and answer all the same: it is kept on the phone and sent when there is a connection.
offline-form = Measure and answer
kept-title = Kept on the phone
kept-text = What you have written has not been sent yet. It is kept on the phone and sent when there is a connection. Nobody has seen it yet.
delivered-title = What was kept on the phone has now been sent and received.
delivered-receipt = See the receipt
mend-title = Something that was kept on the phone must be looked at before it can be sent.
mend-open = Look at it
