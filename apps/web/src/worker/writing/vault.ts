import type { Client } from '#client';

import type { Written } from './protocol.js';

/** A draft as the vault holds it: what was typed is never anywhere else alone. */
export interface KeptDraft {
  readonly id: string;
  readonly collectionId: string;
  readonly documentId: string | null;
  readonly baseVersion: number | null;
  readonly revision: number;
  /** Number of the newest save that the server has taken; 0 before the first. */
  readonly seq: number;
  readonly written: Written;
  readonly isSaved: boolean;
  readonly at: string;
}

const NAME = 'paper ';

export async function keep(client: Client, draft: KeptDraft): Promise<void> {
  await client.kept.put(NAME + draft.id, draft);
}

export async function kept(client: Client, id: string): Promise<KeptDraft | undefined> {
  return (await client.kept.get(NAME + id)) as KeptDraft | undefined;
}

export async function allKept(client: Client): Promise<KeptDraft[]> {
  return (await client.kept.list(NAME)).map(({ value }) => value as KeptDraft);
}

export async function forget(client: Client, id: string): Promise<void> {
  await client.kept.remove(NAME + id);
}
