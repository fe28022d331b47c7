import { choose } from './lookup.js';

const people = [
  { id: '0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77', name: 'Leila Marchetti' },
  { id: '0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e78', name: 'Tomas Brandel' },
  { id: '0195f1c2-7a64-7c11-9d2e-5f4b1c0a9f00', name: 'Tomas Brandel-Ortega' },
];

const found = (wanted: string): string => choose('person', wanted, people).name;

describe('the person that somebody means', () => {
  test.each([
    ['0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77', 'Leila Marchetti'],
    ['9e78', 'Tomas Brandel'],
    ['tomas brandel', 'Tomas Brandel'],
    ['leila', 'Leila Marchetti'],
    ['ortega', 'Tomas Brandel-Ortega'],
  ])('%s', (wanted, name) => {
    expect(found(wanted)).toBe(name);
  });

  test('is asked for again when two fit', () => {
    expect(() => found('tomas')).toThrow(
      expect.objectContaining({ code: 'USAGE', remedy: expect.stringContaining('0a9e78') as string }) as Error,
    );
  });

  test('is not guessed when nobody fits', () => {
    expect(() => found('nobody')).toThrow(expect.objectContaining({ code: 'NOT_FOUND', field: 'person' }) as Error);
  });
});
