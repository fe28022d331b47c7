import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

import { ChanceryError } from './errors.js';

/** zxcvbn's score 3: at least 10^8 guesses, each of which costs the attacker a whole Argon2id. */
const LEAST_SCORE = 3;
/** The estimator's time grows with the square of the length; what stands behind this only adds strength. */
const ESTIMATED_LENGTH = 100;

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * Refuses passphrases that would be guessed from a copied vault.
 * @param personal words that an attacker would try first: the person's name, the ministry's
 * @throws ChanceryError PASSPHRASE_WEAK
 */
export async function requireStrongPassphrase(passphrase: string, personal: readonly string[] = []): Promise<void> {
  if ((await strengthOf(passphrase, personal)).isEnough) return;
  throw new ChanceryError('PASSPHRASE_WEAK', 'The passphrase would be guessed from a copied vault.', {
    field: 'passphrase',
  });
}

/** How hard a passphrase is to guess. */
export interface PassphraseStrength {
  /** zxcvbn's score: 0 falls within a thousand guesses, 4 stands after 10^10. */
  readonly score: number;
  /** Whether a vault takes it. */
  readonly isEnough: boolean;
}

/** What `requireStrongPassphrase` goes by, for who is still choosing. */
export async function strengthOf(passphrase: string, personal: readonly string[] = []): Promise<PassphraseStrength> {
  estimator ??= loadEstimator();
  const { score } = (await estimator).check(passphrase.slice(0, ESTIMATED_LENGTH), [...personal]);
  return { score, isEnough: score >= LEAST_SCORE };
}

/** Loaded when it is needed: its dictionaries take longer to read than a vault takes to open. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const common = await import('@zxcvbn-ts/language-common');
  const english = await import('@zxcvbn-ts/language-en');
  const dictionary = { ...common.dictionary, ...english.dictionary };
  return new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs });
}
