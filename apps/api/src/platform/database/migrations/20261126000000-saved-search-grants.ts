import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Saved searches are compared for those whom a grant lets in, and so have to know which grant it was. */
export class SavedSearchGrants20261126000000 implements MigrationInterface {
  readonly name = 'SavedSearchGrants20261126000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

/** What waits is about the newest grant of its collection. */
const GRANTS = `
  ALTER TABLE saved_search_change RENAME COLUMN collection_id TO grant_id;
  UPDATE saved_search_change s SET grant_id = g.id FROM (
    SELECT DISTINCT ON (collection_id) collection_id, id FROM collection_grant ORDER BY collection_id, granted_at DESC, id
  ) g WHERE g.collection_id = s.grant_id;
`;
