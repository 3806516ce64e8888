"""Pictures of offers, named by what they show."""
