"""Making drugs harmless where they are: protocols, reagents in stock, runs, and how dangerous what comes out still is."""
