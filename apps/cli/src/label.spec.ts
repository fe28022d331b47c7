import { genericMinistry } from '#policy';

import { parseMarking } from './label.js';
import { clearanceWords } from './marking.js';

const parse = (text: string) => parseMarking(text, genericMinistry, '--label');

describe('a marking as people write it', () => {
  test.each([
    ['SECRET', 'SECRET', []],
    ['top secret', 'TOP_SECRET', []],
    ['secret//negotiation', 'SECRET', [{ tag: 'COMPARTMENT', values: ['NEGOTIATION'] }]],
    ['Secret // Intel / Negotiation', 'SECRET', [{ tag: 'COMPARTMENT', values: ['INTEL', 'NEGOTIATION'] }]],
    [
      'CONFIDENTIAL // REL TO HOME STAFF // EYES ONLY',
      'CONFIDENTIAL',
      [
        { tag: 'RELEASABLE_TO', values: ['HOME_STAFF'] },
        { tag: 'HANDLING', values: ['EYES_ONLY'] },
      ],
    ],
  ])('%s is understood', (text, level, categories) => {
    expect(parse(text)).toEqual({ policy: 'generic-ministry', level, categories });
  });

  test('an unknown level is refused with the levels that there are', () => {
    expect(() => parse('COSMIC')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        field: '--label',
        remedy: expect.stringContaining('TOP_SECRET') as string,
      }) as Error,
    );
  });

  test('an unknown category is refused with the categories that there are', () => {
    expect(() => parse('SECRET//GARDENING')).toThrow(
      expect.objectContaining({ code: 'USAGE', remedy: expect.stringContaining('NEGOTIATION') as string }) as Error,
    );
  });

  test('a clearance is written as it is read', () => {
    expect(clearanceWords(parse('SECRET//INTEL/NEGOTIATION'))).toBe('SECRET//INTEL/NEGOTIATION');
    expect(clearanceWords(undefined)).toBe('none');
  });
});
