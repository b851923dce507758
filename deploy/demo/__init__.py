"""The main job from unit to certificate, driven through the HTTP API by invented people."""
