"""What readers are told, gathered from where it stands; the catalogues of translations are held against it."""
