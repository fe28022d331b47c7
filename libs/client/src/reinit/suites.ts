import { SUITES } from '#contracts';
import type { SuiteName } from '#contracts';

import { ChanceryError } from '../errors.js';

/** @throws ChanceryError BAD_INPUT */
export function suiteNamed(name: string): SuiteName {
  const suite = SUITES.find((one) => one.name === name);
  if (suite) return suite;
  const names = SUITES.map((one) => one.name).join(', ');
  throw new ChanceryError('BAD_INPUT', `There is no such cipher suite; there are ${names}.`, { field: 'suite' });
}
