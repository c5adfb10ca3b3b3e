// A command that ends in a status word: thrown inside the card's layer only, and never past `transmit`.

export class RefusedCommand extends Error {
  override readonly name = 'RefusedCommand';
  readonly status: number;

  constructor(status: number) {
    super('the command was refused');
    this.status = status;
  }
}
