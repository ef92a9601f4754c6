DROP TABLE webhook_queue, webhook_lanes, webhook_attempts, webhook_deliveries, webhook_endpoints;
