import { marking } from '#policy';
import { randomBytes } from '#primitives';

import type { Attachments } from '../attachments/attachments.js';
import { Shape } from '../attachments/shape.js';
import { drafts, uploadsOf } from '../attachments/uploadRows.js';
import type { MessageDraft } from '../attachments/uploadRows.js';
import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { timeOfUuid } from '../identifiers.js';
import { maybeBytes, numberOf, textOf } from '../ports/store.js';
import type { Row, Sql } from '../ports/store.js';
import type { MessageKind, WaitingView } from '../types.js';
import { labelOf, loadConversation, problemOf } from './record.js';

/** What this person has written and the server has not taken, as they see it: what waits, why, since when. */
export class Waiting {
  constructor(
    private readonly core: Pick<Core, 'store' | 'policy'>,
    private readonly attachments: Pick<Attachments, 'cancel' | 'reached' | 'retry'>,
    private readonly flush: (conversationId: string) => Promise<void>,
  ) {}

  /** Oldest first. */
  list(): Promise<WaitingView[]> {
    return this.core.store.read(async (sql) => {
      const views: WaitingView[] = [];
      for (const draft of await drafts(sql)) views.push(await this.draftView(sql, draft));
      const rows = await sql.all("SELECT * FROM outbox WHERE state <> 'sent' ORDER BY number");
      for (const row of rows) views.push(await this.rowView(sql, row));
      return views.sort((one, other) => one.since.localeCompare(other.since));
    });
  }

  /**
   * Takes a message back. @throws ChanceryError NOT_FOUND; CONFLICT where the server may have it already: what was on its way can't be called back
   */
  async cancel(id: string): Promise<void> {
    if (await this.isDraft(id)) return this.attachments.cancel(id);
    return this.core.store.transaction(async (sql) => {
      const row = await requireRow(sql, id);
      if (!canCancel(row)) {
        throw new ChanceryError('CONFLICT', 'This message may have reached the server already.', { field: 'message' });
      }
      await sql.run('DELETE FROM outbox WHERE id = ?', [id]);
    });
  }

  /** Tries again now; what was refused is sent anew, as the last of what waits. @throws ChanceryError NOT_FOUND, SERVER_UNREACHABLE … */
  async retry(id: string): Promise<void> {
    if (await this.isDraft(id)) {
      await this.attachments.retry(id);
      return;
    }
    const conversationId = await this.core.store.transaction(async (sql) => {
      const row = await requireRow(sql, id);
      if (textOf(row, 'state') === 'refused') await renew(sql, numberOf(row, 'number'));
      return textOf(row, 'group_id');
    });
    await this.flush(conversationId);
  }

  private async isDraft(id: string): Promise<boolean> {
    const query = 'SELECT 1 AS found FROM attachment_draft WHERE id = ?';
    return (await this.core.store.read((sql) => sql.get(query, [id]))) !== undefined;
  }

  private async rowView(sql: Sql, row: Row): Promise<WaitingView> {
    const conversationId = textOf(row, 'group_id');
    return {
      id: textOf(row, 'id'),
      conversationId,
      conversationName: (await loadConversation(sql, conversationId)).name,
      kind: textOf(row, 'kind') as MessageKind,
      text: textOf(row, 'text'),
      marking: marking(labelOf(row), this.core.policy),
      since: textOf(row, 'sent_at'),
      state: textOf(row, 'state') === 'refused' ? 'refused' : 'waiting',
      problem: problemOf(row),
      files: [],
      canCancel: canCancel(row),
    };
  }

  private async draftView(sql: Sql, { id, groupId, message, problem }: MessageDraft): Promise<WaitingView> {
    const { name, label } = await loadConversation(sql, groupId);
    const uploads = await uploadsOf(sql, id);
    return {
      id,
      conversationId: groupId,
      conversationName: name,
      kind: 'text',
      text: message.text,
      marking: marking(message.label ?? label, this.core.policy),
      since: timeOfUuid(id).toISOString(),
      state: problem ? 'refused' : 'files',
      problem,
      files: uploads.map((upload) => ({
        ...{ id: upload.id, name: upload.name },
        ...{ done: this.attachments.reached(upload), size: new Shape(upload.size).sealed },
      })),
      canCancel: true,
    };
  }
}

/** Bytes that were made may have been sent: an answer that was lost on the way says nothing. */
function canCancel(row: Row): boolean {
  return textOf(row, 'state') === 'refused' || maybeBytes(row, 'payload') === undefined;
}

/** Behind all others, so that what carries a number already keeps its place among those who count. */
async function renew(sql: Sql, number: number): Promise<void> {
  await sql.run('DELETE FROM outbox_payload WHERE number = ?', [number]);
  const update = `UPDATE outbox SET number = (SELECT max(number) + 1 FROM outbox), state = 'waiting', problem = NULL,
    payload = NULL, epoch = NULL, counter = NULL, seq = NULL, accepted_at = NULL, idempotency_key = ? WHERE number = ?`;
  await sql.run(update, [randomBytes(16), number]);
}

async function requireRow(sql: Sql, id: string): Promise<Row> {
  const row = await sql.get("SELECT * FROM outbox WHERE id = ? AND state <> 'sent'", [id]);
  if (row) return row;
  throw new ChanceryError('NOT_FOUND', 'No such message waits in this vault.', { field: 'message' });
}
