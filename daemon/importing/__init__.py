"""Texts that the user wrote elsewhere: mail, chats, notes, exports."""
