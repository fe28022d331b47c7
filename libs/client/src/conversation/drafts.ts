import type { Core } from '../core.js';
import { textOf } from '../ports/store.js';
import type { UnsentDraft } from '../types.js';

/** What a person has begun to write, one draft a conversation; in the vault, so that it survives reload, lock and crash. */
export class Drafts {
  constructor(private readonly core: Pick<Core, 'store' | 'timer'>) {}

  async get(conversationId: string): Promise<UnsentDraft | undefined> {
    const query = 'SELECT body FROM draft WHERE group_id = ?';
    const row = await this.core.store.read((sql) => sql.get(query, [conversationId]));
    return row && (JSON.parse(textOf(row, 'body')) as UnsentDraft);
  }

  /** Takes the place of the one before; durable when this resolves. */
  put(conversationId: string, draft: UnsentDraft): Promise<void> {
    const values = [conversationId, JSON.stringify(draft), this.core.timer.now().toISOString()];
    return this.core.store.transaction((sql) => sql.run('INSERT OR REPLACE INTO draft VALUES (?, ?, ?)', values));
  }

  remove(conversationId: string): Promise<void> {
    return this.core.store.transaction((sql) => sql.run('DELETE FROM draft WHERE group_id = ?', [conversationId]));
  }
}
