import { migration } from '@weir/database';

/** Times are milliseconds since the epoch, money is USD. At most one price of a model is in force at any instant. */
export const prices = migration('20261123_001_prices', [
  // A range of one text is how GiST compares text for equality without an extension.
  `CREATE TYPE text_range AS RANGE (subtype = text)`,
  `CREATE SEQUENCE price_revisions`,
  `CREATE TABLE prices (
     id text PRIMARY KEY,
     model text NOT NULL,
     input_usd_per_million numeric(38, 12) NOT NULL CHECK (input_usd_per_million >= 0),
     cached_input_usd_per_million numeric(38, 12) NOT NULL CHECK (cached_input_usd_per_million >= 0),
     output_usd_per_million numeric(38, 12) NOT NULL CHECK (output_usd_per_million >= 0),
     valid_from_ms bigint NOT NULL,
     valid_to_ms bigint CHECK (valid_to_ms > valid_from_ms),
     source text NOT NULL,
     recorded_ms bigint NOT NULL,
     revision bigint NOT NULL DEFAULT nextval('price_revisions'),
     CONSTRAINT prices_never_overlap EXCLUDE USING gist (
       text_range(model, model, '[]') WITH &&,
       int8range(valid_from_ms, valid_to_ms) WITH &&
     )
   )`,
  `CREATE INDEX prices_revision ON prices (revision)`,
]);
