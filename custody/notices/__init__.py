"""Who hears of what falls due, and how it reaches them: the outbox, e-mail, webhooks."""
