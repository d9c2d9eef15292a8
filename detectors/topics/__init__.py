"""Which topics a text is about: those that are banned, and none of those that are allowed."""
