"""What people do, one file per act. The only room that writes custody."""
