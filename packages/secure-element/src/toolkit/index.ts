// The card application toolkit on the card's side.

export { expectPerformed, isPerformed } from './performed.ts';
export type { MakeCommand, ProactiveCommandBody } from './proactive-queue.ts';
export { type ToolkitListener, ToolkitSession, type ToolkitSessionOptions } from './toolkit-session.ts';
export { ToolkitTimers } from './toolkit-timers.ts';
