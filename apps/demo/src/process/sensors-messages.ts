// What the sensors' process tells its supervisor.

export interface SensorsMessage {
  /** Sensors that have shaken hands with their patients' elements and are on a link with their phones. */
  readonly linked: number;
  /** Readings measured by all of them. */
  readonly measured: number;
  /** Each is measured, and confirmed by its patient's element. */
  readonly finished: boolean;
}

export function isSensorsMessage(message: unknown): message is SensorsMessage {
  return typeof message === 'object' && message !== null && 'measured' in message && 'finished' in message;
}
