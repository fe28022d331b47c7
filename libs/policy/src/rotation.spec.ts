import { canonicalPolicy, genericMinistry, identityDays, parsePolicy } from './index.js';

describe('an identity key', () => {
  test('gives way to another once a year, or as often as the policy says', () => {
    expect(identityDays(genericMinistry)).toBe(365);
    const monthly = parsePolicy(canonicalPolicy({ ...genericMinistry, rotation: { identityDays: 30 } }));
    expect(identityDays(monthly)).toBe(30);
  });

  test.each([0, 1.5, 100_000])('gives way after whole days of a bounded number, not %d', (days) => {
    const text = canonicalPolicy({ ...genericMinistry, rotation: { identityDays: days } });
    expect(() => parsePolicy(text)).toThrow('rotation.identityDays');
  });
});
