/** Where the database of this instance is; for those who need a connection outside the pool, such as LISTEN. */
export abstract class DatabaseAddress {
  /** `postgres://…`, understood by `pg` as `connectionString`. Holds a password at scale: never log it. */
  abstract readonly url: string;
}
