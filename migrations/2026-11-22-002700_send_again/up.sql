-- Whether a message that is being sent is to be sent once more when that attempt has ended: somebody asked for it meanwhile.
ALTER TABLE webhook_queue ADD COLUMN again boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT webhook_queue_again CHECK (held OR NOT again);
