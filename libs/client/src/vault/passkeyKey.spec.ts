import { randomBytes, ready, toBase64Url } from '#primitives';

import { openUnderPasskey, sealUnderPasskey } from './passkeyKey.js';

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('a data key sealed under a passkey', () => {
  let dataKey: Uint8Array;
  let prf: Uint8Array;
  let salt: string;

  beforeAll(async () => {
    await ready();
    [dataKey, prf, salt] = [randomBytes(32), randomBytes(32), toBase64Url(randomBytes(32))];
  });

  test('opens by what the same authenticator answers, and by nothing else', () => {
    const sealed = sealUnderPasskey(dataKey, prf, 'credential', salt);
    expect(openUnderPasskey(sealed, prf)).toEqual(dataKey);
    expect(() => openUnderPasskey(sealed, randomBytes(32))).toThrow(refusal('WRONG_PASSKEY'));
  });

  test('is bound to its credential and its salt', () => {
    const sealed = sealUnderPasskey(dataKey, prf, 'credential', salt);
    expect(() => openUnderPasskey({ ...sealed, id: 'another' }, prf)).toThrow(refusal('WRONG_PASSKEY'));
    const salted = { ...sealed, salt: toBase64Url(randomBytes(32)) };
    expect(() => openUnderPasskey(salted, prf)).toThrow(refusal('WRONG_PASSKEY'));
  });

  test('is not the PRF result used as a key', () => {
    const sealed = sealUnderPasskey(dataKey, prf, 'credential', salt);
    const other = sealUnderPasskey(dataKey, prf, 'credential', toBase64Url(randomBytes(32)));
    expect(() => openUnderPasskey({ ...sealed, sealedKey: other.sealedKey }, prf)).toThrow(refusal('WRONG_PASSKEY'));
  });

  test.each([0, 31, 33, 64])('a result of %i bytes is refused', (length) => {
    expect(() => sealUnderPasskey(dataKey, new Uint8Array(length), 'credential', salt)).toThrow(refusal('BAD_INPUT'));
  });
});
