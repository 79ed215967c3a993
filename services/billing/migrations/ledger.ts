import { migration } from '@weir/database';

/** The double-entry ledger. Nothing in it is ever changed; a correction is a charge of its own. */
export const ledger = migration('20261123_003_ledger', [
  `CREATE TABLE charges (
     id text PRIMARY KEY,
     request_id text NOT NULL CONSTRAINT charges_one_per_request UNIQUE,
     organization_id text NOT NULL,
     project_id text NOT NULL,
     api_key_id text NOT NULL,
     model text NOT NULL,
     price_id text NOT NULL REFERENCES prices,
     input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
     cached_input_tokens bigint NOT NULL CHECK (cached_input_tokens BETWEEN 0 AND input_tokens),
     output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
     amount_usd numeric(38, 12) NOT NULL CHECK (amount_usd >= 0),
     started_ms bigint NOT NULL,
     charged_ms bigint NOT NULL
   )`,
  `CREATE INDEX charges_by_organization ON charges (organization_id, started_ms)`,
  `CREATE TABLE ledger_accounts (name text PRIMARY KEY, opened_ms bigint NOT NULL)`,
  `CREATE TABLE ledger_entries (
     charge_id text NOT NULL REFERENCES charges,
     account text NOT NULL REFERENCES ledger_accounts,
     amount_usd numeric(38, 12) NOT NULL,
     PRIMARY KEY (charge_id, account)
   )`,
  `CREATE INDEX ledger_entries_by_account ON ledger_entries (account) INCLUDE (amount_usd)`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
   END $$`,
  ...['charges', 'ledger_entries'].map(
    (table) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
  // Two entries at least, together zero; checked at commit, when all of them are there.
  `CREATE FUNCTION charge_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     charge text;
     found record;
   BEGIN
     IF TG_TABLE_NAME = 'charges' THEN charge := NEW.id; ELSE charge := NEW.charge_id; END IF;
     SELECT count(*) AS entries, coalesce(sum(amount_usd), 0) AS total, coalesce(sum(greatest(amount_usd, 0)), 0) AS debit
       INTO found FROM ledger_entries WHERE charge_id = charge;
     IF found.entries < 2 OR found.total <> 0
        OR found.debit IS DISTINCT FROM (SELECT amount_usd FROM charges WHERE id = charge) THEN
       RAISE EXCEPTION 'charge % is not balanced', charge USING ERRCODE = 'check_violation';
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE CONSTRAINT TRIGGER charges_balanced AFTER INSERT ON charges
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charge_is_balanced()`,
  `CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charge_is_balanced()`,
]);
