// The hospital's part in an administration session, without what carries it: scripts in a queue, each at an address of its
// own, and the answers to them.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import { type CommandApdu, decodeResponse, encodeCommand, type ResponseApdu } from '@vitalseal/uicc';
import {
  administrationHeaders,
  commandScriptMediaType,
  decodeResponseScript,
  encodeCommandScript,
  formatApplicationUri,
} from '@vitalseal/uicc/global-platform';
import type { AdministrationPost, CarriedAdministration } from './administration-carrier.ts';
import { administrationPath } from './administration-session.ts';

export interface QueuedScript {
  readonly commands: readonly CommandApdu[];
  /** The issuer security domain without one. */
  readonly target?: Bytes;
}

export interface AnsweredScript {
  readonly status: string | undefined;
  readonly responses: readonly ResponseApdu[];
}

export class ScriptDesk {
  readonly #queue: QueuedScript[] = [];
  readonly answered: AnsweredScript[] = [];
  /** Answers that came once more. */
  repeated = 0;

  send(script: QueuedScript): void {
    this.#queue.push(script);
  }

  /** An answer that came before is known already. */
  answer({ path, headers, body }: AdministrationPost): CarriedAdministration {
    const [, number] = /\?script=(\d+)$/.exec(path) ?? [];
    if (number !== undefined && Number(number) < this.answered.length) this.repeated += 1;
    if (number !== undefined && Number(number) === this.answered.length) {
      const status =
        headers[administrationHeaders.scriptStatus] ?? headers[administrationHeaders.scriptStatus.toLowerCase()];
      const { responses } = body.length > 0 ? decodeResponseScript(body) : { responses: [] };
      this.answered.push({ status, responses: responses.map(decodeResponse) });
    }
    const script = this.#queue[this.answered.length];
    if (!script) return { status: 204, headers: {}, body: noBytes };
    return {
      status: 200,
      headers: {
        'content-type': commandScriptMediaType,
        [administrationHeaders.nextUri.toLowerCase()]: `${administrationPath}?script=${this.answered.length}`,
        ...(script.target && {
          [administrationHeaders.targetedApplication.toLowerCase()]: formatApplicationUri(script.target),
        }),
      },
      body: encodeCommandScript(script.commands.map(encodeCommand)),
    };
  }
}
