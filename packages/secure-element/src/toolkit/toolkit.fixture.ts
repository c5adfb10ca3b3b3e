// A toolkit session whose terminal is played by the test, command by command.

import {
  commandDetails,
  decodeProactiveCommand,
  encodeTerminalProfile,
  encodeTerminalResponse,
  type ProactiveCommand,
  type ResponseApdu,
  type TerminalResponse,
} from '@vitalseal/uicc';
import { ToolkitSession, type ToolkitSessionOptions } from './toolkit-session.ts';

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const fetched = new WeakMap<ToolkitSession, ProactiveCommand>();

/** @returns undefined where nothing waits */
export async function fetchNext(session: ToolkitSession): Promise<ProactiveCommand | undefined> {
  if ((await session.waiting()) === undefined) return undefined;
  const { data } = await session.command(0x12, new Uint8Array(0));
  const command = decodeProactiveCommand(data);
  fetched.set(session, command);
  return command;
}

/** To the command that was fetched last. */
export function respond(session: ToolkitSession, answer: Partial<TerminalResponse> = {}): Promise<ResponseApdu> {
  const command = fetched.get(session);
  if (!command) throw new Error('expected a command that was fetched');
  const response = { ...commandDetails(command), result: { general: 0 }, ...answer };
  return session.command(0x14, encodeTerminalResponse(response));
}

/** After TERMINAL PROFILE and what follows it. */
export async function bootedToolkit(options: Partial<ToolkitSessionOptions> = {}): Promise<ToolkitSession> {
  const session = new ToolkitSession({ turn: nextTurn, ...options });
  await session.command(0x10, encodeTerminalProfile({ capabilities: new Set(), channels: 1 }));
  while (await fetchNext(session)) await respond(session);
  return session;
}
