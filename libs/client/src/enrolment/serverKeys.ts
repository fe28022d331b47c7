import { ServerKeysDocument } from '#contracts';
import { fromBase64 } from '#primitives';
import { SERVER_KEY_PURPOSES } from '#transparency';

import type { Transport } from '../ports/transport.js';
import type { OfferedKey } from './found.js';

/** The keys with which a fresh server is to sign, one for each purpose. @throws ChanceryError SERVER_UNREACHABLE */
export async function offeredKeys(transport: Transport): Promise<OfferedKey[]> {
  const { serverKeys } = await transport.execute(ServerKeysDocument, {});
  return SERVER_KEY_PURPOSES.flatMap((purpose) => {
    const offered = serverKeys.find((key) => key.purpose.toLowerCase() === purpose);
    return offered ? [{ purpose, key: fromBase64(offered.key) }] : [];
  });
}
