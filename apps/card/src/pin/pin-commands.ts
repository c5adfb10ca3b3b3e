// `vitalseal card pin …`: the patient's PIN of the card.

import { enterNewSecret, enterSecret } from '@vitalseal/secret-entry';
import { PinRefused } from '@vitalseal/secure-element/terminal';
import { UiccError } from '@vitalseal/uicc';
import { Command } from 'commander';
import { CardAppError } from '../errors.ts';
import { type CardOptions, withCardOptions, withMha } from '../which-card.ts';

interface PinOptions extends CardOptions {
  readonly pinFile?: string;
  readonly newPinFile?: string;
  readonly pukFile?: string;
}

const files = {
  pin: ['--pin-file <file>', 'file with the PIN, in place of asking for it'],
  newPin: ['--new-pin-file <file>', 'file with the new PIN, in place of asking for it'],
  puk: ['--puk-file <file>', 'file with the PUK, in place of asking for it'],
} as const;

export function pinCommand(): Command {
  const command = new Command('pin').description("the patient's PIN of the card, 4 to 8 digits");
  withCardOptions(command.command('set'))
    .description('give a fresh card its first PIN')
    .option(...files.newPin)
    .action(async (options: PinOptions) => {
      const pin = await newPinOf(options);
      await withMha(options, (mha) => mha.setFirstPin(pin)).catch((cause: unknown) => {
        if (!(cause instanceof UiccError) || cause.code !== 'card-refused') throw cause;
        throw new CardAppError('card-option-invalid', 'expected a card without a PIN: this one has it to change', {
          cause,
        });
      });
      console.log('the card has its PIN');
    });
  withCardOptions(command.command('change'))
    .description('change it, knowing the one that counts')
    .option(...files.pin)
    .option(...files.newPin)
    .action(async (options: PinOptions) => {
      const pin = await enterSecret('the PIN that counts', { file: options.pinFile, option: '--pin-file' });
      const newPin = await newPinOf(options);
      await counted(() => withMha(options, (mha) => mha.changePin(pin, newPin)));
      console.log('the card has its new PIN');
    });
  withCardOptions(command.command('unblock'))
    .description('give a card another PIN, knowing its unblocking code, the PUK')
    .option(...files.puk)
    .option(...files.newPin)
    .action(async (options: PinOptions) => {
      const puk = await enterSecret('the PUK', { file: options.pukFile, option: '--puk-file' });
      const newPin = await newPinOf(options);
      await counted(() => withMha(options, (mha) => mha.unblock(puk, newPin)));
      console.log('the card has its new PIN');
    });
  return command;
}

function newPinOf({ newPinFile: file }: PinOptions): Promise<string> {
  return enterNewSecret('PIN', { file, option: '--new-pin-file' });
}

/** Whoever mistypes is told how often they may. */
async function counted(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof PinRefused) error.message += `: ${error.triesLeft} more may be tried`;
    throw error;
  }
}
