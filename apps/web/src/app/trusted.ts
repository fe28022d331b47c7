import workerUrl from '../worker/worker.ts?worker&url';

/** At the root, so that it answers for every address; see `vite.config.mjs`. */
const SERVICE_WORKER = '/sw.js';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): object };
}

/** The content security policy lets nothing but these two be started. */
function createScriptURL(asked: string): string {
  if (asked !== workerUrl && asked !== SERVICE_WORKER) throw new TypeError('this is not one of the workers');
  return asked;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy('chancery-worker', { createScriptURL });
const trusted = (url: string): string => (policy?.createScriptURL(url) ?? url) as string;

/** What the browser takes for an address; a browser with Trusted Types takes nothing else. */
export const workerAddress = trusted(workerUrl);
export const serviceWorkerAddress = trusted(SERVICE_WORKER);
