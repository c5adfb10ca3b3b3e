// The phone waits at the certifying authority for the next revocation list and brings it to the element, which checks
// it for itself. An authority that is away costs nothing but news.

import { createEstClient, type RevocationWatch, watchRevocations } from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';
import type { SecureElement } from '@vitalseal/secure-element';
import { codeOf } from '../errors.ts';

export interface BringRevocationsOptions {
  /** Origin of the authority. */
  readonly authority: string;
  readonly element: SecureElement;
  /** DER. */
  readonly root: Bytes;
  readonly problem: (code: string) => void;
}

/** @returns undefined where no issuing authority stands above the element */
export async function bringRevocations({
  authority,
  element,
  root,
  problem,
}: BringRevocationsOptions): Promise<RevocationWatch | undefined> {
  const { chain } = await element.certificates();
  const issuing = chain[1];
  if (!issuing) return undefined;
  const stored = await element.revocationList();
  return watchRevocations({
    estClient: createEstClient({ url: authority, fetch: rootedFetch(root) }),
    root,
    issuing,
    ...(stored && { stored }),
    onCrl: (list) => element.installRevocationList(list.der),
    onProblem: (error) => problem(codeOf(error)),
  });
}
