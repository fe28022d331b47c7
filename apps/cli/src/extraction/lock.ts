import dgram from 'node:dgram';
import dns from 'node:dns';
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

/** Globals by which code could reach the network. */
const GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

/** Network code was called where there is none; nothing was sent. */
class NetworkClosed extends Error {
  readonly code = 'ERR_ACCESS_DENIED';

  constructor() {
    super('this process has no network');
  }
}

function closed(): never {
  throw new NetworkClosed();
}

/** Puts a function that refuses in the place of every function of an object. */
function close(target: object, keeps: readonly string[] = []): void {
  for (const name of Object.getOwnPropertyNames(target)) {
    const known = Object.getOwnPropertyDescriptor(target, name);
    if (typeof known?.value !== 'function' || keeps.includes(name)) continue;
    if (known.writable !== true && known.configurable !== true) continue;
    Object.defineProperty(target, name, { value: closed, writable: false, configurable: false });
  }
}

/**
 * Takes the network away from this process, before any other code is loaded. Node's permission model covers files, child
 * processes, threads, addons and internal bindings, but no sockets before Node 25: this closes every public way to one.
 */
export function closeNetwork(): void {
  close(net.Socket.prototype, ['constructor']);
  close(net.Server.prototype, ['constructor']);
  close(dgram.Socket.prototype, ['constructor']);
  close(dns.Resolver.prototype, ['constructor']);
  close(dns.promises.Resolver.prototype, ['constructor']);
  for (const module of [net, tls, http2, dgram, dns, dns.promises]) close(module);
  for (const name of GLOBALS) Reflect.deleteProperty(globalThis, name);
  syncBuiltinESMExports();
}
