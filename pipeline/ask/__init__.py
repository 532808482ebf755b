"""What the review app asks of the rooms, one question a module."""
