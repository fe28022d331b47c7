import { generateSigningKeyPair, randomBytes, ready } from '#primitives';

import { newSealer, openBundle, sealBundle } from './bundle.js';
import { formatRecoveryCode, locatorOf, newRecoverySecret, parseRecoveryCode, recoveryNumber } from './code.js';

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;
const COST = { memoryKiB: 64 * 1024, passes: 1 };

beforeAll(() => ready());

describe('a recovery code', () => {
  test('is 32 characters with four that find slips of the pen', () => {
    const secret = newRecoverySecret();
    const code = formatRecoveryCode(secret);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(parseRecoveryCode(` ${code.toLowerCase().replaceAll('-', '  ')} `)).toEqual(secret);
  });

  test('with any one character changed is refused', () => {
    const code = formatRecoveryCode(newRecoverySecret());
    const missed = Array.from(code).filter((character, place) => {
      if (character === '-') return false;
      const other = character === '7' ? '8' : '7';
      const wrong = code.slice(0, place) + other + code.slice(place + 1);
      try {
        parseRecoveryCode(wrong);
        return true;
      } catch {
        return false;
      }
    });
    expect(missed).toEqual([]);
    expect(() => parseRecoveryCode('')).toThrow(refusal('RECOVERY_INVALID'));
  });

  test('is found by a locator that says nothing else', () => {
    const [one, other] = [newRecoverySecret(), newRecoverySecret()];
    expect(locatorOf(one)).toEqual(locatorOf(one));
    expect(locatorOf(one)).not.toEqual(locatorOf(other));
    expect(recoveryNumber(generateSigningKeyPair().publicKey)).toMatch(/^\d{6}$/);
  });
});

describe('a recovery bundle', () => {
  const frame = () => ({
    personId: '019a5c2e-8f00-7abc-8def-0123456789ab',
    ministryName: 'Ministry of Foreign Affairs',
    rootFingerprint: randomBytes(32),
  });
  const content = () => ({ identityKeys: [generateSigningKeyPair()], historyKey: randomBytes(32) });

  test('opens under its code, and under no other', () => {
    const [framed, held, secret] = [frame(), content(), newRecoverySecret()];
    const sealed = sealBundle(held, newSealer(framed, secret, COST));
    expect(openBundle(sealed, secret).bundle).toEqual({ ...framed, ...held });
    expect(() => openBundle(sealed, newRecoverySecret())).toThrow(refusal('RECOVERY_INVALID'));
  });

  test('is renewed by whoever has its sealer, who can neither open it nor lead it into another ministry', () => {
    const [framed, secret] = [frame(), newRecoverySecret()];
    const sealer = newSealer(framed, secret, COST);
    const renewed = { ...content(), identityKeys: [generateSigningKeyPair(), generateSigningKeyPair()] };
    const opened = openBundle(sealBundle(renewed, sealer), secret);
    expect(opened).toEqual({ bundle: { ...framed, ...renewed }, sealer });
    const { frame: elsewhere } = newSealer(frame(), newRecoverySecret(), COST);
    const forged = sealBundle(renewed, { ...sealer, frame: elsewhere });
    expect(() => openBundle(forged, secret)).toThrow(refusal('RECOVERY_INVALID'));
  });

  test('that was changed, or was never one, is refused', () => {
    const secret = newRecoverySecret();
    const sealed = sealBundle(content(), newSealer(frame(), secret, COST));
    for (const place of [1, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[place]! ^= 1;
      expect(() => openBundle(changed, secret)).toThrow(refusal('RECOVERY_INVALID'));
    }
    expect(() => openBundle(randomBytes(60), secret)).toThrow(refusal('RECOVERY_INVALID'));
  });
});
