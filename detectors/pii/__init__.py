"""Personal data that has a shape: addresses, numbers, accounts."""
