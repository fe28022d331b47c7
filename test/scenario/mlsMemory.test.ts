import library from 'libsodium-wrappers-sumo';

import type { Group } from '#mls';
import type { StagedCommit } from '#mls';
import { randomBytes, ready, utf8 } from '#primitives';

import { Ratchet } from '../../libs/mls/src/ratchet.js';
import type { MessageKeys } from '../../libs/mls/src/ratchet.js';
import { Circle } from './mls/circle.js';
import type { Device } from './mls/device.js';

/**
 * What a member forgets is gone: read from the very arrays that held it, and looked for in the memory of libsodium. What
 * the engine of the language copied on its own when it moved memory, no test and no code can see.
 */
beforeAll(ready);

/** Parts of a group that hold nothing secret, or that are handed to the caller. */
const publicParts = new Set([
  ...['tree', 'context', 'records', 'signer', 'proposals', 'staged', 'leavesBefore', 'suite', 'successor'],
  ...['interimTranscriptHash', 'confirmationTag', 'hash'],
]);

/** The arrays that hold a group's secrets, by where they are. */
function secretsOf(group: Group): Map<Uint8Array, string> {
  const found = new Map<Uint8Array, string>();
  collect(Reflect.get(group, 'core'), 'group', found, new Set());
  return found;
}

function collect(value: unknown, path: string, found: Map<Uint8Array, string>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) {
    found.set(value, path);
    return;
  }
  const parts = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value);
  for (const [key, part] of parts) {
    if (!publicParts.has(String(key))) collect(part, `${path}.${String(key)}`, found, seen);
  }
}

const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Where secrets are that `after` no longer holds and that were not overwritten, or stand in libsodium's memory. */
function leftOvers(
  before: ReadonlyMap<Uint8Array, string>,
  copies: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<Uint8Array, string>,
) {
  const gone = [...before].filter(([bytes]) => !after.has(bytes));
  const kept = new Set([...after.keys()].map((bytes) => Buffer.from(bytes).toString('hex')));
  const memory = sodiumMemory();
  return {
    gone: gone.length,
    notWiped: gone.filter(([bytes]) => !isWiped(bytes)).map(([, path]) => path),
    inSodium: gone
      .filter(([, path]) => {
        const copy = copies.get(path);
        return (
          copy !== undefined &&
          copy.length >= 16 &&
          !kept.has(Buffer.from(copy).toString('hex')) &&
          memory.includes(Buffer.from(copy))
        );
      })
      .map(([, path]) => path),
  };
}

function sodiumMemory(): Buffer {
  const { libsodium } = library as unknown as { readonly libsodium: { readonly HEAPU8: Uint8Array } };
  const { buffer, byteOffset, length } = libsodium.HEAPU8;
  return Buffer.from(buffer, byteOffset, length);
}

/** Runs something and says what it left behind of the secrets that the group holds no longer. */
function forgets(device: Device, action: () => void) {
  const before = secretsOf(device.group);
  const copies = new Map([...before].map(([bytes, path]) => [path, bytes.slice()]));
  action();
  return leftOvers(before, copies, secretsOf(device.group));
}

const clean = { notWiped: [], inSodium: [] };
const suites = [0x0001, 0x0003, 0x004d];

describe.each(suites)('in suite %i', (suite) => {
  const scene = () => {
    const circle = new Circle(suite, 'anna', 'boris', 'chen', 'farida');
    return { circle, anna: circle.device('anna'), boris: circle.device('boris'), chen: circle.device('chen') };
  };

  test('the search finds the secrets of a group, and that they are there', () => {
    const { anna } = scene();
    const found = secretsOf(anna.group);
    const paths = [...found.values()].join();
    for (const part of [
      'secrets.initSecret',
      'secrets.membershipKey',
      'privateKeys',
      'senderDataSecret',
      'secretTree',
    ]) {
      expect(paths).toContain(part);
    }
    expect([...found.keys()].filter(isWiped)).toEqual([]);
  });

  test('a new epoch overwrites the key schedule before it, for committer and receiver', () => {
    const { circle, anna, boris } = scene();
    const atAnna = forgets(anna, () => {
      expect(
        forgets(boris, () => {
          circle.commit(anna, { update: true });
        }),
      ).toMatchObject(clean);
    });
    expect(atAnna).toMatchObject(clean);
    expect(atAnna.gone).toBeGreaterThan(5);
  });

  test('a proposed update and a commit that was dropped leave nothing', () => {
    const { circle, anna, boris } = scene();
    const left = forgets(anna, () => {
      circle.propose(
        anna.saving((group) => group.proposeUpdate()),
        anna,
      );
      circle.commit(boris, {});
    });
    expect(left).toMatchObject(clean);
    const { staged } = anna.commit({ update: true });
    const next = nextOf(anna.group, staged);
    const own = secretsOf(anna.group);
    anna.saving((group) => {
      group.discard(staged);
    });
    expect([...next].filter(([bytes]) => !own.has(bytes) && !isWiped(bytes)).map(([, path]) => path)).toEqual([]);
  });

  test('a message overwrites the step of the ratchet that it used, and its keys', () => {
    const { anna, boris } = scene();
    const keys = recordMessageKeys();
    try {
      let message: Uint8Array = new Uint8Array(0);
      const text = randomBytes(64);
      expect(
        forgets(anna, () => {
          message = anna.saving((group) => group.encrypt(text, utf8('header')));
        }),
      ).toMatchObject(clean);
      expect(
        forgets(boris, () => {
          boris.saving((group) => group.decrypt(message));
        }),
      ).toMatchObject(clean);
      expect(sodiumMemory().includes(Buffer.from(text))).toBe(false);
      const late = [1, 2, 3].map((i) => anna.saving((group) => group.encrypt(utf8(String(i)), utf8(''))));
      const forged = late[2]!.slice().fill(0, -8);
      const afterForgery = forgets(boris, () => {
        expect(() => boris.group.decrypt(forged)).toThrow();
      });
      expect(afterForgery).toMatchObject({ ...clean, gone: 0 });
      for (const bytes of [late[2]!, late[0]!]) {
        expect(
          forgets(boris, () => {
            boris.saving((group) => group.decrypt(bytes));
          }),
        ).toMatchObject(clean);
      }
    } finally {
      keys.stop();
    }
    expect(keys.used.length).toBe(8);
    expect(keys.used.filter(({ key, nonce }) => !isWiped(key) || !isWiped(nonce))).toEqual([]);
  });

  test('message secrets of an epoch are overwritten when it falls out of the window', () => {
    const { circle, anna, boris } = scene();
    anna.saving((group) => group.decrypt(boris.saving((other) => other.encrypt(utf8('x'), utf8('')))));
    const epoch = anna.group.epoch;
    const ofEpoch = new Map(
      [...secretsOf(anna.group)].filter(([, path]) => path.includes(`epochs.epochs.${String(epoch)}.`)),
    );
    expect(ofEpoch.size).toBeGreaterThan(3);
    for (let i = 0; i < 6; i++) circle.commit(boris, { update: true });
    expect([...ofEpoch].filter(([bytes]) => !isWiped(bytes)).map(([, path]) => path)).toEqual([]);
  });

  test('a device that is removed keeps nothing', () => {
    const { circle, anna, chen } = scene();
    const before = secretsOf(chen.group);
    circle.commit(anna, { remove: [chen.group.ownLeaf] });
    expect([...before].filter(([bytes]) => !isWiped(bytes)).map(([, path]) => path)).toEqual([]);
    expect(chen.copyOfDisk().size).toBe(0);
  });
});

/** The secrets of the epoch that a staged commit leads to. */
function nextOf(group: Group, staged: StagedCommit): Map<Uint8Array, string> {
  const found = new Map<Uint8Array, string>();
  const core = Reflect.get(group, 'core') as { staged: WeakMap<StagedCommit, { next: unknown }> };
  collect(core.staged.get(staged)?.next, 'next', found, new Set());
  expect(found.size).toBeGreaterThan(5);
  return found;
}

/** Keys and nonces as ratchets hand them out. */
function recordMessageKeys(): { used: MessageKeys[]; stop: () => void } {
  const used: MessageKeys[] = [];
  const use: unknown = Reflect.get(Ratchet.prototype, 'use');
  Reflect.set(Ratchet.prototype, 'use', function (this: Ratchet, generation: number) {
    const result = Reflect.apply(use as Ratchet['use'], this, [generation]);
    used.push(result.keys);
    return result;
  });
  return { used, stop: () => Reflect.set(Ratchet.prototype, 'use', use) };
}
