"""Suggest: what a buyer may be typing, by text, pinyin and initials, the popular first."""
