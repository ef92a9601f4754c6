//! Settings: environment variables, read once and checked before anything starts.
