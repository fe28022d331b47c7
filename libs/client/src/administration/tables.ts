/** Roles that an invitation promises; the officer's vault remembers them, so that the server can't choose others. */
export const ADMINISTRATION_TABLES: readonly string[] = [
  'CREATE TABLE issued_roles (invitation_id TEXT PRIMARY KEY, roles TEXT NOT NULL) STRICT, WITHOUT ROWID',
];

/** … and what the person will be called. */
export const PROMISED_TITLES: readonly string[] = ['ALTER TABLE issued_roles ADD COLUMN title TEXT'];
