import pc from 'picocolors';

import { table } from './table.js';
import type { Column } from './table.js';
import type { Terminal } from './terminal.js';
import { displayWidth } from './text.js';

const at = (width: number): Terminal => ({
  width,
  interactive: false,
  colours: pc.createColors(false),
  out: () => undefined,
  err: () => undefined,
});

const columns: readonly Column<{ name: string; post: string; id: string }>[] = [
  { title: 'Name', of: ({ name }) => name, flexible: true },
  { title: 'Post', of: ({ post }) => post, flexible: true },
  { title: 'Id', of: ({ id }) => id },
];
const rows = [
  { name: 'Leila Marchetti', post: 'Embassy of the Republic of Valdoria in Tashkent', id: '0195f1c2' },
  { name: 'يوسف الرحماني', post: 'Embassy in Muscat', id: '0195f1c3' },
];

describe('a table', () => {
  test('fits the terminal: names are cut, identifiers never', () => {
    for (const width of [120, 60, 40]) {
      const lines = table(at(width), columns, rows, '').split('\n');
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines[1]).toContain('0195f1c2');
      expect(lines[2]).toContain('0195f1c3');
    }
  });

  test('cuts nothing when it goes to a file', () => {
    expect(table(at(Infinity), columns, rows, '')).toContain('Embassy of the Republic of Valdoria in Tashkent');
  });

  test('keeps its columns beside right-to-left names', () => {
    const [heading = '', , arabic = ''] = table(at(120), columns, rows, '').split('\n');
    expect(arabic).toContain('\u2068يوسف الرحماني\u2069');
    expect(displayWidth(arabic.slice(0, arabic.indexOf('Embassy')))).toBe(heading.indexOf('Post'));
  });

  test('says so when there is nothing', () => {
    expect(table(at(80), columns, [], 'Nobody.')).toBe('Nobody.');
  });
});
