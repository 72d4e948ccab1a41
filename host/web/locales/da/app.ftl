# Appen uden forbindelse.
offline-title = Ingen forbindelse
offline-text = Telefonen har ikke forbindelse til internettet lige nu. Du kan stadig måle og svare: det gemmes på telefonen og sendes, når der er forbindelse.
offline-form = Mål og svar
kept-title = Gemt på telefonen
kept-text = Det, du har skrevet, er ikke sendt endnu. Det er gemt på telefonen og sendes, når der er forbindelse. Ingen har set det endnu.
delivered-title = Det, der var gemt på telefonen, er nu sendt og modtaget.
delivered-receipt = Se kvitteringen
mend-title = Noget af det, der var gemt på telefonen, skal ses efter, før det kan sendes.
mend-open = Se efter
