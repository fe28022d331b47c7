import type { Files, NamedFiles } from '../ports/files.js';
import { textOf } from '../ports/store.js';
import type { Sql, Store } from '../ports/store.js';
import type { UnsentDraft } from '../types.js';

/** Removes the files that no draft and no transfer of the vault names; to be called when the vault was opened. */
export async function clearLeftovers(store: Store, files: Files): Promise<void> {
  if (!files.clear) return;
  await files.clear(await store.read(namedFiles));
}

/** Drafts first: a file that goes from a draft to a transfer is named by the transfer before the draft forgets it. */
async function namedFiles(sql: Sql): Promise<NamedFiles> {
  const drafts = await sql.all('SELECT body FROM draft');
  const uploads = await sql.all('SELECT source FROM attachment_upload');
  const downloads = await sql.all('SELECT DISTINCT id FROM attachment_download');
  const attached = drafts.flatMap((row) => (JSON.parse(textOf(row, 'body')) as UnsentDraft).files ?? []);
  return {
    references: [...attached.map(({ reference }) => reference), ...uploads.map((row) => textOf(row, 'source'))],
    receiving: downloads.map((row) => textOf(row, 'id')),
  };
}
