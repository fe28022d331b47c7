import type { Core } from '../core.js';
import { textOf } from '../ports/store.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';

const PREFIX = 'kept ';

/** What a person has begun and not finished, under names of the caller's: it survives the end of the program, and leaves the vault only when it is asked for. */
export class Kept {
  constructor(private readonly core: Core) {}

  /** Durable when it resolves. @param value - goes through JSON */
  async put(name: string, value: unknown): Promise<void> {
    await this.core.store.transaction((sql) => saveSetting(sql, PREFIX + name, value));
  }

  /** Undefined where there is none. */
  async get(name: string): Promise<unknown> {
    return this.core.store.read((sql) => loadSetting(sql, PREFIX + name));
  }

  /** Those whose names begin with this, in the order of their names. */
  async list(beginning: string): Promise<{ name: string; value: unknown }[]> {
    const from = PREFIX + beginning;
    const rows = await this.core.store.read((sql) =>
      sql.all('SELECT key, value FROM setting WHERE substr(key, 1, ?) = ? ORDER BY key', [from.length, from]),
    );
    return rows.map((row) => ({
      name: textOf(row, 'key').slice(PREFIX.length),
      value: JSON.parse(textOf(row, 'value')) as unknown,
    }));
  }

  async remove(name: string): Promise<void> {
    await this.core.store.transaction((sql) => removeSetting(sql, PREFIX + name));
  }

  /** Those whose names begin with this. */
  async removeAll(beginning: string): Promise<void> {
    const from = PREFIX + beginning;
    await this.core.store.transaction((sql) =>
      sql.run('DELETE FROM setting WHERE substr(key, 1, ?) = ?', [from.length, from]),
    );
  }
}
