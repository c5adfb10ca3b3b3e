// Names of the applications on the card (ISO 7816-5: AIDs).

import { fromHex } from './bytes.ts';
import type { Bytes } from './card.ts';

/** The MHA. An unregistered, proprietary AID (category F), 'VITALSEAL', and the number of its generation. */
export const mhaAid: Bytes = fromHex('f0564954414c5345414c01');

/** The issuer security domain of GlobalPlatform: what the hospital administers the card through. */
export const issuerSecurityDomainAid: Bytes = fromHex('a000000151000000');

/** The access rule application master of GlobalPlatform's Secure Element Access Control. */
export const accessRuleMasterAid: Bytes = fromHex('a00000015141434c00');
