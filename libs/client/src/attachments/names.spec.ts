import { ready, utf8 } from '#primitives';

import { numberedName, safeFileName } from './names.js';

beforeAll(() => ready());

test.each([
  ['report.pdf', 'report.pdf'],
  ['Доклад о переговорах.docx', 'Доклад о переговорах.docx'],
  ['../../etc/passwd', 'passwd'],
  ['/etc/shadow', 'shadow'],
  ['C:\\Windows\\system32\\cmd.exe', 'cmd.exe'],
  ['..', 'attachment'],
  ['', 'attachment'],
  ['...', 'attachment'],
  ['   ', 'attachment'],
  ['.bashrc', 'bashrc'],
  ['notes.txt. . ', 'notes.txt'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['a\u0000b\nc\u200Bd.txt', 'abcd.txt'],
  ['a:b|c?.txt', 'a_b_c_.txt'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['lpt1.tar.gz', '_lpt1.tar.gz'],
  ['console.log', 'console.log'],
  ['e\u0301.txt', '\u00E9.txt'],
  ['\uD800.txt', 'txt'],
])('the name %j becomes %j', (given, safe) => {
  expect(safeFileName(given)).toBe(safe);
});

test('a name is safe once and for all, and short enough for every file system', () => {
  const long = `${'я'.repeat(300)}.pdf`;
  const safe = safeFileName(long);
  expect(utf8(safe).length).toBeLessThanOrEqual(180);
  expect(safe.endsWith('я.pdf')).toBe(true);
  for (const name of [long, 'CON', '../x', ' .a. ', 'a/b\\c']) {
    expect(safeFileName(safeFileName(name))).toBe(safeFileName(name));
  }
});

test('a name that is taken is numbered before its ending', () => {
  expect([1, 2, 3].map((number) => numberedName('note.pdf', number))).toEqual([
    'note.pdf',
    'note (2).pdf',
    'note (3).pdf',
  ]);
  expect(numberedName('Makefile', 2)).toBe('Makefile (2)');
});
