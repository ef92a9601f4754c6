//! The clock: the one place that reads the time. Everything else takes the time as an argument.
