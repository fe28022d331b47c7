import { randomBytes, ready, sha256, toBase64Url } from '#primitives';

import { claimProof, claimToken, claimTokenHash, formatLink, parseLink } from './link.js';

/** Matches an error by its code. */
const refusal = (code: string, field?: string): Error =>
  expect.objectContaining(field === undefined ? { code } : { code, field }) as Error;

describe('an enrolment link', () => {
  beforeAll(() => ready());

  const make = (): Parameters<typeof formatLink>[0] => ({
    origin: 'https://chancery.example:8443',
    secret: randomBytes(32),
    rootFingerprint: toBase64Url(randomBytes(32)),
    invitationId: '019a5c2e-8f00-7abc-8def-0123456789ab',
  });

  test('is read as it was written, with spaces around it too', () => {
    const link = make();
    expect(parseLink(formatLink(link))).toEqual(link);
    expect(parseLink(`  ${formatLink(link)}\n`)).toEqual(link);
  });

  test('keeps its secret behind the #, which browsers never send', () => {
    const link = make();
    const [sent = ''] = formatLink(link).split('#');
    expect(sent).not.toContain(toBase64Url(link.secret));
  });

  test.each([
    '',
    'https://chancery.example',
    'ftp://chancery.example/enrol#a.b.c',
    'https://x/enrol#a.b.c',
    'https://x/enrol',
  ])('%j is none', (text) => {
    expect(() => parseLink(text)).toThrow(refusal('LINK_INVALID', 'link'));
  });

  test('the server knows a hash of the claim token, and the token tells nothing about the proof', () => {
    const { secret, invitationId } = make();
    expect(claimTokenHash(secret)).toEqual(sha256(claimToken(secret)));
    const [identityKey, addDevice] = [randomBytes(32), randomBytes(100)];
    const proof = claimProof(secret, invitationId, identityKey, addDevice);
    expect(claimProof(secret, invitationId, randomBytes(32), addDevice)).not.toEqual(proof);
    expect(claimProof(secret, invitationId, identityKey, randomBytes(100))).not.toEqual(proof);
    expect(claimProof(claimToken(secret), invitationId, identityKey, addDevice)).not.toEqual(proof);
  });
});
