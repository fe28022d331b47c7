import type { IncomingMessage } from 'node:http';

import { addressOf } from './address.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  test('is that of its connection, whatever it says of itself', () => {
    expect(addressOf(request('192.0.2.1', '198.51.100.7'), [])).toBe('192.0.2.1');
  });

  test('behind a trusted proxy, is what the proxy says', () => {
    expect(addressOf(request('10.0.0.2', '198.51.100.7'), ['10.0.0.0/8'])).toBe('198.51.100.7');
  });

  test('is the last one that no trusted proxy has: a client cannot put itself in front', () => {
    expect(addressOf(request('10.0.0.2', '1.1.1.1, 198.51.100.7, 10.0.0.9'), ['10.0.0.0/8'])).toBe('198.51.100.7');
  });

  test('may be IPv6, also for the proxy', () => {
    expect(addressOf(request('fd00::2', '2001:db8::1'), ['fd00::/8'])).toBe('2001:db8::1');
    expect(addressOf(request('::ffff:10.0.0.2', '192.0.2.9'), ['10.0.0.0/8'])).toBe('192.0.2.9');
  });

  test('is the proxy itself when nobody else is named', () => {
    expect(addressOf(request('10.0.0.2'), ['10.0.0.2'])).toBe('10.0.0.2');
  });
});
