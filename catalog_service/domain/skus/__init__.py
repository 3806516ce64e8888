"""The kinds of an offer that can be ordered: a colour, a size, or the offer itself when it has but one."""
