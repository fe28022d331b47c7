import type { ConversationView } from '#client';

import { compareSafetyNumbers, showComparison } from './acquaintance.js';
import type { Comparison } from './acquaintance.js';
import { rotateKeys, showRotation } from './campaign.js';
import type { Rotation } from './campaign.js';
import { CARELESS, POSTS, QUERIES, SEARCHERS, STAYS } from './cast.js';
import { exchange, openConversation } from './correspondence.js';
import type { Delivered } from './correspondence.js';
import { Evidence } from './evidence.js';
import { showMessage, showSearch, timeAt } from './exhibits.js';
import { askAll, filePapers } from './library.js';
import type { Answer } from './library.js';
import type { Narrator } from './narrator.js';
import { outcomeOf } from './outcome.js';
import type { Found, Outcome, Written } from './outcome.js';
import { loseLaptop, revoke, tryControl, tryToReadOn } from './revocation.js';
import type { Attempt } from './revocation.js';
import { canariesOf, readSamples } from './samples.js';
import type { Samples } from './samples.js';
import { enrolAll, found, openServer, playerOf, serverFolder } from './stage.js';
import type { Player, Stage } from './stage.js';
import { addTelephone, showTelephone } from './telephone.js';
import type { Telephone } from './telephone.js';

/** The whole story on a fresh folder. `onServer` learns of the server as soon as it runs, so that it can be stopped. */
export async function demonstrate(
  narrator: Narrator,
  folder: string,
  port: number,
  onServer: (stage: Pick<Stage, 'server'>) => void,
): Promise<{ stage: Stage; outcome: Outcome }> {
  const begin = performance.now();
  const samples = readSamples();
  const { server, token } = await openServer(folder, port);
  onServer({ server });
  const stage = await gather(narrator, folder, server, token);
  const evidence = await Evidence.open(server.administratorUrl);
  try {
    const comparison = await compare(narrator, stage);
    const written = await correspond(narrator, stage, samples, evidence);
    const documentsFiled = await fileDocuments(narrator, stage, samples);
    const answers = await search(narrator, stage);
    const scan = await lookForCanaries(narrator, stage, samples, evidence);
    const seconds = Math.round((performance.now() - begin) / 100) / 10;
    return { stage, outcome: outcomeOf({ comparison, ...written, ...scan, documentsFiled, answers, seconds }) };
  } finally {
    await evidence.close();
    for (const { client } of stage.players.values()) await client.close();
  }
}

async function gather(narrator: Narrator, folder: string, server: Stage['server'], token: string): Promise<Stage> {
  narrator.chapter('A ministry is founded, and seven people enrol');
  narrator.paragraph(
    'The security officer makes the root key on her own machine. Everybody else gets a link that works once; their keys are made on their own devices ' +
      'and never leave them. The officer signs who is who, so the server cannot add anybody.',
  );
  const officer = await found(folder, server.url, token);
  const players = [officer, ...(await enrolAll(folder, officer))];
  introduce(narrator, players);
  return { folder, server, players: new Map(players.map((player) => [player.key, player])) };
}

function introduce(narrator: Narrator, players: readonly Player[]): void {
  const now = new Date().toISOString();
  narrator.table(
    [
      { title: 'Name', of: ({ name }) => name, paint: narrator.colours.bold },
      ...(narrator.isWide ? [{ title: 'Title', of: ({ title }: Player) => title }] : []),
      { title: 'Post', of: ({ post }) => POSTS.find(({ key }) => key === post)?.name ?? '', flexible: true },
      { title: 'Time', of: (player) => timeAt(player, now) },
      { title: 'Clearance', of: ({ clearance }) => clearance },
    ],
    players,
  );
}

async function compare(narrator: Narrator, stage: Stage): Promise<Comparison> {
  narrator.chapter('Two people make sure that nobody stands between them');
  narrator.paragraph(
    'The server tells everybody whose key is whose. Whether it tells the truth, two people find out without it: they read sixty digits to each other, ' +
      'or one scans the screen of the other. From then on their devices object when the identity of the other changes.',
  );
  const comparison = await compareSafetyNumbers(stage);
  showComparison(narrator, comparison);
  return comparison;
}

async function correspond(narrator: Narrator, stage: Stage, samples: Samples, evidence: Evidence): Promise<Written> {
  narrator.chapter('An ambassador and headquarters write to each other');
  narrator.paragraph(
    'Seven people in one conversation, in five languages. On the left what one of them reads, on the right the row that the server has stored for it. ' +
      'Each message holds a word that exists nowhere else (in yellow); they will be looked for on the server later.',
  );
  const conversation = await openConversation(stage, samples);
  const everybody = [...stage.players.values()];
  const before = await exchange(stage, conversation.id, samples.beforeRevocation, everybody);
  await showAll(narrator, before, conversation, evidence);
  const telephone = await bringIn(narrator, stage, samples, conversation);
  const after = await loseAndGoOn(narrator, stage, samples, conversation, evidence);
  return { before, telephone, ...after, rotation: await rotate(narrator, stage, conversation, telephone) };
}

async function bringIn(
  narrator: Narrator,
  stage: Stage,
  { beforeRevocation: earlier }: Samples,
  { id: conversationId }: ConversationView,
): Promise<Telephone> {
  narrator.chapter('The ambassador gets a second device');
  narrator.paragraph(
    'Her laptop vouches for a telephone: it reads the code on the other screen, and she compares what both show. Keys and earlier messages travel from ' +
      'device to device, sealed; the server carries them and can open nothing.',
  );
  const texts = earlier.map(({ text }) => text);
  const telephone = await addTelephone(stage, { conversationId, texts, word: earlier[0]?.canary ?? '' });
  showTelephone(narrator, telephone);
  return telephone;
}

async function rotate(
  narrator: Narrator,
  stage: Stage,
  { id }: ConversationView,
  telephone: Telephone,
): Promise<Rotation> {
  narrator.chapter('Every device changes its keys');
  narrator.paragraph(
    'Nobody knows what else was in that taxi. The security officer asks for new keys everywhere; each device makes them by itself when it is next online, ' +
      'and she sees who is missing. Whoever does not come along by the deadline is removed.',
  );
  const rotation = await rotateKeys(stage, id, telephone);
  showRotation(narrator, rotation);
  return rotation;
}

async function loseAndGoOn(
  narrator: Narrator,
  stage: Stage,
  { afterRevocation: newer }: Samples,
  conversation: ConversationView,
  evidence: Evidence,
): Promise<Pick<Written, 'after' | 'attempts' | 'control'>> {
  narrator.chapter('A laptop is left in a taxi');
  const { id: conversationId } = conversation;
  const before = await loseLaptop(stage, conversationId, STAYS);
  await revoke(stage);
  const { name } = playerOf(stage, CARELESS);
  narrator.paragraph(`It is ${name}'s. The security officer revokes it; the others go on writing with new keys.`);
  const others = [...stage.players.values()].filter(({ key }) => key !== CARELESS);
  const after = await exchange(stage, conversationId, newer, others);
  await showAll(narrator, after, conversation, evidence);
  narrator.line('');
  narrator.paragraph(
    'Whoever found the laptop knows its passphrase, and an accomplice at the ministry hands over every ciphertext that the server has. Can it read on?',
  );
  narrator.line('');
  const attempts = await tryToReadOn(stage, before, { conversationId, newer });
  const control = await tryControl(stage, before, { conversationId, newer });
  for (const attempt of attempts) showAttempt(narrator, 'The lost laptop', attempt, newer.length, attempt.read === 0);
  showAttempt(
    narrator,
    `A copy of ${playerOf(stage, STAYS).name}'s`,
    control,
    newer.length,
    control.read === newer.length,
  );
  return { after, attempts, control };
}

/** Each message in the eyes of another reader, so that everybody has a turn. */
async function showAll(
  narrator: Narrator,
  all: readonly Delivered[],
  conversation: ConversationView,
  evidence: Evidence,
): Promise<void> {
  const turns = new Map<Player, number>();
  for (const delivered of all) {
    const turnsOf = ({ player }: { player: Player }): number => turns.get(player) ?? 0;
    const [reader] = delivered.readBy.toSorted((a, b) => turnsOf(a) - turnsOf(b));
    const row = await evidence.row(conversation.id, delivered.sent.seq ?? 0);
    if (!reader || !row) continue;
    turns.set(reader.player, turnsOf(reader) + 1);
    showMessage(narrator, delivered, reader, row);
  }
}

function showAttempt(
  narrator: Narrator,
  device: string,
  { how, outcome, read }: Attempt,
  all: number,
  expected: boolean,
): void {
  const words = `${device}, ${how}: reads ${read} of ${all}`;
  if (expected) narrator.done(words);
  else narrator.failed(words);
  if (read < all) narrator.line(narrator.colours.dim(`     ${outcome}`));
}

async function fileDocuments(narrator: Narrator, stage: Stage, samples: Samples): Promise<number> {
  narrator.chapter('Papers are filed, and two people ask the same questions');
  const filed = await filePapers(stage, samples.planted);
  narrator.paragraph(
    `${filed} policies, briefs, notes verbales and reports in five languages are filed under labels from UNCLASSIFIED to SECRET with compartments. ` +
      'Documents are protected by labels and grants, which the server guards; the messages above it cannot read at all.',
  );
  return filed;
}

async function search(narrator: Narrator, stage: Stage): Promise<readonly Answer[]> {
  const answers = await askAll(stage, SEARCHERS, QUERIES);
  for (const query of QUERIES)
    showSearch(
      narrator,
      answers.filter((answer) => answer.query === query),
    );
  narrator.line(
    narrator.colours.dim(
      '\nU unclassified, R restricted, C confidential, S secret; in red what only one of them may see',
    ),
  );
  return answers;
}

async function lookForCanaries(narrator: Narrator, stage: Stage, samples: Samples, evidence: Evidence): Promise<Found> {
  narrator.chapter('What a thief of the server would find');
  const canaries = canariesOf(samples);
  const { planted } = samples;
  narrator.paragraph(
    `Every message, and the name of the conversation, holds a word that exists nowhere else. Each file of the server, its write-ahead log included, and each ` +
      'value of each table is searched for them: as UTF-8, UTF-16, hexadecimal, base64 and escaped. To show that the search works, one word was filed in a document.',
  );
  const {
    found: hits,
    files,
    bytes,
    rows,
  } = await evidence.scan([...canaries, planted.canary], serverFolder(stage.folder));
  const plaintextFoundOnServer = canaries.reduce((sum, word) => sum + (hits.get(word) ?? 0), 0);
  const plantedWordFound = hits.get(planted.canary) ?? 0;
  narrator.line('');
  narrator.line(
    `   ${files.toLocaleString('en')} files, ${Math.round(bytes / 1e6)} MB, and ${rows.toLocaleString('en')} rows were searched`,
  );
  narrator.line(`   the ${canaries.length} words of the messages   found ${plaintextFoundOnServer} times`);
  narrator.line(
    `   the word of the document      found ${plantedWordFound} times ${narrator.colours.dim('(so the search does find what is there)')}`,
  );
  return { plaintextFoundOnServer, plantedWordFound, filesScanned: files, bytesScanned: bytes };
}
