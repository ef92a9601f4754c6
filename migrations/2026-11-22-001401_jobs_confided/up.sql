-- Whether the result holds what only managers and admins read: whoever no longer is one may not fetch it either.
ALTER TABLE jobs ADD COLUMN confided boolean NOT NULL DEFAULT false;
