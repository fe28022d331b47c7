import { Group, createKeyPackage } from '#mls';
import { generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';

import { encodeKeyPackageSecrets } from '../../libs/mls/src/keyPackageCreation.js';
import { Device } from '../scenario/mls/device.js';
import { outcomeOf } from './target.js';

/** What the fuzzer found once, each in the smallest form. */
const suite = 0x0001;

let device: Device;

beforeAll(ready);

beforeEach(() => {
  device = new Device('anna', suite);
  device.found({ groupId: randomBytes(16) });
});

/** The outcome of `restore` after one change of what was stored. */
function restoredWith(change: (records: Map<string, Uint8Array>) => void): string {
  const records = device.copyOfDisk();
  change(records);
  return outcomeOf(() => Group.restore(records, device.keys));
}

const record = (records: Map<string, Uint8Array>, name: string): Uint8Array => records.get(name) ?? new Uint8Array(0);

describe('damaged records are CORRUPT_STATE, without a try to build what they say', () => {
  test.each(['tree/1000000000', 'tree/4294967294', 'tree/-1', 'tree/0.5', 'tree/NaN', 'tree/'])(
    'a node at %s',
    (name) => {
      expect(restoredWith((records) => records.set(name, record(records, 'tree/0')))).toBe('CORRUPT_STATE');
    },
  );

  test('a private key of a node outside the tree', () => {
    expect(restoredWith((records) => records.set('key/2', record(records, 'key/0')))).toBe('CORRUPT_STATE');
  });

  test.each([0, 3, 2 ** 31, 2 ** 32 - 1])('an epoch of %d leaves', (count) => {
    const outcome = restoredWith((records) => {
      const epoch = record(records, 'epoch/0');
      new DataView(epoch.buffer, epoch.byteOffset).setUint32(epoch.length - 4, count);
    });
    expect(outcome).toBe('CORRUPT_STATE');
  });

  test.each(['state', 'epoch/0', 'tree/0'])('a truncated record: %s', (name) => {
    expect(restoredWith((records) => records.set(name, record(records, name).slice(0, 5)))).toBe('CORRUPT_STATE');
  });
});

test.each([
  [0, 32],
  [31, 32],
  [33, 32],
])('KeyPackage secrets of %d and %d bytes', (init, leafKey) => {
  const keys = generateSigningKeyPair();
  const { keyPackage } = createKeyPackage({ suite, identity: utf8('boris'), signatureKeyPair: keys });
  const { welcome = new Uint8Array(0) } = device.commit({ add: [keyPackage] });
  const secrets = { initPrivateKey: randomBytes(init), leafPrivateKey: randomBytes(leafKey) };
  const keyPackageSecrets = encodeKeyPackageSecrets(secrets);
  const join = { welcome, keyPackage, keyPackageSecrets, signatureKeyPair: keys };
  expect(outcomeOf(() => Group.join(join))).toBe('CORRUPT_STATE');
});

test('a signature key of the wrong size is misuse, and so is an export that HKDF can not give', () => {
  const signatureKeyPair = { ...device.keys, privateKey: randomBytes(5) };
  expect(outcomeOf(() => Group.restore(device.copyOfDisk(), signatureKeyPair))).toBe('MISUSE');
  expect(outcomeOf(() => device.group.exportSecret('label', utf8(''), 8161))).toBe('MISUSE');
  expect(outcomeOf(() => device.group.exportSecret('label', utf8(''), 8160))).toBe('accepted');
});
