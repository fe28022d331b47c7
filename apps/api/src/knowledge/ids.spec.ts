import { newId } from './ids.js';

test('ids are UUIDs of version 7 that sort in the order in which they were made', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  const ids = Array.from({ length: 5000 }, () => newId(now));
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
