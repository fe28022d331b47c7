import { isChromiumThere } from './browser/index.js';
import { arePeersThere } from './peerModule.js';

const always = [
  'Rounds are interleaved: each implementation takes its turn before any takes the next. Times are of one operation.',
  'A commit is created and entered by the creator of the group (leaf 0) and processed by the member in the middle.',
  'Cold tree: right after a commit that added everybody, most parents are blank, and an update encrypts to each leaf. ' +
    'Warm tree: so many members committed that no node of the path is blank; removes are of leaves near the committer.',
  'Ours: each operation includes encoding the records to be stored (`takeChanges`), not writing them to a disk.',
  'libsignal: sender key stores serialize each record when it is saved; the number of members changes nothing in it. ' +
    '1:1 encrypts for every other member, and one of them decrypts.',
  'libsodium is the floor: one Ed25519 signature, two AEADs, five HMACs. X-Wing KEM is the encapsulations and key ' +
    'pairs that an update in a cold tree contains.',
  'Ours remembers signatures of leaves that verified: whoever processes a commit in the process that made it saves one of ' +
    'two verifications, about 0.1 ms.',
  'An X-Wing update in a cold tree of 500 is 597 KB, which membership tag, transcript and signature each hash: where ' +
    'WebAssembly does that, as in browsers, it is two thirds of processing it.',
];

const withPeers = [
  'core-crypto: every operation is a transaction, as its users have it. "memory" is its store without a disk, "IndexedDB" ' +
    'writes the transaction in the browser. Members that nobody plays have KeyPackages that ts-mls made.',
  'ts-mls: its state is one value; encoding and storing that (see "stored state") is not part of its times.',
  'What is left out for a peer (-) would take minutes: ts-mls in big or warm trees, core-crypto on disk or with 1000 ' +
    'members in Chromium. libsignal is native: Node only.',
];

/** What one has to know to read the figures, and what this machine lacks. */
export function notesFor(): string[] {
  const peers = arePeersThere()
    ? withPeers
    : ['libsignal, core-crypto and ts-mls are left out, and the goals that name them: `npm run peers` installs them.'];
  const browser = isChromiumThere() ? [] : ['There is no /usr/bin/chromium: only Node was measured.'];
  return [...always, ...peers, ...browser];
}
