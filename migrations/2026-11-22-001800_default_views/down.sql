DROP TABLE default_views;
