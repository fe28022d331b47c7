import {
  ATTACHMENT_GRANT_HEADER,
  ATTACHMENT_OFFSET_HEADER,
  ATTACHMENT_PIECE_TYPE,
  BeginAttachmentDocument,
} from '#contracts';

import type { Core } from '../core.js';
import { ChanceryError, hasCode, isTransient } from '../errors.js';
import { Pace } from './pace.js';
import { Patience, patiently } from './patience.js';
import type { Waiter } from './patience.js';
import { requireWanted } from './paused.js';
import type { Wish } from './paused.js';

/** What a line brings: an attachment of a conversation, as long as its ciphertext will be. */
interface Freight {
  readonly id: string;
  readonly groupId: string;
  readonly size: number;
}

/** A part of a ciphertext. */
export interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** The way of one attachment to the server: knows what the server has, and asks again whenever that is in doubt. */
export class UploadLine {
  /** Bytes that the server has. */
  stored = 0;
  private token = '';
  private readonly pace = new Pace();

  private constructor(
    private readonly core: Core,
    private readonly freight: Freight,
    private readonly manner: Wish & Waiter,
  ) {}

  /** @throws TransferPaused; ChanceryError QUOTA_EXCEEDED, NOT_A_MEMBER, CLEARANCE_TOO_LOW, CONFLICT, ATTACHMENT_GONE, SERVER_UNREACHABLE … */
  static async open(core: Core, freight: Freight, manner: Wish & Waiter): Promise<UploadLine> {
    const line = new UploadLine(core, freight, manner);
    await line.look();
    return line;
  }

  /** Sends what the server does not have of these bytes. @throws ChanceryError as `open` */
  async deliver({ start, bytes }: Piece, onProgress: (stored: number) => void): Promise<void> {
    const end = start + bytes.length;
    const patience = new Patience(this.core.timer, this.manner);
    while (this.stored < end) {
      requireWanted(this.manner);
      try {
        this.stored = await this.send(bytes.subarray(this.stored - start));
        patience.succeeded();
      } catch (error) {
        if (!isTransient(error) && !hasCode(error, 'CONFLICT', 'GRANT_INVALID')) throw error;
        await patience.failed(error);
        await this.look();
        if (this.stored < start || this.stored > end) throw lost();
      }
      onProgress(this.stored);
    }
  }

  private async look(): Promise<void> {
    const { core, freight } = this;
    const begin = () => core.session.execute(BeginAttachmentDocument, { input: freight });
    const { token, stored } = (await patiently(core.timer, begin, this.manner)).beginAttachment;
    this.token = token;
    this.stored = stored;
  }

  private async send(rest: Uint8Array): Promise<number> {
    const { session, timer } = this.core;
    const headers = {
      [ATTACHMENT_GRANT_HEADER]: this.token,
      [ATTACHMENT_OFFSET_HEADER]: String(this.stored),
      'content-type': ATTACHMENT_PIECE_TYPE,
    };
    const body = rest.subarray(0, this.pace.bytes);
    const began = timer.now().getTime();
    try {
      const answer = await session.transfer({
        method: 'PATCH',
        path: `/attachments/${this.freight.id}`,
        headers,
        body,
        stop: this.manner.stop,
      });
      this.pace.took(timer.now().getTime() - began);
      return storedIn(answer.header(ATTACHMENT_OFFSET_HEADER), this.stored + body.length);
    } catch (error) {
      if (isTransient(error)) this.pace.broke();
      throw error;
    }
  }
}

function storedIn(header: string | undefined, expected: number): number {
  if (header === String(expected)) return expected;
  throw new ChanceryError('SERVER_UNREACHABLE', 'The answer to a piece of the file makes no sense.');
}

function lost(): ChanceryError {
  return new ChanceryError('ATTACHMENT_GONE', 'The server has lost what it had acknowledged of the file.');
}
