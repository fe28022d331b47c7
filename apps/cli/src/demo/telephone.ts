import type { Client, ShortAuthentication } from '#client';
import { openClient, requestPairing } from '#client/node';

import { onPaper, qrLines } from '../terminal/qr.js';
import { VOICES } from './cast.js';
import type { Line, Narrator } from './narrator.js';
import { ARGON2, playerOf } from './stage.js';
import type { Stage } from './stage.js';

const TELEPHONE = 'Telephone of the ambassador';

/** A second device of the ambassador, and how it came in. */
export interface Telephone {
  readonly folder: string;
  readonly passphrase: string;
  readonly code: string;
  /** What the person's new device shows for the camera of the other one. */
  readonly qrText: string;
  /** What the telephone showed, and what the laptop showed. */
  readonly shown: readonly [ShortAuthentication, ShortAuthentication];
  readonly isSame: boolean;
  /** Of the messages that the person had read before, how many the telephone has now. */
  readonly restored: number;
  readonly toRestore: number;
  /** Hits for a word of the first message, searched on the telephone. */
  readonly found: number;
}

/** What the telephone is tried with. */
interface Expected {
  readonly conversationId: string;
  readonly texts: readonly string[];
  readonly word: string;
}

/** The code goes from the telephone to the laptop, both show the same digits, keys and history follow. */
export async function addTelephone(stage: Stage, expected: Expected): Promise<Telephone> {
  const { client: laptop, vault, passphrase } = playerOf(stage, VOICES.ambassador);
  const fresh = await requestPairing({ server: stage.server.url, deviceName: TELEPHONE });
  const approval = await laptop.devices.approve(fresh.text);
  const answered = must(await fresh.answered());
  const revealed = must(await approval.revealed());
  const isSame = answered.digits === revealed.digits && answered.words.join() === revealed.words.join();
  if (!isSame) throw new Error('the screens of telephone and laptop differ');
  await approval.approve();
  const folder = `${vault}-telephone`;
  const client = must(await fresh.install({ folder, passphrase, ...ARGON2 }));
  try {
    const trial = await tryOut(client, laptop, expected);
    const { code, text: qrText } = fresh;
    return { folder, passphrase, code, qrText, shown: [answered, revealed], isSame, ...trial };
  } finally {
    await client.close();
  }
}

async function tryOut(
  client: Client,
  laptop: Client,
  { conversationId, texts, word }: Expected,
): Promise<Pick<Telephone, 'restored' | 'toRestore' | 'found'>> {
  await laptop.history.backUp();
  await laptop.catchUp();
  await client.catchUp();
  await client.history.restore();
  await client.catchUp(); // indexes what was restored
  const { messages } = await client.messages(conversationId, { limit: 500 });
  const restored = texts.filter((text) => messages.some((message) => message.text === text)).length;
  const { hits } = await client.search.find(word);
  return { restored, toRestore: texts.length, found: hits.length };
}

/** Opens it again, after it was left in a drawer. */
export const switchOn = ({ folder, passphrase }: Telephone): Promise<Client> => openClient({ folder, passphrase });

/** Both screens beside each other, and what the telephone can do now. */
export function showTelephone(narrator: Narrator, telephone: Telephone): void {
  const { shown, code, qrText, restored, toRestore, found } = telephone;
  const [here, there] = shown;
  const { colours } = narrator;
  const qr = narrator.isWide ? qrLines(qrText).map((text) => ({ text, paint: onPaper(colours) })) : [];
  const left = { text: `On the telephone (or, to type: ${code})`, paint: colours.green };
  const right = { text: 'On the laptop, which has seen it', paint: colours.green };
  narrator.pair([left, ...digits(narrator, here), ...qr], [right, ...digits(narrator, there)]);
  narrator.line('');
  narrator.done('the same digits and words on both screens: keys and history go over, sealed from end to end');
  const finds = found > 0 ? 'finds a word of the first' : 'does not find a word of the first';
  narrator.done(`the telephone reads ${restored} of ${toRestore} earlier messages, and ${finds}`);
}

const digits = ({ colours }: Narrator, { digits: number, words }: ShortAuthentication): Line[] => [
  { text: `${number.slice(0, 3)} ${number.slice(3)}`, paint: colours.bold },
  { text: words.join(' '), paint: colours.bold },
];

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the other device has not answered');
  return value;
}
