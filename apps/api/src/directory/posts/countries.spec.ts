import { isCountry, isTimeZone } from './countries.js';

describe('countries and time zones of posts', () => {
  test('there are 249 assigned country codes', () => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const codes = letters.flatMap((a) => letters.map((b) => a + b)).filter(isCountry);
    expect(codes).toHaveLength(249);
  });

  test.each(['uz', 'XX', 'EU', '', 'USA'])('%p is no country', (code) => {
    expect(isCountry(code)).toBe(false);
  });

  test.each(['Asia/Tashkent', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'UTC'])('%s is a time zone', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  test.each(['+05:00', 'Asia/Atlantis', '', 'asia', '../etc', 'Etc/GMT+99'])('%p is no time zone', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
