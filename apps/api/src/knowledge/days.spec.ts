import { dayRange } from './days.js';

test.each([
  ['1967', 19670101, 19671231],
  ['1968-02', 19680201, 19680229],
  ['1967-05-23', 19670523, 19670523],
  ['1967-05-23T10:00:00Z', 19670523, 19670523],
])('%s is a range of days', (text, first, last) => {
  expect(dayRange(text)).toEqual({ first, last });
});

test.each(['', 'May 1967', '1967-13', '1967-02-30', '1967-00', '67', '1967-05-23x', '19670523'])(
  '%s is no date',
  (text) => {
    expect(dayRange(text)).toBeUndefined();
  },
);
