import { Refusal } from '../../platform/refusal.js';
import { dayRange } from '../days.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** When a day begins, by UTC. */
export function startOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** The day at this moment, by UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The day that an input names; null for none. Throws BAD_INPUT. */
export function checkedDay(field: string, day: string | null | undefined): string | null {
  if (day === null || day === undefined) return null;
  if (DAY.test(day) && dayRange(day)) return day;
  throw new Refusal('BAD_INPUT', 'a day is written such as 2027-05-23', { field });
}
