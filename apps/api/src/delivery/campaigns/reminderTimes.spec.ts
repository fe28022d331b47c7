import { ReminderReason } from './reminder.types.js';
import { dueReminder, untilNext } from './reminderTimes.js';

const DAY = 86_400_000;

describe('devices are reminded of a campaign', () => {
  const week = { at: 0, deadline: 7 * DAY };

  test('at half of its time, and when its last day begins', () => {
    expect(dueReminder(week, 3.5 * DAY - 1)).toBeUndefined();
    expect(dueReminder(week, 3.5 * DAY)).toBe(ReminderReason.HALF_TIME);
    expect(dueReminder(week, 6 * DAY - 1)).toBe(ReminderReason.HALF_TIME);
    expect(dueReminder(week, 6 * DAY)).toBe(ReminderReason.LAST_DAY);
    expect(dueReminder(week, 7 * DAY)).toBeUndefined();
  });

  test('at half of its time only, where it is no longer than two days', () => {
    const short = { at: 0, deadline: 2 * DAY };
    expect(dueReminder(short, DAY - 1)).toBeUndefined();
    expect(dueReminder(short, 2 * DAY - 1)).toBe(ReminderReason.HALF_TIME);
  });

  test('at times that are known before', () => {
    expect(untilNext(week, 0)).toBe(3.5 * DAY);
    expect(untilNext(week, 3.5 * DAY)).toBe(2.5 * DAY);
    expect(untilNext(week, 6 * DAY)).toBeUndefined();
  });
});
