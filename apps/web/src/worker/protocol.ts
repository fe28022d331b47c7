import type { ClientEvent } from '#client';

import type { AdministrationArea } from './administration/protocol.js';
import type { Correspondence } from './correspondence/protocol.js';
import type { Filing } from './filing/protocol.js';
import type { Frame } from './frame/protocol.js';
import type { House } from './house/protocol.js';
import type { Keys } from './keys/protocol.js';
import type { Knowledge } from './knowledge/protocol.js';
import type { Opening, Stage } from './opening/protocol.js';
import type { Policies } from './policies/protocol.js';
import type { Records } from './records/protocol.js';
import type { Trust } from './trust/protocol.js';
import type { Writing } from './writing/protocol.js';

/** All that the page can ask for, by area. Keys stay with the worker: what goes over is what people read. */
export interface Desk {
  readonly opening: Opening;
  readonly frame: Frame;
  readonly correspondence: Correspondence;
  readonly knowledge: Knowledge;
  readonly administration: AdministrationArea;
  readonly keys: Keys;
  readonly records: Records;
  readonly policies: Policies;
  readonly house: House;
  readonly trust: Trust;
  readonly writing: Writing;
  readonly filing: Filing;
}

/** What the worker tells without being asked. */
export type News = ClientEvent | { readonly type: 'stage'; readonly stage: Stage };

/** What went wrong, for people: never a stack, never a secret. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly remedy?: string | undefined;
}

/** A call of a method of an area of the desk, by their names. */
export interface Call {
  readonly id: string;
  readonly area: string;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

export type Answer =
  { readonly id: string; readonly result: unknown } | { readonly id: string; readonly trouble: Trouble };

/** From a worker to its page. */
export type Told = { readonly answer: Answer } | { readonly news: News };
