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

  // A level is the width of its samples in seconds, and `at` when one began; all else is in milliseconds and bytes.
  // Days are those of the box, `2026-11-22`.
  `CREATE TABLE leg (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE sample (
     level INTEGER NOT NULL,
     leg INTEGER NOT NULL,
     at INTEGER NOT NULL,
     watched INTEGER NOT NULL,
     down INTEGER NOT NULL,
     suspect INTEGER NOT NULL,
     received INTEGER NOT NULL,
     sent INTEGER NOT NULL,
     peak_down INTEGER NOT NULL,
     peak_up INTEGER NOT NULL,
     chosen INTEGER NOT NULL,
     chosen_in_all INTEGER NOT NULL,
     delay BLOB NOT NULL,
     jitter BLOB NOT NULL,
     loss BLOB NOT NULL,
     PRIMARY KEY (level, leg, at)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE outage (
     seq INTEGER PRIMARY KEY,
     leg INTEGER NOT NULL,
     began INTEGER NOT NULL,
     ended INTEGER,
     seen INTEGER NOT NULL,
     cut INTEGER NOT NULL DEFAULT 0,
     why TEXT NOT NULL,
     released INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE INDEX outage_leg ON outage (leg, began);
   CREATE INDEX outage_goes_on ON outage (leg) WHERE ended IS NULL;
   CREATE TABLE usage (
     line TEXT NOT NULL,
     day TEXT NOT NULL,
     received INTEGER NOT NULL,
     sent INTEGER NOT NULL,
     PRIMARY KEY (line, day)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE counter (
     line TEXT PRIMARY KEY,
     interface TEXT NOT NULL,
     boot TEXT NOT NULL,
     received INTEGER NOT NULL,
     sent INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,

  // Only where the file wishes it. `client` is an address.
  `CREATE TABLE client_usage (
     line TEXT NOT NULL,
     day TEXT NOT NULL,
     client TEXT NOT NULL,
     received INTEGER NOT NULL,
     sent INTEGER NOT NULL,
     PRIMARY KEY (line, day, client)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX client_usage_day ON client_usage (day);`,
]
