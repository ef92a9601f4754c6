//! Static files, embedded at build time with hashed names and precompressed bodies.
