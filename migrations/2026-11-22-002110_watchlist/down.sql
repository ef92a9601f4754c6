DROP TABLE hits;
DROP TABLE watchlist_names;
DROP TABLE watchlist_entries;
DROP TABLE watchlists;
