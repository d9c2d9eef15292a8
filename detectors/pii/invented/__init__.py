"""Values that look real and are nobody's."""
