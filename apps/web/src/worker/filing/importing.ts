import { ChanceryError, hasCode, isTransient } from '#client';
import type { Client } from '#client';
import { CollectionDocument } from '#contracts';

import { labelOf } from '../knowledge/labels.js';
import { FileImport } from './fileImport.js';
import type { DroppedFile } from './fileImport.js';
import { forgetImport, keepFile, keepImport, keptImport } from './kept.js';
import type { KeptFile, KeptImport } from './kept.js';
import type { Imported, ImportState, NewImport, Outcome } from './protocol.js';

/** What did not become a paper for a reason that the file itself gives: it is not read again. */
const FINAL: readonly Outcome[] = ['unsupported', 'encrypted', 'corrupt'];

/**
 * The last import of one vault. What became of each file is kept there as soon as it is known, so that after a reload the rest can be chosen
 * again: what is done is passed over, and what was filed without being noted here the server knows.
 */
export class Imports {
  #head: KeptImport | undefined;
  readonly #files = new Map<string, KeptFile>();
  #isRunning = false;
  #isCancelled = false;
  #trouble: string | null = null;
  readonly #isLoaded: Promise<void>;

  constructor(private readonly client: Client) {
    this.#isLoaded = this.load();
  }

  async begin({ id, collectionId, files }: NewImport): Promise<void> {
    await this.#isLoaded;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#isCancelled = false;
    this.#trouble = null;
    try {
      const isSame = this.#head?.id === id && this.#head.collectionId === collectionId;
      if (!isSame) await this.clear();
      const paths = [...new Set([...(this.#head?.paths ?? []), ...files.map(({ path }) => path)])];
      this.#head = { id, collectionId, paths };
      await keepImport(this.client, this.#head);
    } catch (error) {
      this.#isRunning = false;
      throw error;
    }
    void this.carryOut(collectionId, files);
  }

  async state(): Promise<ImportState | undefined> {
    await this.#isLoaded;
    if (!this.#head) return undefined;
    const { id, collectionId, paths } = this.#head;
    const missing = paths.filter((path) => !this.#files.has(path));
    const outcomes = paths.flatMap((path) => this.#files.get(path)?.outcomes ?? []);
    const [isRunning, trouble, total] = [this.#isRunning, this.#trouble, paths.length];
    return { id, collectionId, isRunning, trouble, done: total - missing.length, total, missing, outcomes };
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  async forget(): Promise<void> {
    await this.#isLoaded;
    if (!this.#isRunning) await this.clear();
  }

  private async load(): Promise<void> {
    const kept = await keptImport(this.client);
    this.#head = kept?.head;
    for (const file of kept?.files ?? []) this.#files.set(file.path, file);
  }

  private async clear(): Promise<void> {
    await forgetImport(this.client);
    this.#head = undefined;
    this.#files.clear();
  }

  private async carryOut(collectionId: string, files: readonly DroppedFile[]): Promise<void> {
    try {
      const filing = await filingInto(this.client, collectionId);
      for (const dropped of files.filter((one) => !this.isDone(one))) {
        if (this.#isCancelled) break;
        const outcomes = await filing.take(dropped);
        await this.note(dropped, outcomes);
      }
    } catch (error) {
      const trouble = isTransient(error) ? 'SERVER_UNREACHABLE' : 'INTERNAL';
      this.#trouble = hasCode(error, 'NOT_FOUND', 'FORBIDDEN') ? error.code : trouble;
    }
    this.#isRunning = false;
  }

  private async note({ path, file: { size, lastModified: modified } }: DroppedFile, outcomes: readonly Imported[]) {
    const file = { path, size, modified, outcomes };
    await keepFile(this.client, file);
    this.#files.set(path, file);
  }

  /** Whether nothing else could become of it: what the server refused it may take now. */
  private isDone({ path, file }: DroppedFile): boolean {
    const known = this.#files.get(path);
    if (known?.size !== file.size || known.modified !== file.lastModified) return false;
    return known.outcomes.every(({ documentId, outcome }) => documentId !== null || FINAL.includes(outcome));
  }
}

async function filingInto(client: Client, collectionId: string): Promise<FileImport> {
  const { collection } = await client.execute(CollectionDocument, { id: collectionId });
  if (!collection) throw new ChanceryError('NOT_FOUND', 'There is no such collection.', { field: 'collectionId' });
  const defaultLabel = labelOf({ label: collection.defaultLabel });
  return new FileImport({ client, collectionId, policy: await client.policy(), defaultLabel });
}
