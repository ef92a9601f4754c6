//! Sealing: keys wrapped by keys, and personal values encrypted under them.
