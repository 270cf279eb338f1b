"""The shared ground of web and worker: tables, queries, and the definitions both must agree on."""
