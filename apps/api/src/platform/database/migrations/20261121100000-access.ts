import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Challenges and sessions of devices. */
export class Access20261121100000 implements MigrationInterface {
  readonly name = 'Access20261121100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE access_challenge (
        id uuid PRIMARY KEY,
        device_id text NOT NULL,
        nonce bytea NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX access_challenge_expiry ON access_challenge (expires_at);
      CREATE TABLE access_session (
        id uuid PRIMARY KEY,
        token_hash bytea NOT NULL UNIQUE,
        device_id text NOT NULL,
        person_id text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX access_session_device ON access_session (device_id);
      CREATE INDEX access_session_expiry ON access_session (expires_at);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
