"""Whether a job tells the time left: told against true seconds, as the job goes on."""
