"""Labels on paper: rolls printed before there is a seizure, labels of units and of places, and who printed which."""
