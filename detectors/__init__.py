"""The built-in detectors, an ordinary plugin of policyengine."""
