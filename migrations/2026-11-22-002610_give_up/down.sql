DELETE FROM lawful_moves WHERE (machine, from_state, to_state) = ('job', 'queued', 'failed');
