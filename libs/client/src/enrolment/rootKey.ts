import type { Core } from '../core.js';
import type { Store } from '../ports/store.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';

/** Key of the setting that holds the sealed root key. */
const ROOT_KEY = 'rootKey';

/**
 * The ministry's root key, sealed under the founder's passphrase. It belongs on a medium that is kept offline; until it is there the founder's
 * vault holds it, since a founding happens once and nothing replaces a root key that was lost.
 */
export class RootKey {
  constructor(private readonly core: Core) {}

  /** JSON text, as it is to be kept; undefined in every vault but that of a founder who has not kept it yet. */
  async file(): Promise<string | undefined> {
    return (await this.core.store.read((sql) => loadSetting(sql, ROOT_KEY))) as string | undefined;
  }

  /** It is kept elsewhere: this vault holds it no longer. */
  forget(): Promise<void> {
    return this.core.store.transaction((sql) => removeSetting(sql, ROOT_KEY));
  }
}

/** Into a new vault, before the founding is sent. */
export function keepRootKey(store: Store, file: string): Promise<void> {
  return store.transaction((sql) => saveSetting(sql, ROOT_KEY, file));
}
