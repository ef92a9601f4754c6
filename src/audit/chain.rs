//! The chain of hashes over an organisation's audit entries.
