import { randomBytes, ready } from '#primitives';

import { requireStrongPassphrase } from './passphrase.js';
import { openKey, sealKey } from './vaultKey.js';

const cost = { memoryKiB: 64 * 1024, passes: 1 };

/** Matches an error by its code. */
const refusal = (code: string, field?: string): Error =>
  expect.objectContaining(field === undefined ? { code } : { code, field }) as Error;

describe('the key of a vault', () => {
  beforeAll(() => ready());

  test('opens with its passphrase and no other', () => {
    const key = randomBytes(32);
    const text = JSON.stringify(sealKey(key, 'walnut ferry gravel', 'vault', cost));
    expect(openKey(text, 'walnut ferry gravel', 'vault')).toEqual(key);
    expect(() => openKey(text, 'walnut ferry', 'vault')).toThrow(refusal('WRONG_PASSPHRASE'));
  });

  test('is of no use for another purpose', () => {
    const text = JSON.stringify(sealKey(randomBytes(32), 'walnut ferry gravel', 'root', cost));
    const open = (): unknown => openKey(text, 'walnut ferry gravel', 'vault');
    expect(open).toThrow(refusal('VAULT_DAMAGED'));
  });

  test('is never protected by less than 64 MiB', () => {
    const seal = (): unknown => sealKey(randomBytes(32), 'x', 'vault', { memoryKiB: 64 * 1024 - 1, passes: 3 });
    expect(seal).toThrow(refusal('BAD_INPUT', 'memoryMiB'));
  });

  test.each(['', 'nonsense', '{}', '{"format":1}', '{"format":2,"purpose":"vault","kdf":{},"sealedKey":""}'])(
    'a damaged file is said to be damaged: %j',
    (text) => {
      expect(() => openKey(text, 'x', 'vault')).toThrow(refusal('VAULT_DAMAGED'));
    },
  );

  test('a file that asks for absurd amounts of memory is not obeyed', () => {
    const sealed = sealKey(randomBytes(32), 'walnut', 'vault', cost);
    const text = JSON.stringify({ ...sealed, kdf: { ...sealed.kdf, memoryKiB: 2 ** 31 } });
    expect(() => openKey(text, 'walnut', 'vault')).toThrow(refusal('VAULT_DAMAGED'));
  });
});

describe('passphrases', () => {
  test.each(['', 'secret', 'Passw0rd!', 'qwertyuiop', 'Tashkent1991', 'aaaaaaaaaaaaaaaaaaaa'])(
    '%j is weak',
    async (passphrase) => {
      await expect(requireStrongPassphrase(passphrase)).rejects.toMatchObject({
        code: 'PASSPHRASE_WEAK',
        field: 'passphrase',
      });
    },
  );

  test('the names of person and ministry add nothing', async () => {
    const personal = ['Aziza Karimova', 'Ministry of Foreign Affairs'];
    const weak = requireStrongPassphrase('Aziza Karimova', personal);
    await expect(weak).rejects.toMatchObject({ code: 'PASSPHRASE_WEAK' });
  });

  test('four unrelated words are strong, in any script', async () => {
    await requireStrongPassphrase('walnut ferry gravel lantern');
    await requireStrongPassphrase('варенье паром щебень фонарь');
  });
});
