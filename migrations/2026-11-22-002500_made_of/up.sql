-- Of which branches a result was made: all (`*`), or their ids by comma. Whoever has fewer by now may not fetch it.
ALTER TABLE jobs ADD COLUMN made_of text;
