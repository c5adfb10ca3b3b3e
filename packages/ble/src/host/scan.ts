// Advertisements as they are heard, for whoever reads them at his own pace: the newest of each device waits.

import type { ScanReport, StackManager } from './host-stack.ts';
import type { Link } from './link.ts';
import { type FoundDevice, passes, type ScanFilter } from './radio.ts';

/** Anyone can make up devices without end. */
const mostWaiting = 1024;

export async function* scan(
  manager: StackManager,
  adapterLink: Link,
  filter: ScanFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<FoundDevice, void, void> {
  const waiting = new Map<string, FoundDevice>();
  let wake = Promise.withResolvers<void>();
  let over = signal?.aborted === true;
  const end = () => {
    over = true;
    wake.resolve();
  };
  signal?.addEventListener('abort', end, { once: true });
  const forget = adapterLink.onEnd(end);
  const scanner = manager.startScan({ activeScan: true });
  scanner.on('report', (report: ScanReport) => {
    if (!report.connectable) return;
    const device = deviceOf(report);
    if (!passes(filter, device)) return;
    waiting.delete(device.id);
    waiting.set(device.id, device);
    const [oldest] = waiting.keys();
    if (waiting.size > mostWaiting && oldest !== undefined) waiting.delete(oldest);
    wake.resolve();
  });
  try {
    while (!over) {
      await wake.promise;
      wake = Promise.withResolvers();
      for (const [id, device] of waiting) {
        if (over) return;
        waiting.delete(id);
        yield device;
      }
    }
  } finally {
    forget();
    signal?.removeEventListener('abort', end);
    if (!adapterLink.over) scanner.stopScan();
  }
}

function deviceOf(report: ScanReport): FoundDevice {
  const { localName, serviceUuids = [] } = report.parsedDataItems;
  return {
    id: report.address,
    addressType: report.addressType,
    name: localName,
    services: serviceUuids.map((uuid) => uuid.toLowerCase()),
    rssi: report.rssi,
  };
}
