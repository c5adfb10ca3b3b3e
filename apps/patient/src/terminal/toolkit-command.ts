// The terminal's own commands (ETSI TS 102 221, 11.1.2 and 11.2).

import { type Bytes, type CommandApdu, instructions } from '@vitalseal/uicc';

export type ToolkitInstruction = 'terminalProfile' | 'fetch' | 'terminalResponse' | 'envelope' | 'status';

const toolkitClass = 0x80;
/** P2 of STATUS: no data is wanted. */
const noData = 0x0c;

export function toolkitCommand(ins: ToolkitInstruction, data: Bytes = new Uint8Array(0)): CommandApdu {
  return { cla: toolkitClass, ins: instructions[ins], p1: 0, p2: ins === 'status' ? noData : 0, data };
}
