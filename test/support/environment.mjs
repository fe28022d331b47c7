import { Buffer } from 'node:buffer';
import { constants, createContext } from 'node:vm';

import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's own environment for Node, but with a plain global object. Jest's is a proxy behind interceptors, so that each
 * `Uint8Array` or `Error` that the code under test names is looked up there: fifteen times as slow, and cryptography
 * does little else. A context made with DONT_CONTEXTIFY has a global object like any program's; files of tests stay as
 * apart from each other as before.
 */
export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const sandbox = this.global;
    const plain = createContext(constants.DONT_CONTEXTIFY);
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (!Object.hasOwn(plain, name)) Object.defineProperty(plain, name, like(name));
    }
    for (const name of Object.getOwnPropertyNames(sandbox)) {
      if (!Object.hasOwn(plain, name))
        Object.defineProperty(plain, name, Object.getOwnPropertyDescriptor(sandbox, name));
    }
    Object.assign(plain, { global: plain, process: sandbox.process, Buffer, ArrayBuffer, Uint8Array });
    plain.Error.stackTraceLimit = 100;
    this.global = plain;
    this.context = plain;
    this.moduleMocker = new this.moduleMocker.constructor(plain);
  }
}

/** A global of the process as one of a test; what Node loads on first use stays unloaded. */
function like(name) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if ('value' in descriptor) return descriptor;
  return { ...descriptor, get: () => globalThis[name], configurable: true };
}
