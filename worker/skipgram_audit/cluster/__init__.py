"""Work on more than one machine: an executor over dask.distributed, which is an optional extra."""
