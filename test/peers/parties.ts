import { CoreCrypto } from './coreCrypto.js';
import { Ours } from './ours.js';
import { identityOf } from './party.js';
import type { Make, Party } from './party.js';
import { TsMls } from './tsMls.js';

/** One device of each named make; they are told apart by number. */
export function startParties(makes: readonly Make[], firstNumber = 1): Promise<Party[]> {
  return Promise.all(makes.map((make, i) => startParty(make, identityOf(firstNumber + i))));
}

function startParty(make: Make, identity: string): Promise<Party> {
  if (make === 'ours') return Promise.resolve(new Ours(identity));
  return make === 'core-crypto' ? CoreCrypto.start(identity) : TsMls.start(identity);
}
