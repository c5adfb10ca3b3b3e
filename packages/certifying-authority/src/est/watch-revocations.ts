// The relying side of revocation: holds the newest genuine list and waits at the authority for the next, so that a
// revocation counts within a moment. A cut connection is resumed; a list that goes back, fails its signature or runs
// out is reported and never replaces a good one.
import type { Bytes } from '@vitalseal/protocol';
import { Backoff, pause } from '@vitalseal/retry';
import type { Certificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';
import { checkAnchor, checkIssuing } from '../path/check-path.ts';
import { expectValidAt } from '../path/valid-at.ts';
import { expectFresh, type RevocationList, readCrl } from '../revocation-list/read-crl.ts';
import type { EstClient } from './est-client.ts';

export interface RevocationWatchOptions {
  readonly estClient: Pick<EstClient, 'crl'>;
  /** DER: the anchor, and the issuing authority whose list it is. */
  readonly root: Bytes;
  readonly issuing: Bytes;
  readonly now?: () => number;
  /** The last list that was stored (DER): revocations hold from the start, and no older list is believed. */
  readonly stored?: Bytes;
  /** Each new genuine list; store it, and close the channels of the newly revoked. Awaited before the next. */
  readonly onCrl: (list: RevocationList) => void | Promise<void>;
  /** Unreachable, stale, rolled back, not genuine: for the log and for health; the watch goes on. */
  readonly onProblem?: (error: CertificateError) => void;
  /** Milliseconds before the first retry and at most; doubles, with jitter. */
  readonly retry?: { readonly first: number; readonly most: number };
}

export class RevocationWatch {
  readonly #options: RevocationWatchOptions;
  readonly #stopped = new AbortController();
  #list: RevocationList | undefined;
  #undelivered: RevocationList | undefined;
  #reportedStale: number | undefined;
  readonly #firstList = Promise.withResolvers<void>();
  readonly #issuer: Certificate;
  readonly #done: Promise<void>;

  private constructor(options: RevocationWatchOptions, issuer: Certificate, stored: RevocationList | undefined) {
    this.#options = options;
    this.#issuer = issuer;
    this.#accept(stored);
    this.#done = this.#run();
  }

  /** Has read the stored list when it resolves, so that no one revoked gets in while the authority is asked. */
  static async start(options: RevocationWatchOptions): Promise<RevocationWatch> {
    const { root, issuing, stored, onProblem, now = Date.now } = options;
    const checked = await checkIssuing(await checkAnchor(root), issuing);
    expectValidAt(checked.path, now());
    const list = stored === undefined ? undefined : await readCrl(stored, checked.certificate).catch(asProblem);
    // A stored copy that was damaged is worth a line in the log, not a hospital that does not start.
    if (list instanceof CertificateError) onProblem?.(list);
    return new RevocationWatch(options, checked.certificate, list instanceof CertificateError ? undefined : list);
  }

  /** Resolves when there is a list, stored or fetched. Until then nothing counts as revoked. */
  get ready(): Promise<void> {
    return this.#firstList.promise;
  }

  /** Asked at each handshake and by live channels. */
  readonly isRevoked = (serial: string): boolean => this.#list?.revoked.has(serial) === true;

  get list(): RevocationList | undefined {
    return this.#list;
  }

  /** Whether the list is within its time: a policy decides what a stale one means. */
  get fresh(): boolean {
    const at = (this.#options.now ?? Date.now)();
    return this.#list !== undefined && at < this.#list.nextUpdate;
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { first, most } = this.#options.retry ?? { first: 500, most: 30_000 };
    const backoff = new Backoff({ firstMs: first, mostMs: most });
    while (!this.#stopped.signal.aborted) {
      try {
        const news = await this.#next();
        backoff.succeeded();
        // An answer without news should have taken half a minute; one that comes at once must not become a storm.
        if (!news) await pause(first, this.#stopped.signal);
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#report(asProblem(error));
        await pause(backoff.failed(), this.#stopped.signal);
      }
    }
  }

  async #next(): Promise<boolean> {
    const { estClient, now = Date.now } = this.#options;
    this.#reportIfStale();
    // Whoever could not take the last list (a store that was down) gets it before the next.
    if (this.#undelivered !== undefined) await this.#deliver(this.#undelivered);
    const known = this.#list;
    const der = await estClient.crl(known?.number, this.#stopped.signal);
    if (der === undefined) return false;
    const list = await readCrl(der, this.#issuer);
    if (list.number === known?.number) return false;
    if (known !== undefined && list.number < known.number) {
      throw new CertificateError('crl-rolled-back', 'expected the number of the revocation list to grow');
    }
    expectFresh(list, now());
    this.#accept(list);
    await this.#deliver(list);
    return true;
  }

  async #deliver(list: RevocationList): Promise<void> {
    this.#undelivered = list;
    await this.#options.onCrl(list);
    this.#undelivered = undefined;
  }

  #accept(list: RevocationList | undefined): void {
    if (list === undefined) return;
    this.#list = list;
    this.#firstList.resolve();
  }

  /** Once a list: silence of the authority must not go unnoticed, nor fill the log. */
  #reportIfStale(): void {
    if (this.#list === undefined || this.fresh || this.#reportedStale === this.#list.number) return;
    this.#reportedStale = this.#list.number;
    this.#report(new CertificateError('crl-stale', 'expected the next revocation list by now'));
  }

  #report(problem: CertificateError): void {
    this.#reportIfStale();
    this.#options.onProblem?.(problem);
  }
}

export async function watchRevocations(options: RevocationWatchOptions): Promise<RevocationWatch> {
  return RevocationWatch.start(options);
}

function asProblem(error: unknown): CertificateError {
  if (error instanceof CertificateError) return error;
  return new CertificateError('est-failed', 'expected a revocation list', { cause: error });
}
