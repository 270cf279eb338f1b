"""What web, worker and command line must agree on: the form of a probe, and the settings of an audit."""
