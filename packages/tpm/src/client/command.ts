// A command as the parts of this package write it, before sessions and framing.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import type { Authorization } from '../session/authorization.ts';
import { type CommandName, commandCode } from '../structures/command-code.ts';
import { structureTag } from '../structures/constants.ts';
import { u16, u32 } from '../structures/writer.ts';

/** Something on the TPM that a command is about. */
export interface Entity {
  readonly handle: number;
  /** Computed from its public area; a hierarchy, a register or a session is named by its handle. */
  readonly name?: Bytes;
}

export interface Command {
  readonly name: CommandName;
  readonly entities?: readonly Entity[];
  readonly parameters?: readonly Uint8Array[];
  /** In the order of the entities that need one. */
  readonly authorizations?: readonly Authorization[];
  /** The response begins with the handle of what was made. */
  readonly makesHandle?: boolean;
  /** The TPM makes a key: that may take minutes where others take a moment. */
  readonly makesKey?: boolean;
  /** For this one command, ms; else as the connection has it. */
  readonly answerWithinMs?: number;
}

export function nameOfEntity({ handle, name }: Entity): Bytes {
  return name ?? u32(handle);
}

/** @param areas TPMS_AUTH_COMMAND of each authorization */
export function frameCommand(command: Command, parameters: Bytes, areas: readonly Bytes[]): Bytes {
  const authorizations = concatBytes(...areas);
  const body = concatBytes(
    ...(command.entities ?? []).map(({ handle }) => u32(handle)),
    // The area of authorizations has a size of four bytes, not two.
    ...(areas.length > 0 ? [u32(authorizations.length), authorizations] : []),
    parameters,
  );
  const tag = areas.length > 0 ? structureTag.sessions : structureTag.noSessions;
  return concatBytes(u16(tag), u32(10 + body.length), u32(commandCode[command.name]), body);
}
