"""What an audit's folder says of itself to programs: Croissant, RO-Crate, W3C PROV, citation, and a schema."""
