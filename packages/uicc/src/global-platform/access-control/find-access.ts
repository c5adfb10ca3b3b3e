// Which rule is about an application (section 4.2.3): what is said of just this application of the card and just this one
// of the device first; a rule that names another device application shuts out the ones that no rule names; no rule, no
// access.

import { sameBytes } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import type { Access, AccessReference, AccessRule } from './access-rule.ts';

export interface AccessQuestion {
  /** AID of the card's application. */
  readonly application: Bytes;
  /** Hashes of the certificates that signed the device's application. */
  readonly deviceApplication: readonly Bytes[];
}

export function findAccess(rules: readonly AccessRule[], question: AccessQuestion): Access {
  const named = rules.filter((rule) => rule.application !== undefined && rule.application.length > 0);
  const longest = named
    .filter((rule) => begins(question.application, rule.application))
    .reduce((length, rule) => Math.max(length, rule.application?.length ?? 0), 0);
  const specific = named.filter(
    (rule) => rule.application?.length === longest && begins(question.application, rule.application),
  );
  const general = rules.filter((rule) => rule.application?.length === 0);
  return decide(specific, question) ?? decide(general, question) ?? 'never';
}

/** What rules about the same application of the card say; nothing if there is none. */
function decide(rules: readonly AccessRule[], { deviceApplication }: AccessQuestion): Access | undefined {
  const isNamed = (rule: AccessReference) => deviceApplication.some((hash) => sameBytes(hash, rule.deviceApplication));
  const own = rules.filter(isNamed);
  if (own.length > 0) return together(own);
  if (rules.some((rule) => rule.deviceApplication.length > 0)) return 'never';
  return rules.length === 0 ? undefined : together(rules);
}

/** Rules that are about the same: to forbid is stronger than to filter, to filter than to allow. */
function together(rules: readonly AccessRule[]): Access {
  if (rules.some(({ apdus }) => apdus === 'never')) return 'never';
  const filters = rules.flatMap(({ apdus }) => (typeof apdus === 'string' ? [] : apdus));
  return filters.length > 0 ? filters : 'always';
}

function begins(application: Bytes, beginning: Bytes | undefined): boolean {
  return beginning !== undefined && sameBytes(application.subarray(0, beginning.length), beginning);
}

/** Whether a command may be sent under a rule. */
export function allowsCommand(access: Access, apdu: Uint8Array): boolean {
  if (access === 'never' || access === 'always') return access === 'always';
  return access.some(({ header, mask }) =>
    header.every((octet, at) => ((octet ^ (apdu[at] ?? 0)) & (mask[at] ?? 0)) === 0 && at < apdu.length),
  );
}
