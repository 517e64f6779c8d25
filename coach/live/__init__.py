"""Practising in front of the camera: watching, coaching and keeping a round while it happens."""
