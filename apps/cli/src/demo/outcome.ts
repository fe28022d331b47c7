import type { Comparison } from './acquaintance.js';
import type { Rotation } from './campaign.js';
import { CAST, SEARCHERS } from './cast.js';
import { countDecrypted } from './correspondence.js';
import type { Delivered } from './correspondence.js';
import type { Answer } from './library.js';
import type { Attempt } from './revocation.js';
import type { Telephone } from './telephone.js';

/** Something that the demonstration claims, and whether it turned out to be so. */
interface Check {
  readonly claim: string;
  readonly holds: boolean;
}

/** What the demonstration found out; the one JSON object of `--json`. */
export interface Outcome {
  readonly messagesSent: number;
  /** Copies that a reader's device decrypted to exactly the words that were written. */
  readonly messagesDecrypted: number;
  /** Whether two people saw the same safety number, and their devices remember it. */
  readonly safetyNumbersAgree: boolean;
  /** Whether a new device and the one that vouched for it showed the same. */
  readonly pairingAgrees: boolean;
  /** Earlier messages that the new device reads. */
  readonly messagesRestored: number;
  /** Whether it finds a word of the first of them. */
  readonly restoredAreFound: boolean;
  readonly revokedDeviceCouldRead: boolean;
  /** Whether a device that was not revoked could, in the same trial. */
  readonly controlCouldRead: boolean;
  /** Memberships of devices in the campaign's scope, those with new keys at its end, and who was last. */
  readonly campaign: { readonly members: number; readonly membersDone: number; readonly heldBackBy: readonly string[] };
  /** How often a canary word of a message was found in the server's files and tables. */
  readonly plaintextFoundOnServer: number;
  /** How often the planted word was found: shows that the search finds what is there. */
  readonly plantedWordFound: number;
  readonly filesScanned: number;
  readonly bytesScanned: number;
  readonly documentsFiled: number;
  readonly search: readonly SearchOutcome[];
  readonly seconds: number;
  readonly checks: readonly Check[];
}

interface SearchOutcome {
  readonly person: string;
  readonly clearance: string;
  readonly query: string;
  readonly hits: number;
  readonly markings: readonly string[];
}

/** What was written, and the trials of the devices. */
export interface Written {
  readonly before: readonly Delivered[];
  readonly telephone: Telephone;
  readonly rotation: Rotation;
  readonly after: readonly Delivered[];
  readonly attempts: readonly Attempt[];
  /** The same trial with a device that was not revoked. */
  readonly control: Attempt;
}

/** What the search for canary words found. */
export type Found = Pick<Outcome, 'plaintextFoundOnServer' | 'plantedWordFound' | 'filesScanned' | 'bytesScanned'>;

type Facts = Written &
  Found & {
    readonly comparison: Comparison;
    readonly documentsFiled: number;
    readonly answers: readonly Answer[];
    readonly seconds: number;
  };

/** Puts together what was found out. */
export function outcomeOf({
  comparison,
  telephone,
  rotation,
  before,
  after,
  attempts,
  control,
  answers,
  documentsFiled,
  seconds,
  ...found
}: Facts): Outcome {
  const messagesSent = before.length + after.length;
  const messagesDecrypted = countDecrypted([...before, ...after]);
  const revokedDeviceCouldRead = attempts.some(({ read }) => read > 0);
  const controlCouldRead = control.read === after.length;
  const facts = {
    ...{ messagesSent, messagesDecrypted },
    safetyNumbersAgree: comparison.isSame && comparison.isVerified,
    pairingAgrees: telephone.isSame,
    messagesRestored: telephone.restored,
    restoredAreFound: telephone.found > 0,
    ...{ revokedDeviceCouldRead, controlCouldRead },
    campaign: campaignOf(rotation),
    ...found,
    documentsFiled,
  };
  const expected = before.length * (CAST.length - 1) + after.length * (CAST.length - 2);
  const search = answers.map(({ person, clearance, query, hits }): SearchOutcome => ({
    person,
    clearance,
    query,
    hits: hits.length,
    markings: [...new Set(hits.map(({ marking }) => marking))],
  }));
  return { ...facts, search, seconds, checks: checksOf({ ...facts, expected, earlier: before.length, answers }) };
}

function campaignOf({ steps, holders }: Rotation): Outcome['campaign'] {
  const { members = 0, membersDone = 0 } = steps.at(-1)?.view ?? {};
  return { members, membersDone, heldBackBy: holders.map(({ deviceName }) => deviceName) };
}

type Checked = Omit<Outcome, 'search' | 'seconds' | 'checks'> & {
  readonly expected: number;
  /** Messages before the revocation. */
  readonly earlier: number;
  readonly answers: readonly Answer[];
};

function checksOf(facts: Checked): Check[] {
  const { answers, expected } = facts;
  const [high, low] = SEARCHERS.map((key) => answers.filter((answer) => answer.key === key));
  const total = (list: readonly Answer[] = []): number => list.reduce((sum, { hits }) => sum + hits.length, 0);
  return [
    { claim: 'two people saw the same safety number', holds: facts.safetyNumbersAgree },
    {
      claim: `all ${expected} copies of the messages were decrypted to the words that were written`,
      holds: facts.messagesDecrypted === expected,
    },
    {
      claim: `a new device showed what the other one showed, and reads and finds all ${facts.earlier} earlier messages`,
      holds: facts.pairingAgrees && facts.messagesRestored === facts.earlier && facts.restoredAreFound,
    },
    {
      claim: 'the revoked device could not read on, with every ciphertext in its hands',
      holds: !facts.revokedDeviceCouldRead,
    },
    { claim: 'a device that was not revoked could, in the same trial', holds: facts.controlCouldRead },
    {
      claim: `all ${facts.campaign.members} memberships of devices have new keys; the one that was away was named`,
      holds: facts.campaign.membersDone === facts.campaign.members && facts.campaign.heldBackBy.length === 1,
    },
    { claim: 'no word of a message stands anywhere on the server', holds: facts.plaintextFoundOnServer === 0 },
    { claim: 'the same search finds the word that was filed in a document', holds: facts.plantedWordFound > 0 },
    { claim: 'more than forty papers are filed', holds: facts.documentsFiled > 40 },
    { claim: 'who is cleared for more finds more', holds: total(high) > total(low) && total(low) > 0 },
    {
      claim: 'nobody finds what they are not cleared for',
      holds: answers.every(({ aboveClearance }) => aboveClearance === 0),
    },
  ];
}
