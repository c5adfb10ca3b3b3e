// The GATT service of a sealed sensor, in Vitalseal's own 128-bit range. docs/ble.md is for whoever writes firmware.

export const sealedSensorUuids = {
  service: 'd54c0001-7cdd-47f1-8c4a-4a84d8742664',
  /** EDHOC messages: indicated by the sensor, written by the phone. */
  handshake: 'd54c0002-7cdd-47f1-8c4a-4a84d8742664',
  /** Sealed records, notified by the sensor. */
  records: 'd54c0003-7cdd-47f1-8c4a-4a84d8742664',
  /** What the phone answers to records, written by it. */
  answers: 'd54c0004-7cdd-47f1-8c4a-4a84d8742664',
  status: 'd54c0005-7cdd-47f1-8c4a-4a84d8742664',
} as const;
