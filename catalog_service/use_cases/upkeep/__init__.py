"""What keeps a site in order, done again and again."""
