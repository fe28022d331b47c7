import { decodeCanonical, encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { Fields } from './fields.js';
import { applyAddDevice, readAddDevice } from './kinds/addDevice.js';
import type { AddDevice } from './kinds/addDevice.js';
import { applyAppoint, readAppoint } from './kinds/appoint.js';
import type { Appoint } from './kinds/appoint.js';
import { applyAssign, readAssign } from './kinds/assign.js';
import type { Assign } from './kinds/assign.js';
import { applyAuditHead, readAuditHead } from './kinds/auditHead.js';
import type { AuditHead } from './kinds/auditHead.js';
import { applyCampaign, applyEndCampaign, readCampaign, readEndCampaign } from './kinds/campaign.js';
import type { Campaign, EndCampaign } from './kinds/campaign.js';
import { applyClear, readClear } from './kinds/clear.js';
import type { Clear } from './kinds/clear.js';
import { applyEnrol, readEnrol } from './kinds/enrol.js';
import type { Enrol } from './kinds/enrol.js';
import { applyPolicy, readPolicy } from './kinds/policy.js';
import type { Policy } from './kinds/policy.js';
import { applyRelease, readRelease } from './kinds/release.js';
import type { Release } from './kinds/release.js';
import { applyRevokeDevice, readRevokeDevice } from './kinds/revokeDevice.js';
import type { RevokeDevice } from './kinds/revokeDevice.js';
import { applyRevokePerson, readRevokePerson } from './kinds/revokePerson.js';
import type { RevokePerson } from './kinds/revokePerson.js';
import { applyRevokePost, readRevokePost } from './kinds/revokePost.js';
import type { RevokePost } from './kinds/revokePost.js';
import { applyRoot, readRoot } from './kinds/root.js';
import type { Root } from './kinds/root.js';
import { applyRotateIdentity, readRotateIdentity } from './kinds/rotateIdentity.js';
import type { RotateIdentity } from './kinds/rotateIdentity.js';
import { applyServerKey, readServerKey } from './kinds/serverKey.js';
import type { ServerKey } from './kinds/serverKey.js';
import type { Act } from './kinds/act.js';
import type { State } from './state.js';

/** What a statement says. `at` is when the signer made it, in milliseconds since 1970. */
export type StatementBody =
  | Root
  | Appoint
  | Enrol
  | Assign
  | Clear
  | AddDevice
  | RevokeDevice
  | RevokePerson
  | RevokePost
  | RotateIdentity
  | AuditHead
  | Campaign
  | EndCampaign
  | Policy
  | Release
  | ServerKey;

const READERS: { [T in StatementBody['type']]: (fields: Fields, at: number) => Extract<StatementBody, { type: T }> } = {
  root: readRoot,
  appoint: readAppoint,
  enrol: readEnrol,
  assign: readAssign,
  clear: readClear,
  addDevice: readAddDevice,
  revokeDevice: readRevokeDevice,
  revokePerson: readRevokePerson,
  revokePost: readRevokePost,
  rotateIdentity: readRotateIdentity,
  auditHead: readAuditHead,
  campaign: readCampaign,
  endCampaign: readEndCampaign,
  policy: readPolicy,
  release: readRelease,
  serverKey: readServerKey,
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

const APPLIERS: {
  [T in StatementBody['type']]: (body: Extract<StatementBody, { type: T }>, act: Act, state: State) => void;
} = {
  root: applyRoot,
  appoint: applyAppoint,
  enrol: applyEnrol,
  assign: applyAssign,
  clear: applyClear,
  addDevice: applyAddDevice,
  revokeDevice: applyRevokeDevice,
  revokePerson: applyRevokePerson,
  revokePost: applyRevokePost,
  rotateIdentity: applyRotateIdentity,
  auditHead: applyAuditHead,
  campaign: applyCampaign,
  endCampaign: applyEndCampaign,
  policy: applyPolicy,
  release: applyRelease,
  serverKey: applyServerKey,
};

/** Enters a verified statement's fact. @throws StatementError before anything has changed */
export function applyBody(body: StatementBody, act: Act, state: State): void {
  const apply = APPLIERS[body.type] as (body: StatementBody, act: Act, state: State) => void;
  apply(body, act, state);
}

const FOR_TWO: ReadonlySet<StatementBody['type']> = new Set(['policy', 'revokePerson', 'revokePost', 'rotateIdentity']);

/** Whether two people may sign a statement of this type together. */
export const isForTwo = ({ type }: Pick<StatementBody, 'type'>): boolean => FOR_TWO.has(type);

function isKnownType(type: unknown): type is StatementBody['type'] {
  return typeof type === 'string' && Object.hasOwn(READERS, type);
}

function sortCampaign({ levels, posts, ...body }: Campaign): Campaign {
  return { ...body, ...(levels && { levels: levels.toSorted() }), ...(posts && { posts: posts.toSorted() }) };
}

function sortLists(body: StatementBody): StatementBody {
  if (body.type === 'appoint') return { ...body, powers: body.powers.toSorted() };
  if (body.type === 'assign') return { ...body, roles: body.roles.toSorted() };
  if (body.type === 'campaign') return sortCampaign(body);
  if (body.type !== 'clear') return body;
  const sorted = body.categories.map(({ tag, values }) => ({ tag, values: values.toSorted() }));
  return { ...body, categories: sorted.toSorted((a, b) => (a.tag < b.tag ? -1 : 1)) };
}
