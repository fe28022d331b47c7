import { z } from 'zod';

import { ReachDocument } from '#contracts';

import type { Core } from '../core.js';
import { decodeExport } from '../directory/export.js';
import { readCheckpoint } from '../directory/judgement.js';
import { knownPosts } from '../directory/people.js';
import { TransparencyLog } from '../directory/transparencyLog.js';
import { ChanceryError } from '../errors.js';
import { invalid, signReport, verifyReport } from '../reports/signedReport.js';
import type { VerifiedReport } from '../reports/signedReport.js';
import type { Named } from './said.js';
import { officersOf } from './standing.js';

/** A drill says what an evacuation would do; an evacuation, what was done. */
const EVACUATION_KINDS = ['evacuation rehearsal', 'evacuation'] as const;
export type EvacuationKind = (typeof EVACUATION_KINDS)[number];

/** Somebody who serves at the mission, with the devices. */
export interface EvacuatedPerson extends Named {
  readonly devices: readonly EvacuatedDevice[];
}

export interface EvacuatedDevice extends Named {
  /** RFC 3339; undefined while it is in use. */
  readonly revokedAt: string | undefined;
  /** Conversations that it is a member of: none are left when it is done. */
  readonly conversations: number;
}

/** How a mission stands: what its evacuation would touch, or how far it has come. */
export interface EvacuationView {
  readonly post: Named;
  readonly people: readonly EvacuatedPerson[];
  /** Conversations with at least one of the devices, now. */
  readonly conversations: number;
  /** Other devices in these conversations, which change the keys. */
  readonly others: number;
  /** Who could sign it second: officers with the power revoke, without oneself and those of the mission. */
  readonly seconds: readonly Named[];
  /** Whether this person may sign it first. */
  readonly mayPropose: boolean;
}

/** @throws ChanceryError FORBIDDEN, SERVER_UNREACHABLE … */
export async function evacuationOf(core: Core, postId: string): Promise<EvacuationView> {
  const { directory, session, store, profile } = core;
  await directory.catchUp(session);
  const { current } = directory;
  const serving = [...current.persons()].filter(({ post }) => post === postId);
  const devices = serving.flatMap(({ id }) => current.devicesOf(id));
  const { reach } = await session.execute(ReachDocument, { deviceIds: devices.map(({ id }) => id) });
  const present = new Map(reach.devices.map((device) => [device.deviceId, device.present]));
  const officers = officersOf(core).filter(({ powers }) => powers.includes('revoke'));
  const post = (await knownPosts(store)).find(({ id }) => id === postId);
  return {
    post: { id: postId, name: post?.name ?? '' },
    people: serving.map(({ id, name }) => ({
      id,
      name,
      devices: current.devicesOf(id).map((device) => ({
        id: device.id,
        name: device.name,
        revokedAt: device.revoked && new Date(device.revoked.at).toISOString(),
        conversations: present.get(device.id) ?? 0,
      })),
    })),
    conversations: reach.conversations,
    others: reach.others,
    seconds: officers
      .filter((officer) => officer.personId !== profile.personId && officer.postId !== postId)
      .map(({ personId, personName }) => ({ id: personId, name: personName })),
    mayPropose: officers.some(({ personId }) => personId === profile.personId),
  };
}

/** What a report says beside the view: the log that it brings along is the one that is meant. */
export interface EvacuationBody extends EvacuationView {
  readonly madeAt: string;
  readonly log: { readonly size: number; readonly root: string };
}

/** Attempts to look at the mission and at the log at one time, while others go on adding to it. */
const MAX_ATTEMPTS = 5;

/** How the mission stands, signed by this device, with the whole log beside it. @throws ChanceryError CONFLICT, and as `log.export` */
export async function evacuationReport(core: Core, postId: string, kind: EvacuationKind): Promise<string> {
  const log = new TransparencyLog(core);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const exported = await log.export();
    const view = await evacuationOf(core, postId);
    const { size, root } = await log.show();
    if (readCheckpoint(decodeExport(exported).checkpoint)?.size !== size) continue; // it has grown since
    const body: EvacuationBody = { ...view, madeAt: core.timer.now().toISOString(), log: { size, root } };
    return signReport(core, kind, body, exported);
  }
  throw new ChanceryError('CONFLICT', 'The directory grows faster than it can be exported.');
}

const named = { id: z.uuid(), name: z.string() };
const count = z.int().min(0);
const device = z.strictObject({ ...named, revokedAt: z.iso.datetime().optional(), conversations: count });
const format = z.strictObject({
  post: z.strictObject(named),
  people: z.array(z.strictObject({ ...named, devices: z.array(device) })),
  conversations: count,
  others: count,
  seconds: z.array(z.strictObject(named)),
  mayPropose: z.boolean(),
  madeAt: z.iso.datetime(),
  log: z.strictObject({ size: count, root: z.string() }),
});

export interface VerifiedEvacuation extends Pick<VerifiedReport, 'signer' | 'log'> {
  readonly kind: EvacuationKind;
  readonly body: EvacuationBody;
}

/**
 * Verifies a report about a mission offline: its signature, the log that it brings along, and that this log knows the same people and devices
 * there, revoked or not as the report says. How many conversations there were is the signer's word. Needs `ready()` of `#primitives`.
 * @throws ChanceryError BAD_INPUT, REPORT_INVALID, and whatever an exported log can be refused for
 */
export function verifyEvacuationReport(text: string, now: Date): VerifiedEvacuation {
  const kind = EVACUATION_KINDS.find((one) => text.includes(JSON.stringify(one)));
  if (!kind) throw new ChanceryError('BAD_INPUT', 'This is no report of an evacuation.', { field: 'file' });
  const report = verifyReport(text, kind, { now });
  const parsed = format.safeParse(report.body);
  if (!parsed.success) throw invalid('it lacks what such a report says');
  const body = parsed.data as EvacuationBody;
  if (body.log.size !== report.log.size || body.log.root !== report.log.root) {
    throw invalid('it speaks of another log than it brings along');
  }
  requireSamePeople(body, report);
  return { kind, body, signer: report.signer, log: report.log };
}

function requireSamePeople({ post, people }: EvacuationBody, { directory }: VerifiedReport): void {
  const known = [...directory.persons()].filter((person) => person.post === post.id);
  const expected = known.flatMap(({ id }) =>
    directory.devicesOf(id).map((one) => `${id} ${one.id} ${String(one.revoked !== undefined)}`),
  );
  const said = people.flatMap(({ id, devices }) =>
    devices.map((one) => `${id} ${one.id} ${String(one.revokedAt !== undefined)}`),
  );
  if (expected.toSorted().join('\n') === said.toSorted().join('\n')) return;
  throw invalid('the log does not know these devices of the mission as it names them');
}
