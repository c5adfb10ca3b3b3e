// Administration's own connection: PSK-TLS 1.3 (SCP81; psk_dhe_ke, so that a key that becomes known later opens no
// session of before) inside the card, over BIP. Node only.

import { CardHttps } from '../https/index.ts';
import type { ToolkitSession } from '../toolkit/index.ts';
import type { ConnectAdministration } from './administration-carrier.ts';

export function pskAdministration(session: ToolkitSession): ConnectAdministration {
  return ({ name, address, port, psk, identity }) => {
    const https = new CardHttps({
      session,
      destination: () => ({ name, address, port }),
      security: () => ({ kind: 'psk', psk, identity }),
    });
    return {
      async post(request, signal) {
        const { status, headers, body } = await https.post(request, signal);
        const single = Object.entries(headers).flatMap(([header, value]) =>
          typeof value === 'string' ? [[header, value] as const] : [],
        );
        return { status, headers: Object.fromEntries(single), body };
      },
      close: () => https.close(),
    };
  };
}
