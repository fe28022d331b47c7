import { ready } from '#primitives';

import type { Findings, Limits, MlsImplementation } from '../contract.js';
import { CoreCryptoMls } from '../coreCrypto.js';
import type { CoreCryptoModule, Fill } from '../coreCrypto.js';
import { floorReady, floorTalk } from '../floor.js';
import { hybrid, ourName, ours, ourSuites } from '../ours.js';
import { goalSize, measureAll } from '../scenario.js';
import type { Settings } from '../scenario.js';
import { TsMls } from '../tsMls.js';
import type { TsMlsModule } from '../tsMls.js';

/** Addresses of the peers' modules; absent if they are not installed. */
export interface Peers {
  readonly tsMls: string;
  readonly coreCrypto: string;
  readonly coreCryptoWasm: string;
}

/** What the page offers to the one who drives it, and what it needs. */
interface Page {
  measure?: (settings: Settings, peers: Peers | undefined) => Promise<Findings>;
  say(what: string): Promise<void>;
}

const inMemory: Limits = { members: 500, commits: 500, warm: 500, besides: goalSize };
/** Each operation waits for a transaction on disk; what that costs shows in groups of a hundred. */
const onDisk: Limits = { members: 100, commits: 100, warm: 100 };

const page = globalThis as unknown as Page;

page.measure = async (settings, peers) => {
  await ready();
  await floorReady();
  const own = ourSuites.map((suite) => ours(suite));
  const contenders = {
    mls: [...own, ...(peers === undefined ? [] : await load(peers))],
    talks: () => Promise.resolve([floorTalk()]),
    curve: own.filter(({ name }) => name === ourName(hybrid)),
  };
  return measureAll('Chromium', contenders, settings, (what) => void page.say(what));
};

async function load({ tsMls, coreCrypto, coreCryptoWasm }: Peers): Promise<MlsImplementation[]> {
  const other = await TsMls.start((await import(/* @vite-ignore */ tsMls)) as TsMlsModule, {
    members: 100,
    commits: 100,
    warm: 10,
  });
  const core = (await import(/* @vite-ignore */ coreCrypto)) as CoreCryptoModule;
  await core.initWasmModule(coreCryptoWasm);
  const fill: Fill = (identities) => other.fillersFor(identities);
  return [new CoreCryptoMls(core, 'memory', fill, inMemory), new CoreCryptoMls(core, 'IndexedDB', fill, onDisk), other];
}
