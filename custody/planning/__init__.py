"""Filling incineration sessions: what is proposed, why, and how far it is from the best. It never acts."""
