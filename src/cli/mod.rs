//! The command line: one program, `vouch`.
