import { because, REASONS } from './reasons.js';

describe('a reason', () => {
  test('has a code for a page, and its English words for a terminal', () => {
    expect(because('EMPTY')).toEqual({ code: 'EMPTY', reason: 'the file is empty' });
  });

  test('brings the values along that its words name, and further ones for a page', () => {
    const values = { error: 'KIND_UNKNOWN', detail: 'There is no such kind.', field: 'kind' };
    expect(because('REFUSED', values)).toEqual({
      code: 'REFUSED',
      values,
      reason: 'There is no such kind. (KIND_UNKNOWN)',
    });
  });

  test('takes a value as it is, whatever signs are in it', () => {
    expect(because('NO_DATE', { date: '{date} $& “1”' }).reason).toBe('“{date} $& “1”” is not a date');
  });

  test('no two codes say the same', () => {
    const told = Object.values(REASONS).filter((words) => words !== '{detail}');
    expect(new Set(told).size).toBe(told.length);
  });
});
