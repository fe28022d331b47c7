import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that made several documents, by which the same file is recognised under another name. */
export class ImportedFiles20261125900000 implements MigrationInterface {
  readonly name = 'ImportedFiles20261125900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IMPORTED_FILES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}

const IMPORTED_FILES = `
  CREATE TABLE imported_file (
    id uuid PRIMARY KEY,
    collection_id text NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    person_id text NOT NULL,
    name text NOT NULL,
    documents integer NOT NULL,
    CONSTRAINT imported_file_person UNIQUE (collection_id, sha256, person_id)
  );
  CREATE TABLE imported_file_document (
    file_id uuid NOT NULL REFERENCES imported_file (id) ON DELETE CASCADE,
    document_id text NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    PRIMARY KEY (file_id, document_id)
  );
  CREATE INDEX imported_file_document_document ON imported_file_document (document_id);
`;
