"""What an audit is written to. The writers take plain values, so that worker and command line share them."""
