// The little of a MessagePort that both ends use; a browser's and that of node:worker_threads fit alike.

export interface CardPort {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: (event: { readonly type: string; readonly data?: unknown }) => void): void;
  start?(): void;
  close(): void;
}

/** @param gone told once: the other end was closed, or its Worker ended */
export function listen(port: CardPort, take: (message: unknown) => void, gone: () => void): void {
  port.addEventListener('message', ({ data }) => take(data));
  port.addEventListener('messageerror', () => take(undefined));
  port.addEventListener('close', gone);
  port.start?.();
}
