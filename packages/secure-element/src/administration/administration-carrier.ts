// What administration needs of the layers below it: POSTs to the hospital on one connection under the card's key. In the
// Node card it is PSK-TLS of the card's own over BIP; in a browser's Worker a page carries what is sealed under that key.

import type { Bytes } from '@vitalseal/protocol';

export interface AdministrationPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
}

export interface CarriedAdministration {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Bytes;
}

export interface AdministrationConnection {
  /** @throws SecureElementError `hospital-unreachable`, `hospital-untrusted` */
  post(request: AdministrationPost, signal: AbortSignal): Promise<CarriedAdministration>;
  close(): void;
}

export interface AdministrationPeer {
  readonly name: string;
  readonly port: number;
  /** 4 or 16 bytes; none where a page carries. */
  readonly address: Bytes;
  /** 32 bytes. */
  readonly psk: Bytes;
  /** In TLS; see `psk-identity`. */
  readonly identity: string;
}

export type ConnectAdministration = (peer: AdministrationPeer) => AdministrationConnection;
