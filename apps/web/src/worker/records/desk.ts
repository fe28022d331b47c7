import { verifyAudit, verifyExport } from '#client';
import type {
  AuditEntryView,
  AuditMemoryView,
  AuditQuery,
  AuditReport,
  Client,
  LogEntryView,
  LogProof,
  LogQuery,
  LogReport,
  Sealed,
} from '#client';

import { fingerprintGroups } from '../fingerprint.js';
import type { LogState, Records } from './protocol.js';

export class RecordsDesk implements Records {
  constructor(private readonly client: () => Client) {}

  async log(): Promise<LogState> {
    const client = this.client();
    const { rootFingerprint } = await client.whoami();
    return {
      ...(await client.log.show()),
      cosigners: await client.log.cosigners(),
      rootGroups: fingerprintGroups(rootFingerprint),
    };
  }

  entries(query: LogQuery): Promise<readonly LogEntryView[]> {
    return this.client().log.entries(query);
  }

  proveInclusion(seq: number): Promise<LogProof> {
    return this.client().log.proveInclusion(seq);
  }

  proveConsistency(): Promise<LogProof> {
    return this.client().log.proveConsistency();
  }

  async verifyLog(): Promise<LogReport> {
    const client = this.client();
    const { rootFingerprint } = await client.whoami();
    return verifyExport(await client.log.export(), { rootFingerprint, now: new Date() });
  }

  exportLog(): Promise<string> {
    return this.client().log.export();
  }

  dismissAlarm(alarm: number): Promise<void> {
    return this.client().log.dismiss(alarm);
  }

  audit(query: AuditQuery): Promise<readonly AuditEntryView[]> {
    return this.client().audit.list(query);
  }

  auditMemory(): Promise<AuditMemoryView> {
    return this.client().audit.memory();
  }

  dismissLosses(): Promise<void> {
    return this.client().audit.dismissLosses();
  }

  async verifyAudit(): Promise<AuditReport> {
    const client = this.client();
    const { rootFingerprint } = await client.whoami();
    const trail = (await linesOf(client)).join('\n');
    const { seen, lost } = await client.audit.memory();
    const known = [...lost, ...(seen ? [seen] : [])];
    // the log after the trail: it has to hold every statement that the trail tells of
    return verifyAudit(trail, await client.log.export(), { rootFingerprint, seen: known, now: new Date() });
  }

  async exportAudit(): Promise<Blob> {
    const lines = await linesOf(this.client());
    return new Blob(lines.map((line) => `${line}\n`));
  }

  seal(): Promise<Sealed> {
    return this.client().audit.seal();
  }
}

async function linesOf({ audit }: Client): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of audit.export()) lines.push(line);
  return lines;
}
