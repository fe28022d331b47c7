import { decodeCanonical, encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { Fields } from './fields.js';
import { applyAddDevice, readAddDevice } from './kinds/addDevice.js';
import type { AddDevice } from './kinds/addDevice.js';
import { applyAppoint, readAppoint } from './kinds/appoint.js';
import type { Appoint } from './kinds/appoint.js';
import { applyClear, readClear } from './kinds/clear.js';
import type { Clear } from './kinds/clear.js';
import { applyEnrol, readEnrol } from './kinds/enrol.js';
import type { Enrol } from './kinds/enrol.js';
import { applyRevokeDevice, readRevokeDevice } from './kinds/revokeDevice.js';
import type { RevokeDevice } from './kinds/revokeDevice.js';
import { applyRoot, readRoot } from './kinds/root.js';
import type { Root } from './kinds/root.js';
import type { Act } from './kinds/act.js';
import type { State } from './state.js';

/** What a statement says. `at` is when the signer made it, in milliseconds since 1970. */
export type StatementBody = Root | Appoint | Enrol | Clear | AddDevice | RevokeDevice;

const READERS: { [T in StatementBody['type']]: (fields: Fields, at: number) => Extract<StatementBody, { type: T }> } = {
  root: readRoot,
  appoint: readAppoint,
  enrol: readEnrol,
  clear: readClear,
  addDevice: readAddDevice,
  revokeDevice: readRevokeDevice,
};

/** Canonical bytes of a body: powers, categories and values are put in order here, so that callers need not. */
export function encodeBody(body: StatementBody): Uint8Array {
  return encodeCanonical(sortLists(body));
}

/** @throws StatementError `MALFORMED`, `NOT_CANONICAL`, `UNKNOWN_TYPE`, `FIELD_INVALID` */
export function decodeBody(bytes: Uint8Array): StatementBody {
  const value = decodeCanonical(bytes);
  const type: unknown = value instanceof Map ? value.get('type') : undefined;
  if (!isKnownType(type)) throw new StatementError('UNKNOWN_TYPE', 'is no statement that this version knows', 'type');
  const fields = new Fields(value);
  fields.oneOf('type', [type]);
  const body = READERS[type](fields, fields.time('at'));
  fields.end();
  return body;
}

/** Enters a verified statement's fact. @throws StatementError before anything has changed */
export function applyBody(body: StatementBody, act: Act, state: State): void {
  switch (body.type) {
    case 'root':
      applyRoot(body, act, state);
      break;
    case 'appoint':
      applyAppoint(body, act, state);
      break;
    case 'enrol':
      applyEnrol(body, act, state);
      break;
    case 'clear':
      applyClear(body, act, state);
      break;
    case 'addDevice':
      applyAddDevice(body, act, state);
      break;
    case 'revokeDevice':
      applyRevokeDevice(body, act, state);
      break;
  }
}

function isKnownType(type: unknown): type is StatementBody['type'] {
  return typeof type === 'string' && Object.hasOwn(READERS, type);
}

function sortLists(body: StatementBody): StatementBody {
  if (body.type === 'appoint') return { ...body, powers: body.powers.toSorted() };
  if (body.type !== 'clear') return body;
  const sorted = body.categories.map(({ tag, values }) => ({ tag, values: values.toSorted() }));
  return { ...body, categories: sorted.toSorted((a, b) => (a.tag < b.tag ? -1 : 1)) };
}
