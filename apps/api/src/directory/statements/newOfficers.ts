import { Raw } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { decodeStatement } from '#transparency';
import type { Directory, Power, Signer, StatementBody, VerifiedStatement } from '#transparency';

import { Refusal } from '../../platform/refusal.js';
import { personOf } from './loneRevocations.js';
import { StatementEntity } from './statement.entity.js';

const MINUTE_MS = 60_000;

/** What both hold who sign an act for two. */
export const POWER_FOR_TWO: Partial<Record<StatementBody['type'], Power>> = {
  policy: 'clear',
  revokePerson: 'revoke',
  revokePost: 'revoke',
  rotateIdentity: 'enrol',
};

/** How long it takes until an officer who was appointed signs acts for two. */
interface Season {
  readonly minutes: number;
  readonly now: Date;
}

/** One statement that appointed somebody, renewed the appointment or ended it. */
interface Appointment {
  readonly seq: number;
  readonly person: string;
  readonly powers: readonly Power[];
  /** Milliseconds since 1970. */
  readonly until: number | undefined;
  readonly byRoot: boolean;
  readonly recordedAt: Date;
}

/**
 * Whoever could appoint an accomplice and have an act signed by both would decide alone. So nobody signs an act for two, as the first or the
 * second, with a power that was given to them lately: others have time to read of the appointment. The second officer of a ministry that had one
 * is excepted, since nobody else could sign, and whom the root key has appointed.
 *
 * To be called after the statements were entered, within their transaction, which holds the lock of the log. Throws OFFICER_TOO_NEW.
 *
 * @param directory - knows the devices of everybody who has signed
 */
export async function requireSeasoned(
  fresh: readonly VerifiedStatement[],
  { minutes, now }: Season,
  directory: Directory,
  manager: EntityManager,
): Promise<void> {
  const signed = fresh.flatMap((statement) => signaturesOf(statement, directory));
  if (signed.length === 0) return;
  const history = await appointments(manager);
  const since = new Date(now.getTime() - minutes * MINUTE_MS);
  for (const { person, power } of signed) {
    const given = givenLately(person, power, history, since);
    if (!given || holdersBefore(given, power, history, since, directory).size <= 1) continue;
    const from = new Date(given.recordedAt.getTime() + minutes * MINUTE_MS).toISOString();
    const name = directory.person(given.person)?.name ?? given.person;
    throw new Refusal('OFFICER_TOO_NEW', `${name} signs such acts from ${from} on`, { field: 'statements' });
  }
}

interface Signature {
  readonly person: string;
  readonly power: Power;
}

function signaturesOf({ body, signer, cosigner }: VerifiedStatement, directory: Directory): Signature[] {
  const power = POWER_FOR_TWO[body.type];
  const signers: readonly Signer[] = cosigner ? [signer, cosigner] : [];
  return signers.flatMap((one) => {
    const person = personOf(one, directory);
    return power === undefined || person === undefined ? [] : [{ person, power }];
  });
}

/** Every appointment that there ever was, the oldest first. Officers are few. */
async function appointments(manager: EntityManager): Promise<Appointment[]> {
  const mention = Raw((payload) => `position('appoint'::bytea in ${payload}) > 0`);
  const rows = await manager.find(StatementEntity, { where: { payload: mention }, order: { seq: 'ASC' } });
  return rows.flatMap(({ seq, payload, recordedAt }) => {
    const { body, signer } = decodeStatement(payload);
    if (body.type !== 'appoint') return [];
    const { person, powers, until } = body;
    return [{ seq, person, powers, until, byRoot: signer.kind === 'root', recordedAt }];
  });
}

/** By which appointment somebody holds a power that they did not hold at that time; undefined if they did, or by the root's word. */
function givenLately(
  person: string,
  power: Power,
  history: readonly Appointment[],
  since: Date,
): Appointment | undefined {
  const [then, ...lately] = fromOn(
    since,
    history.filter((appointment) => appointment.person === person),
  );
  if (then?.powers.includes(power)) return undefined;
  const given = lately.filter(({ powers }) => powers.includes(power));
  return given.some(({ byRoot }) => byRoot) ? undefined : given[0];
}

/** Who else held a power at any time between then and that appointment. */
function holdersBefore(
  { seq, person }: Appointment,
  power: Power,
  history: readonly Appointment[],
  since: Date,
  directory: Directory,
): ReadonlySet<string> {
  const earlier = history.filter((appointment) => appointment.seq < seq && appointment.person !== person);
  const hasEnded = (time: number | undefined): boolean => time !== undefined && time < since.getTime();
  const holds = (id: string): boolean => {
    const theirs = earlier.filter((appointment) => appointment.person === id);
    return fromOn(since, theirs).some((held) => held?.powers.includes(power) === true && !hasEnded(held.until));
  };
  const people = new Set(earlier.map((appointment) => appointment.person));
  return new Set([...people].filter((id) => holds(id) && !hasEnded(directory.person(id)?.revoked?.at)));
}

/** The appointment of one person that stood at that time, if there was one, and those after it. */
function fromOn(since: Date, theirs: readonly Appointment[]): [Appointment | undefined, ...Appointment[]] {
  const before = theirs.filter(({ recordedAt }) => recordedAt <= since);
  return [before.at(-1), ...theirs.slice(before.length)];
}
