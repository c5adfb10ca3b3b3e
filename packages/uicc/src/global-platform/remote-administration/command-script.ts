// What the administration server sends: command APDUs one after the other, each in an object '22'.

import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';
import { encodeTlv } from '../../tlv/ber-tlv.ts';
import { commandTemplates, decodeScript, encodeScript, type ScriptForm } from './scripting-template.ts';

const commandTag = 0x22;

export interface CommandScript {
  readonly form: ScriptForm;
  /** Command APDUs, in the order in which they are to be done. */
  readonly commands: readonly Bytes[];
}

export function encodeCommandScript(commands: readonly Bytes[], form: ScriptForm = 'indefinite'): Bytes {
  return encodeScript(
    commandTemplates,
    form,
    commands.map((command) => encodeTlv(commandTag, command)),
  );
}

/** @throws UiccError `administration-malformed` for anything but commands, `tlv-malformed` */
export function decodeCommandScript(bytes: Uint8Array): CommandScript {
  const { form, objects } = decodeScript(commandTemplates, bytes);
  const commands = objects.map(({ tag, value }) => {
    if (tag !== commandTag) throw new UiccError('administration-malformed', 'expected a script of commands only');
    return value;
  });
  return { form, commands };
}
