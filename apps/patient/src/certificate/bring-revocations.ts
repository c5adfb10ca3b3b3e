// The phone waits at the certifying authority for the next revocation list and brings it to the element, which checks
// it for itself. An authority that is away costs nothing but news.

import { createEstClient, type RevocationWatch, watchRevocations } from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import { codeOf } from '../errors.ts';

export interface BringRevocationsOptions {
  /** Origin of the authority. */
  readonly authority: string;
  readonly card: { readonly mha: Pick<MhaClient, 'certificates' | 'revocationList' | 'installRevocationList'> };
  readonly problem: (code: string) => void;
  /** A list that the card has taken, DER. */
  readonly brought?: (list: Bytes) => void;
}

/** @returns undefined where no issuing authority stands above the element */
export async function bringRevocations({
  authority,
  card,
  problem,
  brought,
}: BringRevocationsOptions): Promise<RevocationWatch | undefined> {
  const { chain, anchors } = await card.mha.certificates();
  const issuing = chain[1];
  const [root] = anchors;
  if (!issuing || !root) return undefined;
  const stored = await card.mha.revocationList();
  return watchRevocations({
    estClient: createEstClient({ url: authority, fetch: rootedFetch(root) }),
    root,
    issuing,
    ...(stored && { stored }),
    onCrl: async (list) => {
      await card.mha.installRevocationList(list.der);
      brought?.(list.der);
    },
    onProblem: (error) => problem(codeOf(error)),
  });
}
