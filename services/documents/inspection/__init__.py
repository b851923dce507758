"""What an uploaded file really is, and whether it may be kept (PL-20, W9)."""
