"""What a supplier states about its goods, the rules on it, and the states of an offer."""
