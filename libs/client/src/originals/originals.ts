import {
  ATTACHMENT_OFFSET_HEADER,
  ATTACHMENT_PIECE_BYTES,
  ATTACHMENT_PIECE_TYPE,
  BeginOriginalDocument,
} from '#contracts';
import type { OriginalInput } from '#contracts';

import { Patience, patiently } from '../attachments/patience.js';
import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { OriginalsTogether } from './together.js';
import type { KeptOriginal, KnownOriginal, OriginalFile, OriginalOf, ReadRange } from './together.js';

/** What is fetched: an id of the API, and how long the file is. */
export interface WantedOriginal {
  readonly id: string;
  readonly size: number;
}

/** The files that documents were made from, to the server and back. */
export class Originals {
  private readonly together: OriginalsTogether;

  constructor(private readonly core: Core) {
    this.together = new OriginalsTogether(core, (input, read) => this.keep(input, read));
  }

  /**
   * Documents of a collection that were made from these contents, by hash, as far as this person may read them.
   * @throws ChanceryError SERVER_UNREACHABLE …
   */
  known(collectionId: string, hashes: readonly string[]): Promise<ReadonlyMap<string, KnownOriginal>> {
    return this.together.known(collectionId, hashes);
  }

  /**
   * Lays files beside versions; answers in their order. Done again, it changes nothing; what the server does not take of one file stops no
   * other. @throws ChanceryError SERVER_UNREACHABLE …
   */
  keepAll(wanted: readonly OriginalOf[]): Promise<readonly KeptOriginal[]> {
    return this.together.keepAll(wanted);
  }

  /**
   * Notes that all papers of a file are filed, where it lies beside none of them; nothing where some are another's.
   * @throws ChanceryError SERVER_UNREACHABLE …
   */
  note(
    collectionId: string,
    file: Pick<OriginalFile, 'name' | 'sha256'>,
    documentIds: readonly string[],
  ): Promise<void> {
    return this.together.note(collectionId, file, documentIds);
  }

  /**
   * Lays a file beside the version that was made from it. It may be broken off and begun again; what is there already is
   * not sent twice.
   * @throws ChanceryError NOT_FOUND, FORBIDDEN, CONFLICT where the version has another file, QUOTA_EXCEEDED, BAD_INPUT where
   * the file is not the one that was announced, SERVER_UNREACHABLE …
   */
  async keep(input: OriginalInput, read: ReadRange): Promise<void> {
    const { timer } = this.core;
    const patience = new Patience(timer);
    for (;;) {
      const begun = await this.begin(input);
      if (begun.isComplete) return;
      try {
        let { stored } = begun;
        while (stored < input.size) {
          const end = Math.min(input.size, stored + ATTACHMENT_PIECE_BYTES);
          stored = await this.send(begun.id, stored, await read(stored, end));
          patience.succeeded();
        }
        return;
      } catch (error) {
        if (!isTransient(error) && !hasCode(error, 'CONFLICT')) throw error;
        await patience.failed(error);
      }
    }
  }

  /** The bytes of a file, piece by piece. @throws ChanceryError NOT_FOUND, SERVER_UNREACHABLE … */
  async *fetch({ id, size }: WantedOriginal): AsyncGenerator<Uint8Array> {
    const { session, timer } = this.core;
    for (let start = 0; start < size; start += ATTACHMENT_PIECE_BYTES) {
      const end = Math.min(size, start + ATTACHMENT_PIECE_BYTES);
      const headers = { range: `bytes=${String(start)}-${String(end - 1)}` };
      const piece = (): Promise<Uint8Array> =>
        session.transfer({ method: 'GET', path: `/originals/${id}`, headers }).then(({ bytes }) => {
          if (bytes.length === end - start) return bytes;
          throw new ChanceryError('SERVER_UNREACHABLE', 'The answer broke off.');
        });
      yield await patiently(timer, piece);
    }
  }

  private async begin(input: OriginalInput): Promise<{ id: string; stored: number; isComplete: boolean }> {
    const { session, timer } = this.core;
    return (await patiently(timer, () => session.execute(BeginOriginalDocument, { input }))).beginOriginal;
  }

  private async send(id: string, stored: number, body: Uint8Array): Promise<number> {
    const headers = { [ATTACHMENT_OFFSET_HEADER]: String(stored), 'content-type': ATTACHMENT_PIECE_TYPE };
    const path = `/originals/${id}`;
    const answer = await this.core.session.transfer({ method: 'PATCH', path, headers, body });
    const after = Number(answer.header(ATTACHMENT_OFFSET_HEADER));
    if (after === stored + body.length) return after;
    throw new ChanceryError('SERVER_UNREACHABLE', 'The answer to a piece of the file makes no sense.');
  }
}
