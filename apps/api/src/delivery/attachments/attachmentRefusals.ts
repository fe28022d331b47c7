import { Refusal } from '../../platform/refusal.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Throws BAD_INPUT. */
export function requireId(id: string, field: string): void {
  if (!UUID.test(id)) throw new Refusal('BAD_INPUT', 'this is not the id of an attachment', { field });
}

/** Never there, or removed because no message named it within a day. */
export function gone(): Refusal {
  return new Refusal('ATTACHMENT_GONE', 'the server has no such attachment for this conversation');
}
