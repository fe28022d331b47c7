import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tree over the statements, what the server signed of it, and who cosigned. */
const TABLES = `
  CREATE TABLE log_node (
    level integer,
    index integer,
    hash bytea NOT NULL CONSTRAINT log_node_hash CHECK (length(hash) = 32),
    PRIMARY KEY (level, index)
  );
  CREATE TABLE log_checkpoint (
    size integer PRIMARY KEY,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
  );
  CREATE TABLE log_cosignature (
    size integer CONSTRAINT log_cosignature_checkpoint REFERENCES log_checkpoint (size),
    device_id text CONSTRAINT log_cosignature_device REFERENCES device (id),
    time timestamptz NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (size, device_id)
  );
  CREATE INDEX log_cosignature_of_device ON log_cosignature (device_id);
`;

/** RFC 9162 section 2.1.1: the statements that are there are the first leaves. */
const LEAVES = `
  INSERT INTO log_node (level, index, hash)
  SELECT 0, seq - 1, sha256('\\x00'::bytea || payload) FROM statement`;

/** Each pair of neighbours of one level makes a node of the next. */
const PARENTS = `
  INSERT INTO log_node (level, index, hash)
  SELECT $1::integer + 1, l.index / 2, sha256('\\x01'::bytea || l.hash || r.hash)
  FROM log_node l JOIN log_node r ON r.level = l.level AND r.index = l.index + 1
  WHERE l.level = $1::integer AND l.index % 2 = 0`;

export class Transparency20261122100000 implements MigrationInterface {
  readonly name = 'Transparency20261122100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(LEAVES);
    const [{ count = 0 } = {}] = (await runner.query('SELECT count(*)::int FROM statement')) as { count?: number }[];
    for (let level = 0; 2 ** (level + 1) <= count; level++) await runner.query(PARENTS, [level]);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
