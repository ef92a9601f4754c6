DROP TABLE unnamed_branches, nonces;
