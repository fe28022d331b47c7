import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

import { ChanceryError } from './errors.js';

/** zxcvbn's score 3: at least 10^8 guesses, each of which costs the attacker a whole Argon2id. */
const LEAST_SCORE = 3;
/** The estimator's time grows with the square of the length; what stands behind this only adds strength. */
const ESTIMATED_LENGTH = 100;

let estimator: ZxcvbnFactory | undefined;

/**
 * Refuses passphrases that would be guessed from a copied vault.
 * @param personal words that an attacker would try first: the person's name, the ministry's
 * @throws ChanceryError PASSPHRASE_WEAK
 */
export function requireStrongPassphrase(passphrase: string, personal: readonly string[] = []): void {
  estimator ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
  const { score } = estimator.check(passphrase.slice(0, ESTIMATED_LENGTH), [...personal]);
  if (score >= LEAST_SCORE) return;
  throw new ChanceryError('PASSPHRASE_WEAK', 'The passphrase would be guessed from a copied vault.', {
    field: 'passphrase',
  });
}
