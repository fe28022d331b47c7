import type { Client } from '#client';

import type { Imported, ImportReason } from './protocol.js';

/** The last import as the vault holds it: its files are with the person, what became of them is here. */
export interface KeptImport {
  readonly id: string;
  readonly collectionId: string;
  /** Of every file that was chosen for it. */
  readonly paths: readonly string[];
}

/** What became of one file. */
export interface KeptFile {
  readonly path: string;
  /** In bytes, and when it was changed last, in milliseconds since 1970: by these and its place it is known again. */
  readonly size: number;
  readonly modified: number;
  readonly outcomes: readonly Imported[];
}

const HEAD = 'import head';
const FILE = 'import file ';

/** In place of the one before. */
export async function keepImport(client: Client, head: KeptImport): Promise<void> {
  await client.kept.put(HEAD, head);
}

export async function keepFile(client: Client, file: KeptFile): Promise<void> {
  await client.kept.put(FILE + file.path, file);
}

export async function keptImport(
  client: Client,
): Promise<{ readonly head: KeptImport; readonly files: readonly KeptFile[] } | undefined> {
  const head = (await client.kept.get(HEAD)) as KeptImport | undefined;
  if (!head) return undefined;
  return { head, files: (await client.kept.list(FILE)).map(({ value }) => ofToday(value as WrittenFile)) };
}

/** As earlier versions wrote it: reasons were English sentences. */
type WrittenFile = Omit<KeptFile, 'outcomes'> & {
  readonly outcomes: readonly (Omit<Imported, 'reasons'> & { readonly reasons: readonly (ImportReason | string)[] })[];
};

function ofToday({ outcomes, ...file }: WrittenFile): KeptFile {
  const coded = (reason: ImportReason | string): ImportReason =>
    typeof reason === 'string' ? { code: 'WRITTEN', reason } : reason;
  return { ...file, outcomes: outcomes.map((one) => ({ ...one, reasons: one.reasons.map(coded) })) };
}

export async function forgetImport(client: Client): Promise<void> {
  await client.kept.remove(HEAD);
  await client.kept.removeAll(FILE);
}
