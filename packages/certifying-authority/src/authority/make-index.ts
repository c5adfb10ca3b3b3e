// The index of a store that a release without one has written: made once, when it is first opened. Cut short, it is made again.
import type { AuthorityStore } from './authority-store.ts';
import { enterInvitation, enterIssued, enterRevocation } from './headings.ts';
import { readInvitation, readIssued, readRevocation } from './records.ts';

/** Beside the authority's own record. */
const madeMark = 'indexed';

export async function makeIndexIfMissing(store: AuthorityStore): Promise<void> {
  if ((await store.read('authority', madeMark)) !== undefined) return;
  for (const name of await store.names('invitations')) {
    const text = await store.read('invitations', name);
    if (text !== undefined) await enterInvitation(store, name, readInvitation(text));
  }
  for (const name of await store.names('issued')) {
    const text = await store.read('issued', name);
    if (text !== undefined) await enterIssued(store, name, readIssued(text));
  }
  for (const serial of await store.names('revocations')) {
    const text = await store.read('revocations', serial);
    if (text !== undefined) await enterRevocation(store, readRevocation(text));
  }
  await store.create('authority', madeMark, '{}');
}
