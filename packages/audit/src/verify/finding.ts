/** What is wrong with an export, and at which entry. */

export type Damage =
  | 'altered'
  | 'removed'
  | 'inserted'
  | 'reordered'
  | 'truncated'
  | 'forged'
  | 'foreign-key'
  | 'malformed'
  | 'unsigned';

export interface Finding {
  readonly damage: Damage;
  /** Number of the entry, and of the last one where no single one can be told. */
  readonly entry: number;
  readonly through?: number;
  /** One sentence, for people. */
  readonly line: string;
}

export function finding(damage: Damage, entry: number, line: string, through?: number): Finding {
  return through === undefined ? { damage, entry, line } : { damage, entry, through, line };
}

/** `entry 7`, or `one of the entries 7 to 12`. */
export function placeOf(first: number, last: number): string {
  return first === last ? `entry ${first}` : `one of the entries ${first} to ${last}`;
}
