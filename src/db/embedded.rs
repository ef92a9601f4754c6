//! Vouch's own PostgreSQL: a private cluster in the data directory, started and stopped with the server.
