// A certified sensor of this process, linked with the phone in the browser without a radio between them.

import { type PhoneLink, type SensorDevice, temporarySensorDevice } from '@vitalseal/app-sensor';
import { createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import { bytesToHex, hexToBytes, type Identity } from '@vitalseal/protocol';
import { linkMessages, type MessageListener } from '@vitalseal/sensor-link';
import type { Page } from 'playwright-core';
import type { Clinic } from '../journeys/clinic.fixture.ts';

export async function certifiedSensor({ authority }: Clinic, identity: Identity): Promise<SensorDevice> {
  const { authority: ca, rootCertificate: root } = authority;
  const pair = await generateKeyPair({ extractable: true });
  const { code } = await ca.invite({ identity });
  const chain = [await ca.enrol(await createRequest(pair, identity), { identity, code }), ca.issuingCertificate];
  return temporarySensorDevice({ identity, chain, root, privateKey: pair.privateKey });
}

let links = 0;

/** The sensor's end. @param observe sees what the phone says. What it says in one turn crosses together, as on any link that is slower than the sensor. */
export async function linkWithPage(page: Page, observe: MessageListener['message'] = () => {}): Promise<PhoneLink> {
  let listener: MessageListener | undefined;
  let ended = false;
  let saying: [type: string, body: string][] = [];
  links += 1;
  const phoneSaid = `phoneSaid${links}`;
  await page.exposeFunction(phoneSaid, (said: string, body: string) => {
    const type = linkMessages.find((known) => known === said);
    if (!type) return;
    observe(type, hexToBytes(body));
    listener?.message(type, hexToBytes(body));
  });
  const close = (reason?: Error) => {
    if (ended) return;
    ended = true;
    listener?.closed(reason);
  };
  page.once('close', () => close());
  const link = await page.evaluateHandle(`linkSensor('${phoneSaid}')`);
  return {
    listen(its) {
      listener = its;
    },
    async send(type, body) {
      saying.push([type, bytesToHex(body)]);
      if (saying.length > 1) return;
      await new Promise((resolve) => setImmediate(resolve));
      const said = saying;
      saying = [];
      await link.evaluate(
        (there, messages) => (there as { sensorSays(said: unknown): void }).sensorSays(messages),
        said,
      );
    },
    close,
  };
}
