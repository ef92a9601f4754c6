//! A plausible, deterministic population for demonstrations and for measuring.
