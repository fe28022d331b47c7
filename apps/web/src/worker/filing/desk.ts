import type { Client } from '#client';

import type { Imports } from './importing.js';
import type { Filing, ImportState, NewImport, Progress, Scope, TakenOut, Wanted } from './protocol.js';

export class FilingDesk implements Filing {
  /** What reads and files is loaded with the first import. */
  #imports: { readonly client: Client; readonly imports: Imports } | undefined;
  readonly #progress = new Map<string, Progress>();

  constructor(private readonly client: () => Client) {}

  async takeOut(task: string, scope: Scope, wanted: Wanted): Promise<TakenOut> {
    const client = this.client();
    // what writes files is large, and seldom needed
    const { takeOut } = await import('./takeOut.js');
    try {
      return await takeOut(client, scope, wanted, (progress) => this.#progress.set(task, progress));
    } finally {
      this.#progress.delete(task);
    }
  }

  async original(
    task: string,
    { id, size, name }: { readonly id: string; readonly size: number; readonly name: string },
  ): Promise<TakenOut> {
    const bytes = new Uint8Array(size);
    let done = 0;
    for await (const piece of this.client().originals.fetch({ id, size })) {
      bytes.set(piece, done);
      done += piece.length;
      this.#progress.set(task, { done, total: size });
    }
    this.#progress.delete(task);
    // never a type that a browser would show by itself
    return { name, mediaType: 'application/octet-stream', bytes, unprintable: [] };
  }

  progress(task: string): Promise<Progress> {
    return Promise.resolve(this.#progress.get(task) ?? { done: 0, total: 0 });
  }

  async beginImport(input: NewImport): Promise<void> {
    await (await this.importer()).begin(input);
  }

  async lastImport(): Promise<ImportState | undefined> {
    return (await this.importer()).state();
  }

  async cancelImport(): Promise<void> {
    (await this.importer()).cancel();
  }

  async forgetImport(): Promise<void> {
    await (await this.importer()).forget();
  }

  /** Of the vault that is open. */
  private async importer(): Promise<Imports> {
    const client = this.client();
    const { Imports: Fresh } = await import('./importing.js');
    if (this.#imports?.client !== client) this.#imports = { client, imports: new Fresh(client) };
    return this.#imports.imports;
  }
}
