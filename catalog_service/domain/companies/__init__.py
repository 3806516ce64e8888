"""Companies, their people, and where they are."""
