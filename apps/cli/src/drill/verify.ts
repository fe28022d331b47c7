import { z } from 'zod';

import { ChanceryError, verifyReport } from '#client';
import type { VerifiedReport } from '#client';

import type { EvacuationBody } from './evacuation.js';

export const EVACUATION = 'evacuation drill';

const milliseconds = z.int().min(0);
const format: z.ZodType<EvacuationBody> = z.strictObject({
  mission: z.string(),
  missionId: z.uuid(),
  devices: milliseconds,
  groups: milliseconds,
  approvedAt: z.iso.datetime(),
  refusals: z.array(z.strictObject({ deviceId: z.uuid(), afterMs: milliseconds })).min(1),
  lastRefusalMs: milliseconds,
  lastEpochMs: milliseconds,
  log: z.strictObject({ size: milliseconds, root: z.string() }),
});

export interface VerifiedDrill extends Pick<VerifiedReport, 'signer' | 'log'> {
  readonly body: EvacuationBody;
}

/**
 * Verifies the report of an evacuation offline: who signed it, and that the log which it brings along holds the revocation of exactly
 * these devices. The times are the signer's word.
 * @throws ChanceryError BAD_INPUT, REPORT_INVALID, and whatever an exported log can be refused for
 */
export function verifyEvacuation(text: string, now: Date): VerifiedDrill {
  const { body, signer, directory, log } = verifyReport(text, EVACUATION, { now });
  const parsed = format.safeParse(body);
  if (!parsed.success) throw invalid('it lacks what such a report says');
  const { refusals, missionId, lastRefusalMs, log: said } = parsed.data;
  if (said.size !== log.size || said.root !== log.root) throw invalid('it speaks of another log than it brings along');
  const revoked = [...directory.persons()]
    .filter(({ post }) => post === missionId)
    .flatMap(({ id }) => directory.devicesOf(id))
    .filter(({ revoked: revocation }) => revocation?.reason === 'COMPROMISED')
    .map(({ id }) => id);
  const refused = new Set(refusals.map(({ deviceId }) => deviceId));
  if (revoked.length !== refused.size || !revoked.every((id) => refused.has(id))) {
    throw invalid('the log does not revoke the devices that it names');
  }
  if (lastRefusalMs !== Math.max(...refusals.map(({ afterMs }) => afterMs))) throw invalid('its times do not fit');
  return { body: parsed.data, signer, log };
}

function invalid(reason: string): ChanceryError {
  return new ChanceryError('REPORT_INVALID', `The report can't be trusted: ${reason}.`);
}
