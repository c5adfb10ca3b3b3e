// The releases of this app on this phone: which one runs, which one is ready to follow it, and why one was refused.

import {
  CertificateError,
  decodePageRelease,
  type IsRevoked,
  maximumPageRelease,
  type PageRelease,
  parseAttestation,
} from '@vitalseal/certifying-authority';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import type { ReleaseNews } from '../integrity/release-messages.ts';
import { releasePath, workerPath } from '../integrity/release-name.ts';
import { fetched, NothingOffered } from './fetched.ts';
import { expectStillAttested, expectSuccessor, judgedRelease } from './judge-release.ts';
import { bringFiles, forgetFilesBut } from './release-files.ts';
import { freshState, type ReleaseState, readState, type TakenIn, writeState } from './release-state.ts';
import { revocationsFor } from './revocations.ts';

/** Held by whoever changes the state: the service worker in service, or one that is being installed beside it. */
const turn = 'vitalseal-app-release';

const mostTakenBack = 64;

export class Releases {
  /** `/patient/`. */
  readonly scope: string;
  readonly #onNews: (news: ReleaseNews) => void;
  #state: Promise<ReleaseState> | undefined;

  constructor(scope: string, onNews: (news: ReleaseNews) => void) {
    this.scope = scope;
    this.#onNews = onNews;
  }

  /** Of the last turn here; what runs is no other meanwhile. A store that does not open now may open the next time. */
  state(): Promise<ReleaseState> {
    this.#state ??= readState().catch((error: unknown) => {
      this.#state = undefined;
      throw error;
    });
    return this.#state;
  }

  async news(): Promise<ReleaseNews> {
    const { refused, ready, active, rooted, roots } = await readState();
    return {
      update: refused !== undefined ? 'refused' : ready !== undefined ? 'ready' : 'none',
      code: refused,
      version: active?.version,
      rooted,
      roots,
      worker: active?.files[workerPath],
    };
  }

  /** Asks the server; what it offers is taken in if it may follow. A server that is away changes nothing. */
  look(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        const offered = decodePageRelease(await fetched(`${this.scope}${releasePath}`, maximumPageRelease));
        await this.#takeIn(offered);
      } catch (error) {
        if (error instanceof NothingOffered) return;
        await this.#change({ refused: refusalOf(error) });
      }
    });
  }

  /** What is ready takes the place of what runs. Its files are all here: one record changes. */
  switch(): Promise<void> {
    return this.#inTurn(() => this.#switch());
  }

  /**
   * Nobody has a page open: nobody needs what ran before. Where a release is being brought at this moment, what runs goes on:
   * the app does not wait for the network to open.
   */
  async begin(): Promise<void> {
    await navigator.locks.request(turn, { ifAvailable: true }, async (held) => {
      this.#state = undefined;
      if (held === null) return;
      await this.#switch();
      const { active, ready, before } = await this.state();
      if (before === undefined) return;
      await this.#change({ before: undefined });
      await forgetFilesBut([active, ready]);
    });
  }

  /** From now on releases are judged by these roots alone, and by no other that anybody sends. */
  trust(roots: readonly Bytes[]): Promise<void> {
    return this.#inTurn(async () => {
      const state = await this.state();
      if (roots.length === 0 || (state.rooted && sameRoots(roots, state.roots))) return;
      // The first roots stay: a page that was changed cannot bring others.
      if (state.rooted) return this.#change({ refused: 'untrusted' });
      let refused = state.refused;
      try {
        if (state.active) await expectStillAttested(state.active.attestation, roots);
      } catch (error) {
        refused = refusalOf(error);
      }
      await this.#change({ roots: [...roots], rooted: true, refused, ready: undefined });
    });
  }

  forget(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#change(freshState);
      await forgetFilesBut([]);
    });
  }

  async #takeIn(offered: PageRelease): Promise<void> {
    const state = await this.#base(offered);
    const roots = state.rooted ? state.roots : offered.roots;
    const { isRevoked, listNumber } = await revocationsFor(offered.attestation, roots, state.listNumber);
    const takenBack = new Set((await this.state()).takenBack);
    for (const one of [state.active, state.ready]) {
      if (one !== undefined && (await isTakenBack(one, roots, isRevoked))) takenBack.add(serialOf(one));
    }
    const isGone = (one: TakenIn | undefined) => one !== undefined && takenBack.has(serialOf(one));
    await this.#change({
      listNumber,
      takenBack: [...takenBack].slice(-mostTakenBack),
      withdrawn: isGone((await this.state()).active),
      ready: isGone(state.ready) ? undefined : state.ready,
    });
    const release = await judgedRelease(offered, roots, isRevoked);
    if (isGone(release)) throw new CertificateError('revoked', 'expected a release that was not taken back');
    expectSuccessor(release, state);
    const { active, withdrawn } = await this.state();
    const known = [active, state.ready].filter((one) => one !== undefined).filter((one) => !isGone(one));
    const change: Partial<ReleaseState> = { roots: [...roots], refused: undefined };
    if (known.every(({ digest }) => digest !== release.digest)) {
      await bringFiles(this.scope, release, known);
      // Nothing runs that somebody could be in the middle of: the first one, or one instead of one that was taken back.
      const atOnce = state.active === undefined || withdrawn;
      Object.assign(change, atOnce ? nowActive(release, active) : { ready: release });
    }
    await this.#change(change);
    const { before, ready } = await this.state();
    await forgetFilesBut([release, active, before, ready]);
  }

  /** Before the card has confirmed any root, another one begins anew: there is nothing yet that it could betray. */
  async #base(offered: PageRelease): Promise<ReleaseState> {
    const state = await this.state();
    if (state.rooted || state.active === undefined || sameRoots(state.roots, offered.roots)) return state;
    return freshState;
  }

  async #change(change: Partial<ReleaseState>): Promise<void> {
    const state = { ...(await this.state()), ...change };
    await writeState(state);
    this.#state = Promise.resolve(state);
    this.#onNews(await this.news());
  }

  async #switch(): Promise<void> {
    const { ready, active } = await this.state();
    if (ready !== undefined) await this.#change(nowActive(ready, active));
  }

  /**
   * One at a time, in this service worker and in another: two looks would bring the same files twice, and what one of them
   * has been told meanwhile, the card's roots above all, would be lost.
   */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    await navigator.locks.request(turn, async () => {
      this.#state = undefined;
      await work();
    });
  }
}

function nowActive(release: TakenIn, before: TakenIn | undefined): Partial<ReleaseState> {
  return { active: release, ready: undefined, before, withdrawn: false };
}

function serialOf({ attestation }: TakenIn): string {
  return parseAttestation(attestation).serial;
}

async function isTakenBack(release: TakenIn, roots: readonly Bytes[], isRevoked: IsRevoked): Promise<boolean> {
  return expectStillAttested(release.attestation, roots, isRevoked).then(
    () => false,
    (error: unknown) => refusalOf(error) === 'revoked',
  );
}

function sameRoots(some: readonly Bytes[], others: readonly Bytes[]): boolean {
  return some.length === others.length && some.every((root) => others.some((other) => equalBytes(root, other)));
}

/** A store that is full or gone is the browser's; the rest is what the release is refused for. */
function refusalOf(error: unknown): string {
  return error instanceof CertificateError ? error.code : 'storage-failed';
}
