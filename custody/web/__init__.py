"""The door for people: pages for phones and desks."""
