-- A job that was given back after its last attempt waits in the queue, and fails when a worker comes to it. The move was
-- missing from the table: the worker was refused, and the job stood in the way of all that waited behind it.
INSERT INTO lawful_moves VALUES ('job', 'queued', 'failed');
