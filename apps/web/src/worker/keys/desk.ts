import { verifyEvacuationReport } from '#client';
import type {
  CampaignView,
  Client,
  EvacuationKind,
  EvacuationView,
  NewCampaign,
  Outcome,
  RevocationReason,
  ServerKeyView,
} from '#client';
import { ReachDocument } from '#contracts';

import type { CampaignFile, Keys, RevokedDevice, VerifiedReportView } from './protocol.js';

/** Statements are small: so many revocations are shown. */
const SHOWN = 300;

export class KeysDesk implements Keys {
  constructor(private readonly client: () => Client) {}

  campaigns(): Promise<readonly CampaignView[]> {
    return this.client().campaigns.list();
  }

  async campaign(id: string): Promise<CampaignFile> {
    const { campaigns } = this.client();
    const [campaign, heldBackBy, days] = await Promise.all([
      campaigns.one(id),
      campaigns.heldBackBy(id),
      campaigns.days(id),
    ]);
    return { ...campaign, heldBackBy, days };
  }

  start(campaign: NewCampaign): Promise<CampaignView> {
    return this.client().campaigns.start(campaign);
  }

  async end(id: string): Promise<void> {
    await this.client().campaigns.end(id);
  }

  async remind(id: string): Promise<void> {
    await this.client().campaigns.remind(id);
  }

  async revocations(): Promise<readonly RevokedDevice[]> {
    const client = this.client();
    const revoked = (await client.administration.revokedDevices()).slice(0, SHOWN);
    const { reach } = await client.execute(ReachDocument, { deviceIds: revoked.map(({ id }) => id) });
    const stays = new Map(reach.devices.map((device) => [device.deviceId, device]));
    return revoked.map((device) => ({
      ...device,
      present: stays.get(device.id)?.present ?? 0,
      left: stays.get(device.id)?.left ?? 0,
    }));
  }

  evacuation(postId: string): Promise<EvacuationView> {
    return this.client().administration.evacuation(postId);
  }

  evacuate(postId: string, reason: RevocationReason): Promise<Outcome> {
    return this.client().administration.revokePost(postId, reason);
  }

  evacuationReport(postId: string, kind: EvacuationKind): Promise<string> {
    return this.client().administration.evacuationReport(postId, kind);
  }

  async verifyReport(file: Blob): Promise<VerifiedReportView> {
    const verified = verifyEvacuationReport(await file.text(), new Date());
    const { rootFingerprint } = await this.client().whoami();
    return { ...verified, isOwnMinistry: verified.log.rootFingerprint === rootFingerprint };
  }

  serverKeys(): Promise<readonly ServerKeyView[]> {
    return this.client().log.serverKeys();
  }

  adoptServerKeys(): Promise<readonly ServerKeyView[]> {
    return this.client().log.adoptServerKeys();
  }

  async rotateServerKey(purpose: ServerKeyView['purpose']): Promise<void> {
    await this.client().log.rotateServerKey(purpose);
  }
}
