"""What a thing costs this buyer at this quantity, and why."""
