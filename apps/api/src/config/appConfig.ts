/** How much one caller may ask for; every number is a maximum. */
export interface Limits {
  /** Bytes of one HTTP request's body. */
  readonly bodyBytes: number;
  /** Bytes of one message from a client over the WebSocket. */
  readonly socketMessageBytes: number;
  /** WebSockets that one address may hold open. */
  readonly socketsPerAddress: number;
  /** Subscriptions that one WebSocket may hold open. */
  readonly subscriptionsPerSocket: number;
  /** Requests a minute from one address to operations that need no session. */
  readonly publicPerMinute: number;
  /** Requests a minute from one device. */
  readonly devicePerMinute: number;
  /** Levels of one GraphQL operation. */
  readonly queryDepth: number;
  /** Cost of one GraphQL operation: see platform/graphql/limits.ts. */
  readonly queryCost: number;
  readonly queryAliases: number;
  readonly queryDirectives: number;
  readonly queryTokens: number;
  /** MiB of attachments that one person may have on the server. */
  readonly attachmentMibPerPerson: number;
  /** MiB of attachments that the server holds. */
  readonly attachmentMib: number;
  /** MiB of filed papers' own files that one person may have on the server. */
  readonly originalMibPerPerson: number;
  /** MiB of such files that the server holds. */
  readonly originalMib: number;
}

/** Where an S3-compatible store is, and how to open it. */
export interface BlobStore {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A service that turns texts into vectors, and what it may see. */
export interface EmbeddingService {
  /** Where texts are posted to. */
  readonly url: string;
  /** Bearer token; undefined where the service asks for none. */
  readonly key: string | undefined;
  readonly model: string;
  /** The highest level of a paper that the service may see, by its id in the security policy. */
  readonly level: string;
  /** Whose questions it may see: of people who are cleared for no more than that, or everybody's. */
  readonly questions: 'within-level' | 'all';
}

/** Everything that the environment decides. Made once at boot by `readConfig`, frozen, injected by its class. */
export abstract class AppConfig {
  abstract readonly environment: 'development' | 'test' | 'production';
  abstract readonly host: string;
  /** 0 lets the system choose. */
  abstract readonly port: number;
  /** Origin by which clients reach this server; undefined means the address that it listens on. */
  abstract readonly origin: string | undefined;
  /** Absolute path. Holds the embedded database and other files of the server. */
  abstract readonly dataFolder: string;
  /** File of the server's private signing keys, which all instances share; undefined means one in the data folder. */
  abstract readonly keysFile: string | undefined;
  /** Another build of the browser client to serve than the one beside the program. */
  abstract readonly webFolder: string | undefined;
  /** Undefined means the embedded PostgreSQL. */
  abstract readonly databaseUrl: string | undefined;
  /** Connections of this instance to the database. */
  abstract readonly databasePool: number;
  /** Undefined means PostgreSQL LISTEN/NOTIFY. */
  abstract readonly natsUrl: string | undefined;
  /** Undefined means search by PostgreSQL. */
  abstract readonly meilisearch: { readonly url: string; readonly key: string } | undefined;
  /** Undefined means that search goes by words alone. */
  abstract readonly embedding: EmbeddingService | undefined;
  /** S3-compatible store for large files that several instances share; undefined means the data folder. */
  abstract readonly blobs: BlobStore | undefined;
  /** Undefined lets the server make one at its first start. */
  abstract readonly foundingToken: string | undefined;
  abstract readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
  /** Whether the schema may be asked for. */
  abstract readonly introspection: boolean;
  /** Whoever has revoked one person alone needs a second officer for the next one for so long. */
  abstract readonly twoOfficersMinutes: number;
  /** Whoever is appointed signs no act for two for so long, unless there was one officer only. */
  abstract readonly newOfficerMinutes: number;
  /** Addresses of reverse proxies whose X-Forwarded-For is believed. */
  abstract readonly trustedProxies: readonly string[];
  abstract readonly limits: Limits;
}
