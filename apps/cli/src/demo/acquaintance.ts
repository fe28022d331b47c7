import type { VerificationView } from '#client';

import { VOICES } from './cast.js';
import type { Line, Narrator } from './narrator.js';
import { playerOf } from './stage.js';
import type { Player, Stage } from './stage.js';

const GROUPS_A_LINE = 4;

/** Two people have held their safety numbers beside each other. */
export interface Comparison {
  /** What each of the two screens showed. */
  readonly seen: readonly { readonly player: Player; readonly safetyNumber: string }[];
  readonly isSame: boolean;
  /** Both devices remember it, and will object if an identity key changes. */
  readonly isVerified: boolean;
}

/** The director reads the digits over the telephone; the ambassador scans the director's screen. */
export async function compareSafetyNumbers(stage: Stage): Promise<Comparison> {
  const [director, ambassador] = [playerOf(stage, VOICES.headquarters), playerOf(stage, VOICES.ambassador)];
  const here = await director.client.verifications.of(ambassador.id);
  const there = await ambassador.client.verifications.of(director.id);
  const isSame = here.safetyNumber === there.safetyNumber;
  const settled = isSame
    ? [
        await director.client.verifications.confirm(ambassador.id),
        await ambassador.client.verifications.compare(here.text, director.id),
      ]
    : [];
  return {
    seen: [screen(director, here), screen(ambassador, there)],
    isSame,
    isVerified: settled.length === 2 && settled.every(({ state }) => state === 'verified'),
  };
}

const screen = (player: Player, { safetyNumber }: VerificationView): Comparison['seen'][number] => ({
  player,
  safetyNumber,
});

/** Both screens beside each other. */
export function showComparison(narrator: Narrator, { seen, isSame }: Comparison): void {
  const [left = [], right = []] = seen.map(({ player, safetyNumber }) => linesOf(narrator, player, safetyNumber));
  narrator.pair(left, right);
  narrator.line('');
  if (isSame) narrator.done('the same sixty digits on both screens: nobody stands between them');
  else narrator.failed('the digits differ');
}

function linesOf({ colours }: Narrator, { name }: Player, safetyNumber: string): Line[] {
  const groups = safetyNumber.split(' ');
  const rows = [0, 1, 2].map((row) => groups.slice(row * GROUPS_A_LINE, (row + 1) * GROUPS_A_LINE).join('  '));
  return [{ text: `${name}'s screen`, paint: colours.green }, ...rows.map((text) => ({ text, paint: colours.bold }))];
}
