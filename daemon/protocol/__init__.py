"""WebSocket protocol v1: message types, their schema, and the handshake's arithmetic."""
