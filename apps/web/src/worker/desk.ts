import { ChanceryError } from '#client';

import { AdministrationDesk } from './administration/desk.js';
import { CorrespondenceDesk } from './correspondence/desk.js';
import { FilingDesk } from './filing/desk.js';
import { FrameDesk } from './frame/desk.js';
import { HouseDesk } from './house/desk.js';
import { KeysDesk } from './keys/desk.js';
import { KnowledgeDesk } from './knowledge/desk.js';
import { OpeningDesk } from './opening/desk.js';
import { PoliciesDesk } from './policies/desk.js';
import type { Desk, News } from './protocol.js';
import { RecordsDesk } from './records/desk.js';
import { TrustDesk } from './trust/desk.js';
import { WritingDesk } from './writing/desk.js';

/** All that the page can ask for. Every method may throw a ChanceryError; VAULT_MISSING says that the person has to open the vault first. */
export class VaultDesk implements Desk {
  readonly opening: OpeningDesk;
  readonly frame: FrameDesk;
  readonly correspondence: CorrespondenceDesk;
  readonly knowledge: KnowledgeDesk;
  readonly administration: AdministrationDesk;
  readonly keys: KeysDesk;
  readonly records: RecordsDesk;
  readonly policies: PoliciesDesk;
  readonly house: HouseDesk;
  readonly trust: TrustDesk;
  readonly writing: WritingDesk;
  readonly filing: FilingDesk;

  constructor(tell: (news: News) => void) {
    this.opening = new OpeningDesk((news) => {
      this.frame.hear(news);
      tell(news);
    });
    const { client } = this.opening;
    this.frame = new FrameDesk(client);
    this.correspondence = new CorrespondenceDesk(client, tell);
    this.knowledge = new KnowledgeDesk(client);
    this.administration = new AdministrationDesk(client);
    this.keys = new KeysDesk(client);
    this.records = new RecordsDesk(client);
    this.policies = new PoliciesDesk(client);
    this.house = new HouseDesk(client);
    this.trust = new TrustDesk(client);
    this.writing = new WritingDesk(client);
    this.filing = new FilingDesk(client);
  }

  /** The method that a page asks for: only what the classes of the areas declare, nothing that an object has besides. @throws ChanceryError BAD_INPUT */
  find(area: string, method: string): (...parameters: unknown[]) => unknown {
    const desk: unknown = Object.getOwnPropertyDescriptor(this, area)?.value;
    const found = isObject(desk) ? methodOf(desk, method) : undefined;
    if (!found) throw new ChanceryError('BAD_INPUT', 'There is no such call.');
    return (...parameters) => found.apply(desk, parameters);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function methodOf(desk: object, name: string): ((...parameters: unknown[]) => unknown) | undefined {
  const prototype = Object.getPrototypeOf(desk) as object;
  const own: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  return name !== 'constructor' && typeof own === 'function'
    ? (own as (...parameters: unknown[]) => unknown)
    : undefined;
}
