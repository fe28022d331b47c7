import { jest } from '@jest/globals';

import { buildCommand, chancery } from '../support/commandLine.js';

interface Outcome {
  readonly messagesSent: number;
  readonly messagesDecrypted: number;
  readonly safetyNumbersAgree: boolean;
  readonly pairingAgrees: boolean;
  readonly messagesRestored: number;
  readonly campaign: { readonly members: number; readonly membersDone: number; readonly heldBackBy: readonly string[] };
  readonly revokedDeviceCouldRead: boolean;
  readonly plaintextFoundOnServer: number;
  readonly plantedWordFound: number;
  readonly documentsFiled: number;
  readonly search: readonly {
    readonly person: string;
    readonly query: string;
    readonly hits: number;
    readonly markings: readonly string[];
  }[];
  readonly seconds: number;
  readonly checks: readonly { readonly claim: string; readonly holds: boolean }[];
}

jest.setTimeout(300_000);

describe('the demonstration', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    buildCommand();
    const { code, out, err } = await chancery(['demo', '--once', '--json']);
    if (code !== 0) throw new Error(`the demonstration ended with ${String(code)}:\n${err}\n${out}`);
    outcome = JSON.parse(out) as Outcome;
  });

  test('everything that it claims holds', () => {
    expect(outcome.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(outcome.checks.length).toBeGreaterThanOrEqual(10);
  });

  test('every copy of every message is decrypted: by six others before the revocation, by five after it', () => {
    expect(outcome.messagesSent).toBe(9);
    expect(outcome.messagesDecrypted).toBe(7 * 6 + 2 * 5);
    expect(outcome.revokedDeviceCouldRead).toBe(false);
  });

  test('two people see the same safety number', () => {
    expect(outcome.safetyNumbersAgree).toBe(true);
  });

  test('a new device is compared with the one that vouches for it, and has every earlier message', () => {
    expect(outcome.pairingAgrees).toBe(true);
    expect(outcome.messagesRestored).toBe(7);
  });

  test('a campaign reaches every device: six people stay, one of them with two', () => {
    expect(outcome.campaign).toEqual({ members: 7, membersDone: 7, heldBackBy: ['Telephone of the ambassador'] });
  });

  test('no word of a message stands on the server, and the search for them finds what is there', () => {
    expect(outcome.plaintextFoundOnServer).toBe(0);
    expect(outcome.plantedWordFound).toBeGreaterThan(0);
  });

  test('two people with different clearance find different papers for the same words', () => {
    expect(outcome.documentsFiled).toBeGreaterThanOrEqual(42);
    const of = (person: string) => outcome.search.filter((answer) => answer.person === person);
    const [high, low] = [of('Élise Moreau'), of('Jonas Wicker')];
    expect(high.map(({ query }) => query)).toEqual(low.map(({ query }) => query));
    expect(high.some(({ hits }, index) => hits > (low[index]?.hits ?? 0))).toBe(true);
    expect(low.flatMap(({ markings }) => markings).filter((marking) => marking.startsWith('SECRET'))).toEqual([]);
    expect(high.flatMap(({ markings }) => markings)).toContain('SECRET');
  });
});
