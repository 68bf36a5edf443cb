"""The guided conversation: flow, session and the prompters."""
