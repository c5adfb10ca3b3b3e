// What a proactive command is to this phone: a deed with its equipment, and an outcome for TERMINAL RESPONSE.

import {
  type bearerIndependentProtocolErrors,
  generalResults,
  type ProactiveCommand,
  type ProactiveCommandType,
  type TerminalResponse,
} from '@vitalseal/uicc';
import type { Equipment } from './equipment.ts';

export type CommandOf<Type extends ProactiveCommandType> = Extract<ProactiveCommand, { readonly type: Type }>;

export type Outcome = Omit<TerminalResponse, 'number' | 'commandType' | 'qualifier' | 'objects'>;

export type Deed<Type extends ProactiveCommandType> = (
  command: CommandOf<Type>,
  equipment: Equipment,
) => Promise<Outcome> | Outcome;

export const performed = { result: { general: generalResults.performed } } as const;

/** Section 8.12.11. */
export function channelError(
  cause: (typeof bearerIndependentProtocolErrors)[keyof typeof bearerIndependentProtocolErrors],
): Outcome {
  return {
    result: { general: generalResults.bearerIndependentProtocolError, additional: Uint8Array.of(cause) },
  };
}
