"""What the use cases ask of the world, as protocols."""
