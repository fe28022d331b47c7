import type { Page } from 'playwright-core';

/** What the scripts of a page hold, as somebody finds it who takes the machine while it runs. The worker is not looked into. */
export interface PageMemory {
  /** Every string of the heap, in the form of a snapshot, after what nobody reaches any more was collected. */
  readonly texts: string;
  /** How many arrays of bytes there are that are as short as keys are; the browser tells their number, not what they hold. */
  readonly shortArrays: number;
}

/** As much of a snapshot of the heap as is looked at; see the protocol of the browser's developer tools. */
interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[]; readonly node_types: [string[]] } };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Longest key, in bytes. */
const KEY_BYTES = 64;
const ARRAY = /^((Big)?(Ui|I)nt\d+(Clamped)?|Float\d+)Array$/;
/** What an array has beside it where it is longer than 64 bytes; shorter ones hold their bytes themselves. */
const CONTENTS = 'system / JSArrayBufferData';

export async function memoryOf(page: Page): Promise<PageMemory> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  const texts = chunks.join('');
  return { texts, shortArrays: shortArraysIn(JSON.parse(texts) as Snapshot) };
}

function shortArraysIn({ snapshot, nodes, strings }: Snapshot): number {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  let short = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const named = strings[nodes[at + name] ?? 0] ?? '';
    if (types[0][nodes[at + type] ?? 0] === 'object' && ARRAY.test(named)) short += 1;
    if (named === CONTENTS && (nodes[at + size] ?? 0) > KEY_BYTES) short -= 1;
  }
  return short;
}

/** Everything that the origin keeps where the page can read it as text; the vault, which is in the private file system, as well. */
export const keptBy = (page: Page): Promise<string> => page.evaluate<string>(KEPT);

const KEPT = `(async () => {
  const texts = [document.cookie, location.href, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  texts.push(JSON.stringify(history.state), JSON.stringify(await indexedDB.databases()), document.title, window.name);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text());
  }
  const walk = async (folder) => {
    for await (const [name, entry] of folder.entries()) {
      texts.push(name);
      if (entry.kind === 'directory') await walk(entry);
      else texts.push(new TextDecoder('latin1').decode(await (await entry.getFile()).arrayBuffer()));
    }
  };
  await walk(await navigator.storage.getDirectory());
  return texts.join('\\n');
})()`;
