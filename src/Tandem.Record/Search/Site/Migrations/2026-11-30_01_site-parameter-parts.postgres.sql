-- table: search_site_parameters
-- unless: parts
-- How the parts of a composite compare was looked up among what is defined now, where the definition was not in memory any more.
ALTER TABLE search_site_parameters ADD COLUMN parts TEXT COLLATE "C";
