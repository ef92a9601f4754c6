//! What moves by the clock.
