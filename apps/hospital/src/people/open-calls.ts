/** Calls of the ambulance that are not closed, and whose they are. */
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { Ward } from '../watch/ward.ts';

export class OpenCalls {
  readonly #ward: () => Ward;
  readonly #calls = new Map<string, DispatchRow>();

  constructor(ward: () => Ward) {
    this.#ward = ward;
  }

  async load(store: Store): Promise<void> {
    for (const row of await store.dispatches.open()) this.#calls.set(row.id, row);
  }

  get all(): readonly DispatchRow[] {
    return [...this.#calls.values()];
  }

  /** Calls that no crew has taken yet. */
  get waiting(): number {
    return this.all.filter(({ state }) => state === 'offered').length;
  }

  ofPatient(patient: number): DispatchRow[] {
    return this.all.filter((row) => row.patient === patient);
  }

  /** A call is for the crew that took it; until then, for those on call. */
  concerns({ crew }: DispatchRow, name: string): boolean {
    return crew === null ? this.#ward().isOnCall(name) : crew === name;
  }

  isFor(patient: number, crew: string): boolean {
    return this.all.some((row) => row.patient === patient && this.concerns(row, crew));
  }

  change(row: DispatchRow): void {
    if (row.closed_at === null) this.#calls.set(row.id, row);
    else this.#calls.delete(row.id);
  }
}
