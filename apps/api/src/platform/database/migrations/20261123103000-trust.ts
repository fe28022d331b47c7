import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds quickly what was recorded lately, and the newest entry of a device in the audit trail. */
export class Trust20261123103000 implements MigrationInterface {
  readonly name = 'Trust20261123103000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX statement_recorded ON statement (recorded_at);
      CREATE INDEX audit_entry_device ON audit_entry (device_id, seq);
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
