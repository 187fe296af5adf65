/**
 * The tables, as the steps that led to them: a file of an older release goes through those it has not seen. A step is
 * never changed once it was released; `user_version` of the file counts those that were done.
 */
export const SCHEMA_STEPS: readonly string[] = [
  // `run` and `id` are those of the journal, and `because` is an id of the same run. `at` is wall time in milliseconds.
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY,
     run TEXT NOT NULL,
     id INTEGER NOT NULL,
     at INTEGER NOT NULL,
     kind TEXT NOT NULL,
     line TEXT,
     family TEXT,
     text TEXT NOT NULL,
     because INTEGER
   ) STRICT;
   CREATE INDEX event_at ON event (at);
   CREATE INDEX event_line_at ON event (line, at) WHERE line IS NOT NULL;`,
]
