/** A map that only grows, and that can be forked without being copied. */
export class Table<V> {
  private readonly own = new Map<string, V>();

  constructor(private readonly base?: Table<V>) {}

  get(key: string): V | undefined {
    return this.own.get(key) ?? this.base?.get(key);
  }

  set(key: string, value: V): void {
    this.own.set(key, value);
  }

  /** A table that starts with these entries; setting there leaves this one unchanged. */
  fork(): Table<V> {
    return new Table(this);
  }

  /** Every value once, in the order in which their keys came. */
  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  private *entries(): Generator<[string, V]> {
    if (this.base) for (const [key, value] of this.base.entries()) yield [key, this.own.get(key) ?? value];
    for (const [key, value] of this.own) if (this.base?.get(key) === undefined) yield [key, value];
  }
}
