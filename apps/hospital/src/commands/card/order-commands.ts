// vitalseal hospital card status, policy, sensors, access, update, unblock-pin, lock, unlock, terminate
import { parseIdentity } from '@vitalseal/protocol';
import { type CardPolicy, cardPolicyNames } from '@vitalseal/uicc/global-platform';
import { Command } from 'commander';
import { drawDigits } from '../../card-administration/invite-card.ts';
import { type Order, type Ordered, orderScript } from '../../card-administration/order-script.ts';
import { HospitalError } from '../../errors.ts';
import { readParticulars } from '../../keys/hospital-folder.ts';
import { collect, identifier } from '../options.ts';
import { writeLines } from '../output.ts';
import { withStore } from '../with-store.ts';
import { certificateHash, policySetting } from './card-options.ts';
import { aboutCard, findCard, type WhichCard } from './find-card.ts';
import { readImage } from './read-image.ts';

const pinDigits = 6;

async function give(which: WhichCard, order: Order): Promise<Ordered> {
  const hospital = parseIdentity(readParticulars(which.data).identity);
  return withStore(which, async (store) => orderScript(store, { card: await findCard(store, which), order, hospital }));
}

const waits = 'It waits for the card, which takes it when it calls next; see `vitalseal hospital card show`.';

function plainOrder(kind: 'status' | 'lock' | 'unlock', summary: string): Command {
  return aboutCard(new Command(kind))
    .summary(summary)
    .action(async (which: WhichCard) => {
      await give(which, { kind });
      writeLines(waits);
    });
}

export function orderCommands(): readonly Command[] {
  return [
    plainOrder('status', 'ask a card what it is and how it is'),
    policyCommand(),
    sensorsCommand(),
    accessCommand(),
    updateCommand(),
    unblockPinCommand(),
    plainOrder('lock', 'lock the card: it takes and delivers no readings until it is unlocked'),
    plainOrder('unlock', 'unlock a locked card'),
    terminateCommand(),
  ];
}

function policyCommand(): Command {
  return aboutCard(new Command('policy'))
    .summary('give a card its policy: sampling, limits, batches, timers')
    .description(
      `The new policy is all of the policy; what it leaves open is as the card was made. Settings: ${cardPolicyNames.join(', ')}.`,
    )
    .requiredOption('--set <name=number>', 'one setting (may be repeated)', policySetting)
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital card policy --data hospital --patient anna --set batchRecords=50 --set placeEverySeconds=600',
    )
    .action(async ({ set, ...which }: WhichCard & { set: CardPolicy }) => {
      await give(which, { kind: 'policy', policy: set });
      writeLines(waits);
    });
}

function sensorsCommand(): Command {
  return aboutCard(new Command('sensors'))
    .summary('say which sensors a card listens to')
    .requiredOption('--sensor <id>', 'one of all its sensors (may be repeated)', (text, before?: readonly string[]) =>
      collect(identifier(text), before),
    )
    .action(async ({ sensor, ...which }: WhichCard & { sensor: readonly string[] }) => {
      await give(which, { kind: 'sensors', sensors: sensor });
      writeLines(waits);
    });
}

function accessCommand(): Command {
  return aboutCard(new Command('access'))
    .summary("say whose releases of the phone's program a card lets in")
    .description(
      'The signers are all of the signers: a program whose release none of them has signed is refused. A card that was never told lets every program in.',
    )
    .requiredOption(
      '--signer <hash>',
      'signer hash, as "vitalseal ca attest" shows it (may be repeated)',
      (text, before: readonly Uint8Array<ArrayBuffer>[] = []) => [...before, certificateHash(text)],
    )
    .action(async ({ signer, ...which }: WhichCard & { signer: readonly Uint8Array<ArrayBuffer>[] }) => {
      await give(which, { kind: 'access', signers: signer });
      writeLines(waits);
    });
}

function updateCommand(): Command {
  return aboutCard(new Command('update'))
    .summary('give a card another image of its MHA')
    .description(
      'The card takes it only if the authority that it trusts has attested it, and if its version is higher than that of the image it has.',
    )
    .requiredOption('--image <file>', 'image of the MHA')
    .requiredOption('--attestation <file>', 'its attestation, from "vitalseal ca attest --image"')
    .action(async ({ image, attestation, ...which }: WhichCard & { image: string; attestation: string }) => {
      await give(which, { kind: 'update', ...(await readImage(image, attestation)) });
      writeLines(waits);
    });
}

function unblockPinCommand(): Command {
  return aboutCard(new Command('unblock-pin'))
    .summary('lift the block of a PIN that was entered wrongly three times')
    .option('--new-pin', 'with a new PIN, drawn here and shown once: tell the patient, who should change it')
    .action(async ({ newPin, ...which }: WhichCard & { newPin?: true }) => {
      const pin = newPin === undefined ? undefined : drawDigits(pinDigits);
      await give(which, { kind: 'unblock-pin', newPin: pin });
      if (pin !== undefined) writeLines(`PIN   ${pin}`);
      writeLines(waits);
    });
}

function terminateCommand(): Command {
  return aboutCard(new Command('terminate'))
    .summary('end a card for good: lost, stolen, or of a patient who has gone home')
    .description(
      "The card's certificate is revoked at once, so that it opens no channel any more. When it calls next it destroys its keys and readings, and its signed receipt is kept.",
    )
    .option('--yes', 'confirm: it cannot be undone')
    .action(async ({ yes, ...which }: WhichCard & { yes?: true }) => {
      if (yes === undefined) throw new HospitalError('invalid-option', 'expected --yes: a terminated card stays so');
      const ordered = await give(which, { kind: 'terminate' });
      writeLines(ordered === 'withdrawn' ? 'The card never called: its activation code is worth nothing now.' : waits);
    });
}
