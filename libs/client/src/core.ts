import type { SecurityPolicy } from '#policy';
import type { SigningKeyPair } from '#primitives';

import type { AuditMemory } from './audit/auditMemory.js';
import type { Groups } from './conversation/groups.js';
import type { DirectorySync } from './directory/sync.js';
import type { Store } from './ports/store.js';
import type { Timer } from './ports/timer.js';
import type { Profile } from './profile.js';
import type { Session } from './session.js';
import type { ClientEvent } from './types.js';

/** What every part of the engine works with. */
export interface Core {
  readonly store: Store;
  readonly session: Session;
  /** What this device knows of the server's audit trail. */
  readonly auditMemory: AuditMemory;
  readonly directory: DirectorySync;
  readonly groups: Groups;
  /** As it stands in the vault; a newer one takes its place when the enrolment is complete. */
  profile: Profile;
  /** In force, as far as the directory is known here: another one may take its place at any catch-up. */
  readonly policy: SecurityPolicy;
  readonly deviceKey: SigningKeyPair;
  readonly timer: Timer;
  /** Something waits for the server and should be tried again soon; set while somebody watches. */
  onDelay: () => void;
  /** Tells whoever listens; called after what it tells of is stored. */
  emit(event: ClientEvent): void;
  /** Whether anybody wants to hear of each message: reading rows for nobody is saved. */
  isWatched(): boolean;
}
